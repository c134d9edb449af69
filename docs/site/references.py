"""Pages that the program itself makes: its commands, and its public names."""

import io
import re
from contextlib import redirect_stdout

import hebbfilm
from hebbfilm.run.cli import parser

_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` (?=\| .* \| .* \|$)", re.MULTILINE)
"""Of three columns: those of attributes have two."""


def _subcommands(of: object) -> dict[str, object]:
    """Of an argument parser, by name."""
    return {
        name: each
        for action in of._actions  # type: ignore[attr-defined]
        if isinstance(getattr(action, "choices", None), dict)
        for name, each in action.choices.items()
    }


def commands() -> str:
    """The page of all commands, as `--help` tells of them."""
    parts = [
        "# Commands\n\nWhat each of them says with `--help`. From a checkout write "
        "`./run/env hebbfilm …`; `./run/env mpirun -n 4 hebbfilm …` uses four ranks.\n"
    ]
    _describe(parser(), "hebbfilm", parts, level=2)
    return "\n".join(parts)


def _describe(each: object, name: str, parts: list[str], level: int) -> None:
    with redirect_stdout(io.StringIO()) as text:
        each.print_help()  # type: ignore[attr-defined]
    heading = "All of them" if name == "hebbfilm" else name
    parts.append(f"{'#' * level} {heading}\n\n```text\n{text.getvalue().rstrip()}\n```\n")
    for word, inner in _subcommands(each).items():
        _describe(inner, f"{name} {word}", parts, level=2 if name == "hebbfilm" else 3)


def sections(page: str) -> dict[str, list[str]]:
    """The public names by the sections of docs/api.md."""
    found = {title: _ROW.findall(body) for title, body in _SECTION.findall(page)}
    return {
        title: [name for name in names if name in hebbfilm.__all__]
        for title, names in found.items()
        if set(names) & set(hebbfilm.__all__)
    }


def _home(name: str) -> str:
    """Where a public name is defined."""
    thing = getattr(hebbfilm, name)
    return f"{thing.__module__}.{thing.__name__}"


def names_page(title: str, names: list[str]) -> str:
    """The docstrings of the names of one section."""
    return f"# {title}\n\n" + "\n".join(f"::: {_home(name)}\n" for name in names)


def with_names_linked(page: str) -> str:
    """docs/api.md with each name a link to its docstring."""

    def linked(found: re.Match[str]) -> str:
        name = found[1]
        return f"| [`{name}`][{_home(name)}] " if name in hebbfilm.__all__ else found[0]

    return _ROW.sub(linked, page)


def file_name(title: str) -> str:
    """Of the page of a section."""
    return "api/" + re.sub(r"\W+", "_", title.lower()).strip("_") + ".md"
