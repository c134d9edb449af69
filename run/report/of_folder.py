"""What a page tells of the folder itself: its files, what made it, and how to do it again."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from hebbfilm.run.folder import files
from hebbfilm.run.folder.checksummed_json import file_checksum
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.session import Session
from hebbfilm.run.report.content import Table

_SIZES = ("B", "kB", "MB", "GB", "TB")
_NOT_LISTED = (files.PICTURES, files.NETWORK, files.REPORT)
"""What can be made anew from the rest."""


def files_table(folder: Path) -> Table:
    """Each file of a run, its size and its checksum.

    Raises:
        InputError: one cannot be read.
    """
    rows = [
        (str(path.relative_to(folder)), size_text(path.stat().st_size), file_checksum(path))
        for path in sorted(_files(folder))
    ]
    note = "sha256sum gives the same. Pictures and this page can be made anew, and are left out."
    return Table("Files of the run", ("file", "size", "SHA-256"), rows, note, folded=True)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_left_out(name)]
        yield from (Path(place) / name for name in names if not _is_left_out(name))


def _is_left_out(name: str) -> bool:
    return name in _NOT_LISTED or name.startswith(".") or name == "__pycache__"


def size_text(count: float) -> str:
    """A number of bytes as one says it."""
    unit = 0
    while count >= 1000 and unit < len(_SIZES) - 1:
        count, unit = count / 1000, unit + 1
    return f"{count:.3g} {_SIZES[unit]}"


def versions_table(manifest: Manifest) -> Table:
    """The programs that made a run, and its mesh."""
    rows = [(name, version) for name, version in manifest.versions.items()]
    if manifest.commit:
        rows.append(("commit", manifest.commit))
    if manifest.ranks:
        rows.append(("ranks that shared the film", str(manifest.ranks)))
    for number, each in enumerate(manifest.sessions[:-1], start=1):
        done = f"from {each.begins * 1e9:.4g} ns on: {_made_by(each)}"
        rows.append((f"session {number}, before it was resumed", done))
    for name, value in manifest.mesh.items():
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        rows.append((f"mesh: {name.replace('_', ' ')}", shown))
    return Table("Versions and mesh", ("what", "which"), rows, folded=True)


def _made_by(session: Session) -> str:
    ranks = f"{session.ranks} rank{'s' if session.ranks != 1 else ''}"
    version = f"hebbfilm {session.versions.get('hebbfilm', 'of unknown version')}"
    return ", ".join(each for each in (version, session.commit, ranks) if each)


def commands_of_run(folder: Path, finished: bool) -> list[tuple[str, str]]:
    """What to type to do a run again, or to look further into it; each with what it does."""
    case, again = folder / files.CASE, folder.with_name(f"{folder.name}_again")
    found = []
    if not finished:
        found.append((_line("run", folder, "--resume"), "goes on with it"))
    found.append((_line("run", case, "--out", again), "does the same run again, from its own case"))
    if finished:
        found.append((_line("report", folder), "makes this page anew"))
    found.append((_line("view", folder), "opens the film in a window"))
    return found


def _line(*words: str | Path) -> str:
    return shlex.join(["hebbfilm", *map(str, words)])
