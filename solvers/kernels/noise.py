"""Random numbers by counter: the same for a vertex and a step, whichever rank asks.

Compiled from `loops/noise.c`. All arrays are contiguous.
"""

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import long_integers, loops, null, reals


def fill_normal(
    numbers: npt.NDArray[np.int64],
    step: int,
    seed: int,
    factor: float,
    scale: FloatArray,
    out: FloatArray,
    beside: FloatArray | None = None,
) -> None:
    """Independent normal vectors, out_i = factor scale_i ξ_i with ⟨ξ ξᵀ⟩ = 1.

    Args:
        numbers: (n,) what tells the vectors apart on any number of ranks.
        step: of the sequence.
        seed: of all sequences.
        factor: of all.
        scale: (n,).
        out: (n, 3).
        beside: (n, 3) what to add to them, or None.
    """
    added = null if beside is None else reals(beside)
    loops.fill_normal(
        len(out), long_integers(numbers), step, seed, factor, reals(scale), added, reals(out)
    )
