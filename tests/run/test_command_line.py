"""How the command line is read: what was likely meant, and what a command must say of itself.

Class: regression.
"""

import argparse
import re
import sys
from types import SimpleNamespace

import pytest

from hebbfilm.run import cli
from hebbfilm.run.cli import main
from hebbfilm.run.commands import COMMANDS, GROUPS


def ended(arguments, capfd, comm):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    return comm.bcast(capfd.readouterr().err)


def test_python_without_docstrings_is_refused(comm, capsys, monkeypatch):
    started = SimpleNamespace(**vars(sys) | {"flags": SimpleNamespace(optimize=2)})
    monkeypatch.setattr(cli, "sys", started)
    assert main(["info"]) == 2
    told = "hebbfilm: needs its docstrings: leave out -OO and PYTHONOPTIMIZE=2\n"
    assert capsys.readouterr().err == (told if comm.rank == 0 else "")


@pytest.mark.parametrize(
    ("arguments", "start", "end"),
    [
        (["trian", "a"], "hebbfilm: argument COMMAND: invalid choice: 'trian'", "train"),
        (["recall", "run", "--sede", "3"], "hebbfilm recall: unrecognized arguments: ", "--seed"),
        (["recall", "run", "--sede=3"], "hebbfilm recall: unrecognized arguments: ", "--seed"),
        (["layout", "shwo", "a"], "hebbfilm layout: argument ACTION: invalid choice: ", "show"),
        (["layout", "show", "a", "--uot=b"], "hebbfilm layout show: unrecognized arg", "--out"),
        (["study", "a", "--dryrun"], "hebbfilm study: unrecognized arguments: ", "--dry-run"),
        (["--vresion"], "hebbfilm: unrecognized arguments: --vresion", "--version"),
        (["train", "--overwite"], "hebbfilm train: unrecognized arguments: ", "--overwrite"),
    ],
)
def test_likely_command_or_option_is_named(capfd, comm, arguments, start, end):
    told = ended(arguments, capfd, comm)
    assert told.startswith(start)
    prog = start.partition(":")[0]
    assert told.endswith(f"; did you mean {end}? See {prog} --help\n")
    assert told.count("\n") == 1


def test_what_is_missing_is_told_where_no_option_is_misspelt(capfd, comm):
    """Beginnings of options are options."""
    told = ended(["train", "--over", "--no-pic"], capfd, comm)
    assert told == (
        "hebbfilm train: the following arguments are required: CASE; see hebbfilm train --help\n"
    )


def test_bare_command_shows_all_commands_by_groups(capfd, comm):
    """With the status of a command line in which something is missing, as git has it."""
    assert main([]) == 2
    shown = capfd.readouterr()
    assert shown.err == ""
    if comm.rank == 0:
        lines = shown.out.splitlines()
        assert lines[0] == "usage: hebbfilm [-h] [--version] COMMAND …"
        titles = [line[:-1] for line in lines if line.endswith(":") and not line.startswith(" ")]
        assert titles == ["options", *GROUPS]
        # What stands further in goes on with the line above.
        listed = [line.split()[0] for line in lines if re.match(r" {2}\S", line)]
        assert [name for name in listed if name in COMMANDS] == list(COMMANDS)
    else:
        assert shown.out == ""


@pytest.mark.parametrize("arguments", [["info", "zzz"], ["info", "--zzz"]])
def test_what_is_like_nothing_is_told_without_a_guess(capfd, comm, arguments):
    unknown = arguments[-1]
    assert ended(arguments, capfd, comm) == (
        f"hebbfilm info: unrecognized arguments: {unknown}; see hebbfilm info --help\n"
    )


def test_command_need_not_name_libraries(monkeypatch):
    """As a person may write it who knows no other command."""
    called = []

    def add(commands):
        commands.add_parser("greet").set_defaults(
            run=lambda options, comm: called.append(comm) or 3
        )

    monkeypatch.setitem(sys.modules, "hebbfilm.run.commands.greet", SimpleNamespace(add=add))
    monkeypatch.setattr(cli, "GROUPS", {**GROUPS, "politeness": ("greet",)})
    monkeypatch.setattr(cli, "end_when_stopped", lambda: None)
    assert main(["greet"], listen=True) == 3
    assert len(called) == 1


def commands(parser):
    """The parsers of all commands beneath one."""
    inner = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    for action in inner:
        for each in action.choices.values():
            yield from commands(each)
    if not inner:
        yield parser


def test_help_of_all_commands_has_no_doubled_sign_of_per_cent():
    """A help is formatted with %, in which %% is one; a description is not."""
    for parser in (cli.parser(), *commands(cli.parser())):
        assert "%%" not in parser.format_help(), parser.prog


def test_all_commands_name_what_they_do_by_one_helper():
    found = list(commands(cli.parser()))
    assert len(found) == len(COMMANDS)
    for parser in found:
        assert {"run", "libraries"} <= set(parser._defaults)
