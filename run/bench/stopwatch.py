"""Where the time of a run goes, measured inside it."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from dolfinx import la

from hebbfilm.solvers import Film
from hebbfilm.solvers.integrators.explicit import Explicit
from hebbfilm.solvers.integrators.midpoint_system import MidpointSystem
from hebbfilm.solvers.kernels import llg, midpoint
from hebbfilm.solvers.magnetisation.spin_torque import ZhangLi

PARTS = FIELD, LINEAR, ASSEMBLY, POTENTIAL, DRIFT, EXCHANGE, REST = (
    "field and torque",
    "linear algebra of steps",
    "assembly of σ(m)",
    "potential and current",
    "drift",
    "exchange between ranks",
    "Python and rest",
)
EVALUATIONS = ("rate", "predict", "finish", "replace_rate", "linear_field")
"""Functions of `hebbfilm.solvers.kernels.llg` that evaluate the field once."""
_MIDPOINT = ("residual", "jacobian", "precondition", "finish", "correct")


class Stopwatch:
    """Adds up the time in each part of a run, without that in other parts inside it.

    Attributes:
        seconds: in each part so far.
        calls: of each function so far.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self._inside = 0.0

    def timed(self, part: str, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, whose time counts as that of a part."""

        def wrapped(*arguments: Any, **options: Any) -> Any:
            before, self._inside = self._inside, 0.0
            start = time.perf_counter()
            try:
                return work(*arguments, **options)
            finally:
                elapsed = time.perf_counter() - start
                self.seconds[part] += elapsed - self._inside
                self.calls[name] += 1
                self._inside = before + elapsed

        return wrapped


@contextmanager
def watching(film: Film) -> Iterator[Stopwatch]:
    """Time the parts of whatever the film does inside; at the end `seconds` are complete.

    A call takes half a microsecond longer, a step some ten of these.
    """
    watch = Stopwatch()
    with ExitStack() as patches:
        for part, owner, name in _parts(film):
            work = watch.timed(part, name, getattr(owner, name))
            patches.enter_context(patch.object(owner, name, work))
        start = time.perf_counter()
        yield watch
        whole = time.perf_counter() - start
    watch.seconds[REST] += whole - sum(watch.seconds.values())


def _parts(film: Film) -> list[tuple[str, Any, str]]:
    """Of each function that is timed its part, what holds it, and its name."""
    conduction = film.conduction
    assert conduction is not None
    return [
        *((FIELD, llg, name) for name in ("move", *EVALUATIONS)),
        *((FIELD, midpoint, name) for name in _MIDPOINT),
        (ASSEMBLY, conduction, "update"),
        (POTENTIAL, conduction, "solve"),
        (DRIFT, ZhangLi, "advection"),
        (DRIFT, film.dynamics, "set_drift"),
        (EXCHANGE, la.Vector, "scatter_forward"),
        # Where a rank waits for the slowest one.
        (EXCHANGE, Explicit, "_maxima"),
        (EXCHANGE, film.dynamics, "maximum"),
        (LINEAR, MidpointSystem, "solve"),
        (REST, film.integrator, "advance"),
    ]
