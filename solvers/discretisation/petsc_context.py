"""Methods for PETSc to call, without PETSc's keeping their object alive."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from weakref import WeakMethod


def weak_context(*methods: Callable[..., Any]) -> SimpleNamespace:
    """A context for PETSc's Python types that does not hold the object of these methods.

    An object that owns a matrix, whose context is that object, is never freed: the cycle runs
    through C, where Python cannot see it. A film would stay in memory with all its arrays.

    Args:
        methods: bound ones, like `self.mult`, whose object must live when PETSc calls them.
    """
    return SimpleNamespace(**{method.__name__: _weak(method) for method in methods})


def _weak(method: Callable[..., Any]) -> Callable[..., Any]:
    reference = WeakMethod(method)

    def call(*arguments: Any) -> Any:
        alive = reference()
        assert alive is not None
        return alive(*arguments)

    return call
