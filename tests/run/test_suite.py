"""What runs the tests: it says which one takes for ever, and which half of the suite failed."""

import os
import subprocess
import sys
from pathlib import Path

from mpi4py import MPI

import pytest

from tests.suite.watch import OUT_OF_TIME, watched

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


def test_out_of_time_says_what_each_rank_was_doing(capfd):
    outcome = watched(["bash", "-c", NOTES], ranks=3, limit=0.5)
    assert outcome.status == OUT_OF_TIME
    assert outcome.longest > 0.5
    assert capfd.readouterr().err == (
        "hebbfilm: out of time: no test began for 0.5 s while there ran "
        "test_a on rank 0, test_b on rank 1, no test yet on rank 2\n"
    )


def test_time_counts_from_the_last_test_that_began(capfd):
    begun = 'for k in 1 2 3 4; do sleep 0.6; echo $k >"$HEBBFILM_TEST_NOTES/0"; done; exit 3'
    outcome = watched(["bash", "-c", begun], ranks=1, limit=2.0)
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
