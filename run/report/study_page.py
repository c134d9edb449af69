"""The page of a study: its table, its pictures, and what failed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import wilson_interval
from hebbfilm.common.text import counted, percent
from hebbfilm.run.analysis.metrics import METRICS
from hebbfilm.run.folder import files
from hebbfilm.run.folder.csv_rows import Rows, read_rows
from hebbfilm.run.folder.manifest import Manifest, read_manifest
from hebbfilm.run.folder.notes import Note, read_note
from hebbfilm.run.report.case_keys import keys_of_case
from hebbfilm.run.report.content import Cell, Key, KeyNumber, Link, Page, Picture, Table
from hebbfilm.run.report.of_folder import versions_table
from hebbfilm.run.report.pictures import pictures_of_study
from hebbfilm.run.report.words import plain, signed_percent
from hebbfilm.run.study.outline import OUTLINE, read_outline
from hebbfilm.run.study.table import TABLE

_MEMBER, _STATUS, _ERROR = "member", "status", "error"
_COST = ("wall_time_s", "ranks")


def is_study(folder: Path) -> bool:
    """Whether runs lie in a folder, and none is it."""
    has_runs = (folder / TABLE).is_file() or any(folder.glob(f"*/{files.MEMBER}"))
    return has_runs and not (folder / files.MANIFEST).exists()


def study_page(folder: Path, out: Path) -> Page:
    """All that there is of a study.

    Args:
        folder: of the study.
        out: where the page will lie, from which it leads to those of the runs.

    Raises:
        InputError: a file is damaged.
    """
    rows = read_rows(folder / TABLE) if (folder / TABLE).is_file() else None
    members = _members(folder, rows)
    notes = {name: read_note(folder / name) for name in members}
    outline = read_outline(folder) if (folder / OUTLINE).is_file() else None
    varied = [] if rows is None else _varied(rows)
    table = _whole(rows, varied, folder, out) if rows else _bare(notes, folder, out)
    counts = Counter(note.status for note in notes.values())
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    varies = f" of one case in which {' and '.join(varied)} vary" if varied else ""
    first = _first_manifest(folder, notes)
    return Page(
        title=folder.resolve().name if outline is None else outline.title,
        kind="study",
        folder=str(folder),
        sentence=f"{counted(len(members), 'run')}{varies}: {told}.",
        banner=_banner(notes, rows),
        numbers=[] if rows is None else _numbers(rows),
        pictures=_pictures(folder, rows),
        tables=[table, *_failed(notes)],
        keys=[] if first is None else _shared_keys(first, varied),
        versions=None if first is None else versions_table(first),
        commands=_commands(folder),
    )


def _members(folder: Path, rows: Rows | None) -> list[str]:
    if rows is not None:
        return list(rows.texts(_MEMBER))
    return sorted(path.parent.name for path in folder.glob(f"*/{files.MEMBER}"))


def _varied(rows: Rows) -> list[str]:
    known = {_MEMBER, _STATUS, _ERROR, *METRICS, *_COST}
    return [name for name in rows.rows[0] if name not in known]


def _pictures(folder: Path, rows: Rows | None) -> list[Picture]:
    """None before a run is finished, and of studies of earlier versions."""
    outlined = (folder / OUTLINE).is_file()
    if rows is None or not outlined or "finished" not in rows.texts(_STATUS):
        return []
    return pictures_of_study(folder)


def _banner(notes: Mapping[str, Note], rows: Rows | None) -> str:
    done = sum(note.status == "finished" for note in notes.values())
    if rows is None:
        return (
            f"Not finished: {counted(done, 'run')} of those that have begun. Figures of the runs "
            "stand here once `hebbfilm study` has come to its end."
        )
    told = dict(zip(rows.texts(_MEMBER), rows.texts(_STATUS), strict=True))
    if any(notes[name].status != status for name, status in told.items()):
        return (
            f"The table is older than the runs, of which {done} of {len(notes)} are finished by "
            "now: the same `hebbfilm study` brings it up to date."
        )
    return "" if done == len(notes) else f"Not finished: {done} of {len(notes)} runs."


def _numbers(rows: Rows) -> list[KeyNumber]:
    """Recall, correlation and margin over all finished runs."""
    columns = {name: _known(rows, name) for name in ("recalled", "hebb_correlation", "margin")}
    found = []
    if len(recalled := columns["recalled"]):
        count, runs = int(recalled.sum()), len(recalled)
        low, high = wilson_interval(count, runs)
        meaning = (
            f"in which every recall ends in a stored pattern; {percent(count / runs)} %, with 95 % "
            f"confidence {percent(low)} to {percent(high)} %"
        )
        found.append(KeyNumber("Runs that recall all", f"{count} of {runs}", meaning))
    if len(correlation := columns["hebb_correlation"]):
        meaning = f"median; {plain(correlation.min())} to {plain(correlation.max())}. 1: as Hebb"
        found.append(
            KeyNumber("Correlation with Hebb’s rule", plain(float(np.median(correlation))), meaning)
        )
    if len(margin := columns["margin"]):
        meaning = (
            f"median; positive in {int((margin > 0).sum())} of {counted(len(margin), 'run')}: "
            "there, each pair that should grow stronger grew by more than each of the others"
        )
        found.append(KeyNumber("Margin", signed_percent(float(np.median(margin))), meaning))
    return found


def _known(rows: Rows, name: str) -> FloatArray:
    if not rows.has(name):
        return np.empty(0)
    cells = [cell for cell in rows.texts(name) if cell]
    try:
        return np.array(cells, dtype=float)
    except ValueError:
        raise InputError(f"{rows.path}: column {name!r} holds what is no number") from None


def _whole(rows: Rows, varied: Sequence[str], folder: Path, out: Path) -> Table:
    """The table of the study without columns in which nothing stands."""
    names = [_STATUS, *varied, *METRICS, *_COST]
    kept = [name for name in names if rows.has(name) and any(rows.texts(name))]
    cells = zip(rows.texts(_MEMBER), *(rows.texts(name) for name in kept), strict=True)
    lines = [[_member(row[0], folder, out), *map(_short, row[1:])] for row in cells]
    note = f"A click on a head sorts. {TABLE} has all digits."
    return Table("Runs", ("run", *(name.replace("_", " ") for name in kept)), lines, note, True)


def _short(cell: str) -> str:
    try:
        return f"{float(cell):.4g}".replace("-", "−")
    except ValueError:
        return cell


def _bare(notes: Mapping[str, Note], folder: Path, out: Path) -> Table:
    lines = [
        [_member(name, folder, out), note.status, f"{note.wall_time:.0f}"]
        for name, note in notes.items()
    ]
    return Table("Runs", ("run", "status", "wall time / s"), lines, sortable=True)


def _member(name: str, folder: Path, out: Path) -> Cell:
    """Its name, which leads to its own report where there is one."""
    report = folder / name / files.REPORT
    if not report.is_file():
        return name
    way = os.path.relpath(report.resolve(), out.resolve().parent)
    return Link(name, quote(way.replace(os.sep, "/")))


def _failed(notes: Mapping[str, Note]) -> list[Table]:
    lines = [(name, note.error) for name, note in notes.items() if note.status == "failed"]
    return [Table("Failed runs", ("run", "why"), lines)] if lines else []


def _first_manifest(folder: Path, notes: Mapping[str, Note]) -> Manifest | None:
    done = [name for name, note in notes.items() if note.status == "finished"]
    return read_manifest(folder / done[0]) if done else None


def _shared_keys(manifest: Manifest, varied: Sequence[str]) -> list[Key]:
    """The case that the runs share."""
    keys = keys_of_case(manifest.case)
    return [key for key in keys if key.name not in varied and key.name != "title"]


def _commands(folder: Path) -> list[tuple[str, str]]:
    return [
        (f"hebbfilm study STUDY.toml --out {folder}", "goes on with it, by its study file"),
        (f"hebbfilm report {folder}/RUN", "makes the page of one of its runs, linked here then"),
        (f"hebbfilm report {folder}", "makes this page anew"),
    ]
