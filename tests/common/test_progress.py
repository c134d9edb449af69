"""Bars of long calls: who draws one, when, and that of calls within calls it is the outermost."""

import subprocess
import sys
from contextlib import nullcontext

from mpi4py import MPI

import pytest

from hebbfilm.common import progress
from hebbfilm.common.progress import bar, show_progress, without_bars


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn, by a clock that goes on by a second whenever it is looked at."""
    seen = []

    class Device:
        def __init__(self, what, total):
            seen.append((what, total))

        def show(self, done, elapsed):
            seen.append(done)

        def end(self, elapsed):
            seen.append("end")

    clock = iter(range(1000))
    monkeypatch.setattr(progress, "_InTerminal", Device)
    monkeypatch.setattr(progress, "_shell", lambda: None)
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    show_progress(True)
    yield seen
    show_progress(None)


def test_bar_appears_after_a_while_and_counts(drawn):
    """After the second second: four parts of a quarter each, of which the first goes unseen."""
    with bar("Moving", 4e-9, shown=True) as count:
        for _ in range(4):
            count(1e-9)
    assert drawn == [("Moving", 4e-9), pytest.approx(0.5), pytest.approx(0.75), 1.0, "end"]


def test_of_calls_within_calls_the_outermost_has_the_bar(drawn):
    with bar("Training", 4e-9, shown=True) as count:
        for _ in range(3):
            with bar("Moving", 1e-9, shown=True) as inner:
                inner(1e-9)
        count(1e-9)
    assert [each for each in drawn if isinstance(each, tuple)] == [("Training", 4e-9)]
    assert drawn[-2:] == [1.0, "end"]


def test_bar_ends_with_what_fails(drawn):
    def failing():
        with bar("Moving", 4e-9, shown=True) as count:
            for _ in range(3):
                count(1e-9)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert drawn[-1] == "end"
    assert progress._Settings.running is None


@pytest.mark.parametrize("quiet", ["other rank", "asked", "held"])
def test_none_is_drawn_where_none_is_wanted(drawn, quiet):
    show_progress(quiet != "asked")
    around = without_bars() if quiet == "held" else nullcontext()
    with around, bar("Moving", 4e-9, shown=quiet != "other rank") as count:
        for _ in range(9):
            count(1e-9)
    assert drawn == []


def test_scripts_have_no_bars_and_the_prompt_has(monkeypatch):
    monkeypatch.setattr(progress, "_shell", lambda: None)
    monkeypatch.delattr(sys, "ps1", raising=False)
    assert not progress._is_wanted()
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert progress._is_wanted()


FILM = """
from mpi4py import MPI
from hebbfilm import *
from hebbfilm.common import progress
progress._PATIENCE = progress._LOOK_EVERY = 0.0
shown = []
class Device:
    def __init__(self, what, total): shown.append((what, round(total * 1e12, 6)))
    def show(self, done, elapsed): shown.append(done)
    def end(self, elapsed): shown.append("end")
progress._InTerminal = Device
show_progress()
film = Film(mesh_film(strip(length=100e-9, mesh_size=2e-8), MPI.COMM_WORLD), Material())
film.randomise(seed=1)
film.relax(1e-12, torque_tolerance=0)
network = HopfieldFilm(film)
network.train(["+-"], duration=2e-13, rest=1e-13, repeats=2, read_each=True)
begun = [each for each in shown if isinstance(each, tuple)]
assert begun == [("Relaxing", 1.0), ("Training", 0.5)], begun
ends = [k for k, each in enumerate(shown) if each == "end"]
assert [round(shown[k - 1], 9) for k in ends] == [1.0, 1.0], shown
"""


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts another process itself")
def test_films_count_the_time_that_goes_by():
    """Relaxing 1 ps, training 2 times 0.2 ps and 0.1 ps of rest, in three stretches but one bar."""
    done = subprocess.run([sys.executable, "-c", FILM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
