"""`hebbfilm barrier`: states as they are named, what is printed and written, slips, going on."""

import csv
import json

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.path_text import path_text
from hebbfilm.run.cli import main
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.paths import search, successive
from hebbfilm.run.paths.path_folder import as_dict, load_string
from hebbfilm.run.paths.search import find_path
from hebbfilm.run.paths.states import named_state
from hebbfilm.run.pictures.energy_path import energy_path_picture
from hebbfilm.run.training.training_run import run_case
from hebbfilm.solvers.paths.barrier import energy_path
from hebbfilm.solvers.paths.energy_path import EnergyPath, Stop
from hebbfilm.solvers.paths.options import PathOptions
from tests.run.turned_strip import CONSTANT, case_of

FEW = ("--images", "7")


@pytest.fixture
def run(shared_tmp_path, comm):
    folder = shared_tmp_path / "run"
    run_case(case_of(), folder, comm, quiet=True)
    comm.barrier()
    return folder


def volume(comm):
    return build_film(case_of(), comm).operators.volume


@pytest.mark.analytic
def test_barrier_of_a_run_is_that_of_its_anisotropy(run, comm, capsys, shared_tmp_path):
    """K V both ways, to the ten digits that the file has and the torque of 10 A/m leaves."""
    out = shared_tmp_path / "path"
    states = f"{run}:right", f"{run}:left"
    assert main(["barrier", *states, *FEW, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    expected = CONSTANT * volume(comm)
    found = json.loads((out / "path.json").read_text())
    assert found["converged"]
    assert found["barrier_forward_J"] == pytest.approx(expected, rel=1e-7)
    assert found["barrier_backward_J"] == pytest.approx(expected, rel=1e-7)
    assert found["states"] == list(states)
    with (out / "path.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["end", *[""] * 3, "saddle", *[""] * 3, "end"]
    assert (out / "energy.png").stat().st_size > 5000
    assert len(list((out / "images").glob("*.vtu"))) == 9
    assert (out / "images" / "path.pvd").read_text().count(".vtu") == 9
    if comm.rank == 0:
        assert f"Barrier A → B: {expected:.4e} J" in printed


@pytest.mark.cross_method
def test_states_of_files_are_those_of_the_run(run, comm, capsys, shared_tmp_path):
    """The snapshots themselves, through an image of an earlier path, with the case named."""
    out = shared_tmp_path / "path"
    assert main(["barrier", f"{run}:0", f"{run}:left", *FEW, "--out", str(out)]) == 0
    ends = str(out / "images" / "0000.vtu"), str(out / "images" / "0008.vtu")
    through = ["--through", str(out / "images" / "0002.vtu")]
    again = shared_tmp_path / "again"
    settings = ["--case", str(run / "case.toml"), "--out", str(again)]
    assert main(["barrier", *ends, *through, *FEW, *settings]) == 0
    capsys.readouterr()
    forward = [
        json.loads((each / "path.json").read_text())["barrier_forward_J"] for each in (out, again)
    ]
    assert forward[1] == pytest.approx(forward[0], rel=1e-6)


@pytest.mark.analytic
def test_run_alone_has_barriers_between_its_snapshots(run, comm, capsys, shared_tmp_path):
    out = shared_tmp_path / "out"
    assert main(["barrier", str(run), *FEW, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    found = json.loads((out / "passages.json").read_text())["passages"]
    barriers = [each["path"]["barrier_forward_J"] for each in found if each["path"]]
    assert barriers == pytest.approx([CONSTANT * volume(comm)], rel=1e-7)
    if comm.rank == 0:
        assert "largest hop" in printed


@pytest.mark.analytic
def test_not_converged_comes_first_and_is_no_barrier(run, comm, capsys, shared_tmp_path):
    """A torque of 1e-9 A/m is below what rounding leaves: nothing converges to it."""
    out = shared_tmp_path / "path"
    states = f"{run}:right", f"{run}:left"
    few = (*FEW, "--steps", "1", "--tolerance", "1e-9", "--tilt", "0.3")
    assert main(["barrier", *states, *few, "--out", str(out)]) == 1
    printed = capsys.readouterr().out
    found = json.loads((out / "path.json").read_text())
    assert not found["converged"]
    assert found["maximum_forward_J"] > 0
    assert not [key for key in found if "barrier" in key]
    assert (out / "energy.png").exists()
    if comm.rank == 0:
        assert printed.startswith("Not converged: ")
        assert "Barrier" not in printed
        assert "Highest image above A: " in printed


@pytest.mark.regression
def test_saddle_that_is_missing_is_told_first():
    ends = [Stop(0, "end", 1e-20, 0.0, 1e5, 0), Stop(2, "end", 0.0, 0.0, 1e5, 0)]
    path = EnergyPath(
        images=np.zeros((3, 1, 3)),
        arc=np.array([0.0, 1.0, 2.0]),
        energies=np.array([1e-20, 5e-21, 0.0]),
        slopes=np.zeros(3),
        torques=np.zeros(3),
        stops=ends,
        steps=1,
        evaluations=3,
        tolerance=1.0,
        unresolved=[(0, 2)],
    )
    text = path_text(path, ("one", "two"))
    assert text.startswith("Not converged: a saddle between image 0 and image 2 was not found")
    assert "Barrier" not in text
    assert as_dict(path)["without_saddle_between"] == [[0, 2]]


@pytest.mark.regression
@pytest.mark.parametrize("converged", [True, False])
def test_picture_says_what_is_not_converged(converged):
    torque = 0.0 if converged else 5.0
    kind = "saddle" if converged else "maximum"
    path = EnergyPath(
        images=np.zeros((3, 1, 3)),
        arc=np.array([0.0, 1.0, 2.0]),
        energies=np.array([0.0, 3e-20, 1e-20]),
        slopes=np.array([-1e-19, 1e-19, 0.0]),
        torques=np.array([0.0, torque, 0.0]),
        stops=[
            Stop(0, "end", 0.0, 0.0, 1e5, 0),
            Stop(1, kind, 3e-20, torque, -1e5, 1),
            Stop(2, "end", 1e-20, 0.0, 1e5, 0),
        ],
        steps=1,
        evaluations=3,
        tolerance=1.0,
    )
    (axes,) = energy_path_picture(path, ("one", "two")).axes
    title = axes.get_title() + axes.get_title("left")
    assert title.startswith("From one" if converged else "Not converged")
    drawn = axes.lines[0].get_ydata()
    assert (drawn.max() > 1.001 * path.in_heat(3e-20)) == converged


@pytest.mark.regression
def test_passages_that_are_done_are_taken_up(run, comm, capsys, monkeypatch, shared_tmp_path):
    """They are not looked for again, but with more steps where they did not converge."""
    out = shared_tmp_path / "out"
    looked = []

    def counted(*arguments, **options):
        looked.append(arguments)
        return energy_path(*arguments, **options)

    monkeypatch.setattr(successive, "energy_path", counted)
    words = ["barrier", str(run), *FEW, "--out", str(out), "--tilt", "0.3"]
    assert main([*words, "--steps", "1"]) == 1
    first = capsys.readouterr().out
    assert main([*words, "--steps", "1"]) == 1
    assert capsys.readouterr().out == first
    assert len(looked) == 1
    if comm.rank == 0:
        assert first.startswith("Not converged: 1 of ")
    assert main(words) == 0
    assert main(words) == 0
    assert len(looked) == 2
    capsys.readouterr()
    assert main([*words[:-1], "0.2"]) == 2
    told = capsys.readouterr().err
    if comm.rank == 0:
        file = out / "passages.json"
        file.write_text(file.read_text().replace('"steps": ', '"steps": 1', 1))
        assert "holds a path with options" in told
    comm.barrier()
    assert main(words) == 2
    told = capsys.readouterr().err
    assert comm.rank or "checksum does not fit" in told


@pytest.mark.regression
def test_search_says_how_many_steps_are_left(run, comm, capsys, monkeypatch):
    monkeypatch.setattr(search, "_TELL_EVERY", -1.0)
    words = ["barrier", f"{run}:right", f"{run}:left", *FEW, "--tilt", "0.3", "--steps", "25"]
    main([*words, "--tolerance", "1e-9"])
    told = capsys.readouterr().err
    if comm.rank == 0:
        assert "Step 10: " in told
        assert "15 steps left at most, about " in told


@pytest.mark.cross_method
def test_stopped_search_goes_on(run, comm, shared_tmp_path):
    film = build_film(case_of(), comm)
    states = comm.bcast([named_state(f"{run}:{label}") for label in ("right", "left")])
    out = shared_tmp_path / "path"
    options = PathOptions(images=7, tilt=0.3, seed=1)

    class AtOnce(StopRequest):
        def received(self):
            return 130

    with pytest.raises(Interrupted):
        find_path(film, states, options, out, AtOnce(comm))
    comm.barrier()
    assert not (out / "path.json").exists()
    about = json.loads(np.load(out / "string.npz")["header"].item())
    assert load_string(film, out, about).shape == (9, film.operators.owned, 3)
    path = find_path(film, states, options, out, StopRequest(comm))
    assert path.converged
    assert path.forward == pytest.approx(CONSTANT * film.operators.volume, rel=1e-6)
    with pytest.raises(InputError, match="holds a path with options"):
        find_path(film, states, PathOptions(images=8), out, StopRequest(comm))


@pytest.mark.regression
def test_slips_are_one_line(run, comm, capsys, shared_tmp_path):
    other = shared_tmp_path / "other"
    run_case(case_of(constant=5e4), other, comm, quiet=True)
    comm.barrier()
    a, b = f"{run}:right", f"{run}:left"
    slips = {
        (a, a): "relax to the same state",
        (a, f"{run}:lef7"): "lef",
        (a, "nowhere"): "no such folder of a run",
        ("missing.vtu", b): "no such file",
        (a, b, "--images", "2"): "images = 2: must be a whole number, 3 or more",
        (a, b, "--tolerance", "0"): "tolerance = 0",
        (str(run), "--through", a): "--through: of a run alone",
        (str(run), "--since", "1"): "a path needs two snapshots",
        (str(run), "--patches", "4"): "--patches: of a run alone",
        (a, b, "--patches", "1"): "patches = 1: must be a whole number, 2 or more",
        (a, b, "--patches", "4", "--through", a): "--through: with --patches",
        (a, b, "--patches", "4", "--tilt", "0.1"): "--tilt: with --patches",
        (a, b, "--patches", "5000"): "patches = 5000: the film has ",
        (a, f"{other}:left"): "material.uniaxial_anisotropy = 50000.0",
    }
    for words, message in slips.items():
        assert main(["barrier", *words]) == 2, words
        told = capsys.readouterr().err.strip()
        if MPI.COMM_WORLD.rank == 0:
            lines = [line for line in told.splitlines() if message in line]
            assert len(lines) == 1, told
