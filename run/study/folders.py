"""What the folder of a member tells: whether its run is finished, begun or failed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from meshing.errors import InputError
from run.run_folder import RunFolder

Status: TypeAlias = Literal["finished", "failed", "stopped", "waiting"]

_NOTE = "member.json"


@dataclass(frozen=True)
class Note:
    """What a study keeps of a member beside the files of its run.

    Args:
        status: how it ended last; "stopped" goes on where it was.
        error: why it failed, in one line.
        wall_time: spent on it so far, in s.
        ranks: that shared its film last.
    """

    status: Status = "waiting"
    error: str = ""
    wall_time: float = 0.0
    ranks: int = 0


def read_note(folder: Path) -> Note:
    """The note of a member; one that says so, if it has none yet."""
    try:
        return Note(**json.loads((folder / _NOTE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Note("stopped" if is_begun(folder) else "waiting")
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"cannot read {folder / _NOTE}: {error}; remove {folder}") from None


def write_note(folder: Path, note: Note) -> None:
    """Keep the note of a member.

    Raises:
        InputError: it cannot be written.
    """
    try:
        # A member may fail before it has a folder.
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror}") from None
    RunFolder(folder).write_json(_NOTE, asdict(note))


def is_begun(folder: Path) -> bool:
    """Whether there is a state to go on from."""
    return (folder / "state.npz").is_file()
