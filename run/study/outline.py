"""What a study varies, in its folder beside the table: from both, its pictures can be drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import write_json

OUTLINE = "study.json"


@dataclass(frozen=True)
class Outline:
    """A study without its cases.

    Args:
        title: of the study.
        keys: that it varies.
        settings: of each member, by its name, the values at these keys.
    """

    title: str
    keys: Sequence[str]
    settings: Mapping[str, Mapping[str, Any]]


def write_outline(outline: Outline, folder: Path) -> None:
    """Write study.json.

    Raises:
        InputError: it cannot be written.
    """
    settings = {name: dict(values) for name, values in outline.settings.items()}
    content = {"title": outline.title, "keys": list(outline.keys), "members": settings}
    write_json(folder / OUTLINE, content)


def read_outline(folder: Path) -> Outline:
    """Read study.json.

    Raises:
        InputError: it is missing or damaged.
    """
    path = folder / OUTLINE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        title, keys, members = content["title"], content["keys"], content["members"]
        settings = {name: {key: values[key] for key in keys} for name, values in members.items()}
    except FileNotFoundError:
        raise InputError(
            f"{path}: no such file, as an earlier version made the study, or it was lost; "
            f"hebbfilm study STUDY --out {folder} writes it, and runs nothing twice"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"{path}: is damaged; hebbfilm study STUDY --out {folder} mends it"
        ) from None
    return Outline(str(title), [str(key) for key in keys], settings)
