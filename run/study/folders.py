"""What the folder of a member tells: whether its run is finished, begun or failed."""

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from meshing.errors import InputError
from run.case import Case, parse_case
from run.run_folder import RunFolder
from run.settings import flat
from run.study.members import Member

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


def check_same_case(member: Member, folder: Path) -> None:
    """That what the folder holds, if anything, is a run of this very case.

    Raises:
        InputError: it is of another, with the first key that differs.
    """
    path = folder / "case.toml"
    if not path.is_file():
        return
    try:
        kept = _values(parse_case(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not the case of a run: {error}; remove {folder}") from None
    wanted = _values(member.case)
    for key in [*wanted, *kept]:
        if wanted.get(key) != kept.get(key):
            raise InputError(
                f"{folder} holds a run with {key} = {kept.get(key)!r}, and the study now has "
                f"{wanted.get(key)!r}: remove that folder, or give the study another one with --out"
            )


def _values(case: Case) -> dict[str, Any]:
    return flat(case.model_dump(mode="json", exclude={"title"}))
