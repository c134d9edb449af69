"""Runs of films with anomalous Hall effect: weights, and voltages of contacts that float."""

import numpy as np
import pytest

from hebbfilm.run.analysis.report import report_of
from hebbfilm.run.folder.protocol_run import read_protocol_run
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.training.training_run import run_case, train

LAYOUT = {"kind": "square", "side": 120e-9, "mesh_size": 15e-9}
HALL = {
    "interfacial_dmi": 0.0,
    "uniaxial_anisotropy": 3e4,
    "anomalous_hall_ratio": 0.1,
    "amr_ratio": 0.1,
}
UP = {"texture": "uniform", "direction": [0, 0, 1], "relaxation": 0.0}
CASE = {"layout": LAYOUT, "material": HALL, "initial": UP}


@pytest.mark.analytic
def test_weights_are_read_from_the_symmetric_part(comm, shared_tmp_path):
    """Of a matrix whose other part changes sign with m, by Onsager's relation."""
    folder = shared_tmp_path / "run"
    short = {"duration": 1e-12, "rest": 1e-12, "voltage": 0.01}
    train(parse_case(CASE | {"training": {"patterns": ["++--"]} | short}), folder, comm, quiet=True)
    summary = read_run(folder).summary
    G = summary.conductance_after
    assert summary.hall_conductance == np.abs(G - G.T).max() / 2
    assert summary.hall_conductance > 0.01 * np.abs(G).max()
    assert summary.checks.symmetry is None
    assert summary.checks.onsager < 1e-8
    assert np.array_equal(summary.weights, summary.weights.T)
    if comm.rank == 0:
        told = report_of(folder)
        assert "Hall effect: conductances and weights are those of the symmetric part of G" in told
        assert "Checks: G(-m) = G(m)ᵀ to " in told


@pytest.mark.cross_method
def test_hall_voltage_of_floating_contacts_is_in_the_table(comm, shared_tmp_path):
    """From G, as the table has it, and from the potential at which no current enters there.

    Both to 1e-8 of G; for m along ±z, where no torque but that of the current turns it: in 0.1 ps,
    at u = 1 m/s and below over 15 nm, by less than 1e-5.
    """
    names = parse_case(CASE).film_source().geometry.contact_names
    drive = {"kind": "drive", "duration": 1e-13, "drives": {names[0]: 1e-3, names[2]: 0.0}}
    across = []
    for sign in (1, -1):
        up = {"initial": UP | {"direction": [0, 0, sign]}}
        case = parse_case(CASE | up | {"protocol": {"steps": [drive]}})
        folder = shared_tmp_path / f"run{sign}"
        run_case(case, folder, comm, quiet=True)
        table = read_protocol_run(folder).conductance
        row = table.voltage[table.power > 0][-1]
        film = build_film(case, comm)
        film.set_magnetisation(np.array([0.0, 0.0, sign]))
        found = film.solve_current([1e-3, None, 0.0, None])
        assert row == pytest.approx(found.voltages, abs=1e-8)
        across.append(row[1] - row[3])
    assert across[0] > 4e-5
    assert across[1] < -4e-5
