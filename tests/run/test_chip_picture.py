"""What is shown and said of recall on chip, beside what its tables hold."""

import tomllib

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib.collections import QuadMesh

from hebbfilm.run.analysis.conductances import conductances_of_run
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.workload import running_time
from hebbfilm.run.pictures.chip import chip_picture
from hebbfilm.run.training.training_run import train

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone draws")

CASE = """
[layout]
kind = "wheel"
mesh_size = 20e-9
[initial]
relaxation = 2e-11
[training]
patterns = ["+,+,-,-"]
duration = 1e-10
rest = 2e-11
[reading]
duration = 2e-13
[output]
sample_interval = 2e-11
[numerics]
allow_coarse_mesh = true
[recall]
reference = "bridge"
starts = ["+,+,+,-", "+,-,+,-", "+,+,-,-"]
clamped = ["rim_1"]
"""


@pytest.fixture(scope="module")
def run(comm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chip") / "run"
    train(parse_case(tomllib.loads(CASE)), folder, comm, quiet=True)
    return read_run(folder)


def test_title_counts_what_is_recalled_and_beside_it_what_agrees(run):
    recalls = run.recall_on_chip
    figure = chip_picture(run, recalls)
    ends = figure.axes[1]
    right = recalls.rightly_recalled(run.patterns).sum()
    assert ends.get_title() == f"Recalled on chip from {right} of 3 starts"
    (beside,) = [text.get_text() for text in ends.texts if "matrix of the same" in text.get_text()]
    assert f"differences: {recalls.agree.sum()} of 3" in beside


def test_in_each_tick_one_free_neuron_is_at_virtual_ground(run):
    recalls = run.recall_on_chip
    courses = chip_picture(run, recalls).axes[0]
    meshes = [each for each in courses.collections if isinstance(each, QuadMesh)]
    assert len(meshes) == 3
    for number, mesh in enumerate(meshes):
        cells = np.ma.masked_invalid(mesh.get_array()).reshape(4, -1)
        looked_at = np.ma.getmaskarray(cells)
        assert cells.shape[1] == recalls.periods[number]
        assert looked_at.sum(axis=0).tolist() == [1] * cells.shape[1]
        assert not looked_at[0].any()  # rim_1 is clamped
        others = ~looked_at[:, 0]
        assert (np.sign(cells[:, 0]) == recalls.starts[number])[others].all()


def test_weights_that_compare_something_else_are_told_apart(run):
    text = run_report(run.manifest.folder)
    assert "The circuit compares absolute changes of conductances" in text
    assert "end by the weights" in text


@pytest.mark.cross_method
def test_conductances_of_a_run_are_those_before_recall(run, comm):
    """The bridge, 80 ps at 2 mV, and the recalls change a film that has hardly rested."""
    found = conductances_of_run(run.manifest.folder, [], comm)
    told = run.summary.recall_on_chip
    assert found.moment.startswith("the trained film, before any recall on it, t = ")
    off = ~np.eye(4, dtype=bool)
    after = np.abs(found.conductance / told.conductance - 1)[off].max()
    begin = run.recall_on_chip.begin[0]
    row = run.conductance.time.searchsorted(begin * (1 - 1e-9))
    g = run.conductance.conductance[row]
    np.testing.assert_allclose(-found.conductance[np.triu_indices(4, 1)], g, rtol=1e-6)
    assert after > 1e-5


@pytest.mark.analytic
def test_running_time_counts_the_ticks_that_recall_takes_as_a_rule():
    """12 ticks of each of three recalls, twice: the film is left alone for as long."""
    text = CASE.replace("[recall]", "[recall]\nperiod = 1e-12")
    with_recall = running_time(parse_case(tomllib.loads(text)), 4)
    bridge = running_time(parse_case(tomllib.loads(text + "most_periods = 1\n")), 4)
    assert with_recall - bridge == pytest.approx(2 * 3 * (12 - 1) * 1e-12, rel=1e-9)
