"""Write and read `summary.json`: its form, whether its figures fit each other, and its checksum."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import hebb_correlation
from hebbfilm.hopfield.contact_pairs import pair_names, relative_change
from hebbfilm.hopfield.moments import TRAINED, UNTRAINED
from hebbfilm.run.folder import files
from hebbfilm.run.folder.checksummed_json import (
    file_checksum,
    read_checksummed,
    read_json,
    write_checksummed,
)
from hebbfilm.run.folder.chip_entries import largest_changes
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.schema import FORMAT
from hebbfilm.run.folder.summary import Summary

_ROUNDING = 1e-9
"""Of the largest: what is computed anew from the conductances is the same up to this."""
_LEAST = 1e-6
"""A change of conductance whose rounding is that part of it."""


def write_summary(folder: Path, summary: Summary | ProtocolSummary) -> None:
    """Write `summary.json` with the checksums of the tables that are there.

    Raises:
        InputError: a table cannot be read, or the file not be written.
    """
    names = _tables(summary)
    tables = {name: file_checksum(folder / name) for name in names}
    content = TypeAdapter[Any](type(summary)).dump_python(summary, mode="json")
    write_checksummed(folder / files.SUMMARY, {**content, "format": FORMAT, "files": tables})


def _tables(summary: Summary | ProtocolSummary) -> tuple[str, ...]:
    if not isinstance(summary, Summary):
        return files.PROTOCOL_TABLES
    return files.TABLES if summary.recall_on_chip is None else files.TABLES_WITH_CHIP


def read_summary(folder: Path) -> Summary:
    """Read `summary.json`.

    Raises:
        InputError: the file is missing or damaged, its figures contradict each other, or it is of a
            run without patterns.
    """
    if not has_patterns(folder):
        raise InputError(
            f"{folder}: this run presented no patterns, so there are no weights and no recall; "
            f"what it read is in {files.READINGS}"
        )
    return read_checksummed(folder / files.SUMMARY, Summary, _check_figures)


def read_protocol_summary(folder: Path) -> ProtocolSummary:
    """Read `summary.json` of a run without patterns.

    Raises:
        InputError: the file is missing or damaged.
    """
    require_finished(folder)
    return read_checksummed(folder / files.SUMMARY, ProtocolSummary)


def has_patterns(folder: Path) -> bool:
    """Whether a finished run was trained on patterns.

    Raises:
        InputError: the run has no summary, or one that cannot be read.
    """
    require_finished(folder)
    # There it is their number.
    return not isinstance(read_json(folder / files.SUMMARY).get("readings"), int)


def require_finished(folder: Path) -> None:
    """Refuse the folder of a run that has no summary yet.

    Raises:
        InputError: it has none.
    """
    if not (folder / files.SUMMARY).exists():
        again = shlex.join(["hebbfilm", "run", str(folder), "--resume"])
        raise InputError(
            f"{folder}: no finished run is in it, as it has no {files.SUMMARY}; go on with it: "
            f"{again}"
        )


def _check_figures(summary: Summary) -> None:
    """That changes, weights and their correlation are those of the conductances.

    Raises:
        InputError: they are not.
    """
    before, after, coupled = summary.conductance_before, summary.conductance_after, summary.coupled
    for label, matrix in ((UNTRAINED, before), (TRAINED, after)):
        places = [f"{label}.{i}.{j}" for i, j in np.ndindex(before.shape)]
        _compare("readings", places, summary.readings[label].ravel(), matrix.ravel())
    every = zip(pair_names(summary.neuron_names), coupled, strict=True)
    names = [name for name, counts in every if counts]
    if set(names) != set(summary.relative_change):
        raise InputError(f"relative_change: must have the pairs that conduct, {', '.join(names)}")
    found = np.array([summary.relative_change[name] for name in names])
    _compare("relative_change", names, found, relative_change(before, after)[coupled])
    places = [f"{i}.{j}" for i, j in np.ndindex(before.shape)]
    own = summary.weights_by(summary.reference.reference)
    _compare("weights", places, summary.weights.ravel(), own.ravel())
    told = summary.hebb_correlation
    correlation = hebb_correlation(own, list(summary.patterns), coupled)
    if (told is None) != (correlation is None):
        raise InputError(f"hebb_correlation = {told}: the conductances give {correlation}")
    if told is not None:
        _compare("hebb_correlation", [""], np.array([told]), np.array([correlation]))
    if (chip := summary.recall_on_chip) is not None:
        changes = largest_changes(after, chip.conductance, chip.conductance_left_alone)
        found = np.array([getattr(chip, name) for name in changes])
        _compare("recall_on_chip", list(changes), found, np.array([*changes.values()]))


def _compare(key: str, places: Sequence[str], found: FloatArray, expected: FloatArray) -> None:
    tolerance = _ROUNDING * max(float(np.abs(expected).max()), _LEAST)
    wrong = np.flatnonzero(np.abs(found - expected) > tolerance)
    if len(wrong):
        k = wrong[0]
        name = f"{key}.{places[k]}".rstrip(".")
        raise InputError(f"{name} = {found[k]:.10g}: the conductances give {expected[k]:.10g}")
