"""Patterns of prescribed mutual overlap.

The overlap of two patterns is q = ξ·ξ'/N. Up to the signs of its units, a set of p patterns is told
by how many units have each of the 2ᵖ⁻¹ columns of signs that begin with +, and all overlaps are
linear in these numbers. So the set whose overlaps are nearest to what is asked, in the sum of
|q N − wanted N| over its pairs, is found exactly, as an integer program; of all such sets, that
nearest to a random draw from independent units is taken. Which unit has which column, and its sign,
are random.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.patterns import Pattern, all_states

MOST_PATTERNS = 5
"""The integer program of five takes seconds, and that of more may take hours."""
_TRIES = 100


def overlapping_patterns(count: int, size: int, overlap: float, seed: int) -> Pattern:
    """Draw patterns of which every two have an overlap, or the nearest that their size permits.

    Two patterns of N signs have overlaps 1, 1 − 2/N, …; three cannot all have each of them.

    Args:
        count: number of patterns, 1 to 5.
        size: signs in each, N ≥ 2.
        overlap: of every two, 0 or more and below 1.
        seed: of the random numbers.

    Returns:
        (count, size) of ±1; no two are equal up to their sign, and none has all signs equal.

    Raises:
        InputError: a number is out of range, or so many such patterns do not exist.

    Example:
        >>> xi = overlapping_patterns(3, 35, 0.2, seed=1).astype(int)
        >>> (xi @ xi.T)[0, 1:].tolist()
        [7, 7]
    """
    if not (1 <= count <= MOST_PATTERNS and size >= 2 and 0 <= overlap < 1):
        raise InputError(
            f"{count} patterns of {size} signs with overlap {overlap:g}: allowed are 1 to "
            f"{MOST_PATTERNS} patterns of 2 or more signs, and an overlap of 0 or more, below 1"
        )
    # So many there are that differ in more than the overall sign and drive a current.
    if count > 2 ** (size - 1) - 1:
        raise InputError(_none_told(count, size, overlap))
    rng = np.random.default_rng([seed, count, size])
    columns = all_states(count)[: 2 ** (count - 1)].astype(int)
    for _ in range(_TRIES):
        numbers = _numbers(columns, size, overlap, rng)
        units = rng.permutation(np.repeat(columns, numbers, axis=0))
        patterns: Pattern = (units * rng.choice([-1, 1], (size, 1))).T.astype(np.int8)
        if np.abs(patterns.sum(axis=1, dtype=int)).max() < size:
            return patterns
    raise InputError(_none_told(count, size, overlap))


def worst_overlap(patterns: Pattern) -> float:
    """Return the largest |q| of every two of the patterns (p, N); 0 of one."""
    xi = patterns.astype(int)
    upper = np.triu_indices(len(xi), k=1)
    return float(np.abs((xi @ xi.T)[upper]).max(initial=0) / xi.shape[1])


def _none_told(count: int, size: int, overlap: float) -> str:
    return (
        f"{count} patterns of {size} signs with overlap {overlap:g}: no such patterns that differ "
        "in more than the overall sign and drive a current were found; ask for fewer, or for more "
        "signs"
    )


def _numbers(columns: IntArray, size: int, overlap: float, rng: np.random.Generator) -> IntArray:
    """How many units have each column: the overlaps nearest, then nearest to a random draw."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    kinds, count = columns.shape
    if count == 1:
        return np.array([size])
    products = np.array([columns[:, a] * columns[:, b] for a, b in combinations(range(count), 2)])
    drawn = _independent(columns, size, overlap, rng)
    each, every = np.eye(kinds), np.eye(len(products))
    # Unknown are the numbers n, and bounds of |products n − overlap size| and of |n − drawn|.
    rows = [
        np.hstack([products, -every, np.zeros((len(products), kinds))]),
        np.hstack([products, every, np.zeros((len(products), kinds))]),
        np.hstack([each, np.zeros((kinds, len(products))), -each]),
        np.hstack([each, np.zeros((kinds, len(products))), each]),
        np.hstack([np.ones((1, kinds)), np.zeros((1, len(products) + kinds))]),
        np.hstack([products, np.zeros((len(products), len(products) + kinds))]),
    ]
    wanted, inf = np.full(len(products), overlap * size), np.inf
    # Two patterns are the same, or negatives, where |products n| is the size.
    most = np.full(len(products), size - 2.0)
    whole = np.array([float(size)])
    low = [np.full(len(products), -inf), wanted, np.full(kinds, -inf), drawn, whole, -most]
    high = [wanted, np.full(len(products), inf), drawn, np.full(kinds, inf), whole, most]
    # A whole unit nearer to the draw, summed over all kinds, weighs less than any gain in overlap.
    cost = np.concatenate([np.zeros(kinds), np.ones(len(products)), np.full(kinds, 1e-4 / size)])
    found = milp(
        cost,
        constraints=LinearConstraint(np.vstack(rows), np.concatenate(low), np.concatenate(high)),
        integrality=np.concatenate([np.ones(kinds), np.zeros(len(products) + kinds)]),
        bounds=Bounds(0, inf),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise InputError(_none_told(count, size, overlap))
    return np.asarray(np.rint(found.x[:kinds]), dtype=np.int64)


def _independent(
    columns: IntArray, size: int, overlap: float, rng: np.random.Generator
) -> FloatArray:
    """Units that copy each sign of a common pattern with a chance that gives the overlap."""
    kept = (1 + np.sqrt(overlap)) / 2
    plus = (columns == 1).sum(axis=1)
    chance = kept**plus * (1 - kept) ** (columns.shape[1] - plus)
    chance += (1 - kept) ** plus * kept ** (columns.shape[1] - plus)
    return rng.multinomial(size, chance / chance.sum()).astype(float)
