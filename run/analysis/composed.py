"""Capacity of networks composed of measured strips, as plain numbers for a JSON file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise, product
from typing import Any

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.text import counted
from hebbfilm.hopfield.composed import Trials, composed_stored, ideal_stored
from hebbfilm.hopfield.graphs import Graph
from hebbfilm.hopfield.letter_sets import letter_sets
from hebbfilm.hopfield.letters import PIXELS, letter_patterns
from hebbfilm.hopfield.overlapping import overlapping_patterns
from hebbfilm.hopfield.patterns import Pattern, random_patterns
from hebbfilm.hopfield.strips import LEVELS, class_of, finest_level_needed, level_test
from hebbfilm.run.folder.learnt import FILM
from hebbfilm.run.folder.measured_strips import Measured

AUTO = "auto"
LETTERS = "letters"
RANDOM = "random"


@dataclass(frozen=True)
class Asked:
    """What is asked of `hebbfilm capacity`.

    Args:
        counts: numbers of patterns.
        kinds: of patterns: "random", "letters", or an overlap of every two.
        sets: of each number and kind.
        seed: of sets, strips, flips and orders.
        pool: at which level strips are taken together, or "auto".
        trials: how networks are tried; their level is that of the pool.
    """

    counts: Sequence[int] = (1, 2, 3, 4)
    kinds: Sequence[str | float] = (RANDOM,)
    sets: int = 20
    seed: int = 0
    pool: str = AUTO
    trials: Trials = field(default_factory=Trials)


def analyse_capacity(
    measured: Measured | None, graphs: Sequence[Graph], asked: Asked
) -> dict[str, Any]:
    """Try all numbers and kinds of patterns on all graphs.

    Args:
        measured: the strips of some runs; None: the ideal rules alone.
        graphs: to compose networks on.
        asked: what else.

    Raises:
        InputError: letters that fit no graph, or strips that are lacking.
    """
    if LETTERS in asked.kinds and all(graph.units != PIXELS for graph in graphs):
        raise InputError(
            f"letters on a graph of {graphs[0].units} units: allowed are graphs of {PIXELS}, like "
            "pixels:7x5 or complete:35"
        )
    levels = {} if measured is None else pool_levels(measured, asked)
    points, left_out = [], _not_measured(measured, asked.counts)
    for graph, kind, count in product(graphs, asked.kinds, asked.counts):
        point = _point(measured, graph, kind, count, levels, asked)
        if point is not None:
            points.append(point)
        else:
            told = kind if isinstance(kind, str) else f"overlap {kind:g}"
            left_out.append(f"{graph.name}, {told}, {counted(count, 'pattern')}: no such sets")
    return {
        "what": "networks composed of strips that were measured one by one in the runs below; not "
        "simulations of these networks",
        "runs": [] if measured is None else [str(run) for run in measured.runs],
        "reference": None if measured is None else measured.reference.describe(),
        "pools": [] if measured is None else [pool_told(measured, p, levels) for p in levels],
        "sets": asked.sets,
        "seed": asked.seed,
        "trials": {key: value for key, value in asdict(asked.trials).items() if key != "level"},
        "points": points,
        "left_out": left_out,
    }


def _not_measured(measured: Measured | None, counts: Sequence[int]) -> list[str]:
    """Why the film has no rows with some numbers of patterns."""
    if measured is None:
        return []
    shown = " or ".join(map(str, measured.pools))
    return [
        f"film, {counted(count, 'pattern')}: the strips of these runs were shown {shown}"
        for count in counts
        if count not in measured.pools
    ]


def pool_levels(measured: Measured, asked: Asked) -> dict[int, str]:
    """At which level the strips of each number of patterns are taken together."""
    if asked.pool != AUTO:
        return dict.fromkeys(measured.pools, asked.pool)
    return {p: finest_level_needed(pool, seed=asked.seed) for p, pool in measured.pools.items()}


def pool_told(measured: Measured, count: int, levels: Mapping[int, str]) -> dict[str, Any]:
    """One pool: its strips by the number of patterns that drive them, and why at that level."""
    pool = measured.pools[count]
    driven = np.abs(pool.signs).sum(axis=1)
    return {
        "patterns": count,
        "strips": len(driven),
        "level": levels[count],
        "p_values": {
            f"{coarse} over {fine}": level_test(pool, coarse, fine)
            for fine, coarse in pairwise(LEVELS)
        },
        "classes": len(np.unique(class_of(pool.signs, levels[count]))),
        "changes": [
            {
                "driven_by": int(n),
                "strips": int((driven == n).sum()),
                "mean": float(pool.change[driven == n].mean()),
                "deviation": float(pool.change[driven == n].std(ddof=1))
                if (driven == n).sum() > 1
                else None,
            }
            for n in np.unique(driven)
        ],
    }


def pattern_sets(
    kind: str | float, count: int, units: int, sets: int, seed: int
) -> list[Pattern] | None:
    """Sets of patterns of a kind; None where no such patterns exist for so many units."""
    if kind == LETTERS:
        if units != PIXELS:
            return None
        return [letter_patterns(each) for each in letter_sets(count, sets, seed)]
    seeds = np.random.default_rng([seed, count, units]).integers(2**32, size=sets)
    try:
        if kind == RANDOM:
            return [random_patterns(count, units, int(each)) for each in seeds]
        return [overlapping_patterns(count, units, float(kind), int(each)) for each in seeds]
    except InputError:
        # Four units have seven patterns, and no three of them a large overlap.
        return None


def _point(
    measured: Measured | None,
    graph: Graph,
    kind: str | float,
    count: int,
    levels: Mapping[int, str],
    asked: Asked,
) -> dict[str, Any] | None:
    sets = pattern_sets(kind, count, graph.units, asked.sets, asked.seed)
    if sets is None:
        return None
    rng = np.random.default_rng([asked.seed, count, graph.units, graph.strips])
    found = {}
    if measured is not None and count in measured.pools:
        found[FILM] = composed_stored(
            measured.pools[count],
            sets,
            graph.coupled,
            measured.reference,
            replace(asked.trials, level=levels[count]),
            rng,
        )
    found |= ideal_stored(sets, graph.coupled, asked.trials, rng)
    return {
        "graph": graph.name,
        "units": graph.units,
        "strips": graph.strips,
        "kind": kind if isinstance(kind, str) else "overlap",
        "overlap": None if isinstance(kind, str) else kind,
        "mean_overlap": _mean_overlap(sets),
        "patterns": count,
        "sets": len(sets),
        "stored": {name: asdict(stored) for name, stored in found.items()},
    }


def _mean_overlap(sets: Sequence[Pattern]) -> float | None:
    """Of |q| of every two patterns, over all sets; None of single patterns."""
    count, units = sets[0].shape
    if count < 2:
        return None
    first, second = np.triu_indices(count, k=1)
    xi = np.array(sets, dtype=np.int64)
    return float(np.abs((xi[:, first] * xi[:, second]).sum(axis=2)).mean() / units)
