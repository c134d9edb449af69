"""What runs the tests: it says which one takes for ever, and which half of the suite failed.

Processes that share the tests run each once, and tell of all of them together.
"""

import os
import subprocess
import sys
from pathlib import Path

from mpi4py import MPI

import pytest

from tests.suite.watch import OUT_OF_TIME, watched

PLUGINS = ["-p", "tests.suite.progress", "-p", "tests.suite.side_by_side"]

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts the ranks itself")

NOTES = """cd "$HEBBFILM_TEST_NOTES"
echo -n test_a >0
{ echo -n test_b >1; exec sleep 100; } &
trap 'kill $!' EXIT
wait
"""

SUITE = """
import time
from mpi4py import MPI

def test_first(): pass

def test_second():
    if MPI.COMM_WORLD.rank == 1:
        time.sleep(1000)
    MPI.COMM_WORLD.barrier()
"""

SHARED = """
import os, pytest, signal, time
from pathlib import Path

HERE = Path(__file__).parent

def test_other_process_is_at_work_meanwhile():
    (HERE / "{own}").touch()
    while not (HERE / "{other}").exists():
        time.sleep(0.01)

def test_once():
    with (HERE / "ran").open("a") as file:
        file.write("{own} ")

@pytest.mark.skip(reason="cannot be had")
def test_left_out(): pass

@pytest.mark.xfail(reason="known")
def test_expected_to_fail(): assert False

def test_end():
    {end}
"""


@pytest.fixture
def shared(tmp_path, monkeypatch):
    """shared(end): the outcome of two processes that share two modules, which end so."""

    def run(end):
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("COLUMNS", "400")
        monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
        for own, other in ("ab", "ba"):
            (tmp_path / f"test_{own}.py").write_text(SHARED.format(own=own, other=other, end=end))
        plugins = ["-p", "no:cacheprovider", *PLUGINS]
        command = [sys.executable, "-m", "pytest", "--color=no", "-ra", *plugins, str(tmp_path)]
        return watched([command, command], ["process 0", "process 1"], limit=60.0)

    return run


def test_processes_share_the_tests_and_one_tells_of_all(shared, tmp_path, capfd):
    outcome = shared("assert not 1")
    assert outcome.status == 1
    assert sorted((tmp_path / "ran").read_text().split()) == ["a", "b"]
    printed = capfd.readouterr().out
    assert printed.count("test session starts") == 1
    assert "test_a.py ..sxF" in printed
    assert "test_b.py ..sxF" in printed
    assert "test_a.py::test_end - assert not 1\n" in printed
    assert "test_b.py::test_end - assert not 1\n" in printed
    assert printed.count("cannot be had") == 2
    assert "2 failed, 4 passed, 2 skipped, 2 xfailed in" in printed


def test_process_that_is_killed_fails_the_suite(shared, capfd):
    """The other one tells of its own tests, and then what the killed one said last is shown."""
    kill = "os.environ['HEBBFILM_TEST_PROCESS'] == '0' or os.kill(os.getpid(), signal.SIGKILL)"
    assert shared(kill).status == -9
    first, second = capfd.readouterr().out.split("hebbfilm: process_1 said last:\n")
    assert "3 passed, 1 skipped, 1 xfailed in" in first
    assert "collected 10 items" in second


def test_out_of_time_says_what_each_rank_was_doing(capfd):
    outcome = watched([["bash", "-c", NOTES]], [f"rank {k}" for k in range(3)], limit=0.5)
    assert outcome.status == OUT_OF_TIME
    assert outcome.longest > 0.5
    assert capfd.readouterr().err == (
        "hebbfilm: out of time: no test began for 0.5 s while there ran "
        "test_a on rank 0, test_b on rank 1, no test yet on rank 2\n"
    )


def test_time_counts_from_the_last_test_that_began(capfd):
    begun = 'for k in 1 2 3 4; do sleep 0.6; echo $k >"$HEBBFILM_TEST_NOTES/0"; done; exit 3'
    outcome = watched([["bash", "-c", begun]], ["process 0"], limit=2.0)
    assert outcome.status == 3
    assert outcome.longest < 2.0
    assert capfd.readouterr().err == ""


@pytest.mark.slow
def test_rank_that_never_comes_is_named(tmp_path):
    (tmp_path / "test_apart.py").write_text(SUITE)
    done = subprocess.run(
        [sys.executable, "-m", "tests.suite.halves", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"HEBBFILM_TEST_LIMIT": "20"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no test began for 20 s while there ran test_apart.py::test_second on rank 0, " in (
        done.stderr
    )
    assert done.stderr.endswith(
        "hebbfilm: tests failed (status: serial 0, two ranks 124, coverage 0)\n"
    )
    # Rank 1 shows where it stood.
    assert 'test_apart.py", line 9 in test_second' in done.stdout
