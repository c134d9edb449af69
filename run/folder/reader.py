"""Read a run folder: manifest, summary, tables and case, each checked before anything uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.pairs import coupled_pairs
from hebbfilm.run.folder.notes import read_note
from hebbfilm.run.folder.same_case import INDIFFERENT, case_values
from hebbfilm.run.folder.schema import ManifestEntries, validated
from hebbfilm.run.folder.sealed_json import check_seal, file_checksum, read_json
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.folder.summary_reader import read_summary, require_finished
from hebbfilm.run.folder.tables import ConductanceTable, RecallTable, read_conductance, read_recall
from hebbfilm.run.inputs.case import Case, read_case
from hebbfilm.run.inputs.settings import flat


@dataclass(frozen=True)
class Manifest:
    """What a run says of itself: contacts in node order, film thickness in m, snapshots, case."""

    folder: Path
    contacts: tuple[str, ...]
    thickness: float
    snapshots: tuple[Snapshot, ...]
    case: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """A complete run: manifest, summary with its matrices, patterns (n, N) of ±1, both tables."""

    manifest: Manifest
    summary: dict[str, Any]
    patterns: IntArray
    conductance: ConductanceTable
    recall: RecallTable

    @property
    def coupled(self) -> BoolArray:
        """Which pairs of contacts i < j have a conductance between them, and so a weight."""
        return coupled_pairs(self.summary["conductance_before"])


def read_run(folder: Path) -> Run:
    """Read everything but the case and the snapshots' fields.

    Raises:
        InputError: a file is missing, unreadable, or holds what it cannot; the message names file
            and key.
    """
    manifest = read_manifest(folder)
    summary = read_summary(folder)
    contacts = manifest.contacts
    if tuple(summary["contacts"]) != contacts:
        raise InputError(
            f"{folder / 'summary.json'}: contacts = {summary['contacts']}: the manifest has "
            f"{list(contacts)}"
        )
    run = Run(
        manifest,
        summary,
        np.array(summary["patterns"], dtype=np.int64),
        read_conductance(folder / "conductance.csv", contacts),
        read_recall(folder / "recall.csv", len(contacts)),
    )
    for name, checksum in summary["files"].items():
        if file_checksum(folder / name) != checksum:
            raise InputError(f"{folder / name}: was changed after the run was finished")
    return run


def finished_runs(folder: Path) -> list[Path]:
    """The folder itself if it is a run, else the finished runs in it, sorted by name.

    Raises:
        InputError: there is none, or the summary of one that was finished is lost.
    """
    if any((folder / name).is_file() for name in ("manifest.json", "summary.json")):
        require_finished(folder)
        return [folder]
    for note in folder.glob("*/member.json"):
        summary = note.with_name("summary.json")
        if read_note(note.parent).status == "finished" and not summary.exists():
            raise InputError(f"{summary}: no such file, though {note.name} says that it finished")
    found = sorted(path.parent for path in folder.glob("*/summary.json"))
    if not found:
        what = "no finished run is in it" if folder.is_dir() else "there is no such folder"
        raise InputError(f"{folder}: {what}; give the folder of a run, or of a study")
    return found


def all_finished_runs(folders: Iterable[Path]) -> list[Path]:
    """The finished runs of all these folders, one after another; raises as `finished_runs`."""
    return [run for folder in folders for run in finished_runs(folder)]


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json` of a run folder.

    Raises:
        InputError: the folder is missing, or the manifest is missing or damaged.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such run folder")
    path = folder / "manifest.json"
    if not path.exists():
        raise InputError(f"{folder}: no run is in it, as it has no {path.name}")
    content = read_json(path)
    found = validated(path, content, ManifestEntries)
    check_seal(path, content)
    snapshots = tuple(
        Snapshot(
            folder / entry.file,
            entry.t,
            entry.label,
            None if entry.voltages is None else tuple(entry.voltages),
        )
        for entry in found.fields
    )
    return Manifest(folder, tuple(found.contacts), found.thickness, snapshots, found.case)


def read_case_of_run(folder: Path, settings: Iterable[str] = ()) -> Case:
    """The case of a run, as `hebbfilm.run.inputs.case.read_case` reads it.

    Raises:
        InputError: the file is damaged, or is another case than the manifest has.
    """
    manifest = read_manifest(folder)
    path = folder / "case.toml"
    own = case_values(read_case(path))
    # Keys that are newer than the run have their default.
    for key, value in flat(manifest.case).items():
        decides = key.partition(".")[0] not in INDIFFERENT
        if decides and own.get(key) != value:
            raise InputError(
                f"{path}: {key} = {own.get(key)!r}, but the run was made with {value!r} "
                "(manifest.json)"
            )
    return read_case(path, settings)


def find_snapshot(manifest: Manifest, wanted: str | int | None) -> Snapshot:
    """Pick a snapshot by label, or by number from 0 (−1 is the last); None is the last.

    A label may be shortened; the last snapshot that begins with it is taken.

    Raises:
        InputError: no such snapshot; the message lists those there are.
    """
    snapshots = manifest.snapshots
    text = "-1" if wanted is None else str(wanted)
    if text.lstrip("-").isdigit() and -len(snapshots) <= int(text) < len(snapshots):
        return snapshots[int(text)]
    for match in (lambda s: s.label == text, lambda s: s.label.startswith(text)):
        found = [snapshot for snapshot in snapshots if match(snapshot)]
        if found:
            return found[-1]
    there = ", ".join(f"{k} '{s.label}'" for k, s in enumerate(snapshots)) or "none"
    raise InputError(
        f"{manifest.folder / 'manifest.json'}: no snapshot '{text}'; there are: {there}"
    )
