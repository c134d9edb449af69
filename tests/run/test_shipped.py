"""Cases and studies that come with hebbfilm, by their names.

Class: regression.
"""

from pathlib import Path

import pytest

from hebbfilm.run.cli import main, parser
from hebbfilm.run.inputs.shipped import FOLDER, names, shipped_file

WHEEL = FOLDER / "four_node.toml"


@pytest.fixture
def elsewhere(comm, shared_tmp_path, monkeypatch):
    """A folder with nothing in it, as the working directory."""
    monkeypatch.chdir(shared_tmp_path)
    return shared_tmp_path


@pytest.mark.parametrize(
    ("arguments", "key", "file"),
    [
        (["train", "four_node"], "case", WHEEL),
        (["run", "hysteresis"], "case", FOLDER / "hysteresis.toml"),
        (["mesh", "disc"], "case", FOLDER / "disc.toml"),
        (["study", "disc"], "study", FOLDER / "studies" / "disc.toml"),
        (["conductance", "four_node"], "source", WHEEL),
    ],
)
def test_name_stands_for_the_file(elsewhere, comm, capsys, arguments, key, file):
    assert getattr(parser().parse_args(arguments), key) == file
    told = capsys.readouterr().err
    assert told == (f"hebbfilm: {arguments[1]} is {file}\n" if comm.rank == 0 else "")


def test_file_is_told_from_the_working_directory(monkeypatch):
    monkeypatch.chdir(FOLDER.parent)
    assert shipped_file(Path("four_node"), studies=False) == Path("cases/four_node.toml")


@pytest.mark.parametrize("given", ["four_node.toml", "/four_node", "../cases/four_node", "nothing"])
def test_what_is_no_name_is_a_path(elsewhere, given):
    assert shipped_file(Path(given), studies=False) is None


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir])
def test_what_is_there_wins(elsewhere, comm, capsys, make):
    if comm.rank == 0:
        make(elsewhere / "four_node")
    comm.barrier()
    assert parser().parse_args(["conductance", "four_node"]).source == Path("four_node")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("command", "given", "meant"),
    [
        ("mesh", "four_nod", "four_node"),
        ("mesh", "four_node.toml", "four_node"),
        ("study", "voltages", "voltage"),
        ("mesh", "my_csae.toml", "my_case.toml"),
    ],
)
def test_likely_file_or_name_is_told(elsewhere, comm, capsys, command, given, meant):
    if comm.rank == 0:
        (elsewhere / "my_case.toml").touch()
    comm.barrier()
    assert main([command, given]) == 2
    told = capsys.readouterr().err
    if comm.rank == 0:
        assert told.endswith(f"{given}: No such file or directory; did you mean {meant}?\n")
        assert told.count("\n") == 1


def test_cases_are_listed_with_their_titles(comm, capsys):
    assert main(["cases"]) == 0
    listed = [line.split(None, 1) for line in capsys.readouterr().out.splitlines()]
    if comm.rank == 0:
        assert ["four_node", "Four-node wheel"] in listed
        assert ["voltage", "Voltage on the four-node wheel"] in listed
        every = names(studies=False) + names(studies=True)
        assert sorted(line[0] for line in listed if len(line) == 2 and line[0] in every) == sorted(
            every
        )


@pytest.mark.parametrize("name", ["four_node", "studies/voltage"])
def test_case_is_printed(comm, capsys, name):
    assert main(["cases", name]) == 0
    printed = capsys.readouterr().out
    if comm.rank == 0:
        # An editor finds the schema from elsewhere, too.
        first, rest = printed.split("\n", 1)
        own, text = (FOLDER / f"{name}.toml").read_text("utf-8").split("\n", 1)
        assert rest == text
        given = Path(first.removeprefix("#:schema "))
        assert given.is_absolute()
        assert given.name == Path(own.removeprefix("#:schema ")).name
    else:
        assert printed == ""


@pytest.mark.parametrize("name", ["four_nod", "../inputs/case", "studies/../four_node"])
def test_what_does_not_come_with_hebbfilm_is_not_printed(comm, capsys, name):
    assert main(["cases", name]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    if comm.rank == 0:
        assert told.err.startswith(f"hebbfilm: {name}: no case that comes with hebbfilm")
