"""The [layout] of a case as tables, one for each kind, for schemas alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import ConfigDict, Field, create_model

from hebbfilm.meshing.shapes.film import film_of_shapes
from hebbfilm.run.inputs.layouts import CATALOGUE, CHANGES, KINDS, OF_REGIONS

_TABLE = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def any_layout() -> Any:
    """The type of a [layout]: a table of any kind, with what may be done to it."""
    changes = _changes()
    tables = [
        _table(kind, make, changes if kind in (*CATALOGUE, "drawing", "shapes") else {})
        for kind, make in {**KINDS, "shapes": film_of_shapes}.items()
    ]
    return Annotated[reduce(or_, tables), Field(discriminator="kind")]


def _changes() -> dict[str, Any]:
    """What may be done to a layout: a table, or its first key alone where others can be left out.

    A film of a drawing has `holes` of its own besides.
    """
    found: dict[str, Any] = {}
    for name, change in CHANGES.items():
        layout, *keys = inspect.signature(change).parameters.values()
        table = _model(name, change, leave_out=[layout.name])
        alone = all(key.default is not key.empty for key in keys[1:])
        hints = get_type_hints(change, include_extras=True)
        found[name] = hints[keys[0].name] | table if alone else table
    return found


def _table(kind: str, make: Callable[..., Any], changes: Mapping[str, Any]) -> Any:
    own = inspect.signature(make).parameters
    hints = get_type_hints(make, include_extras=True)
    fields: dict[str, Any] = {"kind": (Literal[kind], ...)}
    for name, change in changes.items():
        described = Field(default=None, description=_first_line(CHANGES[name]))
        both = hints[name] | change if name in own else change
        fields[name] = both, described
    return _model(kind, make, leave_out=OF_REGIONS, **fields)


def _model(name: str, make: Callable[..., Any], leave_out: Collection[str], **more: Any) -> Any:
    """The arguments of a function or a class, with its docstring."""
    hints = get_type_hints(make, include_extras=True)
    fields: dict[str, Any] = {
        key: (hints[key], ... if each.default is each.empty else each.default)
        for key, each in inspect.signature(make).parameters.items()
        if key not in leave_out
    }
    return create_model(name, __config__=_TABLE, __doc__=make.__doc__, **fields | more)


def _first_line(make: Callable[..., Any]) -> str:
    return (make.__doc__ or "").partition("\n")[0].rstrip(".")
