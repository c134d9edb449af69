"""Whether networks composed of other strips foretell what a run has learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.hopfield.judging import Judged, judge
from hebbfilm.hopfield.strips import composed_weights, resampled
from hebbfilm.run.analysis.composed import Asked, pool_levels
from hebbfilm.run.folder.learnt import FILM, read_learnt
from hebbfilm.run.folder.measured_strips import Measured

_STARTS = 200
_TOLD = {
    "stable": "patterns stable",
    "firm": "patterns firm",
    "recalled": "recalled from flipped signs",
    "correlation": "correlation with Hebb's weights",
}


def compare_held_out(
    measured: Measured, runs: Sequence[Path], asked: Asked
) -> list[dict[str, Any]]:
    """Compose the network of each run of the strips of the others, many times.

    Args:
        measured: strips of which no run is one of those.
        runs: held out.
        asked: of which seed, pool and trials count.

    Returns:
        For each run and measure: what the run has, and the middle 95 % of the composed networks,
        each of a resampled pool.

    Raises:
        InputError: a run that is among those measured, or strips that are lacking.
    """
    levels, found = pool_levels(measured, asked), []
    there = {run.resolve() for run in measured.runs}
    for folder in runs:
        if folder.resolve() in there:
            raise InputError(f"{folder}: is among the runs whose strips are drawn; leave it out")
        learnt = read_learnt(folder)
        count = len(learnt.patterns)
        if count not in measured.pools:
            raise InputError(
                f"{folder}: was shown {counted(count, 'pattern')}, and no strip of these runs was"
            )
        rng = np.random.default_rng(asked.seed)
        trials = replace(asked.trials, level=levels[count])
        networks = [
            composed_weights(
                resampled(measured.pools[count], trials.level, rng),
                learnt.patterns,
                learnt.coupled,
                measured.reference,
                rng,
                level=trials.level,
            )
            for _ in range(trials.resamples)
        ]
        own = learnt.networks()
        w = np.array([own[FILM], *networks])
        xi = np.array(len(w) * [learnt.patterns])
        judged = _numbers(judge(w, xi, trials.share, _STARTS, rng))
        hebb = np.where(own["hebb"] == 0, 0, own["hebb"])
        judged["correlation"] = _correlations(w, hebb, learnt.coupled)
        found.append(
            {
                "run": str(folder),
                "patterns": count,
                "measures": {name: _within(values) for name, values in judged.items()},
            }
        )
    return found


def held_out_text(found: Sequence[Mapping[str, Any]]) -> str:
    """A table of what runs have beside what composed networks have."""
    rows = [["run", "patterns", "", "run has", "composed", "within"]]
    for each in found:
        for name, told in _TOLD.items():
            one = each["measures"][name]
            low, high = one["interval"]
            rows.append(
                [
                    Path(each["run"]).name,
                    str(each["patterns"]),
                    told,
                    f"{one['run']:.2f}",
                    f"{one['mean']:.2f} [{low:.2f}, {high:.2f}]",
                    "yes" if one["within"] else "no",
                ]
            )
    note = "Held out: networks of these runs, composed of strips of others; middle 95 % of them"
    return "\n".join([note, *aligned(rows, "<><>>>")])


def _numbers(judged: Judged) -> dict[str, Any]:
    return {
        "stable": judged.stable.sum(axis=1),
        "firm": judged.firm.sum(axis=1),
        "recalled": judged.recalled.mean(axis=1),
    }


def _correlations(w: Any, hebb: Any, coupled: Any) -> Any:
    first, second = (index[coupled] for index in np.triu_indices(len(hebb), k=1))
    ideal = hebb[first, second]
    return np.array([np.corrcoef(each[first, second], ideal)[0, 1] for each in w])


def _within(values: Any) -> dict[str, Any]:
    own, composed = float(values[0]), values[1:]
    low, high = (float(end) for end in np.percentile(composed, [2.5, 97.5]))
    return {
        "run": own,
        "mean": float(composed.mean()),
        "interval": [low, high],
        "within": low <= own <= high,
    }
