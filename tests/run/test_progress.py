"""When a run has to find what its progress shows."""

import pytest

from hebbfilm.run.training import progress as shown
from hebbfilm.run.training.progress import RunProgress


@pytest.fixture
def clock(monkeypatch):
    """Stands still until it is set."""
    seconds = [100.0]
    monkeypatch.setattr(shown.time, "monotonic", lambda: seconds[0])
    return seconds


def test_nothing_is_found_for_lines_that_are_not_shown(clock, capsys):
    silent, progress = RunProgress(1e-9, shown=False), RunProgress(1e-9, shown=True)
    assert progress.is_due
    assert not silent.is_due
    clock[0] += 0.1
    progress.update("relax", 0.0, 1e-12, 1e3)
    assert not progress.is_due
    clock[0] += 9.9
    assert not progress.is_due
    clock[0] += 0.2
    assert progress.is_due
    assert not silent.is_due
    progress.update("relax", 2e-10, 1e-12, 2e3)
    told = capsys.readouterr().err
    assert told.count("relax") == 2
    assert "torque 2.0e+03 A/m" in told


def test_the_pace_is_measured_from_the_first_sample_of_a_phase(clock, capsys):
    progress = RunProgress(1e-9, shown=True)
    progress.update("relax", 0.0, 1e-12, 1e3)
    progress.restart_clock()
    assert progress.is_due
    progress.update("check", 5e-10, 1e-12, 1e3)
    clock[0] += 11
    progress.update("check", 7.5e-10, 1e-12, 1e3)
    assert "11 s left" in capsys.readouterr().err
