"""What runs still know after a while."""

from dataclasses import replace

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.retention import conductance_after, retention_of_runs, retention_text
from hebbfilm.run.analysis.trajectories import read_record
from hebbfilm.run.folder.reader import read_run


@pytest.fixture
def folder(run_folder_maker, tmp_path):
    """A made-up run that learns for 6 ns and rests for 5 ns."""
    folder = run_folder_maker(tmp_path / "run")
    (folder / "case.toml").write_text(
        "[layout]\nkind = 'wheel'\n[training]\npatterns = ['+,+,-,-']\n"
    )
    return folder


@pytest.mark.analytic
def test_conductance_is_the_mean_of_the_rows_before(folder):
    """Rows every 50 ps: 40 of them make 2 ns; at switch-off there is one, under voltage.

    Nearer than 2 ns the rows are those since switch-off, without that one.
    """
    run = read_run(folder)
    table, end = run.conductance, np.flatnonzero(np.array(run.conductance.phase) == "train")[-1]
    for time, rows in (
        (0.0, slice(end, end + 1)),
        (5e-11, slice(end + 1, end + 2)),
        (1e-9, slice(end + 1, end + 21)),
        (2e-9, slice(end + 1, end + 41)),
        (5e-9, slice(end + 61, end + 101)),
    ):
        found = conductance_after(run, time)
        np.testing.assert_allclose(
            -found[np.triu_indices(4, 1)], table.conductance[rows].mean(axis=0), rtol=1e-12
        )
        np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-12)


def test_table_says_what_is_recalled(folder):
    """Pairs of opposite sign grew by 3 %, far more than the noise of others."""
    text = retention_text(retention_of_runs([folder], [0.0, 5e-9]))
    told, header, row = text.splitlines()
    assert told == "Margin / % (recalled / %) at times after switch-off"
    assert header.split() == ["run", "T/K", "0", "ns", "5", "ns"]
    assert row.split()[:2] == ["run", "0"]
    assert row.count("(100)") == 2


@pytest.mark.parametrize("time", [20e-9, 6e-9, 4e-11])
def test_time_without_rows_is_named(folder, time):
    """The run rests for 5 ns: 2 ns before 6 ns there are rows, but none tells of 6 ns."""
    message = rf"--times {time:g}: .* is 5e-11 s, its last is 5e-09 s after"
    with pytest.raises(InputError, match=message):
        retention_of_runs([folder], [time])


def test_without_times_a_run_is_told_of_as_far_as_it_goes(folder):
    """It rests for 5 ns: neither 10 nor 20 nor 50."""
    assert retention_of_runs([folder]) == retention_of_runs([folder], [0.0, 5e-9])


@pytest.mark.parametrize("time", [-1e-9, float("nan")])
def test_time_that_is_none_is_refused(folder, time):
    with pytest.raises(InputError, match="must be 0 or more"):
        retention_of_runs([folder], [time])


def with_circuits(run):
    """The same, with a bridge balanced before the training and after 3 ns of rest, then recall."""
    phase = np.array(run.conductance.phase, dtype=object)
    first = int(np.flatnonzero(phase == "train")[0])
    phase[first : first + 10] = "balance"
    rest = np.flatnonzero(phase == "rest")
    phase[rest[60:70]], phase[rest[70:80]] = "balance", "recall"
    return replace(run, conductance=replace(run.conductance, phase=tuple(phase.tolist())))


@pytest.mark.analytic
def test_film_with_a_circuit_at_its_contacts_does_not_rest(folder):
    """Neither while that drives them, nor after it has changed the film: it rests for 3 ns."""
    run = read_run(folder)
    whole, cut = run.conductance, with_circuits(run)
    end = np.flatnonzero(np.array(whole.phase) == "train")[-1]
    expected = whole.conductance[end + 21 : end + 61].mean(axis=0)
    found = conductance_after(cut, 3e-9)
    np.testing.assert_allclose(-found[np.triu_indices(4, 1)], expected, rtol=1e-12)
    for time in (3.05e-9, 3.6e-9, 5e-9):
        with pytest.raises(InputError, match=r"is 5e-11 s, its last is 3e-09 s after"):
            conductance_after(cut, time)


@pytest.mark.analytic
def test_what_circuits_do_is_left_out_of_learning_rules(folder, monkeypatch):
    run = read_run(folder)
    cut = with_circuits(run)
    monkeypatch.setattr("hebbfilm.run.analysis.trajectories.read_run", lambda folder: cut)
    found = read_record([folder]).trajectories
    words = np.array(cut.conductance.phase)
    kept = np.flatnonzero(np.isin(words, ["train", "rest"]))
    kept = kept[kept < np.flatnonzero(words == "recall")[0]]
    steps = np.diff(run.conductance.time, prepend=0.0)[kept]
    np.testing.assert_allclose(found.step[:, 0], steps, rtol=1e-12)
    assert np.array_equal(found.driven[:, 0], words[kept] == "train")
    assert len(found.change) == len(kept)
