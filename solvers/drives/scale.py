"""How large drives are, and by how much of that they have moved."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.drives.current import Current
from hebbfilm.solvers.drives.drive import Drive


@dataclass
class DriveScale:
    """The largest voltage between two nodes in V, and the largest current of one in A, so far."""

    voltage: float = 0.0
    current: float = 0.0

    def take(self, currents: FloatArray, voltages: FloatArray) -> None:
        """Take in what flows: currents (N,) in A, voltages (N,) in V."""
        self.voltage = max(self.voltage, float(np.ptp(voltages)))
        self.current = max(self.current, float(np.abs(currents).max()))

    def take_drives(self, drives: Sequence[Drive]) -> None:
        """Take in what will drive, where it is prescribed."""
        self.voltage = max(self.voltage, _spread([d for d in drives if isinstance(d, float)]))
        currents = [abs(d.amperes) for d in drives if isinstance(d, Current)]
        self.current = max([self.current, *currents])

    def change(self, drives: Sequence[Drive], held: Sequence[Drive]) -> float:
        """By how much of the largest j so far j would change, had it followed the drives.

        The current density goes with the voltages between nodes, and with the currents; a voltage
        that is common to all nodes drives nothing.

        Args:
            drives: as they are now.
            held: as they were at the last renewal.
        """
        pairs = list(zip(drives, held, strict=True))
        if any(type(now) is not type(then) for now, then in pairs):
            return np.inf
        voltages = [a - b for a, b in pairs if isinstance(a, float) and isinstance(b, float)]
        currents = [
            abs(a.amperes - b.amperes)
            for a, b in pairs
            if isinstance(a, Current) and isinstance(b, Current)
        ]
        largest = DriveScale(self.voltage, self.current)
        largest.take_drives(drives)
        moved = _spread(voltages) / largest.voltage if largest.voltage else 0.0
        if largest.current:
            moved += max(currents, default=0.0) / largest.current
        return moved


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values) if values else 0.0
