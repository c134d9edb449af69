"""What `hebbfilm info` says of a machine, and of one in which something is missing.

Class: regression.
"""

import os
import subprocess
import sys
from pathlib import Path

from mpi4py import MPI

import pytest

from hebbfilm.run import machine
from hebbfilm.run.cli import main
from hebbfilm.run.machine import checks

alone = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts other processes itself")


@alone
def test_this_machine_has_what_the_tests_need():
    found = {check.name: check for check in checks(1, launched=False)}
    assert [name for name, check in found.items() if check.needed and not check.good] == []
    assert found["MPI"].told.startswith("2 ranks, ")
    assert found["drawing in memory"].told.startswith("through vtk")
    assert "compiled, and kept; " in found["loops and plans"].told


@alone
def test_what_is_missing_is_told_with_what_to_do(capsys, monkeypatch, tmp_path):
    """Without a compiler, a cache, mpirun and a library."""
    monkeypatch.setenv("CC", "false")
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(machine, "find_spec", lambda name: None if name == "jinja2" else name)
    assert main(["info"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Missing: C compiler, loops and plans"
    told = {line[:19].strip(): line[19:] for line in lines}
    assert told["C compiler"].startswith("MISSING  ")
    assert told["C compiler"].endswith(": install gcc (Debian: gcc; conda-forge: c-compiler)")
    assert told["loops and plans"] == (
        "MISSING  cannot keep compiled loops in /proc/fenics: No such file or directory: let "
        "XDG_CACHE_HOME name a folder that can be written"
    )
    assert told["MPI"].startswith("no       no mpirun: runs go on one rank")
    assert told["reports"] == "no       without jinja2: pip install jinja2"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("print('a'); print('b'); print('---')", ("b", "")),
        ("raise ValueError('not so.')", ("", "not so")),
        ("import os; os._exit(3)", ("", "ends with status 3")),
        ("import os; os.kill(os.getpid(), 11)", ("", "ends with status -11")),
    ],
)
@alone
def test_what_is_tried_tells_in_one_line(script, told):
    assert machine._tried(script) == told


def test_full_or_closed_folder_is_no_place_for_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "_LEAST_FREE", float("inf"))
    assert machine._room("here", tmp_path, needed=False).told.endswith(
        ": free some, or go to another disk"
    )
    monkeypatch.setattr(os, "access", lambda folder, mode: False)
    assert not machine._room("here", tmp_path, needed=False).good


@alone
@pytest.mark.parametrize(
    ("absent", "arguments", "told"),
    [
        ("mpi4py", ["info"], "hebbfilm: mpi4py is missing; environment.yml has all\n"),
        (
            "gmsh",
            ["mesh", "../../run/cases/disc.toml"],
            "hebbfilm: gmsh is missing; `hebbfilm info` tells what else, and what to do\n",
        ),
    ],
)
def test_library_that_is_not_there_is_named(absent, arguments, told):
    script = (
        f"import sys; sys.modules[{absent!r}] = None\n"
        "class Absent:\n"
        "    def find_spec(self, name, *rest):\n"
        f"        if name == {absent!r}: raise ModuleNotFoundError(name, name=name)\n"
        f"sys.modules.pop({absent!r}); sys.meta_path.insert(0, Absent())\n"
        "from hebbfilm.__main__ import main\n"
        "sys.exit(main())"
    )
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
    assert (done.returncode, done.stderr) == (1, told)
