"""TOML files and the single values in them, before a schema knows them."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.run.inputs.content import check_content
from hebbfilm.run.inputs.schema_walk import alternatives, values_at
from hebbfilm.run.inputs.shipped import meant_instead

_LARGEST = 100_000_000
"""Bytes of a file; a film of a million corners takes half of it."""


def read_toml(path: Path, noun: str) -> dict[str, Any]:
    """What a TOML file holds; the noun is what the message about one that is not there calls it.

    Raises:
        InputError: a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        is_lost = isinstance(error, FileNotFoundError | IsADirectoryError)
        meant = meant_instead(path, noun) if is_lost else ""
        raise InputError(f"cannot read the {noun} {path}: {why}{meant}") from None
    if len(text) > _LARGEST:
        raise InputError(f"{path} is larger than {_LARGEST:.0e} bytes, and so no {noun}")
    try:
        content = _parsed(text.decode())
        check_content(content)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}") from None
    return content


def _parsed(text: str) -> dict[str, Any]:
    """What a TOML text holds.

    Raises:
        TOMLDecodeError: it is not TOML.
        InputError: it holds what cannot be read.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise InputError("lists or tables stand too deep in each other") from None
    except ValueError:
        # Python refuses to read whole numbers of thousands of digits, and days that are none.
        raise InputError("holds a number of too many digits, or a date that is none") from None


def apply_setting(content: dict[str, Any], setting: str) -> None:
    """Give a case, as nested mappings, the value of "section.key=value".

    Raises:
        InputError: the setting is not of that form.
    """
    key, equals, text = setting.partition("=")
    if not equals or not all(key.strip().split(".")):
        raise InputError(
            f"--set {shown(setting)}: write section.key=value, like training.voltage=0.04"
        )
    try:
        set_value(content, key.strip(), _value(text))
    except InputError as error:
        raise InputError(f"--set {shown(setting)}: {error}") from None


def _value(text: str) -> Any:
    """A value as TOML writes it; a bare word is a text, so that a shell needs no more quotes."""
    try:
        content = _parsed(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    if len(content) > 1:
        raise InputError("gives more than one value")
    return content["value"]


def set_value(content: dict[str, Any], key: str, value: Any) -> None:
    """Give a case, as nested mappings, a value at a dotted key.

    Of tables that stand several times, one is meant by its name: regions.soft.mesh_size.

    Raises:
        InputError: a part of the key is no section.
    """
    *sections, last = key.split(".")
    inner: Any = content
    for number, name in enumerate(sections, start=1):
        inner = _named(inner, name) if isinstance(inner, list) else inner.setdefault(name, {})
        if not isinstance(inner, dict | list):
            whole, rest = ".".join(sections[:number]), ".".join([*sections[number:], last])
            told = f"{name} is not a section, but {shown(inner)}"
            if not _may_be_table(sections[:number]):
                raise InputError(f"{told}; give {whole}=... itself")
            raise InputError(f"{told}; give all of it, like {whole}={{ {rest} = ... }}")
    if isinstance(inner, list):
        raise InputError(f"{sections[-1]} are several tables: name one, and a key of it")
    inner[last] = value


def _may_be_table(location: Iterable[str]) -> bool:
    """Whether what stands there in a case may be a table, too; so may what no case has."""
    from hebbfilm.run.inputs.case_schema import case_schema

    schema = case_schema()
    nodes = list(alternatives(schema, schema))
    for name in location:
        nodes = values_at(nodes, name, schema)
    return not nodes or any(node.get("type") == "object" for node in nodes)


def _named(tables: list[Any], name: str) -> Any:
    """The table of that name, of several that have names, like [[regions]]."""
    names = [table.get("name") for table in tables if isinstance(table, dict)]
    if name not in names:
        known = ", ".join(str(one) for one in names if one is not None)
        raise InputError(f"{name} is not a section" + (f" (there are {known})" if known else ""))
    return next(t for t in tables if isinstance(t, dict) and t.get("name") == name)


def flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, with dotted keys; `prefix` stands before each."""
    found: dict[str, Any] = {}
    for key, value in content.items():
        name = prefix + key
        found |= flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found
