"""`passages.json`: passages between successive snapshots, kept to go on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.checksummed_json import read_json, with_checksum, write_checksummed
from hebbfilm.run.paths.path_folder import require_same

PASSAGES = "passages.json"


def kept_passages(folder: Path, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Passages that an earlier search left in a folder; none where there is no such file.

    Args:
        folder: of the search.
        about: what is looked for now.

    Raises:
        InputError: the file is damaged, or is of a search for something else.
    """
    file = folder / PASSAGES
    if not file.exists():
        return []
    kept = read_json(file)
    if with_checksum({key: kept[key] for key in kept if key != "checksum"}) != kept:
        raise InputError(f"{file}: is damaged: its checksum does not fit; remove it")
    require_same(folder, kept, about)
    found: list[dict[str, Any]] = kept["passages"]
    return found


def write_passages(
    folder: Path, about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write what is known so far.

    Args:
        folder: of the search; made where there is none.
        about: what is looked for.
        rows: passages, as JSON has them.

    Raises:
        InputError: the folder or the file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {folder}: {error.strerror}") from None
    write_checksummed(folder / PASSAGES, {**about, "passages": list(rows)})
