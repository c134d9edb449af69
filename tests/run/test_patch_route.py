"""`hebbfilm barrier A B --patches N`: what it prints, writes and draws, and going on."""

import csv
import json

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import relative_change
from hebbfilm.run.cli import main
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.paths import route_search
from hebbfilm.run.paths.route_search import find_route
from hebbfilm.run.paths.states import named_state
from hebbfilm.run.training.training_run import run_case
from hebbfilm.solvers import PatchOptions
from hebbfilm.solvers.textures.from_file import FromFile
from tests.run.turned_strip import CONSTANT, case_of


def trained():
    """A coarse wheel that is presented a pattern for a moment."""
    return parse_case(
        {
            "layout": {"kind": "wheel", "mesh_size": 25e-9},
            "material": {"amr_ratio": 0.2, "uniaxial_anisotropy": 1e5, "interfacial_dmi": 1e-3},
            "initial": {"texture": "random", "seed": 1, "relaxation": 3e-10},
            "training": {
                "patterns": ["+,+,-,-"],
                "voltage": 0.2,
                "duration": 1e-9,
                "rest": 1e-10,
            },
        }
    )


@pytest.fixture
def run(shared_tmp_path, comm):
    folder = shared_tmp_path / "run"
    run_case(case_of(), folder, comm, quiet=True)
    comm.barrier()
    return folder


def columns(file):
    with file.open() as text:
        rows = list(csv.DictReader(text))
    return {key: [row[key] for row in rows] for key in rows[0]}


@pytest.mark.analytic
def test_bound_of_a_film_that_turns_as_one(run, comm, capsys, shared_tmp_path):
    """K V, of which the highest of its places misses (π/80)² at most: 10 pieces in 8 parts each.

    Of three patches mixed states fall back to one end or the other, so that there is one hop; of
    four they might stay half-way, in equilibrium by symmetry. Nothing was learnt.
    """
    out = shared_tmp_path / "route"
    states = f"{run}:right", f"{run}:left"
    assert main(["barrier", *states, "--patches", "3", "--out", str(out)]) == 0
    comm.barrier()
    printed = capsys.readouterr().out
    expected = CONSTANT * build_film(case_of(), comm).operators.volume
    found = json.loads((out / "path.json").read_text())
    missed = (np.pi / 80) ** 2
    for way in ("forward", "backward"):
        assert found[f"upper_bound_{way}_J"] == pytest.approx(
            expected * (1 - missed / 2), rel=missed
        )
    assert not [key for key in found if key.startswith(("barrier", "maximum"))]
    (hop,) = found["hops"]
    assert hop["forward_J"] == pytest.approx(found["upper_bound_forward_J"], rel=1e-6)
    assert found["minima_between"] == 0
    assert found["distance_rad"] == pytest.approx(np.pi, rel=1e-3)
    assert [each["patches"] for each in found["minima"]] == [0, 1, 2, 3]
    assert {each["margin"] for each in found["minima"]} == {None}
    table = columns(out / "path.csv")
    assert len(table["arc_rad"]) == 3 * 10 * 8 + 1
    assert [k for k in table["patches"] if k] == list("0123")
    assert max(float(e) for e in table["energy_J"]) - float(table["energy_J"][0]) == pytest.approx(
        found["upper_bound_forward_J"], rel=1e-6
    )
    assert len(list((out / "images").glob("*.vtu"))) == 4
    assert (out / "images" / "path.pvd").read_text().count(".vtu") == 4
    assert (out / "energy.png").stat().st_size > 5000
    if comm.rank == 0:
        assert "Bounds, no barriers" in printed
        assert f"Least barrier A → B: at most {found['upper_bound_forward_J']:.4e} J" in printed
        assert "margin" not in printed


@pytest.mark.cross_method
def test_what_is_known_on_the_way_is_that_of_the_minima(comm, capsys, shared_tmp_path):
    """Against conductances of the states as they are written; at B, the untrained one, nothing.

    Minima are relaxed to 10 A/m twice, by ways that differ in round-off alone.
    """
    folder, out = shared_tmp_path / "run", shared_tmp_path / "route"
    run_case(trained(), folder, comm, quiet=True)
    comm.barrier()
    words = ["barrier", str(folder), f"{folder}:untrained", "--patches", "3", "--steps", "3"]
    assert main([*words, "--out", str(out)]) == 0
    comm.barrier()
    printed = capsys.readouterr().out
    minima = json.loads((out / "path.json").read_text())["minima"]
    film, known = build_film(read_case_of_run(folder), comm), read_run(folder)
    conductances = []
    for k in range(4):
        film.start_from(FromFile(path=str(out / "images" / f"{k:04d}.vtu")))
        conductances.append(film.conductance_matrix())
    first, *_, last = conductances
    change = relative_change(last, first)[known.coupled]
    # Pairs 1-2, 1-3, 1-4, 2-3, 2-4, 3-4 of the pattern +,+,-,-.
    opposite = np.array([False, True, True, True, True, False])[known.coupled]
    strong, others = change[opposite], change[~opposite]
    assert minima[0]["margin"] == pytest.approx(strong.min() - others.max(), rel=1e-4)
    assert minima[0]["contrast"] == pytest.approx(strong.mean() - others.mean(), rel=1e-4)
    assert abs(minima[0]["contrast"]) > 1e-4
    assert abs(minima[-1]["margin"]) < 1e-3 * abs(minima[0]["contrast"])
    if comm.rank == 0:
        assert "margin / %  contrast / %" in printed


@pytest.mark.cross_method
def test_stopped_route_goes_on(run, comm, shared_tmp_path, monkeypatch):
    """It keeps the patches that are done, and finds the same; another search is refused."""
    monkeypatch.setattr(route_search, "LOOK_EVERY", 1)
    film = build_film(case_of(), comm)
    states = comm.bcast([named_state(f"{run}:{label}") for label in ("right", "left")])
    out, options = shared_tmp_path / "route", PatchOptions(patches=4, tolerance=1e-9, steps=20)

    class AtOnce(StopRequest):
        def received(self):
            return 130

    with pytest.raises(Interrupted):
        find_route(film, states, options, out, AtOnce(comm))
    comm.barrier()
    assert not (out / "path.json").exists()
    assert (out / "string.npz").exists()
    route, _ = find_route(film, states, options, out, StopRequest(comm))
    comm.barrier()
    again, _ = find_route(film, states, options, out, AtOnce(comm))
    np.testing.assert_array_equal(again.images, route.images)
    whole, _ = find_route(film, states, options, None, StopRequest(comm))
    assert route.forward == pytest.approx(whole.forward, rel=1e-9)
    with pytest.raises(InputError, match="holds a path with options"):
        find_route(film, states, PatchOptions(patches=5), out, StopRequest(comm))
