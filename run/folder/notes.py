"""What the folder of a member tells: whether its run is finished, begun or failed."""

from dataclasses import asdict
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic.dataclasses import dataclass

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder import files
from hebbfilm.run.folder.checksummed_json import read_checksummed, write_checksummed
from hebbfilm.run.folder.schema import STRICT, Count, NotNegative

Status: TypeAlias = Literal["finished", "failed", "stopped", "waiting"]


@dataclass(frozen=True, kw_only=True, config=STRICT)
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
    wall_time: NotNegative = 0.0
    ranks: Count = 0


def read_note(folder: Path) -> Note:
    """The note of a member; one that says so, if it has none yet.

    Raises:
        InputError: it is damaged.
    """
    path = folder / files.MEMBER
    if not path.exists():
        return Note(status="stopped" if is_begun(folder) else "waiting")
    try:
        return read_checksummed(path, Note)
    except InputError as error:
        raise InputError(f"{error}; remove {folder} to run it anew") from None


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
    write_checksummed(folder / files.MEMBER, asdict(note))


def is_begun(folder: Path) -> bool:
    """Whether there is a state to go on from."""
    return (folder / files.STATE).is_file()
