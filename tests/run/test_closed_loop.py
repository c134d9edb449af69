"""A run whose recall compares with resistors that a bridge has balanced, not with readings."""

import tomllib
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Neurons
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.training.phases import phases_of_run
from hebbfilm.run.training.training_run import run_case, train

CASE = """
[layout]
kind = "wheel"
mesh_size = 14e-9
[initial]
relaxation = 1e-9
[training]
patterns = ["+,+,-,-"]
duration = 1e-9
rest = 5e-10
{forming}
[reading]
duration = 2e-13
reference = "absolute"
[output]
sample_interval = 2e-10
[numerics]
allow_coarse_mesh = true
[recall]
reference = "bridge"
period = 1e-12
starts = ["+,+,+,-", "-,+,-,-"]
{recall}
"""
FORMING = "forming = { patterns = 'all', amplitudes = [0.5], duration = 2e-11, rest = 1e-11 }"


def case_of(forming="", recall=""):
    return parse_case(tomllib.loads(CASE.format(forming=forming, recall=recall)))


@pytest.fixture(scope="module")
def run(comm, tmp_path_factory):
    folder = comm.bcast(tmp_path_factory.mktemp("closed_loop") / "run")
    train(case_of(), folder, comm, quiet=True)
    comm.barrier()
    return folder


@pytest.mark.cross_method
def test_circuits_find_the_weights_that_arithmetic_has(run):
    """⟨Δg⟩ - Δg_ij of the readings, of which the bridge knows nothing.

    Probes of 2 mV last 80 ps a round, in which a film that has rested for 0.5 ns still settles:
    within a tenth of what it learnt.
    """
    summary = read_run(run).summary
    told, expected = summary.recall_on_chip, np.array(summary.weights)
    np.fill_diagonal(expected, 0.0)
    assert np.abs(told.weights - expected).max() < 0.1 * np.abs(expected).max()
    assert told.level == pytest.approx(summary.reference.level, rel=0.1)
    assert (told.reference, told.level_unit, told.level_given) == ("bridge", "S", False)
    assert "resistors that a bridge has balanced" in run_report(run)


def test_bridge_has_rows_of_its_own_before_and_after_the_training(run):
    table = read_run(run).conductance
    words = [word for k, word in enumerate(table.phase) if k == 0 or table.phase[k - 1] != word]
    assert words == ["relax", "balance", "train", "rest", "balance", "recall"]
    rows = np.array(table.phase) == "balance"
    # At the end of a round the first neuron is next: both of its contacts, and no other.
    assert rows.sum() == 3
    assert np.abs(table.voltage[rows]).max() == pytest.approx(2e-3)


@pytest.mark.cross_method
def test_film_that_is_formed_is_balanced_after_that(comm, shared_tmp_path):
    folder = shared_tmp_path / "run"
    train(case_of(FORMING), folder, comm, quiet=True)
    comm.barrier()
    phases = read_run(folder).conductance.phase
    assert phases.index("form") < phases.index("balance") < phases.index("train")


def test_film_is_balanced_once_where_a_step_is_called_formed():
    """So that each phase has a name of its own, by which a run goes on."""
    schedule = "steps = [{ read = 'formed' }, { pattern = '+,+,-,-' }]"
    case = parse_case(tomllib.loads(CASE.format(forming=schedule, recall="")))
    nothing: Any = None
    network: Any = SimpleNamespace(film=None, neurons=Neurons(["a", "b", "c", "d"]))
    names = [phase.name for phase in phases_of_run(case, network, nothing, nothing)]
    assert names.count("balance") == 1
    assert len(set(names)) == len(names)


@pytest.mark.cross_method
def test_run_that_was_cut_off_goes_on_alike(run, comm, shared_tmp_path, cut_off, folder_content):
    """Also within a round of the bridge, and between its two balances; to the last bit."""
    cut = shared_tmp_path / "cut"
    ends = cut_off(lambda resume: run_case(case_of(), cut, comm, quiet=True, resume=resume), 3, 0)
    assert ends > 3
    expected, found = folder_content(run), folder_content(cut)
    assert found.keys() == expected.keys()
    assert [name for name in found if found[name] != expected[name]] == []
    told = read_run(cut).summary.recall_on_chip
    assert np.any(told.conductance_left_alone != read_run(cut).summary.conductance_after)


@pytest.mark.parametrize(
    ("recall", "message"),
    [
        ("level = 1e-5", r"recall\.level = 1e-05: is of reference = 'resistors'"),
        ('circuit = "amplifiers"', r"recall\.reference = 'bridge': is of circuit = 'comparators'"),
    ],
)
def test_what_does_not_go_with_a_bridge_is_refused(recall, message):
    text = CASE.replace("period = 1e-12", "") if "circuit" in recall else CASE
    with pytest.raises(InputError, match=message):
        parse_case(tomllib.loads(text.format(forming="", recall=recall)))
