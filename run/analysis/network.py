"""The analysis of one run and of many, as plain numbers that go into a JSON file."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.statistics import mean_interval, wilson_interval
from hebbfilm.hopfield import flip_correction, format_pattern, storage_criteria
from hebbfilm.hopfield.capacity import Capacity, ideal_capacity
from hebbfilm.hopfield.composed import RECALLED
from hebbfilm.hopfield.contact_pairs import pair_names
from hebbfilm.hopfield.fixed_points import largest_fixed_points
from hebbfilm.hopfield.landscape import ENUMERATED_UP_TO
from hebbfilm.hopfield.noisy_recall import recall_from_flips
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.robustness import under_read_noise, under_weight_noise, with_few_levels
from hebbfilm.run.folder.learnt import FILM, NAMES, Learnt

BESIDE = (FILM, "hebb")
"""Networks whose robustness is tried."""


def analyse_run(learnt: Learnt) -> dict[str, Any]:
    """Everything about the network of one run."""
    networks, patterns = learnt.networks(), learnt.patterns
    names = np.array(pair_names(learnt.contacts), dtype=object)
    tried = {name: networks[name] for name in BESIDE}
    read = under_read_noise(learnt.before, learnt.after, learnt.reference, patterns)
    return {
        "contacts": list(learnt.contacts),
        "patterns": [format_pattern(pattern) for pattern in patterns],
        "uncoupled_pairs": names[~learnt.coupled].tolist(),
        "reference": learnt.reference.describe(),
        "doses": doses([learnt]),
        "networks": {name: _network(w, patterns) for name, w in networks.items()},
        "weight_noise": {
            name: [asdict(b) for b in under_weight_noise(w, patterns)] for name, w in tried.items()
        },
        "read_noise": {FILM: [asdict(b) for b in read]},
        "levels": {
            name: [asdict(b) for b in with_few_levels(w, patterns)] for name, w in tried.items()
        },
        "capacity": capacities(learnt),
    }


def analyse_study(runs: Mapping[str, Learnt]) -> dict[str, Any]:
    """Statistics over the runs of a study, but for those of which all weights are 0.

    Args:
        runs: by their names.
    """
    every = list(runs.values())
    without = [name for name, learnt in runs.items() if not learnt.networks()[FILM].any()]
    runs = {name: learnt for name, learnt in runs.items() if name not in without}
    judged = [_short(learnt) for learnt in runs.values()]
    same = {(x.contacts, x.coupled.tobytes()) for x in runs.values()}
    return {
        "runs": list(runs),
        "runs_without_weights": without,
        "numbers_of_patterns": [len(learnt.patterns) for learnt in runs.values()],
        "doses": doses(every),
        "networks": {name: _over_runs([each[name] for each in judged]) for name in NAMES},
        "capacity": capacities(next(iter(runs.values()))) if len(same) == 1 else [],
    }


def doses(runs: Sequence[Learnt]) -> list[dict[str, Any]]:
    """Mean and standard deviation of r_ij, by how many patterns drive the pair."""
    found: dict[int, list[float]] = {}
    for learnt in runs:
        for driven, changes in learnt.doses().items():
            found.setdefault(driven, []).extend(changes)
    return [
        {
            "driven_by": driven,
            "pairs": len(changes),
            "mean": float(np.mean(changes)),
            "deviation": float(np.std(changes, ddof=1)) if len(changes) > 1 else None,
        }
        for driven, changes in sorted(found.items())
    ]


def capacities(learnt: Learnt) -> list[dict[str, Any]]:
    """What the ideal rules store on the pairs of this film."""
    found = ideal_capacity(len(learnt.contacts), learnt.coupled, most=max(4, len(learnt.patterns)))
    return [{**asdict(c), **_intervals(c)} for c in found]


def _intervals(found: Capacity) -> dict[str, Any]:
    names = ("stable", "firm", "exact", "exact_and_firm")
    return {f"{name}_interval": found.interval(getattr(found, name)) for name in names}


def _network(w: FloatArray, patterns: Pattern) -> dict[str, Any]:
    return {
        "weights": w.tolist(),
        **storage_criteria(w, patterns).as_dict(),
        "fixed_point_list": [
            {
                "state": format_pattern(point.state),
                "basin": point.basin,
                "energy": point.energy,
                "stored": point.stored,
            }
            for point in largest_fixed_points(w, patterns)
        ],
        "correction": [asdict(found) for found in flip_correction(w, patterns)],
        "from_flips": from_flips(w, patterns),
    }


def from_flips(w: FloatArray, patterns: Pattern) -> list[dict[str, Any]]:
    """Recall of each pattern from shares of its signs flipped; of small networks none.

    Up to 16 neurons all starts are in the correction of flips.
    """
    if len(w) <= ENUMERATED_UP_TO:
        return []
    return [asdict(found) for found in recall_from_flips(w, patterns)]


def _short(learnt: Learnt) -> dict[str, dict[str, Any]]:
    """Criteria and correction alone."""
    return {
        name: {
            **storage_criteria(w, learnt.patterns).as_dict(),
            "correction": [asdict(found) for found in flip_correction(w, learnt.patterns)],
            "from_flips": from_flips(w, learnt.patterns),
        }
        for name, w in learnt.networks().items()
    }


def _over_runs(judged: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    by_flips: dict[int, list[float]] = {}
    for each in judged:
        for found in each["correction"]:
            by_flips.setdefault(found["flips"], []).append(found["corrected"])
    return {
        "states_stable": sum(each["stable"] for each in judged),
        "states_stored": sum(each["stored"] for each in judged),
        "stable": _count([each["stable"] == each["stored"] for each in judged]),
        "exact": _count([each["exact"] for each in judged if each["exact"] is not None]),
        "one_bit": _mean([each["one_bit"] for each in judged]),
        "two_bit": _mean([each["two_bit"] for each in judged]),
        "from_flips": _flips_over_runs([each["from_flips"] for each in judged]),
        "by_run": [
            {key: value for key, value in each.items() if key != "correction"} for each in judged
        ],
        "correction": [
            {"flips": flips, **(_mean(values) or {})} for flips, values in sorted(by_flips.items())
        ],
    }


def _flips_over_runs(judged: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Of each share of flips: the mean over runs, and the runs that recall each pattern."""
    found = []
    for share in sorted({one["share"] for run in judged for one in run}):
        own = [[one for one in run if one["share"] == share] for run in judged]
        shares = [[one["itself"] / one["trials"] for one in run] for run in own if run]
        found.append(
            {
                "share": share,
                "recalled": _mean([float(np.mean(run)) for run in shares]),
                "each_recalled": _count([min(run) >= RECALLED for run in shares]),
            }
        )
    return found


def _count(true: Sequence[bool]) -> dict[str, Any] | None:
    """K of n runs, with Wilson's interval."""
    if not true:
        return None
    return {
        "count": sum(true),
        "runs": len(true),
        "interval": wilson_interval(sum(true), len(true)),
    }


def _mean(values: Sequence[float | None]) -> dict[str, Any] | None:
    """Mean over runs, with the 95 % interval of Student's t; fractions stay within 0 and 1."""
    known = np.array([value for value in values if value is not None])
    if not len(known):
        return None
    mean, interval = float(known.mean()), None
    if len(known) > 1:
        low, high = mean_interval(known)
        interval = (max(low, 0.0), min(high, 1.0))
    return {"mean": mean, "interval": interval, "runs": len(known)}
