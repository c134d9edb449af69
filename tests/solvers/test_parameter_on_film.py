"""A parameter on the cells of a film, in whatever form it is given."""

import basix.ufl
import dolfinx
import numpy as np
import pytest
import ufl
from dolfinx import fem
from shapely import box

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Layout, Region, mesh_film
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.parameter_on_film import on_film

NM = 1e-9
LENGTH, WIDTH, THICKNESS = 60 * NM, 30 * NM, 4 * NM
VECTOR = np.array([1.0, -2.0, 3.0])


@pytest.fixture(scope="module", params=[2, 3])
def operators(request, comm):
    region = Region("right", box(LENGTH / 2, 0, LENGTH, WIDTH))
    layout = Layout(box(0, 0, LENGTH, WIDTH), (), THICKNESS, 8 * NM, regions=(region,))
    return VertexOperators(mesh_film(layout, comm, dimension=request.param))


def slope(x):
    """Linear in position, of places (n, 3), from 1 to 2 along x."""
    return 1 + x[:, 0] / LENGTH


def slopes(x):
    return np.multiply.outer(slope(x), VECTOR)


def interpolated(operators, family, degree, shape=()):
    space = fem.functionspace(operators.film_mesh.mesh, (family, degree, shape))
    function = fem.Function(space)
    function.interpolate(lambda x: (slopes if shape else slope)(x.T).T)
    return function


def at_corners(operators, values):
    """Those of a function of places at the corners of this rank's cells."""
    coordinates = operators.film_mesh.coordinates
    return values(coordinates)[operators.cells]


SMOOTH = {
    "function": lambda operators: slope,
    "vertices": lambda operators: slope(operators.film_mesh.coordinates[: operators.owned]),
    "P1": lambda operators: interpolated(operators, "Lagrange", 1),
    "P2": lambda operators: interpolated(operators, "Lagrange", 2),
    "DG1": lambda operators: interpolated(operators, "Discontinuous Lagrange", 1),
    "regions": lambda operators: {"film": slope, "right": interpolated(operators, "Lagrange", 1)},
    "the same again": lambda operators: on_film(operators.film_mesh, "first", slope),
}


@pytest.mark.analytic
@pytest.mark.parametrize("kind", SMOOTH)
def test_what_is_linear_is_so_in_each_form(operators, comm, kind):
    found = on_film(operators.film_mesh, "p", SMOOTH[kind](operators))
    np.testing.assert_allclose(found.corners, at_corners(operators, slope), rtol=1e-13)
    assert found.value is None
    assert (found.least, found.largest) == pytest.approx((1.0, 2.0), rel=1e-13)
    middles = operators.film_mesh.coordinates[operators.cells].mean(axis=1)
    np.testing.assert_allclose(found.in_cells, slope(middles), rtol=1e-13)
    # ∫ p dV of x/L is that at the middle of the film.
    volume = LENGTH * WIDTH * THICKNESS
    assert found.integral(operators) == pytest.approx(1.5 * volume, rel=1e-12)
    by_vertex = float(found.at_vertices(operators) @ operators.vertex_volumes)
    assert comm.allreduce(by_vertex) == pytest.approx(1.5 * volume, rel=1e-12)
    form = fem.form(operators.depth * found.coefficient * ufl.dx)
    assert comm.allreduce(fem.assemble_scalar(form)) == pytest.approx(1.5 * volume, rel=1e-12)


@pytest.mark.analytic
@pytest.mark.parametrize(
    "given",
    [
        lambda operators: slopes,
        lambda operators: slopes(operators.film_mesh.coordinates[: operators.owned]),
        lambda operators: interpolated(operators, "Lagrange", 1, (3,)),
        lambda operators: {"film": slopes, "right": slopes},
    ],
    ids=["function", "vertices", "P1", "regions"],
)
def test_vectors(operators, given):
    found = on_film(operators.film_mesh, "p", given(operators), (3,))
    assert found.shape == (3,)
    np.testing.assert_allclose(found.corners, at_corners(operators, slopes), rtol=1e-13)
    assert (found.least, found.largest) == pytest.approx((-4.0, 6.0))


@pytest.mark.analytic
def test_ghosts_of_a_function_need_not_be_filled(operators):
    function = interpolated(operators, "Lagrange", 1)
    function.x.array[operators.owned :] = np.nan
    found = on_film(operators.film_mesh, "p", function)
    np.testing.assert_allclose(found.corners, at_corners(operators, slope), rtol=1e-13)
    assert np.all(np.isnan(function.x.array[operators.owned :]))


