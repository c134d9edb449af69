"""Leads as a part of a run: what it notes of them, and what a circuit at their ends recalls by."""

import tomllib

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import relative_change
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.report.drive import drive_numbers
from hebbfilm.run.training.training_run import train
from hebbfilm.solvers import outside_conductance

OHMS = {"rim_1": 100.0, "centre": 250.0}
LEADS = np.array([100.0, 0.0, 0.0, 250.0])
CASE = """
[layout]
kind = "wheel"
mesh_size = 20e-9
{layout}
[contacts.lead_resistance]
rim_1 = 100.0
centre = 250.0
[initial]
relaxation = 2e-11
[training]
patterns = ["+,+,-,-"]
voltage = 0.05
duration = 1e-10
rest = 2e-11
[reading]
duration = 2e-13
[output]
sample_interval = 2e-11
[numerics]
allow_coarse_mesh = true
[recall]
voltage = 2e-3
period = 2e-14
"""


def case_of(text):
    return parse_case(tomllib.loads(text))


@pytest.fixture(scope="module")
def folder(comm, tmp_path_factory):
    folder = comm.bcast(tmp_path_factory.mktemp("leads") / "run")
    train(case_of(CASE.format(layout="")), folder, comm, quiet=True)
    comm.barrier()
    return folder


@pytest.fixture(scope="module")
def run(folder):
    return read_run(folder)


@pytest.mark.analytic
def test_rows_have_sources_and_what_is_left_for_the_film(run):
    """U is the drive, I = G_out U, and the power that of the film: VᵀGV with V = U - R I.

    G of a row is to 1e-5 of its diagonal, and so all that is made of it, in relation to VᵀGV.
    """
    table = run.conductance
    assert list(run.manifest.contacts) == ["rim_1", "rim_2", "rim_3", "centre"]
    rows = np.flatnonzero(np.abs(table.voltage).max(axis=1) > 0.04)
    assert len(rows) > 4
    signs = np.sign(table.voltage[rows])
    np.testing.assert_allclose(table.voltage[rows], 0.05 * signs, rtol=1e-12)
    for row in rows:
        own = np.zeros((4, 4))
        own[np.triu_indices(4, k=1)] = -table.conductance[row]
        own = own + own.T
        np.fill_diagonal(own, -own.sum(axis=1))
        currents = outside_conductance(own, LEADS) @ table.voltage[row]
        scale = np.abs(currents).max()
        np.testing.assert_allclose(table.current[row], currents, atol=1e-6 * scale)
        at_film = table.voltage[row] - LEADS * currents
        assert table.power[row] == pytest.approx(at_film @ currents, rel=1e-6)
        supplied = table.voltage[row] @ currents
        assert supplied - table.power[row] == pytest.approx(LEADS @ currents**2, rel=1e-5)


@pytest.mark.analytic
def test_summary_tells_what_leads_took(run, folder):
    """Energies are in the relation of the powers, which hardly change while it learns: by 1 %."""
    summary, table = run.summary, run.conductance
    assert summary.leads.resistance == {"rim_1": 100.0, "rim_2": 0.0, "rim_3": 0.0, "centre": 250.0}
    row = np.flatnonzero(np.abs(table.voltage).max(axis=1) > 0.04)[2]
    lost = LEADS @ table.current[row] ** 2
    ratio = summary.leads.energy / summary.energy_dissipated
    assert ratio == pytest.approx(lost / table.power[row], rel=0.02)
    assert summary.checks.power_balance < 1e-8
    seen = outside_conductance(summary.recall_on_chip.conductance, LEADS)
    np.testing.assert_allclose(summary.leads.conductance, seen, atol=1e-8 * seen.max())
    assert run.manifest.case["contacts"]["lead_resistance"] == OHMS
    assert "Leads of 0 to 250 Ω took" in run_report(folder)
    assert any(number.name == "Energy of the leads" for number in drive_numbers(summary))


@pytest.mark.cross_method
def test_a_circuit_compares_what_is_seen_through_leads(run):
    """The dummies are like the untrained film and a level more, behind leads like its own."""
    told, summary = run.summary.recall_on_chip, run.summary
    before, after = summary.conductance_before, summary.conductance_after
    level = relative_change(before, after).mean()
    assert told.level == pytest.approx(level, rel=1e-6)
    beside = outside_conductance((1 + level) * before, LEADS)
    upper = np.triu_indices(4, k=1)
    expected = (outside_conductance(after, LEADS) - beside)[upper]
    scale = np.abs(before).max()
    np.testing.assert_allclose(told.weights[upper], expected, atol=1e-9 * scale)
    assert run.recall_on_chip.agree.all()


def test_neurons_of_several_contacts_are_refused_beside_recall(comm, tmp_path):
    text = 'neurons = "twins"\n' + CASE.format(layout="copies = {count = 2}")
    with pytest.raises(InputError, match="needs neurons of one contact each"):
        train(case_of(text), tmp_path / "run", comm, quiet=True)
