"""States of films as a command names them: RUN, RUN:LABEL, or a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.inputs.from_run import FromRun
from hebbfilm.run.results.snapshot_choice import chosen_snapshot
from hebbfilm.solvers.textures.contents import checksum_of, content_of
from hebbfilm.solvers.textures.from_file import FromFile
from hebbfilm.solvers.textures.texture import Texture

_FILES = (".vtu", ".ovf", ".omf", ".ohf", ".obf")


@dataclass(frozen=True)
class NamedState:
    """A state of a film.

    Args:
        name: as it was named.
        texture: its m.
        run: folder of the run that has it; None of a file.
        checksum: SHA-256 of the file that holds it.
    """

    name: str
    texture: Texture
    run: Path | None
    checksum: str


def named_state(name: str) -> NamedState:
    """The state of this name.

    Args:
        name: RUN for the end of a finished run, RUN:WHICH for one of its snapshots by label,
            number or time, like runs/four_node:untrained, or a file ending in .vtu or .ovf.

    Raises:
        InputError: there is no such run, snapshot or file.
    """
    path = Path(name)
    if path.suffix.lower() in _FILES:
        texture = FromFile(path=name)
        if not path.is_file():
            raise InputError(f"{name}: no such file")
        return NamedState(name, texture, None, checksum_of(content_of(path)))
    folder, colon, which = name.partition(":")
    if path.is_dir():
        folder, colon, which = name, "", ""
    if not Path(folder).is_dir():
        raise InputError(
            f"{name}: no such folder of a run; states are RUN, RUN:LABEL, or a file ending in "
            ".vtu or .ovf"
        )
    if not colon:
        state = FromRun(path=folder)
    else:
        snapshot = chosen_snapshot(read_manifest(Path(folder)), which)
        state = FromRun(path=folder, moment=snapshot.label, time=snapshot.t)
    return NamedState(name, state, Path(folder), state.checksum_now())


def snapshots_as_states(run: Path, since: float = 0.0) -> list[NamedState]:
    """All snapshots of a run from a time in s on, in order.

    Raises:
        InputError: fewer than two.
    """
    found = []
    for snapshot in read_manifest(run).snapshots:
        if snapshot.t >= since:
            state = FromRun(path=str(run), moment=snapshot.label, time=snapshot.t)
            name = f"{snapshot.label} ({snapshot.t * 1e9:.6g} ns)"
            found.append(NamedState(name, state, run, state.checksum_now()))
    if len(found) < 2:
        raise InputError(
            f"{run}: a path needs two snapshots, and {len(found)} are from {since:.6g} s on: "
            "output.field_interval of a case keeps more"
        )
    return found


def run_of(states: list[NamedState]) -> Path:
    """The run of whose film all states are: of the first that is one of a run.

    Raises:
        InputError: all are files.
    """
    runs = [state.run for state in states if state.run is not None]
    if not runs:
        raise InputError(
            f"{states[0].name}: a file does not say what its film is made of: name its case by "
            "--case"
        )
    return runs[0]
