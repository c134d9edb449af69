"""Modules of one's own that a case names: where their files are, and that they are the same still.

A table of a case that has `module = "my_terms.py:Cubic"` stands for what that class, or function,
of that file makes of the other keys of the table. As a case is read, the path becomes that from the
folder of the case file, and the checksum of the file is noted beside it. The folder of a run has a
copy of each file, which is what it goes on with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown

MODULE, CHECKSUM = "module", "sha256"
FOLDER = "modules"
"""Of the copies, in the folder of a run."""
_EXAMPLE = "my_terms.py:Cubic"
_LARGEST = 10_000_000
"""Bytes of a module."""


@dataclass(frozen=True)
class ModuleName:
    """The file of a module, and the name of what is taken from it."""

    path: Path
    name: str

    @classmethod
    def parsed(cls, text: Any, where: str) -> ModuleName:
        """What a case writes as "my_terms.py:Cubic".

        Raises:
            InputError: it is not of that form.
        """
        path, colon, name = text.rpartition(":") if isinstance(text, str) else ("", "", "")
        if not (colon and path.endswith(".py") and name.isidentifier()):
            raise InputError(
                f"{where} = {shown(text)}: must be a file and a class of it, like {_EXAMPLE!r}"
            )
        return cls(Path(path), name)

    def __str__(self) -> str:
        return f"{self.path}:{self.name}"


def with_modules_found(content: Any, at: str = "") -> Any:
    """What a case holds, with the checksums of its modules.

    Args:
        content: of the case with whole paths, nested mappings and lists; it stays as it is.
        at: key of the content.

    Raises:
        InputError: a module that is not there, or was changed since its checksum was noted.
    """
    if isinstance(content, list | tuple):
        return [with_modules_found(each, f"{at}[{k}]") for k, each in enumerate(content)]
    if not isinstance(content, Mapping):
        return content
    found = {
        # What [layout] names is no module.
        key: value
        if not at and key == "layout"
        else with_modules_found(value, f"{at}.{key}" if at else str(key))
        for key, value in content.items()
    }
    if at and isinstance(found.get(MODULE), str):
        name = ModuleName.parsed(found[MODULE], f"{at}.{MODULE}")
        source = source_of(name.path, f"{at}.{MODULE}")
        checksum = hashlib.sha256(source).hexdigest()
        if found.get(CHECKSUM, checksum) != checksum:
            raise InputError(
                f"{at}.{MODULE}: {name.path} was changed since its checksum was noted; a run goes "
                "on with what it began with"
            )
        found[CHECKSUM] = checksum
    return found


def source_of(path: Path, where: str) -> bytes:
    """What stands in the file of a module.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            source = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{where}: cannot read {path}: {why}") from None
    if len(source) > _LARGEST:
        raise InputError(f"{where}: {path} is larger than {_LARGEST:.0e} bytes, and so no module")
    return source


def as_kept(content: Any) -> Any:
    """What a case holds, with modules where the folder of its run has them."""
    if isinstance(content, list | tuple):
        return [as_kept(each) for each in content]
    if not isinstance(content, Mapping):
        return content
    # In the order of TOML, tables last, so that what is read back is the same in that, too.
    items = sorted(content.items(), key=lambda item: isinstance(item[1], Mapping))
    found = {key: as_kept(value) for key, value in items}
    if CHECKSUM in found:
        name = ModuleName.parsed(found[MODULE], MODULE)
        found[MODULE] = str(ModuleName(Path(FOLDER) / name.path.name, name.name))
    return found


def files_of(content: Any) -> dict[str, Path]:
    """The files of all modules of a case, by the names of their copies.

    Raises:
        InputError: two files of one name.
    """
    found: dict[str, tuple[Path, str]] = {}
    for table in _tables(content):
        path = ModuleName.parsed(table[MODULE], MODULE).path
        other = found.setdefault(path.name, (path, table[CHECKSUM]))
        if other[1] != table[CHECKSUM]:
            raise InputError(
                f"{path} and {other[0]} have one name, and a run keeps a copy of each: rename one"
            )
    return {name: path for name, (path, _) in found.items()}


def _tables(content: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(content, list | tuple):
        for each in content:
            yield from _tables(each)
    elif isinstance(content, Mapping):
        if CHECKSUM in content:
            yield content
        for value in content.values():
            yield from _tables(value)


def checksums(content: Any) -> dict[str, str]:
    """Those of all modules in a case, nested mappings and lists, by their files and names."""
    if isinstance(content, list | tuple):
        return {name: one for each in content for name, one in checksums(each).items()}
    if not isinstance(content, Mapping):
        return {}
    own = {content[MODULE]: content[CHECKSUM]} if CHECKSUM in content else {}
    return own | checksums(list(content.values()))
