"""The drift of the spin torque where polarisation, g-factor or magnetisation differ."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, constant
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.spin_torque import ZhangLi
from hebbfilm.solvers.materials.film_material import FilmMaterial
from tests.solvers.rectangles import cells_where, rectangle

NM = 1e-9
COLUMNS, ROWS, SIZE = 12, 8, 10 * NM
MIDDLE = COLUMNS * SIZE / 2
DENSITY = np.array([3e11, -2e11])
SLOPE = np.array([0.7, 1.1]) / NM
"""Of what is linear over the film, in 1/m."""


def right(x):
    return x[:, 0] > MIDDLE


def drift_of(comm, **parameters):
    """u·∇f at each vertex of a linear f, in 1/s, with the second of each pair on the right."""
    film_mesh = rectangle(comm, COLUMNS, ROWS, SIZE)
    operators = VertexOperators(film_mesh)
    beyond = cells_where(film_mesh, right)
    values = {name: np.where(beyond, b, a) for name, (a, b) in parameters.items()}
    drift = ZhangLi(operators, FilmMaterial(film_mesh, Material(**values)))
    density = np.tile(DENSITY, (len(operators.cells), 1))
    f = operators.halo(film_mesh.coordinates[: operators.owned, :2] @ SLOPE)
    products = drift.advection(density) * f[operators.indices]
    sums = np.add.reduceat(products, operators.indptr[:-1])
    return operators, sums / operators.vertex_volumes


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("polarisation", (0.5, -0.3)),
        ("g_factor", (2.0, 2.4)),
        ("saturation_magnetisation", (5e5, 1.5e6)),
    ],
)
def test_each_side_has_its_own_velocity(comm, name, pair):
    """u = b j with b of the cells around; at the border their share of the moment decides."""
    operators, found = drift_of(comm, **{name: pair})
    left, beyond = (
        Material(**{name: value}).spin_drift_per_current_density * (DENSITY @ SLOPE)
        for value in pair
    )
    x = operators.film_mesh.coordinates[: operators.owned, 0]
    scale = max(abs(left), abs(beyond))
    for side, expected in ((x < MIDDLE - SIZE / 2, left), (x > MIDDLE + SIZE / 2, beyond)):
        np.testing.assert_allclose(found[side], expected, rtol=0, atol=1e-11 * scale)
    weights = np.array(pair if name == "saturation_magnetisation" else (1.0, 1.0))
    mean = weights @ [left, beyond] / weights.sum()
    inside = abs(operators.film_mesh.coordinates[: operators.owned, 1] / SIZE - ROWS / 2) < 3.5
    at_border = found[inside & (abs(x - MIDDLE) < SIZE / 2)]
    np.testing.assert_allclose(at_border, mean, rtol=0, atol=1e-11 * scale)


@pytest.mark.analytic
def test_what_the_current_loses_the_moments_gain(comm):
    """Σ moment · u·∇f = -(g μ_B/2e) ∫ P j·∇f dV, whatever M_s is: no angular momentum is lost."""
    magnetisation, polarisation = (5e5, 1.5e6), (0.5, 0.2)
    operators, found = drift_of(
        comm, saturation_magnetisation=magnetisation, polarisation=polarisation
    )
    mesh = operators.film_mesh
    each = np.where(cells_where(mesh, right), magnetisation[1], magnetisation[0])
    moments = operators.sum_to_vertices(np.repeat((each * operators.volumes / 3)[:, None], 3, 1))
    gained = comm.allreduce(float(moments @ found))
    per_density = Material(saturation_magnetisation=1.0, polarisation=1.0)
    expected = per_density.spin_drift_per_current_density * (DENSITY @ SLOPE)
    expected *= np.mean(polarisation) * operators.volume
    assert gained == pytest.approx(expected, rel=1e-11, abs=0)


@pytest.mark.cross_method
def test_a_film_moves_alike_by_numbers_and_by_maps(comm):
    """A number, a map of that number, and one that is almost it and goes through all of a map."""
    film_mesh = mesh_film(strip(120 * NM, 60 * NM, mesh_size=15 * NM), comm)
    films = [Film(film_mesh, Material(polarisation=p)) for p in (0.5, lambda x: 0.5 + 0 * x[:, 0])]
    for film in films:
        film.randomise(seed=2)
        film.evolve(constant([0.01, -0.01], 2e-12))
    np.testing.assert_array_equal(films[0].m, films[1].m)
    uneven = Film(film_mesh, Material(polarisation=lambda x: 0.5 + 1e-9 * (x[:, 0] > 100 * NM)))
    uneven.randomise(seed=2)
    uneven.evolve(constant([0.01, -0.01], 2e-12))
    # P differs by 2e-9 of itself at most; m turns by less than 1 in these 2 ps.
    np.testing.assert_allclose(uneven.m, films[0].m, rtol=0, atol=1e-8)
