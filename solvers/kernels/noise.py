"""Random numbers by counter: the same for a vertex and a step, whichever rank asks.

Compiled from `loops/noise.c`. All arrays are contiguous.
"""

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import long_integers, loops, reals


def fill_normal(
    numbers: npt.NDArray[np.int64], step: int, seed: int, scale: FloatArray, out: FloatArray
) -> None:
    """Independent normal vectors, out_i = scale_i ξ_i with ⟨ξ ξᵀ⟩ = 1.

    Args:
        numbers: (n,) what tells the vectors apart on any number of ranks.
        step: of the sequence.
        seed: of all sequences.
        scale: (n,).
        out: (n, 3).
    """
    loops.fill_normal(len(out), long_integers(numbers), step, seed, reals(scale), reals(out))
