"""Read `summary.json`: its form, whether its figures fit each other, and its checksum."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Reference, conductance_weights, hebb_correlation
from hebbfilm.hopfield.pairs import coupled_pairs, pair_names, relative_change
from hebbfilm.run.folder.schema import MATRICES, SummaryEntries, validated
from hebbfilm.run.folder.sealed_json import check_seal, read_json

_ROUNDING = 1e-9
"""Of the largest: what is computed anew from the conductances is the same up to this."""
_LEAST = 1e-6
"""A change of conductance whose rounding is that part of it."""


def read_summary(folder: Path) -> dict[str, Any]:
    """Read `summary.json`, its matrices as arrays.

    Raises:
        InputError: the file is missing or damaged, or its figures contradict each other.
    """
    require_finished(folder)
    path = folder / "summary.json"
    content = read_json(path)
    summary = validated(path, content, SummaryEntries).model_dump()
    for key in MATRICES:
        summary[key] = np.array(summary[key])
    try:
        _check_figures(summary)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    check_seal(path, content)
    return summary


def require_finished(folder: Path) -> None:
    """Refuse the folder of a run that has no summary yet.

    Raises:
        InputError: it has none.
    """
    if not (folder / "summary.json").exists():
        again = shlex.join(["hebbfilm", "train", str(folder), "--resume"])
        raise InputError(
            f"{folder}: no finished run is in it, as it has no summary.json; go on with it: {again}"
        )


def has_weights(summary: Mapping[str, Any]) -> bool:
    """Whether any weight is not 0: the change of a single pair, less its own mean, always is."""
    return bool(np.any(summary["weights"]))


def no_recall_text(summary: Mapping[str, Any]) -> str:
    """What to say in place of the recall of a run without weights."""
    single = len(summary["relative_change"]) == 1
    reason = "the change of a single pair is its own mean" if single else "all pairs changed alike"
    hint = "; see hebbfilm synapse" if single else ""
    return f"No recall: all weights are 0, as {reason}{hint}"


def _check_figures(summary: dict[str, Any]) -> None:
    """That changes, weights and their correlation are those of the conductances.

    Raises:
        InputError: they are not.
    """
    before, after = summary["conductance_before"], summary["conductance_after"]
    coupled = coupled_pairs(before)
    every = zip(pair_names(summary["contacts"]), coupled, strict=True)
    names = [name for name, counts in every if counts]
    if set(names) != set(summary["relative_change"]):
        raise InputError(f"relative_change: must have the pairs that conduct, {', '.join(names)}")
    found = np.array([summary["relative_change"][name] for name in names])
    _compare("relative_change", names, found, relative_change(before, after)[coupled])
    reference = Reference(summary["reference"]["rule"], summary["reference"]["offset"])
    places = [f"{i}.{j}" for i, j in np.ndindex(before.shape)]
    own = conductance_weights(before, after, reference)
    _compare("weights", places, summary["weights"].ravel(), own.ravel())
    told = summary["hebb_correlation"]
    correlation = hebb_correlation(own, summary["patterns"], coupled)
    if (told is None) != (correlation is None):
        raise InputError(f"hebb_correlation = {told}: the conductances give {correlation}")
    if told is not None:
        _compare("hebb_correlation", [""], np.array([told]), np.array([correlation]))


def _compare(key: str, places: Sequence[str], found: FloatArray, expected: FloatArray) -> None:
    tolerance = _ROUNDING * max(float(np.abs(expected).max()), _LEAST)
    wrong = np.flatnonzero(np.abs(found - expected) > tolerance)
    if len(wrong):
        k = wrong[0]
        name = f"{key}.{places[k]}".rstrip(".")
        raise InputError(f"{name} = {found[k]:.10g}: the conductances give {expected[k]:.10g}")
