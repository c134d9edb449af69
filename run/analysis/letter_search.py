"""Which sets of letters graphs hold, by measured strips, ideal rules, and rules that are fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.hopfield.fitted_rules import FITTED_RULES, contrastive_weights, max_margin_weights
from hebbfilm.hopfield.graphs import Graph
from hebbfilm.hopfield.ideal import IDEAL_RULES, ideal_networks
from hebbfilm.hopfield.letter_sets import LetterSets, letter_sets, try_letter_sets
from hebbfilm.hopfield.letters import PIXELS
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.strips import composed_weights
from hebbfilm.run.analysis.composed import Asked, pool_levels
from hebbfilm.run.folder.learnt import FILM, NAMES
from hebbfilm.run.folder.measured_strips import Measured

RULE_NAMES = {**NAMES, "max_margin": "largest margin", "contrastive": "contrastive"}
_CONTRASTIVE_SETS = 40
"""Those that other rules recall best: each takes a second to learn by contrast."""


def search_letters(
    measured: Measured | None,
    graphs: Sequence[Graph],
    asked: Asked,
    screened: int,
    *,
    fitted: bool = False,
    best: int = 5,
) -> list[dict[str, Any]]:
    """Try sets of letters on every graph, by every rule.

    Args:
        measured: the strips of some runs; None: rules alone.
        graphs: of 35 units.
        asked: of which numbers of patterns, seed, pool and trials count.
        screened: sets of each number of letters; all of them if there are no more.
        fitted: whether also to fit weights to each set.
        best: sets that are tried again.

    Raises:
        InputError: a graph that letters do not fit, or strips that are lacking.
    """
    for graph in graphs:
        if graph.units != PIXELS:
            raise InputError(
                f"letters on graph {graph.name!r} of {graph.units} units: allowed are graphs of "
                f"{PIXELS}, like pixels:7x5 or complete:35"
            )
    found = []
    for graph in graphs:
        for count in asked.counts:
            sets = letter_sets(count, screened, asked.seed)
            by_rule = _tried(measured, graph, sets, asked, fitted, best)
            found.append(
                {
                    "graph": graph.name,
                    "strips": graph.strips,
                    "letters": count,
                    "rules": {name: asdict(tried) for name, tried in by_rule.items()},
                }
            )
    return found


def search_text(found: Sequence[Mapping[str, Any]], share: float) -> str:
    """A table of what became of all sets of letters."""
    rows = [
        ["graph", "letters", "", "sets", "stable", "recalled", "best, worst letter tried again"]
    ]
    rows += [
        [
            each["graph"],
            str(each["letters"]),
            RULE_NAMES[name],
            str(tried["tried"]),
            str(tried["stable"]),
            str(tried["recalled"]),
            ", ".join(_best(one) for one in tried["best"][:3]),
        ]
        for each in found
        for name, tried in each["rules"].items()
    ]
    note = (
        f"Letters of 5 x 7 pixels. Recalled: sets of which every letter is recalled in 95 % of "
        f"trials with {100 * share:g} % of its pixels flipped; the best were tried again, 1000 "
        "trials a letter"
    )
    return "\n".join([note, *aligned(rows, "<><>>><")])


def _best(one: Mapping[str, Any]) -> str:
    low, high = (100 * end for end in one["interval"])
    return f"{one['letters']} {100 * min(one['recalled']):.1f} [{low:.1f}, {high:.1f}] %"


def _tried(
    measured: Measured | None,
    graph: Graph,
    sets: Sequence[str],
    asked: Asked,
    fitted: bool,
    best: int,
) -> dict[str, LetterSets]:
    count = len(sets[0])
    rng = np.random.default_rng([asked.seed, count, graph.strips])
    attempt = partial(try_letter_sets, trials=asked.trials, rng=rng, best=best)
    found = {}
    if measured is not None and count in measured.pools:
        level = pool_levels(measured, asked)[count]
        trials = replace(asked.trials, level=level)
        found[FILM] = try_letter_sets(
            sets, _drawn(measured, graph, count, trials, rng), trials, rng, best=best, drawn=True
        )
    for rule in IDEAL_RULES:
        found[rule] = attempt(sets, _ideal(rule, graph))
    if fitted:
        found["max_margin"] = attempt(sets, lambda xi: max_margin_weights(xi, graph.coupled))
        good = list(dict.fromkeys(one.letters for tried in found.values() for one in tried.best))[
            :_CONTRASTIVE_SETS
        ]
        share = asked.trials.share
        found["contrastive"] = attempt(
            good, lambda xi: contrastive_weights(xi, graph.coupled, share, rng)
        )
    return {name: found[name] for name in (FILM, *IDEAL_RULES, *FITTED_RULES) if name in found}


def _ideal(rule: str, graph: Graph) -> Callable[[Pattern], FloatArray]:
    return lambda xi: ideal_networks(xi, graph.coupled)[rule]


def _drawn(
    measured: Measured, graph: Graph, count: int, trials: Any, rng: np.random.Generator
) -> Callable[[Pattern], FloatArray]:
    return lambda xi: composed_weights(
        measured.pools[count],
        xi,
        graph.coupled,
        measured.reference,
        rng,
        level=trials.level,
        parallel=trials.parallel,
    )
