"""What the Tab key proposes for a command line of `hebbfilm`; starts no MPI.

The shell calls `hebbfilm` with the line in variables, and reads proposals: see argcomplete.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator

import mpi4py

import argcomplete
from argcomplete.completers import DirectoriesCompleter, FilesCompleter

from hebbfilm.run.inputs.key_sections import NAME, Key, Sections
from hebbfilm.run.inputs.shipped import FOLDER, SCHEMA, STUDIES, names

Completer = Callable[..., Iterable[str]]


def complete() -> None:
    """Answer the shell that asked, and end this process; nothing if none did."""
    # Commands import MPI, which would start it.
    mpi4py.rc.initialize = False
    from hebbfilm.run.cli import parser

    line = parser()
    for action in _actions(line):
        completer = _completer(action)
        if completer is not None:
            action.completer = completer  # type: ignore[attr-defined]
    argcomplete.autocomplete(line, always_complete_options="long")


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument and option of all commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _actions(each)


def _completer(action: argparse.Action) -> Completer | None:
    """What an argument is completed by, as the help calls it; None: by argcomplete itself."""
    kinds = [] if not isinstance(action.metavar, str) else action.metavar.split("|")
    found = [_COMPLETERS[kind] for kind in kinds if kind in _COMPLETERS]
    if not found:
        return None

    def each(**asked: object) -> list[str]:
        return [text for completer in found for text in completer(**asked)]

    return each


def _cases(prefix: str, **asked: object) -> Iterable[str]:
    return [*_TOML(prefix), *(name for name in names(studies=False) if name.startswith(prefix))]


def _studies(prefix: str, **asked: object) -> Iterable[str]:
    return [*_TOML(prefix), *(name for name in names(studies=True) if name.startswith(prefix))]


def _shipped(prefix: str, **asked: object) -> Iterable[str]:
    every = names(studies=False) + [f"{STUDIES}/{name}" for name in names(studies=True)]
    return [name for name in every if name.startswith(prefix)]


def _settings(prefix: str, **asked: object) -> Iterable[str]:
    """Keys with "=" behind them; of a key with that, the values that are allowed."""
    given, equals, _ = prefix.partition("=")
    found: dict[str, list[str]] = {}
    for key in _keys():
        if key.settable and NAME not in key.name and not key.allowed.startswith("table"):
            values = ["true", "false"] if key.allowed == "true or false" else list(key.values)
            found.setdefault(key.name, []).extend(values)
    texts = [f"{given}={value}" for value in found.get(given, ())] if equals else found
    return [text if equals else f"{text}=" for text in texts if text.startswith(prefix)]


def _keys() -> Iterable[Key]:
    """All keys of a case: of the schema as it is kept, as making it takes seven times as long."""
    schema = json.loads((FOLDER / SCHEMA).read_text("utf-8"))
    return [key for section in Sections(schema).ordered() for key in section.keys]


_TOML = FilesCompleter(("toml",))
_COMPLETERS: dict[str, Completer] = {
    "CASE": _cases,
    "STUDY": _studies,
    "RUN": DirectoriesCompleter(),
    "FOLDER": DirectoriesCompleter(),
    "NAME": _shipped,
    "KEY=VALUE": _settings,
}
"""By the word for an argument in the help."""
