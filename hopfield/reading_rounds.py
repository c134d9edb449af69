"""Which contacts can be read at the same time: those that share no film do not see each other."""

from __future__ import annotations

from itertools import combinations, count, islice
from math import comb

import numpy as np

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.solvers import Film

_READ_ONCE = 4
"""Groups up to which one after another is read."""


def reading_rounds(film: Film, neurons: Neurons) -> BoolArray:
    """Which neurons are read at the same time, (rounds, N): whole columns are neurons.

    In a film in one piece, and behind leads, each contact is read by itself.

    Args:
        film: with contacts.
        neurons: that are read.
    """
    conduction = film.conduction
    if conduction is None or conduction.lead_resistance.any():
        return np.eye(len(neurons.names), dtype=bool)
    at = conduction.strips.at
    touching = np.zeros((len(at), len(neurons.contacts) + 1))
    np.put_along_axis(touching, at, 1.0, axis=1)
    of_neurons = touching[:, :-1] @ ((neurons.tied + neurons.reference) > 0).T > 0
    strips = np.unique(of_neurons, axis=0).astype(float)
    return rounds(strips.T @ strips > 0, in_pairs=bool((strips.sum(axis=1) <= 2).all()))


def rounds(neighbours: BoolArray, *, in_pairs: bool) -> BoolArray:
    """Rounds, (R, N), in which each contact is at a voltage while a neighbour is not, for all.

    No two neighbours are read together, as if one contact after another were read. Where strips
    have two contacts and that would take many rounds, each group of contacts is read in a choice of
    half of fewer rounds, of which none contains another (E. Sperner, Math. Z. 27, 544 (1928)): so
    each strip is driven from either end alone at least once, and not at all while both are read.

    Args:
        neighbours: which share film, (N, N); what stands for one contact itself does not matter.
        in_pairs: whether no more than two share one.

    Example:
        >>> rounds(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool), in_pairs=True).tolist()
        [[False, True, False], [True, False, True]]
    """
    group = _groups(neighbours)
    groups = int(group.max(initial=-1)) + 1
    if not in_pairs or groups <= _READ_ONCE:
        one_by_one: BoolArray = np.equal.outer(np.arange(groups), group)
        return one_by_one
    fewest = next(r for r in count(1) if comb(r, r // 2) >= groups)
    chosen = np.zeros((groups, fewest), dtype=bool)
    np.put_along_axis(
        chosen, np.array(list(islice(combinations(range(fewest), fewest // 2), groups))), True, 1
    )
    return chosen[group].T


def _groups(neighbours: BoolArray) -> IntArray:
    """The number of a group for each contact, (N,), in which no two are neighbours."""
    found = np.full(len(neighbours), -1)
    # Those with most neighbours first: what is left for the others is never much.
    for own in np.argsort(-neighbours.sum(axis=1), kind="stable"):
        taken = set(found[neighbours[own]].tolist())
        found[own] = next(number for number in count() if number not in taken)
    return found
