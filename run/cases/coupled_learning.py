"""Coupled learning as a circuit at the contacts: a free phase, a nudged phase, and so on.

M. Stern, D. Hexner, J. W. Rocks and A. J. Liu, Phys. Rev. X 11, 021045 (2021).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from hebbfilm.common.arrays import FloatArray


@dataclass
class CoupledLearning:
    """Holds the first contacts as inputs, and teaches the last, the output, its voltage.

    In the free phase the output floats, at the voltage V_F; in the nudged phase it is held at
    V_F + η (target - V_F), between the highest and the lowest input. All other contacts float. The
    free phase comes first.

    Args:
        inputs: of the first contacts, in units of the voltages below.
        target: of the output, likewise.
        nudge: η; in the paper between 0 and 1. A negative one pushes the output away from its
            target.
        free_voltage: V by which the free phase is driven; at a small one it only reads.
        nudged_voltage: V by which the nudged phase is driven.
        free_time: of a free phase in s.
        nudged_time: of a nudged phase in s.

    Attributes:
        held: V_F as it was last, in the same units.
    """

    inputs: tuple[float, ...]
    target: float
    nudge: float = 0.5
    free_voltage: float = 0.05
    nudged_voltage: float = 0.05
    free_time: float = 5e-11
    nudged_time: float = 5e-11
    held: float = field(default=0.0, init=False)
    accuracy: ClassVar[float] = 1e-5

    @property
    def period(self) -> float:
        """Of both phases, in s."""
        return self.free_time + self.nudged_time

    def breakpoints(self, duration: float) -> list[float]:
        """When a phase ends and another begins, in s."""
        begins = [k * self.period for k in range(int(duration / self.period) + 1)]
        return [t for begin in begins for t in (begin, begin + self.free_time) if 0 < t < duration]

    def __call__(
        self, time: float, currents: FloatArray, voltages: FloatArray
    ) -> list[float | None]:
        """What each contact gets in V; None: it floats."""
        hidden = [None] * (len(voltages) - len(self.inputs) - 1)
        # Times of breakpoints are rounded.
        since = (time / self.period + 1e-6) % 1 * self.period
        if since < self.free_time:
            # The last that is seen before the nudge begins is what is held meanwhile.
            self.held = float(voltages[-1]) / self.free_voltage
            return [*(self.free_voltage * each for each in self.inputs), *hidden, None]
        output = self.held + self.nudge * (self.target - self.held)
        output = min(max(output, min(self.inputs)), max(self.inputs))
        nudged = [self.nudged_voltage * each for each in self.inputs]
        return [*nudged, *hidden, self.nudged_voltage * output]

    def state(self) -> Mapping[str, Any]:
        """The voltage that is held."""
        return {"held": self.held}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Hold it again."""
        self.held = float(state["held"])
