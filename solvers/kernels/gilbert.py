"""The parameters of the equation of motion, as the compiled loops read them."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.chunks import in_chunks, stride_of
from hebbfilm.solvers.kernels.compiled import LANES, new, reals


class Gilbert:
    """γ₀, α and β, each one number for the whole film, or one for each vertex of this rank.

    Args:
        gyromagnetic_ratio: γ₀ in m/(A s), a number or (owned,).
        damping: α, likewise.
        nonadiabaticity: β, likewise.

    Attributes:
        pointer: what the compiled loops take.
    """

    def __init__(
        self,
        gyromagnetic_ratio: float | FloatArray,
        damping: float | FloatArray,
        nonadiabaticity: float | FloatArray,
    ) -> None:
        self.gyromagnetic_ratio = gyromagnetic_ratio
        self.damping = damping
        self.nonadiabaticity = nonadiabaticity
        each = map(_chunks, (gyromagnetic_ratio, damping, nonadiabaticity))
        self._values = np.stack(np.broadcast_arrays(*each), axis=1)
        self.pointer = new(
            "Gilbert *", {"values": reals(self._values), "stride": stride_of(self._values)}
        )

    def with_damping(self, damping: float) -> "Gilbert":
        """The same with one α everywhere."""
        return Gilbert(self.gyromagnetic_ratio, damping, self.nonadiabaticity)


def _chunks(values: float | FloatArray) -> FloatArray:
    if isinstance(values, np.ndarray):
        return in_chunks(values)
    return np.full((1, LANES), values, dtype=np.float64)
