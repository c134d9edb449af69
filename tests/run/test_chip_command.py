"""`hebbfilm chip` on a finished run, and all that is drawn of runs whose film was held."""

import tomllib

import numpy as np
import pytest
from matplotlib.collections import QuadMesh

from hebbfilm.hopfield.corrupted import corrections, corrupted_patterns
from hebbfilm.run.analysis.held_chip import training_energy
from hebbfilm.run.cli import main
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.pictures.chip import chip_picture
from hebbfilm.run.training.training_run import train

CASE = """
[layout]
kind = "wheel"
mesh_size = 20e-9
[contacts]
lead_resistance = 100.0
[initial]
relaxation = 2e-11
[training]
patterns = ["+,+,-,-", "+,-,+,-"]
duration = 1e-10
rest = 2e-11
[reading]
duration = 2e-13
[output]
sample_interval = 2e-11
[numerics]
allow_coarse_mesh = true
"""
RECALL = """
[recall]
period = 2e-14
held_after = {held_after}
[recall.starts]
flipped = [0.25, 0.5]
number = 4
"""


def trained(comm, tmp_path_factory, recall):
    """The folder of a finished run."""
    folder = comm.bcast(tmp_path_factory.mktemp("chip") / "run")
    train(parse_case(tomllib.loads(CASE + recall)), folder, comm, quiet=True)
    comm.barrier()
    return folder


@pytest.fixture(scope="module")
def plain(comm, tmp_path_factory):
    """Without recall on chip."""
    return trained(comm, tmp_path_factory, "")


@pytest.fixture(scope="module")
def held(comm, tmp_path_factory):
    """In the first two of 16 recalls m moves."""
    return trained(comm, tmp_path_factory, RECALL.format(held_after=2))


@pytest.fixture(scope="module")
def wholly_held(comm, tmp_path_factory):
    """In no recall m moves."""
    return trained(comm, tmp_path_factory, RECALL.format(held_after=0))


def told_of(arguments, capfd, comm):
    capfd.readouterr()
    assert main(arguments) == 0
    out = capfd.readouterr().out
    assert bool(out) == (comm.rank == 0)
    return comm.bcast(out)


@pytest.mark.analytic
def test_chip_tells_by_what_it_counts(plain, comm, capfd):
    """10, 20 and 30 % of four signs are one: 60 starts, of only six states.

    Each pattern has four such, and (+ + - -) and (+ - + -) share the two that lie between them.
    """
    told = told_of(["chip", str(plain), "--set", "recall.period=2e-14"], capfd, comm)
    lines = told.splitlines()
    assert lines[0].startswith("Recall by comparators at 2 mV, the film held as it was read")
    assert lines[1].split()[:4] == ["flipped", "starts", "different", "corrected"]
    assert lines[2].split()[:3] == ["1", "60", "6"]
    assert "flipped: signs that differ from the nearest stored state" in told
    assert "recall.starts.flipped = 0.1, 0.2, 0.3 of 4 signs: 1, 1, 1 flipped" in told
    assert "Only 6 of 60 starts differ" in told
    assert "are nearer to" not in told


@pytest.mark.analytic
def test_chip_counts_starts_that_lie_nearer_to_another_state(plain, comm, capfd):
    """Patterns two signs apart: of six ways to flip two of one, two lead to a stored state."""
    given = ["--set", "recall.starts.flipped=[0.5]", "--set", "recall.starts.number=50"]
    told = told_of(["chip", str(plain), *given, "--set", "recall.period=2e-14"], capfd, comm)
    rows = {line.split()[0]: line.split() for line in told.splitlines()[2:4]}
    assert set(rows) == {"0", "2"}
    assert int(rows["0"][1]) + int(rows["2"][1]) == 100
    assert f"{rows['0'][1]} of 100 starts are nearer to a stored state other than" in told


