"""Whether what a folder holds is a run of this very case."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import write_text
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.case import Case, read_case
from hebbfilm.run.inputs.modules import checksums
from hebbfilm.run.inputs.settings import flat

INDIFFERENT = ("title", "limits")
"""Sections and keys that decide nothing about what a run does."""


def require_same_case(case: Case, folder: Path) -> None:
    """Refuse a folder with a run of another case; one without a run will do.

    Raises:
        InputError: the first key that differs, with both values.
    """
    path = folder / files.CASE
    if not path.is_file():
        return
    try:
        kept = case_values(read_case(path))
    except InputError as error:
        raise InputError(f"{path} is not the case of a run: {error}; remove {folder}") from None
    wanted = case_values(case)
    _require_same_modules(wanted, kept, folder)
    for key in [*wanted, *kept]:
        if differ(key, wanted.get(key), kept.get(key)):
            raise InputError(
                f"{folder} holds a run with {key} = {kept.get(key)!r}, not {wanted.get(key)!r}: "
                "remove that folder, or name another one with --out"
            )


def differ(key: str, wanted: Any, kept: Any) -> bool:
    """Whether a value is of another case than the one kept.

    Films of many vertices may be meshed at once where nothing is kept of refinements, as earlier
    versions did; the state tells whether it is of that mesh.
    """
    at_once = key == "numerics.refinements" and wanted == 0 and kept is None
    return bool(wanted != kept and not at_once)


def keep_refinements(case: Case, folder: Path) -> None:
    """Keep those that a run goes on with, if its folder has others."""
    path = folder / files.CASE
    if read_case(path).numerics.refinements != case.numerics.refinements:
        write_text(path, case.as_toml())


def _require_same_modules(wanted: Any, kept: Any, folder: Path) -> None:
    now = checksums(wanted)
    for module, checksum in checksums(kept).items():
        if now.get(module, checksum) != checksum:
            file = Path(module.rpartition(":")[0]).name
            raise InputError(
                f"{folder} holds a run with another {file}, which was changed since: "
                f"`hebbfilm run {folder} --resume` goes on with the copy that the run keeps; for "
                "the new one, name another folder with --out"
            )


def case_values(case: Case) -> dict[str, Any]:
    """All that decides what a run does, by dotted keys."""
    kept = {key: value for key, value in case.as_kept().items() if key not in INDIFFERENT}
    return values_of(kept)


def values_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a case as its run keeps it; of tables with names, like layers.pt.thickness."""
    named = {key: _by_name(value) for key, value in content.items()}
    neurons = content.get("neurons")
    # Patterns are of neurons in their order, which a comparison of their keys would not see.
    order = {"order of neurons": list(neurons)} if isinstance(neurons, Mapping) else {}
    return flat(named | order)


def _by_name(value: Any) -> Any:
    """Tables that stand several times and have names, as one table by these and their order."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        return value
    names = [each.get("name") for each in value]
    if not value or not all(isinstance(name, str) for name in names):
        return value
    return {"order": names} | dict(zip(names, value, strict=True))
