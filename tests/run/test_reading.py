"""Conductances read at a temperature, and a reading that is interrupted."""

import json
from pathlib import Path
from signal import SIGTERM

import numpy as np
import pytest

from hebbfilm.hopfield.reading import fluctuation
from hebbfilm.run.cli import main
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
