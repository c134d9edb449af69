"""A uniform applied field that is set from outside, and stays until it is set anew."""

from collections.abc import Mapping

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.drives.pace import Pace
from hebbfilm.solvers.state.part import Entry

Field3 = tuple[float, float, float]


class HeldField:
    """A field among the waveforms of a film that keeps its value while time goes on.

    A film that has it needs it in `further_parts`, too, so that it is in checkpoints.

    Args:
        present: H in A/m now, (3,).
        largest: |H| in A/m that it will have at most: explicit steps are stable up to that.

    Attributes:
        present: set it between two drives.
        strength: in A/m, as that of a waveform.
    """

    def __init__(self, present: Field3, largest: float) -> None:
        self.present = present
        self.strength = max(largest, float(np.linalg.norm(present)))

    def value(self, time: float) -> float:
        """How much of the strength counts as there from the start: nothing."""
        return 0.0

    def largest(self) -> float:
        """It may reach its strength."""
        return 1.0

    def breakpoints(self) -> tuple[float, ...]:
        """No kinks: it changes between drives alone."""
        return ()

    def pace(self, begin: float, end: float) -> Pace:
        """Steps may go anywhere."""
        return Pace()

    def field(self, time: float) -> FloatArray:
        """H in A/m, (3,)."""
        return np.array(self.present)

    def state(self) -> dict[str, Entry]:
        """The field as it is."""
        return {"held_field": list(self.present)}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave."""
        x, y, z = state["held_field"]
        self.present = (x, y, z)
