"""The page of a run: finished, with or without patterns, or on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.text import counted
from hebbfilm.hopfield.contact_pairs import pair_names, pairs
from hebbfilm.run.folder import files
from hebbfilm.run.folder.conductance_table import ConductanceTable, read_conductance
from hebbfilm.run.folder.growing_table import GrowingTable
from hebbfilm.run.folder.manifest import Manifest, find_snapshot, read_manifest
from hebbfilm.run.folder.notes import read_note
from hebbfilm.run.folder.protocol_run import ProtocolRun, read_protocol_run
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.folder.summary import Summary
from hebbfilm.run.folder.summary_file import has_patterns, read_protocol_summary, read_summary
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.workload import running_time
from hebbfilm.run.report.case_keys import keys_of_case
from hebbfilm.run.report.checks import checks_table
from hebbfilm.run.report.content import KeyNumber, Page, Table, View
from hebbfilm.run.report.course import sentence
from hebbfilm.run.report.drive import drive_numbers
from hebbfilm.run.report.learnt import learnt_numbers, learnt_tables
from hebbfilm.run.report.of_folder import commands_of_run, files_table, versions_table
from hebbfilm.run.report.pictures import (
    pictures_of_protocol,
    pictures_of_training,
    pictures_on_the_way,
)
from hebbfilm.run.report.view_3d import view_of
from hebbfilm.run.report.words import plain, quantity

_MOST_READINGS = 512
_MOST_PAIRS = 15


def run_page(folder: Path) -> Page:
    """All that there is of a run.

    Args:
        folder: of the run.

    Raises:
        InputError: a file is missing, damaged, or was changed.
    """
    manifest = read_manifest(folder)
    if not (folder / files.SUMMARY).exists():
        return _unfinished(folder, manifest)
    return _trained(folder) if has_patterns(folder) else _protocol(folder)


def brief_page(folder: Path) -> Page:
    """The title, the key numbers and the textures of a run alone.

    Args:
        folder: of the run.

    Raises:
        InputError: a file is missing, damaged, or was changed.
    """
    manifest = read_manifest(folder)
    kind, banner, numbers = "run", "", []
    if not (folder / files.SUMMARY).exists():
        table = _course(folder, manifest)
        done = 0.0 if table is None else float(table.time[-1])
        banner = _banner(folder, manifest, _case(folder, manifest), done)
        numbers = _so_far(manifest, table)
    elif has_patterns(folder):
        numbers = _numbers_of_training(read_summary(folder))
    else:
        kind, numbers = "run without patterns", _numbers_of_protocol(read_protocol_summary(folder))
    return Page(
        title=manifest.title or folder.resolve().name,
        kind=kind,
        folder=str(folder),
        sentence="",
        banner=banner,
        numbers=numbers,
        pictures=pictures_on_the_way(manifest, None),
    )


def _numbers_of_training(summary: Summary) -> list[KeyNumber]:
    return [*learnt_numbers(summary), *drive_numbers(summary)]


def _numbers_of_protocol(summary: ProtocolSummary) -> list[KeyNumber]:
    m = ", ".join(f"{value:+.3f}".replace("-", "−") for value in summary.magnetisation)
    read = f"in {counted(summary.steps, 'step')}, each repeat counted"
    return [
        KeyNumber("Mean of m", f"({m})", "at the end of the run"),
        KeyNumber("Readings", str(summary.readings), read),
        *drive_numbers(summary),
    ]


def _common(folder: Path, manifest: Manifest, finished: bool = True) -> dict[str, Any]:
    """What the pages of all runs have."""
    case = folder / files.CASE
    return {
        "title": manifest.title or folder.resolve().name,
        "folder": str(folder),
        "sentence": sentence(manifest, _case(folder, manifest)),
        "view": _view(manifest),
        "keys": keys_of_case(manifest.case),
        "case": case.read_text(encoding="utf-8") if case.is_file() else "",
        "versions": versions_table(manifest),
        "commands": commands_of_run(folder, finished),
        "files": files_table(folder),
    }


def _case(folder: Path, manifest: Manifest) -> Case | None:
    return read_case_of_run(folder) if manifest.case else None


def _view(manifest: Manifest) -> View | None:
    return view_of(manifest, find_snapshot(manifest, None)) if manifest.snapshots else None


def _trained(folder: Path) -> Page:
    run = read_run(folder)
    return Page(
        kind="run",
        numbers=_numbers_of_training(run.summary),
        tables=learnt_tables(run.summary, run.recall),
        checks=checks_table(run.summary),
        pictures=pictures_of_training(folder),
        **_common(folder, run.manifest),
    )


def _protocol(folder: Path) -> Page:
    run = read_protocol_run(folder)
    summary = run.summary
    return Page(
        kind="run without patterns",
        numbers=_numbers_of_protocol(summary),
        tables=_readings(run),
        checks=checks_table(summary),
        pictures=pictures_of_protocol(folder, run.manifest),
        **_common(folder, run.manifest),
    )


def _readings(run: ProtocolRun) -> list[Table]:
    table, contacts = run.readings, run.manifest.contacts
    if table is None:
        return []
    shown = list(zip(pair_names(contacts), pairs(len(contacts)), strict=True))[:_MOST_PAIRS]
    heads = ["label", "t / ns", *(f"H{axis} / kA/m" for axis in "xyz"), "mx", "my", "mz"]
    heads += [f"g {name} / mS" for name, _ in shown]
    rows = []
    for k in range(min(len(table.time), _MOST_READINGS)):
        row = [table.label[k], f"{table.time[k] * 1e9:.4g}"]
        row += [f"{value / 1e3:.4g}" for value in table.field[k]]
        row += [f"{value:+.4f}" for value in table.magnetisation[k]]
        row += [f"{-1e3 * table.conductance[k][i, j]:.5f}" for _, (i, j) in shown]
        rows.append([row[0], *(cell.replace("-", "−") for cell in row[1:])])
    left_out = len(table.time) > len(rows) or len(pair_names(contacts)) > len(shown)
    note = f"There is more in {files.READINGS}." if left_out else ""
    return [Table("Readings", heads, rows, note, sortable=True)]


def _unfinished(folder: Path, manifest: Manifest) -> Page:
    case = _case(folder, manifest)
    table = _course(folder, manifest)
    done = 0.0 if table is None else float(table.time[-1])
    return Page(
        kind="run",
        banner=_banner(folder, manifest, case, done),
        numbers=_so_far(manifest, table),
        pictures=pictures_on_the_way(manifest, table),
        **_common(folder, manifest, finished=False),
    )


def _banner(folder: Path, manifest: Manifest, case: Case | None, done: float) -> str:
    total = ""
    if case is not None:
        total = f" of {plain(running_time(case, len(manifest.as_neurons().names)) * 1e9)}"
    note = read_note(folder)
    why = f" It failed: {note.error}" if note.status == "failed" else ""
    return f"Not finished: {plain(done * 1e9)}{total} ns.{why}"


def _course(folder: Path, manifest: Manifest) -> ConductanceTable | None:
    """Its rows so far; None before the first."""
    if GrowingTable(folder / files.CONDUCTANCE).rows() < 1:
        return None
    return read_conductance(folder, manifest.as_neurons())


def _so_far(manifest: Manifest, table: ConductanceTable | None) -> list[KeyNumber]:
    found = [KeyNumber("Snapshots", str(len(manifest.snapshots)), "of the film so far")]
    if table is not None:
        found.append(KeyNumber("Phase", table.phase[-1], "in which the run was last seen"))
        power = float(np.max(table.power))
        found.append(KeyNumber("Power", quantity(power, "W"), "at most so far"))
    return found


def require_folder(folder: Path) -> None:
    """Refuse what is no folder.

    Raises:
        InputError: it is not there.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give the folder of a run, or of a study")
