"""Conduction: what a film makes of potentials, and bad input."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, square, strip, wheel
from hebbfilm.meshing.families import spoked_polygon
from hebbfilm.solvers import Electrodes, Film, Material
from hebbfilm.solvers.conduction import potential

THICKNESS = 1e-9
ISOTROPIC = Material(amr_ratio=0.0)


def make_film(layout, comm, material, direction=(0.0, 0.0, 1.0), **options):
    film = Film(mesh_film(layout, comm, **options), material)
    film.set_magnetisation(np.array(direction))
    return film


@pytest.mark.analytic
def test_current_density_of_a_strip_at_its_vertices(comm):
    """j = σV/L everywhere, the boundary included."""
    film = make_film(strip(200e-9, 50e-9, mesh_size=10e-9), comm, ISOTROPIC)
    found = film.solve_current([1e-3, 0.0]).vertex_current_density()
    expected = ISOTROPIC.conductivity * 1e-3 / 200e-9
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-7)
    np.testing.assert_allclose(found[:, 1], 0, atol=1e-7 * expected)


@pytest.fixture(scope="module")
def maze(comm):
    """A wheel with random directions everywhere: as uneven a σ as there can be."""
    film = Film(mesh_film(wheel(mesh_size=15e-9), comm), Material(amr_ratio=1.0))
    film.randomise(seed=5)
    return film


@pytest.mark.cross_method
@pytest.mark.parametrize("mesh_size", [30e-9, 8e-9])
@pytest.mark.parametrize("resistance", [0.0, 1e-13])
def test_tolerance_is_the_error_of_the_current(comm, mesh_size, resistance):
    """The error of j, in its norm over the film, on any mesh and with any contacts.

    The norm of error and current is the energy norm up to the ratio of the eigenvalues of σ, 2. The
    residual r of conjugate gradients is rough, so that r·A⁻¹r lies near r·D⁻¹r: between a half,
    since A ≤ 3 D for any mesh of triangles, and several times it. Ten leaves room for √2 · 7.
    """
    layout = wheel(mesh_size=mesh_size)
    film = Film(mesh_film(layout, comm), Material(amr_ratio=1.0), electrodes=Electrodes(resistance))
    film.randomise(seed=5)
    conduction, volumes = film.conduction, film.operators.volumes

    def currents(tolerance):
        conduction.switch_off()
        conduction.solve([1.0, -1.0, 0.0, None], tolerance=tolerance)
        return conduction.current_density.copy()

    def norm(j):
        return np.sqrt(comm.allreduce(volumes @ (j**2).sum(axis=1)))

    conduction.update(film.dynamics.m)
    exact = currents(1e-11)
    for tolerance in (1e-2, 1e-4, 1e-6):
        assert norm(currents(tolerance) - exact) < 10 * tolerance * norm(exact)


def test_wrong_number_of_voltages_is_named(maze):
    with pytest.raises(
        InputError, match=r"3 voltages or currents for 4 contacts \(rim_1, rim_2, rim_3, centre"
    ):
        maze.solve_current([0.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("conductivity", -5e6),
        ("exchange_stiffness", 0.0),
        ("damping", -0.1),
        ("amr_ratio", -1.5),
        ("polarisation", 2.0),
        ("saturation_magnetisation", float("nan")),
    ],
)
def test_impossible_material_is_named(name, value):
    with pytest.raises(InputError, match=rf"material\.{name} = "):
        Material(**{name: value})


@pytest.mark.cross_method
@pytest.mark.parametrize("dimension", [2, 3])
def test_one_factorisation_for_many_nodes_is_one_iteration_each(comm, dimension, monkeypatch):
    """Both find currents to about 1e-10 of themselves."""
    layout = square(contacts=8, mesh_size=40e-9, thickness=4e-9)
    film = Film(mesh_film(layout, comm, dimension=dimension), Material(amr_ratio=2.0))
    film.randomise(seed=4)
    iterations = film.conduction.solver.iterations
    together = film.conductance_matrix()
    assert film.conduction.solver.iterations == iterations
    monkeypatch.setattr(potential, "_MANY_FIELDS", 9)
    film = Film(film.film_mesh, film.material)
    film.randomise(seed=4)
    apart = film.conductance_matrix()
    assert film.conduction.solver.iterations > 0
    np.testing.assert_allclose(together, apart, rtol=0, atol=2e-10 * np.abs(apart).max())


@pytest.mark.analytic
def test_wires_between_metal_pads_conduct_in_parallel(comm):
    """g = σ t W/L of each pair, W all its wires' widths: a linear potential is exact in P1.

    The pieces of film lie apart; the potential is solved to 1e-10.
    """
    width, slit, length, size = 88e-9, 16e-9, 120e-9, 15e-9
    layout = spoked_polygon(
        3, 900e-9, width, 2, slit, strip_length=length, contact_length=size, mesh_size=size
    )
    film = make_film(layout, comm, ISOTROPIC)
    expected = film.material.conductivity * layout.thickness * (width - slit) / length
    conductances = -film.conductance_matrix()[np.triu_indices(4, 1)]
    np.testing.assert_allclose(conductances, expected, rtol=1e-8)
