"""Networks composed of strips that were measured in others.

Strips that share no film are independent at given contact voltages, and so a strip that went
through a sequence of currents is the same strip in any network. What a strip goes through is told
by the signs s_μ = (ξ_i^μ − ξ_j^μ)/2, each 0, 1 or −1, of the patterns in their order. A pool holds
strips by their p signs; a composed network takes, for each pair that a graph joins, one of those
(or several in parallel) that had the signs which its own patterns ask for.

How far strips of different signs may be taken together is an assumption of the `level` of a pool:
"signed": none. "unsigned": s and −s: all currents reversed. "count": all with the same number of
patterns that drive a current.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.text import counted
from hebbfilm.hopfield.contact_pairs import conductance_matrix
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.weights import conductance_weights

LEVELS = ("signed", "unsigned", "count")
"""From the finest to the coarsest."""
COARSEST = LEVELS[-1]
_PERMUTATIONS = 2000


class LackingStripsError(InputError):
    """No strip of a pool had signs that a network needs."""


@dataclass(frozen=True, eq=False)
class Strips:
    """Strips that p patterns were shown to.

    Attributes:
        signs: what each went through, (M, p) of 0 and ±1.
        before: conductance of each before, (M,), S.
        after: conductance of each after, (M,), S.
    """

    signs: IntArray
    before: FloatArray
    after: FloatArray

    @property
    def patterns(self) -> int:
        """Number of patterns, p."""
        return self.signs.shape[1]

    @property
    def change(self) -> FloatArray:
        """Relative change of each, (M,)."""
        found: FloatArray = self.after / self.before - 1
        return found

    def taken(self, chosen: IntArray) -> Strips:
        """Those of these numbers, in their order, also several times."""
        return Strips(self.signs[chosen], self.before[chosen], self.after[chosen])


def strip_signs(patterns: Pattern, coupled: BoolArray) -> IntArray:
    """Return the signs of every pair that is joined, (strips, p).

    Args:
        patterns: (p, N) of ±1.
        coupled: (P,) in the order of `pairs`.

    Example:
        >>> import numpy as np
        >>> strip_signs(np.array([[1, 1, -1], [1, -1, 1]]), np.ones(3, dtype=bool)).tolist()
        [[0, 1], [1, 0], [1, -1]]
    """
    first, second = (index[coupled] for index in np.triu_indices(patterns.shape[1], k=1))
    xi = patterns.T.astype(np.int64)
    return np.asarray((xi[first] - xi[second]) // 2)


def joined_strips(parts: Iterable[Strips]) -> Strips:
    """All strips of several runs with one number of patterns."""
    each = list(parts)
    return Strips(
        np.concatenate([part.signs for part in each]),
        np.concatenate([part.before for part in each]),
        np.concatenate([part.after for part in each]),
    )


def with_quiet_strips(pools: Mapping[int, Strips]) -> dict[int, Strips]:
    """Give every pool the strips of all others that no pattern drove.

    Without a current it does not matter how many patterns others were shown.

    Args:
        pools: by their number of patterns.
    """
    quiet = {p: pool.taken(np.flatnonzero(~pool.signs.any(axis=1))) for p, pool in pools.items()}
    return {
        p: joined_strips(
            [
                pool,
                *(
                    Strips(np.zeros((len(each.before), p), np.int64), each.before, each.after)
                    for other, each in quiet.items()
                    if other != p
                ),
            ]
        )
        for p, pool in pools.items()
    }


def class_of(signs: IntArray, level: str) -> IntArray:
    """Return one number for each row of signs (…, p): that of its class at a level, (…,)."""
    if level == "count":
        return np.asarray(np.abs(signs).sum(axis=-1))
    powers = 3 ** np.arange(signs.shape[-1])[::-1]
    number: IntArray = signs @ powers
    return np.abs(number) if level == "unsigned" else number


def finest_level_needed(strips: Strips, *, seed: int = 0, threshold: float = 0.05) -> str:
    """Return the coarsest level that the strips do not contradict.

    Args:
        strips: a pool.
        seed: of the permutations.
        threshold: of the p-values, see `level_test`.
    """
    for coarse, fine in (("count", "unsigned"), ("unsigned", "signed")):
        if level_test(strips, coarse, fine, seed=seed) >= threshold:
            return coarse
    return "signed"


def level_test(strips: Strips, coarse: str, fine: str, *, seed: int = 0) -> float:
    """Return the p-value of: within classes of `coarse`, those of `fine` change equally.

    A permutation test: the sum of squares between fine classes, against the same with the changes
    of each coarse class shuffled. 1 where no coarse class has two fine ones.
    """
    change = strips.change
    outer, inner = (class_of(strips.signs, level) for level in (coarse, fine))
    groups = [np.flatnonzero(outer == each) for each in np.unique(outer)]
    groups = [group for group in groups if len(np.unique(inner[group])) > 1]
    if not groups:
        return 1.0
    rng = np.random.default_rng(seed)
    found = sum(_between(change[group], inner[group]) for group in groups)
    larger = 0
    for _ in range(_PERMUTATIONS):
        drawn = sum(_between(rng.permutation(change[group]), inner[group]) for group in groups)
        larger += drawn >= found * (1 - 1e-12)
    return (larger + 1) / (_PERMUTATIONS + 1)


def _between(values: FloatArray, labels: IntArray) -> float:
    _, member = np.unique(labels, return_inverse=True)
    sums = np.bincount(member, values)
    return float((sums**2 / np.bincount(member)).sum())


def composed_weights(
    pool: Strips,
    patterns: Pattern,
    coupled: BoolArray,
    reference: Reference,
    rng: np.random.Generator,
    *,
    level: str = "signed",
    parallel: int = 1,
) -> FloatArray:
    """Return the weights of a network of strips drawn from a pool, with replacement.

    Args:
        pool: strips of as many patterns.
        patterns: (p, N) of ±1.
        coupled: (P,) in the order of `pairs`.
        reference: by which weights are read.
        rng: draws the strips.
        level: at which strips are taken together.
        parallel: strips of the pool that make one of the network, side by side.

    Returns:
        (N, N), symmetric, zero diagonal.

    Raises:
        InputError: no strip of the pool had such signs, or had another number of patterns.
    """
    if len(patterns) != pool.patterns:
        raise InputError(
            f"{counted(len(patterns), 'pattern')}: the strips were shown {pool.patterns}"
        )
    wanted = class_of(strip_signs(patterns, coupled), level)
    chosen = drawn_strips(class_of(pool.signs, level), wanted, parallel, rng)
    size = patterns.shape[1]
    matrices = []
    for g in (pool.before, pool.after):
        own = np.zeros(len(coupled))
        own[coupled] = g[chosen].sum(axis=1)
        matrices.append(conductance_matrix(own, size))
    return conductance_weights(matrices[0], matrices[1], reference)


def drawn_strips(
    there: IntArray, wanted: IntArray, parallel: int, rng: np.random.Generator
) -> IntArray:
    """Return the numbers of strips drawn for each wanted class, (len(wanted), parallel).

    Args:
        there: class of each strip of the pool, (M,).
        wanted: class of each strip of the network.
        parallel: how many for each.
        rng: draws them.

    Raises:
        LackingStripsError: a class that no strip of the pool has.
    """
    order = np.argsort(there, kind="stable")
    kinds, first, count = np.unique(there[order], return_index=True, return_counts=True)
    place = np.minimum(np.searchsorted(kinds, wanted), len(kinds) - 1)
    lacking = np.unique(wanted[kinds[place] != wanted])
    if len(lacking):
        raise LackingStripsError(
            f"{len(lacking)} of the sequences of signs that a network needs were on no strip of "
            "these runs: give more runs, or take more signs together"
        )
    lot = rng.integers(0, count[place][:, None], (len(wanted), parallel))
    return np.asarray(order[first[place][:, None] + lot])


def resampled(strips: Strips, level: str, rng: np.random.Generator) -> Strips:
    """A bootstrap of the pool: of each class as many strips as it has, drawn with replacement."""
    there = class_of(strips.signs, level)
    return strips.taken(drawn_strips(there, there, 1, rng)[:, 0])
