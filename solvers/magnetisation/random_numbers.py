"""Random numbers by counter: the same for a vertex and a step, whichever rank asks."""

import math

import numba
import numpy as np

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_MASK, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_ROUNDS = 10
_UNIT = 2.0**-32


@numba.njit(inline="always")
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Four random words of 32 bits by Philox4x32-10, all arguments and results as uint64.

    J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, Proc. SC11, article 16 (2011).

    Args:
        c0: first word of the counter.
        c1: second word.
        c2: third word.
        c3: fourth word.
        k0: first word of the key.
        k1: second word.
    """
    for _ in range(_ROUNDS):
        first, second = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (
            (second >> _HALF) ^ c1 ^ k0,
            second & _MASK,
            (first >> _HALF) ^ c3 ^ k1,
            first & _MASK,
        )
        k0, k1 = (k0 + _WEYL[0]) & _MASK, (k1 + _WEYL[1]) & _MASK
    return c0, c1, c2, c3


@numba.njit(inline="always")
def _normal_pair(a, b):  # type: ignore[no-untyped-def]
    """Two independent normal numbers from two random words (G. E. P. Box and M. E. Muller)."""
    radius = math.sqrt(-2.0 * math.log((np.float64(a) + 0.5) * _UNIT))
    angle = 2.0 * math.pi * (np.float64(b) + 0.5) * _UNIT
    return radius * math.cos(angle), radius * math.sin(angle)


@numba.njit(cache=True)
def fill_normal(numbers, step, seed, scale, out):  # type: ignore[no-untyped-def]
    """Independent normal vectors, out_i = scale_i ξ_i with ⟨ξ ξᵀ⟩ = 1.

    Args:
        numbers: (n,) int64, what tells the vectors apart on any number of ranks.
        step: of the sequence.
        seed: of all sequences.
        scale: (n,).
        out: (n, 3).
    """
    step, seed = np.uint64(step), np.uint64(seed)
    s0, s1 = step & _MASK, step >> _HALF
    k0, k1 = seed & _MASK, seed >> _HALF
    for i in range(out.shape[0]):
        number = np.uint64(numbers[i])
        a, b, c, d = philox(number & _MASK, number >> _HALF, s0, s1, k0, k1)
        x, y = _normal_pair(a, b)
        z, _ = _normal_pair(c, d)
        out[i, 0], out[i, 1], out[i, 2] = scale[i] * x, scale[i] * y, scale[i] * z
