"""The demagnetising field: tensor, overlap with the grid, and whole films and bodies."""

from mpi4py import MPI

import numpy as np
import pytest
from shapely import Polygon, box

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.layout import Layout
from hebbfilm.solvers import Film, Material, Numerics, rest
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms import Demagnetisation
from hebbfilm.solvers.terms.convolution.filling import Filling
from hebbfilm.solvers.terms.convolution.moments import cell_moments
from hebbfilm.solvers.terms.demagnetisation.newell import tensor

MATERIAL = Material(saturation_magnetisation=8e5)
UNEVEN = Material(saturation_magnetisation=lambda x: np.where(x[:, 1] < x[:, 0], 8e5, 2e5))
NM = 1e-9


class Body:
    """The demagnetising field alone on a mesh."""

    def __init__(self, film_mesh, spacing=None, material=MATERIAL):
        self.operators = VertexOperators(film_mesh)
        self.term = Demagnetisation(spacing)
        self.dynamics = Dynamics(
            self.operators, FilmMaterial(self.operators.film_mesh, material), [self.term]
        )

    def magnetise(self, m):
        """By one direction or a function of the places, of any length."""
        operators, dynamics = self.operators, self.dynamics
        coordinates = operators.film_mesh.coordinates[: operators.owned]
        values = m(coordinates) if callable(m) else np.broadcast_to(m, coordinates.shape)
        dynamics.m[:] = operators.halo(np.array(values, dtype=float))

    def field(self, m):
        self.magnetise(m)
        return self.dynamics.effective_field()

    def energy(self, m):
        self.magnetise(m)
        return self.dynamics.energies()["demagnetisation"]

    def grid(self):
        return self.term.bind(self.operators, self.dynamics.material).grid


def flat(outline, thickness, mesh_size, comm):
    return mesh_film(Layout(outline, (), thickness, mesh_size), comm)


@pytest.mark.cross_method
def test_tensor_between_boxes_is_the_sum_over_their_parts():
    """A box halved on all axes, on both sides of the distance where the rule changes."""
    edges = np.array([2.0, 1.0, 0.6])
    halves = np.array(np.meshgrid(*3 * [[-0.25, 0.25]], indexing="ij")).reshape(3, -1).T * edges
    for lag in ([2, 1, 0], [0, 3, 1.2], [14, 6, 0], [24, 0, 6.0], [40, 30, 0]):
        whole = tensor(np.array([lag]), tuple(edges))[:, 0]
        steps = (np.array(lag) + halves[None] - halves[:, None]).reshape(-1, 3)
        parts = tensor(steps, tuple(edges / 2)).sum(axis=1) / 8
        # 1e-6 of the largest component, see the bound in solvers.terms.demagnetisation.newell.
        np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-6 * np.abs(whole).max())


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_moments_share_each_hat_function_exactly(dimension):
    """Zeroth moments sum to the lumped volumes, and linear functions keep their integral."""
    rng = np.random.default_rng(1)
    points = rng.random((dimension + 1, dimension)) * 7
    shape = (7,) * dimension
    simplices = np.arange(dimension + 1, dtype=np.int32)[None]
    volume = abs(np.linalg.det(points[1:] - points[0])) / (2 if dimension == 2 else 6)
    overlap = cell_moments(points, simplices, shape).rows(np.arange(np.prod(shape)))
    each = np.asarray(overlap.sum(axis=0)).ravel()
    np.testing.assert_allclose(each, volume / (dimension + 1), rtol=1e-12)
    share = np.asarray(overlap.sum(axis=1)).ravel()
    assert share.min() >= 0
    assert share.max() <= 1 + 1e-12
    # An independent way: the share of random points of the simplex in each cell.
    weights = rng.dirichlet(np.ones(dimension + 1), size=400_000)
    inside = np.ravel_multi_index(tuple((weights @ points).astype(int).T), shape)
    drawn = np.bincount(inside, weights=weights[:, 0], minlength=share.size) / len(weights) * volume
    # Four standard deviations of a sum of so many independent weights below one.
    np.testing.assert_allclose(
        overlap.toarray()[:, 0], drawn, atol=4 * volume / np.sqrt(len(weights))
    )


