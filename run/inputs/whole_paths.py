"""Paths in a case, from whichever folder it is read: made whole before any file is looked at."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.modules import MODULE, ModuleName
from hebbfilm.run.inputs.paths import path_from

_PATH = "path"
_WITH_FILES = ("layout", "initial.texture")
"""Tables of a case that name files, whatever their kind is; waveforms do where it is "table"."""


def with_whole_paths(content: Any, folder: Path, at: str = "") -> Any:
    """What a case holds, with the paths of its files from a folder; those that are whole stay.

    No file is read, and nothing noted of one: what a study varies may stand in for it yet.

    Args:
        content: of the case, nested mappings and lists; it stays as it is.
        folder: from which paths start.
        at: key of the content.

    Raises:
        InputError: a home folder that nobody has.
    """
    if isinstance(content, list | tuple):
        return [with_whole_paths(each, folder, f"{at}[{k}]") for k, each in enumerate(content)]
    if not isinstance(content, Mapping):
        return content
    found = {
        key: with_whole_paths(value, folder, f"{at}.{key}" if at else str(key))
        for key, value in content.items()
    }
    if at and at != "layout" and isinstance(found.get(MODULE), str):
        # What names none is told where it is looked for.
        with suppress(InputError):
            name = ModuleName.parsed(found[MODULE], at)
            found[MODULE] = str(ModuleName(_whole(str(name.path), folder, at), name.name))
    names_file = at.startswith(_WITH_FILES) or found.get("kind") == "table"
    if names_file and isinstance(found.get(_PATH), str):
        found[_PATH] = str(_whole(found[_PATH], folder, f"{at}.{_PATH}"))
    return found


def _whole(text: str, folder: Path, where: str) -> Path:
    try:
        return path_from(text, folder).resolve()
    except InputError as error:
        raise InputError(f"{where} = {error}") from None
