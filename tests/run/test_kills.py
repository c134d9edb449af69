"""Runs that are killed at random moments go on to what undisturbed ones leave, to the last bit.

Processes get SIGKILL while they start, while they work, while they write and while they end; on
ranks all of them, or a single one, after which mpirun ends the others. As often as asked, 20 times
each for example: `run/env python -m pytest -m slow tests/run/test_kills.py --kills 20 -s`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress

from mpi4py import MPI

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts ranks itself"),
]

CASE = """
[layout]
kind = "square"
side = 120e-9
mesh_size = 15e-9
[initial]
relaxation = 3e-11
[thermal]
temperature = 300
equilibration = 3e-11
[training]
patterns = ["+,+,-,-", "+,-,+,-"]
duration = 6e-11
presentation = "bipolar"
pause = 1e-11
rest = 5e-11
[reading]
average = 2e-11
duration = 1e-12
[output]
sample_interval = 5e-12
field_interval = 2e-11
"""
STUDY = """
case = "case.toml"
seeds = 3
"""
START = """
import os, sys
from pathlib import Path
Path(sys.argv.pop(1), str(os.getpid())).touch()
from hebbfilm.run.training import recorder
recorder._CHECKPOINT_EVERY = 0.2
from hebbfilm.run.cli import main
sys.exit(main())
"""
PATIENCE = 300.0
"""In s, for a run that is not killed, on a machine with other things to do."""


class Ranks:
    """A command on one or more ranks, which can be killed."""

    def __init__(self, command, ranks, folder):
        self._pids = folder / f"pids-{time.monotonic_ns()}"
        self._pids.mkdir()
        self._log = (folder / "log").open("a+")
        launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
        self._process = subprocess.Popen(
            [*launcher, sys.executable, "-c", START, str(self._pids), *map(str, command)],
            stdout=self._log,
            stderr=self._log,
        )
        while len(self.pids) < ranks:
            assert self._process.poll() is None, self.log
            time.sleep(0.01)

    @property
    def pids(self):
        return [int(file.name) for file in self._pids.iterdir()]

    @property
    def log(self):
        self._log.seek(0)
        return self._log.read()

    def finished(self, seconds):
        """Whether the command ends well within so many seconds; fails if it ends badly."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        assert status == 0, self.log
        return True

    def kill(self, victims):
        """Kill these processes, and wait until none is left."""
        for pid in victims:
            with suppress(ProcessLookupError):  # it ended by itself just now
                os.kill(pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while any(os.path.exists(f"/proc/{pid}") for pid in self.pids):
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.fixture
def work(tmp_path):
    (tmp_path / "case.toml").write_text(CASE)
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def command(kind, work, folder):
    if kind == "study":
        return ["study", work / "study.toml", "--out", folder]
    goes_on = ["--resume"] if folder.exists() else []
    return ["train", work / "case.toml", "--out", folder, "--no-pictures", *goes_on]


@pytest.mark.cross_method
@pytest.mark.parametrize(("kind", "ranks"), [("run", 1), ("run", 2), ("study", 1), ("study", 2)])
def test_killed_runs_leave_what_undisturbed_ones_do(
    kind, ranks, work, folder_content, request, capsys
):
    chance = random.Random(f"{kind} {ranks}")
    whole = work / "whole"
    begin = time.monotonic()
    assert Ranks(command(kind, work, whole), ranks, work).finished(PATIENCE)
    longest = time.monotonic() - begin
    expected = folder_content(whole)
    kills, folders = 0, 0
    while kills < request.config.getoption("kills"):
        folder, folders = work / f"killed-{folders}", folders + 1
        while not (started := Ranks(command(kind, work, folder), ranks, work)).finished(
            chance.uniform(0, longest)
        ):
            pids = started.pids
            started.kill(pids if chance.random() < 0.5 else [chance.choice(pids)])
            kills += 1
        found = folder_content(folder)
        assert sorted(found) == sorted(expected)
        assert [name for name in expected if found[name] != expected[name]] == []
    with capsys.disabled():
        print(f"{kind} on {ranks} ranks: {kills} kills in {folders} runs, all as undisturbed")
