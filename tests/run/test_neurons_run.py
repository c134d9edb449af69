"""Runs of which several contacts make a neuron: twins, beside them a reference film."""

import csv
import json

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.hopfield.contact_pairs import pair_names
from hebbfilm.run.analysis.conductances import conductances_of_case, conductances_of_run
from hebbfilm.run.analysis.metrics import METRICS, run_metrics
from hebbfilm.run.analysis.retention import retention_of_runs
from hebbfilm.run.analysis.rule_response import response_of
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.analysis.trajectories import read_record
from hebbfilm.run.folder.learnt import read_learnt
from hebbfilm.run.folder.manifest import find_snapshot
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.pictures.pages import story, textures_picture
from hebbfilm.run.pictures.surface import film_surface
from hebbfilm.run.training.training_run import train
from hebbfilm.solvers import load_state

NEURONS = ("ring_1", "ring_2", "ring_3", "centre")
PATTERN = np.array([1, 1, -1, -1])
VOLTAGE = 0.02
CONTENT = {
    "layout": {
        "kind": "inner_pads",
        "size": 90e-9,
        "ring_radius": 55e-9,
        "pad_radius": 18e-9,
        "mesh_size": 16e-9,
        "copies": 3,
    },
    "neurons": "twins_and_reference",
    "initial": {"relaxation": 2e-11},
    "training": {"patterns": ["++--"], "voltage": VOLTAGE, "duration": 2e-11, "rest": 6e-12},
    "reading": {"duration": 2e-13},
    "numerics": {"allow_coarse_mesh": True},
    "output": {"sample_interval": 2e-12},
}


@pytest.fixture(scope="module")
def case():
    return parse_case(CONTENT)


@pytest.fixture(scope="module")
def run(case, comm, tmp_path_factory):
    """The folder of a run of twins with a reference, the same on all ranks."""
    folder = comm.bcast(tmp_path_factory.mktemp("twins") / "run")
    train(case, folder, comm, quiet=True)
    comm.barrier()
    return read_run(folder)


@pytest.fixture(scope="module")
def films(case, run, comm):
    """G of each of the three films in S, (3, 4, 4), before and after the training.

    Before, from the texture that the run kept, in double precision as text or bytes are.
    """
    film = build_film(case, comm)
    fields = read_fields(run.manifest.folder, find_snapshot(run.manifest, "untrained"))
    m = film.film_mesh.numbering.scatter(fields.magnetisation if comm.rank == 0 else None)
    film.set_magnetisation(m[: film.operators.owned])
    before = film.conductance_matrix()
    load_state(film, run.manifest.folder / "state.npz")
    return [
        np.array([matrix[k : k + 4, k : k + 4] for k in (0, 4, 8)])
        for matrix in (before, film.conductance_matrix())
    ]


@pytest.mark.cross_method
def test_weights_of_twins_are_those_of_the_films_added_up_by_hand(run, films):
    """G to 1e-10 of the solver; a change of 1e-3 of it, and so a weight, to 1e-6 or better."""
    before, after = (matrices[0] + matrices[1] for matrices in films)
    np.testing.assert_allclose(run.summary.conductance_before, before, rtol=1e-8)
    np.testing.assert_allclose(run.summary.conductance_after, after, rtol=1e-8)
    upper = np.triu_indices(4, 1)
    change = (after / before - 1)[upper]
    assert np.abs(change).max() > 1e-4
    expected = np.zeros((4, 4))
    expected[upper] = change.mean() - change
    np.testing.assert_allclose(run.summary.weights, expected + expected.T, atol=3e-8)
    # A film counts twice where twins are compared with it.
    beside = run.summary.reference_film
    assert list(beside) == list(run.summary.readings)
    for label, matrices in zip(("untrained", "trained"), films, strict=True):
        np.testing.assert_allclose(beside[label], 2 * matrices[2], rtol=1e-8)
    told = run.summary.relative_change
    np.testing.assert_allclose([told[name] for name in pair_names(NEURONS)], change, atol=3e-8)


def test_twins_get_opposite_voltages_and_the_reference_carries_no_current(run):
    table = run.conductance
    driven = np.array(table.phase) == "train"
    assert driven.any()
    assert not driven.all()
    both = VOLTAGE * np.concatenate([PATTERN, -PATTERN, np.zeros(4)])
    assert np.array_equal(table.voltage[driven], np.tile(both, (driven.sum(), 1)))
    assert np.abs(table.current[driven][:, :8]).max() > 1e-5
    # Nothing connects the films, and without a voltage φ is 0 but for round-off.
    assert np.abs(table.current[:, 8:]).max() <= 1e-12 * np.abs(table.current).max()


@pytest.mark.cross_method
def test_table_has_conductances_of_neurons_and_the_power_of_all_contacts(run):
    """Both to the ten digits of the table; the power from G of the films in parallel."""
    path = run.manifest.folder / "conductance.csv"
    header = next(csv.reader(path.open()))
    assert [name for name in header if name.startswith("g_S")] == [
        f"g_S:{a}:{b}" for i, a in enumerate(NEURONS) for b in NEURONS[i + 1 :]
    ]
    assert sum(name.startswith("V_V:") for name in header) == 12
    assert sum(name.startswith("I_A:") for name in header) == 12
    table = run.conductance
    power = (table.voltage * table.current).sum(axis=1)
    np.testing.assert_allclose(table.power, power, rtol=1e-8, atol=1e-20)
    last = np.flatnonzero(np.array(table.phase) == "train")[-1]
    presented = run.summary.conductance_presented
    between = VOLTAGE**2 * PATTERN @ presented @ PATTERN
    assert table.power[last] == pytest.approx(between, rel=1e-8)
    assert run.summary.presented_power == pytest.approx(between, rel=1e-8)
    np.testing.assert_allclose(
        table.conductance[last], -presented[np.triu_indices(4, 1)], rtol=1e-8
    )


