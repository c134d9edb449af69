"""A first case of one's own: the keys that a person needs, each with what it is."""

from __future__ import annotations

import math
import os
import re
import shlex
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.key_list import key_list, key_sections
from hebbfilm.run.inputs.key_sections import Key
from hebbfilm.run.inputs.proposals import Proposal
from hebbfilm.run.inputs.shipped import FOLDER, SCHEMA
from hebbfilm.run.inputs.workload import check_workload

_WIDEST = 100
"""Characters of a line; a longer explanation stands above its key."""
_COLUMN = 36
"""Where explanations begin, if there is room."""

_CHOSEN: Mapping[str, Sequence[str]] = {
    "material": (
        "saturation_magnetisation",
        "exchange_stiffness",
        "interfacial_dmi",
        "uniaxial_anisotropy",
        "damping",
        "nonadiabaticity",
        "polarisation",
        "conductivity",
        "amr_ratio",
    ),
    "initial": ("texture", "seed", "relaxation"),
    "training": ("patterns", "voltage", "duration", "rest"),
    "output": ("sample_interval",),
}
"""By sections; of a layout, all keys that are given."""


def write_first_case(path: Path, proposal: Proposal) -> None:
    """Write a case that passes all checks; on one rank.

    Args:
        path: of the file, which must not be there.
        proposal: its layout.

    Raises:
        InputError: a file that is there, or cannot be written, or a film that cannot be.
    """
    if os.path.lexists(path):
        raise InputError(f"{path} is there already, and stays as it is: name another file")
    text = first_case(path, proposal)
    content = tomllib.loads(text)
    if "path" in content["layout"]:
        content["layout"]["path"] = str((path.parent / content["layout"]["path"]).resolve())
    case = parse_case(content)
    check_workload(case, case.film_source())
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from None


def first_case(path: Path, proposal: Proposal) -> str:
    """The text of a case.

    Args:
        path: of its file, for its title and the commands that it names.
        proposal: its layout.
    """
    layout, training = proposal.keys, proposal.training()
    title = path.stem.replace("_", " ").capitalize()
    keys = {(key.section, key.last): key for key in key_list()}
    tables: dict[str, Mapping[str, Any]] = {"layout": layout, "training": training}
    lines = [
        f"#:schema {_schema_beside(path)}",
        _HEAD,
        *_commands(path),
        f"title = {_value(title)}",
        "",
        "[layout]",
    ]
    kind = f"layout.{layout['kind']}"
    lines += _explained(f"kind = {_value(layout['kind'])}", _title(kind))
    for section, chosen in {kind: [*layout][1:], **_CHOSEN}.items():
        lines += [] if section == kind else ["", f"[{section}]"]
        for name in chosen:
            key = keys[section, name]
            value = tables.get(section.partition(".")[0], {}).get(name, key.default)
            line, told = f"{name} = {_value(value)}", _what(key)
            if name == "patterns":
                lines += _above(told)
                told = f"here of {', '.join(proposal.geometry.contact_names)}"
            if name == "voltage":
                told += "; about 0.12 V/µm between the contacts"
            lines += _explained(line, told)
    return "\n".join([*lines, "", _TAIL, ""])


_HEAD = """\
# A film that learns, to be changed as you like. Numbers are in SI units; a quantity may have its
# unit as well: "14 nm", "50 mV", "3 mJ/m^2"."""

_TAIL = """\
# There is more: [contacts], [[regions]], [[layers]], [heat], [thermal], [recall], [numerics] and
# others. `hebbfilm keys` lists all keys with what they mean, `hebbfilm keys training` those of one
# section."""


def _commands(path: Path) -> list[str]:
    """What is next, in comments."""
    run = Path("runs") / path.stem
    does = {
        f"hebbfilm check {_quoted(path)}": "checks it, and says what it will cost",
        f"hebbfilm conductance {_quoted(path)}": "tells which patterns it keeps apart",
        f"hebbfilm train {_quoted(path)}": f"trains the film; results are in {run}",
        f"hebbfilm report {_quoted(run)}": "makes a page of them",
    }
    return [f"#   {line}" for line in aligned(list(does.items()), "<")]


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _schema_beside(path: Path) -> Path:
    """From a file in this checkout as git keeps it, so that it holds in others, too."""
    schema, folder = FOLDER / SCHEMA, path.resolve().parent
    is_near = folder.is_relative_to(FOLDER.parents[1])
    return Path(os.path.relpath(schema, folder)) if is_near else schema


def _title(section: str) -> str:
    """What a section is."""
    return next(each.title for each in key_sections() if each.name == section).removesuffix(".")


def _what(key: Key) -> str:
    told = " ".join(key.description.split()).removesuffix(".")
    says_unit = re.search(rf"(^|\bin ){re.escape(key.unit)}\b", told)
    return f"{key.unit}: {told}" if key.unit and not says_unit else told


def _explained(line: str, told: str) -> list[str]:
    beside = f"{line:<{_COLUMN}}  # {told}"
    return [beside] if len(beside) <= _WIDEST else [*_above(told), line]


def _above(told: str) -> list[str]:
    return textwrap.wrap(told, _WIDEST, initial_indent="# ", subsequent_indent="# ")


def _value(value: Any) -> str:
    """As TOML writes it, in one line."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_value(each)}' for key, each in value.items())} }}"
    if isinstance(value, float):
        return _number(value)
    return tomli_w.dumps({"x": value}).removeprefix("x = ").strip()


def _number(value: float) -> str:
    """By powers of a thousand: 360e-9; with all digits."""
    text = f"{value:.12g}"
    if value != 0 and not 1e-2 <= abs(value) < 1e4:
        power = 3 * math.floor(math.log10(abs(value)) / 3)
        text = f"{value / 10.0**power:.12g}e{power}"
    return text if float(text) == value else repr(value)
