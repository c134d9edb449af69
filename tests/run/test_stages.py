"""What is said before there is a bar.

Class: regression.
"""

import sys

import pytest

from hebbfilm.run.cli import main
from hebbfilm.run.inputs.shipped import FOLDER
from hebbfilm.run.job import stages
from hebbfilm.run.job.stages import stage


def told(capsys, terminal, monkeypatch, **options):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with stage("Meshing", **options):
        print("inside", file=sys.stderr)
    return capsys.readouterr().err


def test_line_of_a_terminal_is_gone_afterwards(capsys, monkeypatch):
    """What is printed meanwhile stands over it, and what follows begins in an empty line."""
    assert told(capsys, True, monkeypatch, shown=True) == "Meshing …\rinside\n\x1b[K"


@pytest.mark.parametrize(("vertices", "log"), [(1e4, "inside\n"), (1e5, "Meshing …\ninside\n")])
def test_log_is_told_of_what_takes_long(capsys, monkeypatch, vertices, log):
    assert told(capsys, False, monkeypatch, shown=True, vertices=vertices) == log


@pytest.mark.parametrize("terminal", [True, False])
def test_other_ranks_say_nothing(capsys, monkeypatch, terminal):
    assert told(capsys, terminal, monkeypatch, shown=False, vertices=1e6) == "inside\n"


def test_line_is_erased_after_a_failure(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with pytest.raises(ValueError, match="no"), stage("Meshing", shown=True):
        raise ValueError("no")
    assert capsys.readouterr().err.endswith("\r\x1b[K")


def test_run_says_what_it_does_from_the_start(comm, shared_tmp_path, capsys, monkeypatch):
    """Until it has a bar, or its first line; a log of a film that takes no time says no more."""
    settings = ["layout.mesh_size=15e-9", "initial.relaxation=5e-11", "training.duration=5e-11",
                "training.rest=0"]  # fmt: skip
    options = [option for setting in settings for option in ("--set", setting)]
    monkeypatch.setattr(stages, "_LONG", 100)
    arguments = ["train", str(FOLDER / "four_node.toml"), "--no-pictures", *options]
    assert main([*arguments, "--out", str(shared_tmp_path / "run")]) == 0
    lines = capsys.readouterr().err.splitlines()
    if comm.rank == 0:
        assert lines[:2] == ["Meshing about 1 500 vertices …", "Assembling the film …"]
        assert any(line.startswith("relax") for line in lines)
    else:
        assert lines == []
