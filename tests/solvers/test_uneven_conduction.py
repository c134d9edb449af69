"""Conductivity, AMR and Hall ratio that differ from place to place."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, square, strip
from hebbfilm.solvers import Electrodes, Film, Material

NM = 1e-9
LENGTH, WIDTH, THICKNESS, H = 200 * NM, 60 * NM, 2 * NM, 10 * NM
RATIO = 7.0


def cells_beyond(film_mesh, axis, place):
    """Whether the middle of each cell lies beyond a place on an axis."""
    return film_mesh.coordinates[film_mesh.cells].mean(axis=1)[:, axis] > place


def film_of_two(comm, axis, place, *, dimension=2, **parameters):
    """A strip whose cells beyond a place have the second of each pair of values."""
    layout = strip(LENGTH, WIDTH, THICKNESS, H)
    film_mesh = mesh_film(layout, comm, dimension=dimension)
    beyond = cells_beyond(film_mesh, axis, place)
    values = {name: np.where(beyond, b, a) for name, (a, b) in parameters.items()}
    return Film(film_mesh, Material(**{"amr_ratio": 0.0} | values)), beyond


def balance(film):
    """Heat of film and interfaces over the power that the contacts supply."""
    conduction = film.solve_current([0.01, -0.01])
    assert abs(conduction.currents.sum()) < 1e-9 * np.abs(conduction.currents).max()
    return (conduction.joule_power() + conduction.interface_power()) / conduction.power


def total(film, values):
    return film.comm.allreduce(float(film.operators.volumes @ values))


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_strips_side_by_side_add_their_conductances(comm, dimension):
    """φ is linear whatever the border between them, and in P1: G = ∫ σ dV/L², but for the solver."""
    sigma = 5e6, RATIO * 5e6
    film, beyond = film_of_two(comm, 1, WIDTH / 2, dimension=dimension, conductivity=sigma)
    expected = total(film, np.where(beyond, sigma[1], sigma[0])) / LENGTH**2
    matrix = film.conductance_matrix()
    np.testing.assert_allclose(matrix, expected * np.array([[1, -1], [-1, 1]]), rtol=1e-8)
    assert balance(film) == pytest.approx(1, rel=1e-8, abs=0)
