"""What runs still know after a while."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.retention import conductance_after, retention_of_runs, retention_text
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
    assert told == "Margin / % (recall / %) at times after switch-off"
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