@pytest.mark.regression
def test_moments_of_many_simplices_are_sums_over_parts_of_them(monkeypatch):
    """Seven at once or all together: the same, but for the order in which they are added up."""
    rng = np.random.default_rng(2)
    points, shape = rng.random((30, 2)) * 6, (6, 6)
    simplices = np.array([rng.permutation(30)[:3] for _ in range(40)], dtype=np.int32)
    weights = rng.random((40, 3))
    at_once = cell_moments(points, simplices, shape, weights)
    monkeypatch.setattr("hebbfilm.solvers.terms.convolution.moments._SIMPLICES", 7)
    in_parts = cell_moments(points, simplices, shape, weights)
    np.testing.assert_array_equal(in_parts.boxes, at_once.boxes)
    # All are positive, so 100 numbers at most err by as many roundings of their sum.
    np.testing.assert_allclose(
        in_parts.entries.toarray(), at_once.entries.toarray(), rtol=100 * 2.3e-16, atol=0
    )


@pytest.mark.cross_method
def test_field_is_the_symmetric_slope_of_the_energy(comm):
    """E = -½ μ₀ M_s Σ V m · H with a symmetric operator: ⟨a, H b⟩ = ⟨b, H a⟩ to round-off."""
    body = Body(flat(box(0, 0, 60 * NM, 40 * NM).buffer(5 * NM), 2 * NM, 4 * NM, comm))
    operators = body.operators
    a, b = operators.random_normal(seed=1), operators.random_normal(seed=2)

    def product(u, v):
        return comm.allreduce(float(np.sum(operators.vertex_volumes[:, None] * u * v)))

    forth, back = product(a, body.field(lambda x: b)), product(b, body.field(lambda x: a))
    assert forth == pytest.approx(back, rel=1e-10, abs=0)
    energy = body.energy(lambda x: a)
    pressure = VACUUM_PERMEABILITY * MATERIAL.saturation_magnetisation
    expected = -0.5 * pressure * product(a, body.field(lambda x: a))
    assert energy == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.cross_method
def test_flat_film_is_an_extruded_one(comm):
    """One layer of tetrahedra of the same thickness has the same poles."""
    layout = Layout(box(0, 0, 60 * NM, 40 * NM).buffer(5 * NM), (), 3 * NM, 4 * NM)
    factors = []
    for dimension in (2, 3):
        body = Body(mesh_film(layout, comm, dimension=dimension), 4 * NM)
        energies = np.array([body.energy(m) for m in np.eye(3)])
        # The three factors sum to 1.
        factors.append(energies / energies.sum())
        assert body.grid().shape[0] == 1
    np.testing.assert_allclose(factors[1], factors[0], atol=3e-3)


@pytest.mark.cross_method
@pytest.mark.parametrize("material", [MATERIAL, UNEVEN], ids=["even", "uneven"])
@pytest.mark.parametrize(
    ("width", "thickness", "mesh"),
    [
        # On two ranks each holds the planes of its part; across, they would share nearly all.
        (60, 2, {}),
        # Fewer planes of boxes than ranks.
        (10, 2, {}),
        (40, 8, {"dimension": 3, "layers": 2}),
    ],
)
def test_field_does_not_depend_on_the_ranks(comm, width, thickness, mesh, material):
    """The same film on one rank: round-off, some 1e3 products of relative error 1e-16 each."""

    def texture(x):
        return np.column_stack([np.sin(x[:, 0] / 7e-9), np.cos(x[:, 1] / 9e-9), x[:, 0] / 6e-8])

    outline = box(0, 0, width * NM, 40 * NM).buffer(5 * NM, quad_segs=4)
    layout = Layout(outline, (), thickness * NM, 4 * NM)
    spacing = 10 * NM if width == 10 else None
    together = Body(mesh_film(layout, comm, **mesh), spacing, material)
    alone = Body(mesh_film(layout, MPI.COMM_SELF, **mesh), spacing, material)
    field = together.operators.film_mesh.numbering.gather(together.field(texture))
    expected = alone.operators.film_mesh.numbering.gather(alone.field(texture))
    if comm.rank == 0:
        scale = np.abs(expected).max()
        np.testing.assert_allclose(field, expected, rtol=0, atol=1e-12 * scale)


