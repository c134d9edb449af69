"""The page that lists all keys, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hebbfilm.run.inputs.key_list import key_sections
from hebbfilm.run.inputs.key_rows import HEAD, Told, row, told
from hebbfilm.run.inputs.key_sections import SHARED
from hebbfilm.run.study.study_schema import study_sections

_START = """\
# Keys of cases and studies

All keys that a file may have, made from the program itself by `hebbfilm keys --markdown`. On the
command line, `hebbfilm keys layout.wheel` lists those of one section, and `hebbfilm keys --find
temperature` searches.

A number is in the unit that stands beside its key. Or it is a text with a unit of its own, of the
same dimension: `mesh_size = "14 nm"`, `voltage = "50 mV"`, `interfacial_dmi = "3 mJ/m^2"`,
`applied_field = ["1 kA/m", 0, 0]`, in cases, in the values of studies, and in `--set
'layout.mesh_size=6 nm'`. What is in A/m may be given by B = μ₀H, `"200 mT"`, or in Oe: it is
divided by μ₀. A frequency may be given as an angular frequency in rad/s, which is divided by 2π.
Angles, decibels and counts are no plain numbers, and are refused for them; `"5 %"` is 0.05. The
case that is kept in the folder of a run has plain numbers, but for what modules are given: that
stays as it was written.

In the tables, *needed* are keys without which their table cannot be; "–" stands for keys that do
nothing, or what their description says, when they are left out. `n × (…)` is a list of n.
`NAME` is a name that you choose, or that of a contact or region.
"""
_SHARED_TITLE = "Tables that several sections have in common"
_SEE = re.compile(r"\b(see) ([a-z_.]+)")


def key_page() -> str:
    """All keys of cases and studies in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _START
    in_common = False
    for each in told([*key_sections(), *study_sections()]):
        is_shared = each.section.name.partition(".")[0] in SHARED
        if is_shared and not in_common:
            yield f"## {_SHARED_TITLE}\n"
        in_common = is_shared
        yield from _section(each, deeper=in_common)


def _section(each: Told, deeper: bool) -> Iterator[str]:
    section = each.section
    is_within = "." in section.name or deeper
    yield f"{'###' if is_within else '##'} {section.name}\n"
    title = section.title.removesuffix(".")
    yield f"{_escaped(title)}.\n"
    if section.keys:
        yield from _table([row(key) for key in section.keys])
    if each.common:
        around = section.name.rpartition(".")[0]
        names = ", ".join(f"`{name}`" for name in each.common)
        yield f"And, as in [{around}](#{_anchor(around)}): {names}.\n"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'|'.join(' --- ' for _ in HEAD)}|"
    for name, unit, default, allowed, description in rows:
        cells = [f"`{name}`", unit, default, _linked(_escaped(allowed)), _escaped(description)]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _linked(text: str) -> str:
    return _SEE.sub(lambda found: f"see [{found[2]}](#{_anchor(found[2])})", text)


def _anchor(section: str) -> str:
    return section.replace(".", "")


def _escaped(text: str) -> str:
    """Text that Markdown leaves as it is; what stands in ` ` it leaves anyway."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([*_<>\[\]|])", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [part.replace("|", r"\|") for part in parts[1::2]]
    return "`".join(parts)