def test_chip_refuses_what_is_no_start(plain, comm, capfd):
    assert main(["chip", str(plain), "--set", "recall.starts.flipped=[0.6]"]) == 2
    told = comm.bcast(capfd.readouterr().err)
    assert "recall.starts" in told
    assert told.count("\n") == 1


@pytest.mark.cross_method
def test_chip_finds_what_the_run_itself_recalled(wholly_held, comm, capfd):
    """Both recall on the film as it was trained: the run by its G, the command by its readings."""
    own = read_run(wholly_held)
    recalls = own.recall_on_chip
    told = told_of(["chip", str(wholly_held)], capfd, comm)
    assert f"A recall takes {recalls.energy.mean():.3g} J" in told
    found = corrections(recalls.starts, recalls.ends, list(own.patterns))
    rows = [line.split() for line in told.splitlines()[2 : 2 + len(found)]]
    for row, each in zip(rows, found, strict=True):
        assert row[:3] == [str(each.flips), str(each.starts), str(each.different)]
        assert row[3] == f"{each.corrected / each.starts:.1%}"
    assert [each.different for each in own.summary.recall_on_chip.corrected] == [
        each.different for each in found
    ]


@pytest.mark.analytic
def test_training_and_recall_are_compared_at_the_sources(plain, comm, tmp_path_factory):
    """Leads belong to both, and recalls of the run, at 50 mV for 1 ps a tick, are no training.

    To 1e-4, as energies are sums over steps of time, which are others; what the recalls took is
    more than a per cent.
    """
    recall = "[recall]\nvoltage = 0.05\nperiod = 1e-12\nstarts = ['+,+,+,-', '+,-,+,+']\n"
    with_recall = read_run(trained(comm, tmp_path_factory, recall))
    alone = read_run(plain)
    sources = alone.summary.energy_dissipated + alone.summary.leads.energy
    assert training_energy(alone) == sources
    assert training_energy(with_recall) == pytest.approx(sources, rel=1e-4)
    assert with_recall.recall_on_chip.energy.sum() > 0.01 * sources


@pytest.mark.analytic
def test_starts_that_come_again_are_no_further_evidence():
    """Wilson's interval of 6 of 6 is from 6/(6 + z^2), z = 1.96, and not from 60/(60 + z^2)."""
    starts = corrupted_patterns(["++--", "+-+-"], [0.25], 30, seed=0)
    ends = np.array(30 * [[1, 1, -1, -1], [1, -1, 1, -1]])
    (found,) = corrections(starts, ends, ["++--", "+-+-"])
    assert (found.starts, found.corrected, found.different) == (60, 60, 6)
    assert found.interval == pytest.approx((6 / (6 + 1.959964**2), 1.0), rel=1e-5)


def test_all_that_is_made_of_a_run_with_recalls_on_a_held_film(held, wholly_held, comm):
    """Its table has rows of the recalls alone in which m moved: of two, or of none."""
    for folder in (held, wholly_held):
        for command in (["pictures", str(folder)], ["report", str(folder)]):
            assert main(command) == 0
        comm.barrier()
        if comm.rank == 0:
            assert (folder / "pictures" / "recall_on_chip.png").is_file()
        assert main(["conductance", str(folder)]) == 0


@pytest.mark.analytic
def test_courses_are_those_of_recalls_in_which_m_moved(held, wholly_held):
    run = read_run(held)
    recalls = run.recall_on_chip
    courses, ends = chip_picture(run, recalls).axes
    meshes = [each for each in courses.collections if isinstance(each, QuadMesh)]
    cells = [np.ma.masked_invalid(each.get_array()).reshape(4, -1).shape[1] for each in meshes]
    assert cells == recalls.periods[:2].tolist()
    assert any("recalls 1 to 2 changed g by" in text.get_text() for text in ends.texts)
    run = read_run(wholly_held)
    (ends,) = chip_picture(run, run.recall_on_chip).axes
    assert any("the film was held" in text.get_text() for text in ends.texts)
