"""`hebbfilm keys`: what a case or a study may have in it."""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root

if TYPE_CHECKING:
    from hebbfilm.run.inputs.key_rows import Told
    from hebbfilm.run.inputs.key_sections import KeySection

_WIDTH = 120
"""Characters of a line that goes to no terminal."""


def add(commands: Commands) -> None:
    """`hebbfilm keys`."""
    parser = commands.add_parser(
        "keys",
        help="list the keys of a case or a study, with units, defaults and what is allowed",
        description="List the sections of cases and studies; or the keys of one, like `hebbfilm "
        "keys layout.wheel`, `hebbfilm keys material`; or one key, like `hebbfilm keys "
        "training.voltage`.",
    )
    parser.add_argument("section", nargs="?", metavar="SECTION", help="a section, or a key")
    parser.add_argument("--find", metavar="WORD", help="the keys that have to do with a word")
    parser.add_argument(
        "--markdown", action="store_true", help="all keys as a page: that of the manual"
    )
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What a case or a study may have in it."""
    given = [options.section is not None, options.find is not None, options.markdown]
    if sum(given) > 1:
        raise InputError("hebbfilm keys: give one of SECTION, --find and --markdown")
    print_on_root(comm, on_root(comm, lambda: _told(options)))
    return 0


def _told(options: argparse.Namespace) -> str:
    from hebbfilm.run.inputs.key_list import key_sections
    from hebbfilm.run.study.key_page import key_page
    from hebbfilm.run.study.study_schema import study_sections

    if options.markdown:
        return key_page().removesuffix("\n")
    sections = [*key_sections(), *study_sections()]
    if options.find is not None:
        return _found(options.find, sections)
    if options.section is None:
        return _overview(sections)
    return _one(options.section, sections)


def _overview(sections: Sequence[KeySection]) -> str:
    rows = [(section.name, section.title) for section in sections]
    told = _table(("section", "what it is"), rows)
    return f"{told}\n\nhebbfilm keys SECTION lists the keys of one; --find WORD looks for some"


def _one(name: str, sections: Sequence[KeySection]) -> str:
    from hebbfilm.run.inputs.key_rows import told

    known = {each.section.name: each for each in told(sections)}
    if name in known:
        return _section(known[name], known)
    rows = [
        (section.name, *each)
        for section in sections
        for key, each in _named_rows(section)
        if key == name
    ]
    if not rows:
        names = [*known, *(key.name for section in sections for key in section.keys)]
        raise InputError(
            f"{name}: no section, nor key, of a case or a study{did_you_mean(name, names)} "
            "(`hebbfilm keys` lists the sections)"
        )
    return _keys(rows)


def _named_rows(section: KeySection) -> list[tuple[str, tuple[str, ...]]]:
    """The dotted name of each key, and its row."""
    from hebbfilm.run.inputs.key_rows import row

    return [(key.name, row(key)) for key in section.keys]


def _section(each: Told, known: Mapping[str, Told]) -> str:
    from hebbfilm.run.inputs.key_rows import HEAD, row

    section = each.section
    lines = [f"{section.name}: {section.title}"]
    if section.keys:
        lines += ["", _table(HEAD, [row(key) for key in section.keys])]
    if each.common:
        around = section.name.rpartition(".")[0]
        lines += ["", f"and as in {around}: {', '.join(each.common)}"]
    inner = [(name, one.section.title) for name, one in known.items() if _is_in(name, section.name)]
    if inner:
        lines += ["", _table(("see also", "what it is"), inner)]
    return "\n".join(lines)


def _is_in(name: str, section: str) -> bool:
    return name.startswith(f"{section}.")


def _found(word: str, sections: Sequence[KeySection]) -> str:
    """The keys in whose names or descriptions a word is."""
    wanted = word.casefold().split()
    rows = [
        (section.name, *each)
        for section in sections
        for key, each in _named_rows(section)
        if all(part in f"{key} {each[-1]}".casefold() for part in wanted)
    ]
    if not rows:
        raise InputError(f"--find {word}: no key has to do with it")
    return _keys(rows)


def _keys(rows: Sequence[Sequence[str]]) -> str:
    from hebbfilm.run.inputs.key_rows import HEAD

    return _table(("section", *HEAD), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else _WIDTH
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for number, name in enumerate(head):
        table.add_column(name, no_wrap=number == 0, overflow="fold", style="bold" * (number == 0))
    for row in rows:
        table.add_row(*map(Text, row))
    target = io.StringIO()
    Console(file=target, width=width, force_terminal=is_terminal).print(table)
    return "\n".join(map(str.rstrip, target.getvalue().split("\n"))).strip("\n")
