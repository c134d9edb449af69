"""What a run keeps of a film in its stack: columns, fields, summary, manifest."""

import json
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.run.analysis.metrics import run_metrics
from hebbfilm.run.analysis.report import report_of
from hebbfilm.run.folder.manifest import find_snapshot, read_manifest
from hebbfilm.run.folder.protocol_run import read_protocol_run
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.inputs.case import parse_case, read_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.training.training_run import run_case
from hebbfilm.solvers.magnetisation.resolution import RESOLVED

CASES = Path(__file__).parents[2] / "run" / "cases"
LAYER = {
    "name": "pt",
    "thickness": 3e-9,
    "conductivity": 4e6,
    "damping_like_efficiency": 0.1,
    "field_like_efficiency": -0.05,
}
STRIP = {
    "layout": {"kind": "strip", "length": 90e-9, "width": 30e-9, "mesh_size": 15e-9},
    "material": {
        "interfacial_dmi": 0.0,
        "amr_ratio": 0.2,
        "conductivity": 5e6,
        "heat_transfer_coefficient": 3e7,
    },
    "layers": [LAYER],
    "heat": {"substrate_temperature": 300.0},
    "oersted": True,
    "initial": {"texture": "uniform", "direction": [0, 0, 1], "relaxation": 0.0},
    "output": {"sample_interval": 5e-12},
    "protocol": {
        "steps": [
            {
                "kind": "drive",
                "drives": {"left": 0.02, "right": 0.0},
                "duration": 2e-11,
                "label": "driven",
            },
            {"kind": "rest", "duration": 1e-11},
            {"kind": "read"},
        ]
    },
}


@pytest.fixture(scope="module")
def folder(comm, tmp_path_factory):
    path = comm.bcast(tmp_path_factory.mktemp("stack") / "run", root=0)
    run_case(parse_case(STRIP), path, comm, quiet=True)
    comm.barrier()
    return path


@pytest.mark.analytic
def test_table_has_temperature_and_share(folder):
    """t σ of 1 nm and 5 MS/m beside 3 nm and 4 MS/m: m out of the plane is across the current.

    The film turns a little in 20 ps, so that AMR counts: by less than 0.2 of the share of it.
    """
    table = read_protocol_run(folder).conductance
    driven = np.array(table.phase) == "drive"
    np.testing.assert_allclose(table.film_share[driven], 5 / 17, rtol=0.2)
    assert np.isnan(table.film_share[~driven]).all()
    assert table.mean_temperature[0] > 300
    assert np.all(np.diff(table.mean_temperature[driven]) > 0)
    assert np.all(table.highest_temperature >= table.mean_temperature)
    assert table.mean_temperature[-1] < table.mean_temperature[driven][-1]


@pytest.mark.analytic
def test_share_of_a_row_is_that_of_its_temperature(comm, shared_tmp_path, capfd):
    """Of pt whose ρ grows: 5/(5 + 12/(1 + a (T - 300))), with the T of that row, as is g.

    Without AMR, and without h, T is even: to the 1e-10 of φ, and the digits of the table. That heat
    stays is said once at the start and in the report.
    """
    hot = STRIP["material"] | {"amr_ratio": 0.0}
    del hot["heat_transfer_coefficient"]
    case = STRIP | {"material": hot, "layers": [LAYER | {"temperature_coefficient": 4e-3}]}
    case["protocol"] = {"steps": [{"kind": "drive", "drives": {"left": 0.1}, "duration": 5e-11}]}
    case["protocol"]["steps"][0]["drives"]["right"] = 0.0
    run_case(parse_case(case), shared_tmp_path / "run", comm)
    comm.barrier()
    told = capfd.readouterr().err
    assert told.count("Note: nothing takes the heat away: ") == (comm.rank == 0)
    run = read_protocol_run(shared_tmp_path / "run")
    table = run.conductance
    driven = np.array(table.phase) == "drive"
    in_layer = 12 / (1 + 4e-3 * (table.mean_temperature - 300))
    assert np.ptp(table.mean_temperature[driven]) > 10
    np.testing.assert_allclose(table.film_share[driven], 5 / (5 + in_layer[driven]), rtol=1e-6)
    np.testing.assert_allclose(table.conductance[:, 0], 1e-3 * (5 + in_layer) / 3, rtol=1e-6)
    assert run.summary.stack.current_shares["film"] == pytest.approx(table.film_share[-1], rel=1e-6)
    assert "set material.heat_transfer_coefficient" in report_of(shared_tmp_path / "run")


