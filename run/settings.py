"""TOML files and the single values in them, before a schema knows them."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from meshing.errors import InputError


def read_toml(path: Path, noun: str) -> dict[str, Any]:
    """What a TOML file holds; the noun is what the message about one that is not there calls it.

    Raises:
        InputError: a file that cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read the {noun} {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}") from None


def apply_setting(content: dict[str, Any], setting: str) -> None:
    """Give a case, as nested mappings, the value of "section.key=value".

    Raises:
        InputError: the setting is not of that form.
    """
    key, equals, text = setting.partition("=")
    if not equals or not all(key.strip().split(".")):
        raise InputError(f"--set {setting}: write section.key=value, like training.voltage=0.04")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        # A bare word is a string, so that a shell needs no second pair of quotes.
        value = text
    try:
        set_value(content, key.strip(), value)
    except InputError as error:
        raise InputError(f"--set {setting}: {error}") from None


def set_value(content: dict[str, Any], key: str, value: Any) -> None:
    """Give a case, as nested mappings, a value at a dotted key.

    Raises:
        InputError: a part of the key is no section.
    """
    *sections, last = key.split(".")
    for name in sections:
        content = content.setdefault(name, {})
        if not isinstance(content, dict):
            raise InputError(f"{name} is not a section")
    content[last] = value


def flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, with dotted keys; `prefix` stands before each."""
    found: dict[str, Any] = {}
    for key, value in content.items():
        name = prefix + key
        found |= flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found
