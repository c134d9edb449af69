"""Whether what a folder holds is a run of this very case."""

import tomllib
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.case import Case, parse_case
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
        kept = case_values(parse_case(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not the case of a run: {error}; remove {folder}") from None
    wanted = case_values(case)
    for key in [*wanted, *kept]:
        if wanted.get(key) != kept.get(key):
            raise InputError(
                f"{folder} holds a run with {key} = {kept.get(key)!r}, not {wanted.get(key)!r}: "
                "remove that folder, or name another one with --out"
            )


def case_values(case: Case) -> dict[str, Any]:
    """All that decides what a run does, by dotted keys."""
    return flat(case.model_dump(mode="json", exclude=set(INDIFFERENT)))
