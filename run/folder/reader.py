"""Read a run folder: manifest, summary, tables and case, each checked before anything uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.notebook import as_html
from hebbfilm.run.folder import files
from hebbfilm.run.folder.checksummed_json import file_checksum
from hebbfilm.run.folder.chip_table import ChipRecalls, read_chip_recalls, require_fit
from hebbfilm.run.folder.conductance_table import ConductanceTable, read_conductance
from hebbfilm.run.folder.manifest import Manifest, read_manifest
from hebbfilm.run.folder.notes import read_note
from hebbfilm.run.folder.recall_table import RecallEnds, read_recall
from hebbfilm.run.folder.same_case import case_values, differ
from hebbfilm.run.folder.summary import Summary
from hebbfilm.run.folder.summary_file import read_summary, require_finished
from hebbfilm.run.inputs.case import Case, parse_case, read_case
from hebbfilm.run.inputs.content import without_none
from hebbfilm.run.inputs.whole_paths import with_whole_paths


@dataclass(frozen=True)
class Run:
    """A complete run: manifest, summary with its matrices, its tables."""

    manifest: Manifest
    summary: Summary
    conductance: ConductanceTable
    recall: RecallEnds
    recall_on_chip: ChipRecalls | None = None

    _repr_html_ = as_html

    @property
    def patterns(self) -> IntArray:
        """Those that were presented, (n, N) of ±1."""
        return self.summary.patterns

    @property
    def coupled(self) -> BoolArray:
        """Which pairs of neurons i < j have a conductance between them, and so a weight."""
        return self.summary.coupled

    @property
    def neurons(self) -> tuple[str, ...]:
        """Their names; by default each contact is one."""
        return self.summary.neuron_names


def read_run(folder: Path | str) -> Run:
    """Read a finished run: everything but the case and the snapshots' fields.

    Raises:
        InputError: a file is missing, unreadable, or holds what it cannot; the message names file
            and key.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    summary = read_summary(folder)
    for key in ("contacts", "neurons"):
        own, other = getattr(summary, key), getattr(manifest, key)
        if own != other:
            raise InputError(
                f"{folder / files.SUMMARY}: {key} = {list(own)}: the manifest has {list(other)}"
            )
    neurons = manifest.as_neurons()
    run = Run(
        manifest,
        summary,
        read_conductance(folder, neurons),
        read_recall(folder, len(neurons.names)),
        _chip_recalls(folder, summary),
    )
    for name, checksum in summary.files.items():
        if file_checksum(folder / name) != checksum:
            raise InputError(f"{folder / name}: was changed after the run was finished")
    return run


def _chip_recalls(folder: Path, summary: Summary) -> ChipRecalls | None:
    if summary.recall_on_chip is None:
        return None
    found = read_chip_recalls(folder, len(summary.neuron_names))
    require_fit(folder / files.RECALL_ON_CHIP, found, summary.recall_on_chip)
    return found


def finished_runs(folder: Path) -> list[Path]:
    """The folder itself if it is a run, else the finished runs in it, sorted by name.

    Raises:
        InputError: there is none, or the summary of one that was finished is lost.
    """
    if any((folder / name).is_file() for name in (files.MANIFEST, files.SUMMARY)):
        require_finished(folder)
        return [folder]
    for note in folder.glob(f"*/{files.MEMBER}"):
        summary = note.with_name(files.SUMMARY)
        if read_note(note.parent).status == "finished" and not summary.exists():
            raise InputError(f"{summary}: no such file, though {note.name} says that it finished")
    found = sorted(path.parent for path in folder.glob(f"*/{files.SUMMARY}"))
    if not found:
        what = "no finished run is in it" if folder.is_dir() else "there is no such folder"
        raise InputError(f"{folder}: {what}; give the folder of a run, or of a study")
    return found


def all_finished_runs(folders: Iterable[Path]) -> list[Path]:
    """The finished runs of all these folders, one after another; raises as `finished_runs`.

    A run that is named more than once, as by a study and by itself, is there once.
    """
    found: dict[Path, Path] = {}
    for folder in folders:
        for run in finished_runs(folder):
            found.setdefault(run.resolve(), run)
    return list(found.values())


def read_case_of_run(folder: Path, settings: Iterable[str] = ()) -> Case:
    """The case of a run, as `hebbfilm.run.inputs.case.read_case` reads it.

    Raises:
        InputError: the file is damaged, or is another case than the manifest has.
    """
    made, path = case_as_made(folder), folder / files.CASE
    own = case_values(read_case(path))
    for key in [*made, *own] if made else ():
        if differ(key, own.get(key), made.get(key)):
            raise InputError(
                f"{path}: {key} = {own.get(key)!r}, but the run was made with {made.get(key)!r} "
                f"({files.MANIFEST})"
            )
    return read_case(path, settings)


def case_as_made(folder: Path) -> dict[str, Any]:
    """The case of the manifest by dotted keys, in which those newer than it have their default.

    Empty where it has none.

    Raises:
        InputError: what it has is no case.
    """
    kept = without_none(read_manifest(folder).case)
    if not kept:
        return {}
    try:
        return case_values(parse_case(with_whole_paths(kept, folder)))
    except InputError as error:
        raise InputError(f"{folder / files.MANIFEST}: case: {error}") from None
