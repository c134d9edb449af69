"""Training of a film in several pieces: what would drive no current is refused."""

import numpy as np
import pytest

from hebbfilm import HopfieldFilm, copied, strip
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.neurons import Neuron, Neurons
from hebbfilm.hopfield.pieces import drives_current, require_currents
from hebbfilm.hopfield.steps import Step
from hebbfilm.hopfield.training import Training
from hebbfilm.meshing import mesh_film
from hebbfilm.run.cli import main
from hebbfilm.solvers import Current, Film, Material

TWINS = {
    "left": Neuron(("left", "-copy_2_left")),
    "right": Neuron(("right", "-copy_2_right")),
}


@pytest.fixture(scope="module")
def film(comm):
    return Film(mesh_film(copied(strip(1e-7, 4e-8, mesh_size=2e-8), 2), comm), Material())


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("pattern", "neurons", "driven"),
    [
        ([1, -1, 1, 1], None, True),
        ([1, 1, -1, 1], None, True),
        ([1, 1, -1, -1], None, False),
        ([1, -1], TWINS, True),
        ([1, 1], TWINS, False),
    ],
)
def test_current_flows_where_signs_differ_in_a_piece(film, pattern, neurons, driven):
    made = Neurons(film.contacts, neurons)
    assert drives_current(film, made, np.array(pattern)) == driven
    currents = film.solve_current(list(made.presented(0.05 * np.array(pattern)))).currents
    assert (np.abs(currents).max() > 1e-6) == driven


def test_patterns_that_drive_nothing_are_refused(film):
    message = r"pattern '\+,\+,-,-' puts all contacts of each piece of film at one voltage"
    with pytest.raises(InputError, match=message):
        HopfieldFilm(film).train(["++--"], duration=1e-13, rest=0.0)


def test_currents_that_cannot_leave_are_refused(film):
    drives = {"left": Current(1e-4), "copy_2_left": Current(-1e-4)}
    schedule = Training(steps=(Step("+-+-", duration=1e-13), Step(drives=drives, duration=1e-13)))
    with pytest.raises(InputError, match="currents into the piece of film of left, right sum to"):
        require_currents(film, Neurons(film.contacts), schedule)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '[training]\npatterns = ["+,+,-,-"]\nduration = 1e-13\n',
            "pattern '+,+,-,-' puts all contacts of each piece of film at one voltage",
        ),
        (
            '[[protocol.steps]]\nkind = "drive"\nduration = 1e-13\n'
            "drives = { left = { current = 1e-4 }, copy_2_left = { current = -1e-4 } }\n",
            "currents into the piece of film of left, right sum to 0.0001 A: must be zero",
        ),
    ],
)
def test_runs_are_refused_before_anything_is_written(
    comm, capsys, shared_tmp_path, content, message
):
    case, out = shared_tmp_path / "case.toml", shared_tmp_path / "run"
    if comm.rank == 0:
        layout = "kind = 'strip'\nlength = 1e-7\nwidth = 4e-8\nmesh_size = 2e-8\ncopies = 2\n"
        case.write_text(f"[layout]\n{layout}[numerics]\nallow_coarse_mesh = true\n{content}")
    comm.barrier()
    assert main(["run", str(case), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert (message in said) == (comm.rank == 0)
    assert said.count("\n") == (comm.rank == 0)
    assert not out.exists()