def test_reference_film_relaxes_on_as_without_a_training(case, run, comm, shared_tmp_path):
    """What the other films do it does not feel: exact, but for steps of time of another length.

    Those are chosen for all films together; steps of 4th order err by less than 1e-4 here.
    """
    still = {**CONTENT, "training": {**CONTENT["training"], "voltage": 1e-9}}
    train(parse_case(still), shared_tmp_path / "still", comm, quiet=True)
    comm.barrier()
    textures = []
    for each in (run, read_run(shared_tmp_path / "still")):
        fields = read_fields(each.manifest.folder, find_snapshot(each.manifest, "trained"))
        textures.append(fields.magnetisation)
        third = fields.points[:, 0] > fields.points[:, 0].max() - 180e-9
    assert np.abs(textures[0] - textures[1])[third].max() < 1e-4
    assert np.abs(textures[0] - textures[1])[~third].max() > 1e-2


def test_files_tell_which_contacts_make_each_neuron(run):
    """And matrices are between neurons, drawn voltages those of contacts."""
    expected = [
        {
            "name": name,
            "contacts": [name, f"-copy_2_{name}"],
            "reference": [f"copy_3_{name}"],
        }
        for name in NEURONS
    ]
    for file in ("manifest.json", "summary.json"):
        found = json.loads((run.manifest.folder / file).read_text())
        assert found["neurons"] == expected
        assert len(found["contacts"]) == 12
    assert run.neurons == NEURONS
    assert run.manifest.names_on_film() == 3 * NEURONS
    shown = find_snapshot(run.manifest, "presented")
    assert shown.presents == tuple(PATTERN)
    assert len(shown.voltages) == 12
    assert run.recall.starts.shape == (16, 4)


def test_checks_of_the_whole_matrix_hold(run):
    """G of all contacts, to the precision of the solver."""
    checks = run.summary.checks
    for name in ("symmetry", "row_sums", "column_sums", "current_sum", "power_balance"):
        assert getattr(checks, name) < 1e-8


@pytest.mark.cross_method
def test_analyses_of_a_run_are_between_neurons(run, case, comm):
    folder = run.manifest.folder
    of_run = conductances_of_run(folder, [], comm)
    assert of_run.neurons == NEURONS
    np.testing.assert_allclose(of_run.conductance, run.summary.conductance_after, rtol=1e-8)
    assert of_run.as_dict()["neurons"] == list(NEURONS)
    assert read_learnt(folder).contacts == NEURONS
    (kept,) = retention_of_runs([folder], [6e-12]).runs[0].kept
    assert kept.margin is not None
    metrics = run_metrics(folder, read_case_of_run(folder))
    assert metrics["power_W"] == run.summary.presented_power
    assert set(metrics) == set(METRICS)
    assert "ring_1-ring_2" in run_report(folder)
    record = read_record([folder])
    driven = np.array(
        [PATTERN[i] != PATTERN[j] for i, j in zip(*np.triu_indices(4, 1), strict=True)]
    )
    shown = np.abs(record.trajectories.drive).max(axis=0)
    np.testing.assert_allclose(shown, driven, atol=1e-9)
    response = response_of(record, comm)
    assert np.isfinite(response.uniform).all()
    assert response.driven.tolist() == driven.tolist()


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone draws")
def test_films_side_by_side_are_drawn_one_moment_above_another_with_names_of_neurons(run):
    """And the signs of the voltages at their contacts: those of twins are opposite."""
    told = story(run.manifest)
    folder = run.manifest.folder
    surfaces = [film_surface(read_fields(folder, snapshot)) for snapshot in told]
    figure = textures_picture(run.manifest, told, surfaces)
    panels = figure.axes[:3]
    assert [axes.get_subplotspec().rowspan.start for axes in panels] == [0, 1, 2]
    texts = [
        sorted(text for text in (t.get_text() for t in axes.texts) if not text.endswith("nm"))
        for axes in panels
    ]
    signs = ("ring_1 +", "ring_2 +", "ring_3 −", "centre −")
    turned = ("ring_1 −", "ring_2 −", "ring_3 +", "centre +")
    assert texts[0] == texts[2] == sorted(3 * NEURONS)
    assert texts[1] == sorted((*signs, *turned, *NEURONS))


@pytest.mark.analytic
def test_like_films_are_predicted_to_learn_like_one(case, comm):
    """Uniform twins are one film twice: the response is even in V. Meshes differ by the copies,
    which are the same triangles moved: round-off of coordinates, and solvers to 1e-10."""
    found = conductances_of_case(case, comm)
    single = parse_case({**CONTENT, "layout": {**CONTENT["layout"], "copies": 1}, "neurons": None})
    alone = conductances_of_case(single, comm)
    assert found.neurons == alone.contacts == NEURONS
    for both, one in zip(found.separations, alone.separations, strict=True):
        assert both.margin == pytest.approx(one.margin, abs=1e-6)
    np.testing.assert_allclose(found.conductance, 2 * alone.conductance, rtol=1e-7)