@pytest.mark.analytic
def test_regions_and_cells_may_jump(operators):
    """Each cell has the value of its region; at the border a vertex has the mean by volume."""
    film_mesh = operators.film_mesh
    inside = film_mesh.cell_regions == 1
    by_region = on_film(film_mesh, "p", {"film": 1.0, "right": 3.0})
    by_cell = on_film(film_mesh, "p", np.where(inside, 3.0, 1.0))
    for found in (by_region, by_cell):
        np.testing.assert_array_equal(found.in_cells, np.where(inside, 3.0, 1.0))
        assert (found.least, found.largest) == (1.0, 3.0)
        assert found.value is None
    x = film_mesh.coordinates[: operators.owned, 0]
    at_vertices = by_region.at_vertices(operators)
    away = np.abs(x - LENGTH / 2) > NM
    np.testing.assert_allclose(at_vertices[away], np.where(x > LENGTH / 2, 3.0, 1.0)[away])
    assert np.all((at_vertices[~away] > 1.2) & (at_vertices[~away] < 2.8))
    assert by_region.integral(operators) == pytest.approx(2 * operators.volume, rel=1e-12)


@pytest.mark.parametrize(
    "given", [2, 2.0, np.float64(2), np.array(2.0), lambda x: 2.0, {"film": 2.0}]
)
def test_what_is_uniform_is_one_number(operators, given):
    found = on_film(operators.film_mesh, "p", given)
    assert found.value == 2.0
    assert found.value.shape == ()
    assert np.all(found.corners == 2.0)


@pytest.mark.parametrize("given", [(1, -2, 3), [1.0, -2.0, 3.0], VECTOR, lambda x: VECTOR])
def test_what_is_uniform_is_one_vector(operators, given):
    found = on_film(operators.film_mesh, "p", given, (3,))
    np.testing.assert_array_equal(found.value, VECTOR)


def of_quadrature(operators):
    mesh = operators.film_mesh.mesh
    element = basix.ufl.quadrature_element(mesh.basix_cell(), degree=2)
    return fem.Function(fem.functionspace(mesh, element))


def of_another_mesh(operators):
    other = dolfinx.mesh.create_unit_square(operators.comm, 3, 3)
    return fem.Function(fem.functionspace(other, ("Lagrange", 1)))


REFUSED = {
    "another mesh": (of_another_mesh, "p: a function on another mesh than that of the film"),
    "a vector function": (
        lambda o: interpolated(o, "Lagrange", 1, (3,)),
        r"p: a function of shape \(3,\): must be one number",
    ),
    "quadrature points": (of_quadrature, "p: a function that DOLFINx does not interpolate: "),
    "too few": (lambda o: np.ones(2), r"p: an array of shape \(2,\): must be "),
    "no region": (lambda o: {"film": 1.0, "rihgt": 2.0}, "p: no region rihgt .*did you mean right"),
    "a region left out": (lambda o: {"right": 1.0}, "p: the region film has no value"),
    "infinite in a region": (
        lambda o: {"film": 1.0, "right": lambda x: np.where(x[:, 0] > 0.9 * LENGTH, np.inf, 1)},
        "p(.| of right)*: inf at .*: must be finite everywhere",
    ),
    "a function that raises in a region": (
        lambda o: {"film": 1.0, "right": lambda x: 1 / 0},
        "p of right: its function raised ZeroDivisionError: division by zero",
    ),
    "a function of too many values": (
        lambda o: lambda x: np.ones(len(x) + 1),
        "p: values of shape",
    ),
    "words": (lambda o: ["a", "b"], "p = .*: must be real numbers"),
    "ragged": (lambda o: [[1.0], [1.0, 2.0]], "p = .*: must be real numbers"),
    "complex": (lambda o: np.ones(o.owned) * 1j, "p = .*: must be real numbers"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_on_all_ranks(operators, case):
    given, message = REFUSED[case]
    with pytest.raises(InputError, match=f"^{message}") as caught:
        on_film(operators.film_mesh, "p", given(operators))
    assert "\n" not in str(caught.value)


def test_array_that_fits_on_one_rank_alone_is_refused_on_all(operators, comm):
    """Without waiting for each other for ever."""
    given = np.ones(operators.owned + (comm.rank == comm.size - 1))
    with pytest.raises(InputError, match=r"^p: an array of shape"):
        on_film(operators.film_mesh, "p", given)