@pytest.mark.analytic
def test_summary_has_the_stack(folder):
    """Σ∥/Σ⊥ = 1 - s a/(1 + a) with s = 5/17 and a = 0.2, exactly; and the field-like field.

    a_FL = ħ ξ j/(2 e μ₀ M_s t) is checked elsewhere; here that both parts stand apart, with ratios
    of their efficiencies where m is across both: |m × H| of the damping-like part is that of s
    less what of it lies along m, and m turned by less than half a radian.
    """
    stack = read_protocol_run(folder).summary.stack
    lost = 5 / 17 * 0.2 / 1.2
    assert stack.sheet_amr_ratio == pytest.approx(lost / (1 - lost), rel=1e-9)
    assert stack.current_shares["film"] + stack.current_shares["pt"] == pytest.approx(1)
    twist, steady = (stack.effective_fields[f"{kind}_like"].mean for kind in ("damping", "field"))
    assert steady / twist == pytest.approx(0.5, rel=0.2)
    assert stack.effective_fields["oersted"].largest > 0
    assert stack.effective_fields["zhang_li"].largest < twist
    temperature, balance = stack.temperature, stack.heat_balance
    assert temperature.highest > temperature.highest_mean > temperature.final_mean > 300
    # Two tolerances of a hundredth of that of the renewal, 1e-2 by default.
    assert abs(balance.missing) < 1e-4 * balance.work
    assert balance.stored + balance.substrate == pytest.approx(balance.work, rel=1e-4)


def test_snapshot_has_the_fields_of_the_stack(folder, comm):
    if comm.rank:
        return
    manifest = read_manifest(folder)
    driven = read_fields(folder, find_snapshot(manifest, "driven"))
    assert driven.temperature.min() > 300
    along, at_rest = driven.layer_currents["pt"], read_fields(folder, find_snapshot(manifest, -1))
    assert np.all(along[:, 0] > 5e11)
    # E is shared: j in the layer is its σ E, and in the film σ(m) E between σ∥ and σ⊥.
    ratio = np.linalg.norm(driven.current_density, axis=1) / np.linalg.norm(along, axis=1)
    assert ratio.min() > 5 / 4 / 1.2 - 1e-6
    assert ratio.max() < 5 / 4 + 1e-6
    # j along +x below the film makes a field towards -y.
    assert driven.oersted_field[:, 1].mean() < 0
    assert not at_rest.layer_currents["pt"].any()


def test_manifest_lists_layers_and_conventions(folder):
    manifest = read_manifest(folder)
    (layer,) = manifest.layers
    assert layer | LAYER == layer
    assert layer["side"] == "below"
    told = {"layers", "spin_orbit_torque", "oersted_field", "heat", "curie_law"}
    assert told <= manifest.conventions.keys()


def test_report_tells_of_the_stack(folder):
    text = report_of(folder)
    assert "set material.heat_transfer_coefficient" not in text
    for told in ("in layer pt; film and layers together", "Temperature: ", "Heat: of ", "Oersted "):
        assert told in text


def test_training_keeps_the_figures_of_its_stack(comm, shared_tmp_path):
    """Of the shipped case, on a coarse mesh and for a moment."""
    settings = [
        "layout.mesh_size=2e-8",
        "initial.relaxation=1e-11",
        "training.duration=2e-11",
        "training.rest=1e-11",
        "output.sample_interval=1e-11",
        "numerics.allow_coarse_mesh=true",
    ]
    case = read_case(CASES / "stack.toml", settings)
    run_case(case, shared_tmp_path / "run", comm, quiet=True)
    comm.barrier()
    run = read_run(shared_tmp_path / "run")
    assert run.summary.stack.temperature is None
    metrics = run_metrics(shared_tmp_path / "run", case)
    assert metrics["film_share"] == run.summary.stack.current_shares["film"]
    assert metrics["T_max_K"] is None
    fields = run.summary.stack.effective_fields
    assert metrics["damping_like_A_per_m"] == fields["damping_like"].mean > 0
    assert metrics["oersted_A_per_m"] == fields["oersted"].mean > 0
    text = json.loads((shared_tmp_path / "run" / "manifest.json").read_text())
    assert text["layers"][0]["name"] == "pt"


@pytest.mark.parametrize("value", [0.1, -0.1])
def test_key_of_a_layer_is_called_by_its_name(value):
    case = read_case(CASES / "stack.toml", [f"layers.pt.damping_like_efficiency={value}"])
    assert case.layers[0].damping_like_efficiency == value


def test_mesh_of_the_cases_resolves_their_texture(comm):
    for name in ("stack", "heated"):
        film = build_film(read_case(CASES / f"{name}.toml"), comm)
        assert film.mesh_watch.resolution.turn < RESOLVED
