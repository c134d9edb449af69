"""Conductances read at a temperature, and a reading that is interrupted."""

import json
from pathlib import Path
from signal import SIGTERM

import numpy as np
import pytest

from hebbfilm.hopfield.reading import fluctuation
from hebbfilm.run.cli import main
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.job.interruption import StopRequest

CASE = Path(__file__).parents[2] / "run" / "cases" / "four_node.toml"
SETTINGS = [
    "layout.mesh_size=2e-8",
    "initial.relaxation=5e-11",
    "training.duration=5e-11",
    "training.rest=5e-11",
    "thermal.temperature=300",
    "thermal.equilibration=5e-11",
    "reading.average=4e-11",
    "reading.duration=1e-12",
]
QUICK = ["--no-pictures", *(item for setting in SETTINGS for item in ("--set", setting))]


def conductances(folder):
    summary = json.loads((folder / "summary.json").read_text())
    return np.array([summary["conductance_before"], summary["conductance_after"]])


@pytest.mark.cross_method
def test_interrupted_readings_go_on(comm, shared_tmp_path, monkeypatch):
    """Stopped in both readings: the same noise, to the residual of the driving potential.

    That is 4e-4 of the contact currents for 50 ps, and begins anew where the run does.
    """
    whole, parts = shared_tmp_path / "whole", shared_tmp_path / "parts"
    assert main(["train", str(CASE), "--out", str(whole), *QUICK]) == 0
    # Samples: relaxation 1, equilibration 1, reading 20, training 1, rest 1, reading 20.
    statuses = iter([0] * 6 + [128 + SIGTERM] + [0] * 22 + [128 + SIGTERM])
    with monkeypatch.context() as patch:
        patch.setattr(StopRequest, "received", lambda self: next(statuses))
        assert main(["train", str(CASE), "--out", str(parts), *QUICK]) == 143
        assert main(["train", str(parts), "--resume", "--no-pictures"]) == 143
    assert main(["train", str(parts), "--resume", "--no-pictures"]) == 0
    comm.barrier()
    np.testing.assert_allclose(conductances(parts), conductances(whole), rtol=1e-4)
    rows = [(folder / "conductance.csv").read_text().count("\n") for folder in (parts, whole)]
    assert rows == [45, 45]


@pytest.mark.analytic
def test_fluctuation_is_that_of_the_worst_pair():
    """Standard deviations 0.1 of 1 and 0.1 of 2; what is not coupled does not count."""
    samples = [[[3.0, -1 + d, -2 - d], [-1 + d, 1, 0], [-2 - d, 0, 2]] for d in (-0.1, 0.1)]
    assert fluctuation(samples) == pytest.approx(0.1)


COLD = [
    "layout.mesh_size=2e-8",
    "initial.relaxation=1e-11",
    "training.duration=2e-11",
    "output.sample_interval=1e-11",
    "reading.duration=1e-12",
]


@pytest.mark.cross_method
@pytest.mark.parametrize(
    ("hall", "rest", "exact"), [(0.0, 2e-11, False), (0.1, 2e-11, False), (0.0, 0.0, True)]
)
def test_rows_are_as_exact_as_is_said_and_ends_of_presentations_more(
    comm, shared_tmp_path, hall, rest, exact
):
    """The last row against the reading to 1e-10 of the same m: 1e-5 of √(G_ii G_jj), not by far.

    Without a rest it is the end of a presentation, and agrees to the last digit of the table.
    """
    changes = [f"material.anomalous_hall_ratio={hall}", f"training.rest={rest}"]
    options = [item for setting in [*COLD, *changes] for item in ("--set", setting)]
    arguments = ["train", str(CASE), "--no-pictures", *options]
    assert main([*arguments, "--out", str(shared_tmp_path / "run")]) == 0
    comm.barrier()
    run = read_run(shared_tmp_path / "run")
    trained, upper = run.summary.conductance_after, np.triu_indices(4, k=1)
    read, own = -(trained + trained.T)[upper] / 2, np.diag(trained)
    error = np.abs(run.conductance.conductance[-1] - read)
    assert (error < 1e-5 * np.sqrt(np.outer(own, own))[upper]).all()
    assert (error < 2e-9 * own.max()).all() == exact
