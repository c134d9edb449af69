"""What any integrator of the equation of motion does, and how a step is chosen from its error."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeAlias

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.state.part import Entry

IntegratorName: TypeAlias = Literal["auto", "explicit", "implicit"]
"""What a case may ask for; "auto" is either of the others, see `make_integrator`."""

_SAFETY, _SMALLEST_FACTOR, _LARGEST_FACTOR = 0.9, 0.2, 2.0
_WHOLE = 1e-9
"""An interval within this part of a whole number of steps counts as that number."""


class Advance(NamedTuple):
    """What a step did: its length in s, and the largest |m - since| at its end."""

    step: float
    change: float


class Integrator(Protocol):
    """Moves the magnetisation of a `Dynamics` through time; its methods are collective.

    Attributes:
        name: what a case file calls it.
        step: in s, of the step that would be taken next; kept in state files.
    """

    name: str
    step: float

    def state(self) -> dict[str, Entry]:
        """The step; all else is forgotten at every sample."""
        return {"integrator_step": self.step}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave."""
        self.step = state["integrator_step"]

    def begin(self) -> None:
        """Forget the past: m, time, damping or drive may have been changed by others."""

    def advance(self, remaining: float, since: FloatArray) -> Advance:
        """Take one step whose error is within the tolerance.

        Args:
            remaining: time in s to the next event, which steps meet exactly.
            since: (owned, 3) m to compare with.

        Raises:
            SolverError: no step is small enough, or m is no longer finite.
        """


@dataclass
class StepControl:
    """The step at which the estimated local error of m meets a tolerance.

    Args:
        tolerance: largest error of a step, a length of unit vectors.
        order: power of the step with which the estimate falls.
    """

    tolerance: float
    order: int

    def accepts(self, error: float) -> bool:
        """Whether a step with this error may stand; not if it is not a number."""
        return error <= self.tolerance

    def next_step(self, step: float, error: float) -> float:
        """The step in s to take after one of `step` s that had this error."""
        if not np.isfinite(error):
            return _SMALLEST_FACTOR * step
        wanted: float = _SAFETY * (self.tolerance / max(error, 1e-300)) ** (1 / self.order)
        return step * min(max(wanted, _SMALLEST_FACTOR), _LARGEST_FACTOR)


def equal_part(remaining: float, longest: float) -> float:
    """The longest of equal steps that end exactly after `remaining` s, all in s."""
    parts = max(1, int(np.ceil(remaining / longest - _WHOLE)))
    return remaining if parts == 1 else remaining / parts