@pytest.mark.analytic
def test_cut_boxes_keep_their_centre(comm):
    """The boxes of a slanted triangle have its volume and its first moments: round-off.

    Its shares in the middles of the boxes have not: each edge would be a box squared over 12 off.
    """
    triangle = Polygon([(0, 0), (80 * NM, 17 * NM), (30 * NM, 60 * NM)])
    filling = Filling(Body(flat(triangle, 2 * NM, 4 * NM, comm)).grid())
    grid, block = filling.grid, filling.block
    middles = block.places[block.own] + 0.5
    exact = grid.moments.entries.sum(axis=0)
    for found, expected in (
        (filling.weights.sum(), exact.sum()),
        (filling.weights @ middles, exact @ grid.places),
    ):
        np.testing.assert_allclose(comm.allreduce(found), comm.allreduce(expected), rtol=1e-12)


def small_film(film_mesh, **options):
    """Nothing but exchange and the demagnetising field."""
    return Film(
        film_mesh,
        Material(uniaxial_anisotropy=0.0, interfacial_dmi=0.0),
        demagnetisation="full",
        **options,
    )


@pytest.mark.cross_method
@pytest.mark.parametrize("stiffness", [1e-11, 1e-15])
def test_limit_of_explicit_steps_knows_the_field(comm, stiffness):
    """Against the largest eigenvalue of the operator by its columns; all are below zero."""
    film = Film(
        flat(box(0, 0, 30 * NM, 20 * NM), 3 * NM, 5 * NM, MPI.COMM_SELF),
        Material(exchange_stiffness=stiffness, uniaxial_anisotropy=0.0, interfacial_dmi=0.0),
        demagnetisation="full",
    )
    dynamics, columns = film.dynamics, []
    for unit in np.eye(film.m.size):
        dynamics.m[:] = unit.reshape(-1, 3)
        columns.append(dynamics.effective_field().ravel())
    root = np.sqrt(np.repeat(film.operators.vertex_volumes, 3))
    symmetric = root[:, None] * np.array(columns).T / root
    eigenvalues = np.linalg.eigvalsh((symmetric + symmetric.T) / 2)
    assert eigenvalues.max() < 1e-9 * np.abs(eigenvalues).max()
    # The power iteration comes from below; 100 rounds leave the nearest values mixed.
    largest = dynamics.largest_field / np.abs(eigenvalues).max()
    assert 0.97 < largest < 1 + 1e-9


@pytest.mark.analytic
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_energy_never_rises_in_a_relaxation_under_demagnetisation(comm, integrator):
    film_mesh = flat(box(0, 0, 60 * NM, 40 * NM), 3 * NM, 5 * NM, comm)
    film = small_film(film_mesh, numerics=Numerics(integrator=integrator))
    film.randomise(seed=3)
    energies = [sum(film.dynamics.energies().values())]
    film.relax(
        1e-10,
        torque_tolerance=0.0,
        sample_interval=film.dynamics.largest_step(),
        observer=lambda f: energies.append(sum(f.dynamics.energies().values())),
    )
    assert np.all(np.diff(energies) < 1e-13 * max(map(abs, energies)))


@pytest.mark.cross_method
def test_integrators_agree_under_demagnetisation(comm):
    """To the sum of the errors of all steps, here of the step tolerance at most each."""
    ends, counts, tolerance = [], [], 1e-5
    film_mesh = flat(box(0, 0, 60 * NM, 40 * NM), 3 * NM, 5 * NM, comm)
    for integrator in ("explicit", "implicit"):
        film = small_film(
            film_mesh, numerics=Numerics(integrator=integrator, step_tolerance=tolerance)
        )
        film.set_magnetisation(
            lambda x: np.column_stack(
                [np.cos(x[:, 0] / (20 * NM)), np.sin(x[:, 0] / (20 * NM)), 0.5 + 0 * x[:, 0]]
            )
        )
        steps, advance = [], film.integrator.advance

        def counted(*arguments, steps=steps, advance=advance):
            done = advance(*arguments)
            steps.append(done.step)
            return done

        film.integrator.advance = counted
        start = film.m.copy()
        film.evolve(rest(5e-11))
        ends.append(film.m.copy())
        counts.append(len(steps))
    moved = comm.allreduce(float(np.abs(ends[0] - start).max()), max)
    error = comm.allreduce(float(np.linalg.norm(ends[0] - ends[1], axis=1).max()), max)
    assert error < sum(counts) * tolerance < 0.1 * moved


def test_unknown_model_is_named(comm):
    film_mesh = flat(box(0, 0, 20 * NM, 20 * NM), 1 * NM, 10 * NM, comm)
    with pytest.raises(InputError, match="demagnetisation = 'nonlocal': must be 'none', 'local'"):
        Film(film_mesh, demagnetisation="nonlocal")
