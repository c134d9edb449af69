"""The demagnetising field: tensor, overlap with the grid, and whole films and bodies."""

from itertools import pairwise

from mpi4py import MPI

import gmsh
import numpy as np
import pytest
from dolfinx.mesh import meshtags
from scipy.integrate import quad
from scipy.special import j1
from shapely import Polygon, affinity, box

from meshing import FilmMesh, compat, mesh_film
from meshing.collective import on_root
from meshing.errors import InputError
from meshing.layout import Layout
from solvers import Film, Material
from solvers.constants import VACUUM_PERMEABILITY
from solvers.demagnetisation.moments import moments
from solvers.demagnetisation.newell import tensor
from solvers.operators import VertexOperators
from solvers.terms import Demagnetisation

MATERIAL = Material(saturation_magnetisation=8e5)
NM = 1e-9
FAR = 1 / 54
"""A side face blurred twice over a box h has the variance h²/6. From beyond the three boxes within
which that is corrected, its field changes by less than (h²/6)/(3h)² of itself."""


class Body:
    """The demagnetising field alone on a mesh."""

    def __init__(self, film_mesh, spacing=None):
        self.operators = VertexOperators(film_mesh)
        self.bound = Demagnetisation(spacing).bind(self.operators, MATERIAL)

    def magnetisation(self, m):
        """(columns, 3) with ghosts, from one direction or a function of the places."""
        operators = self.operators
        coordinates = operators.film_mesh.coordinates[: operators.owned]
        values = m(coordinates) if callable(m) else np.broadcast_to(m, coordinates.shape)
        return operators.halo(np.array(values, dtype=float))

    def field(self, m):
        out = np.zeros((self.operators.owned, 3))
        self.bound.add_field(0.0, self.magnetisation(m), out)
        return out

    def factor(self, m):
        """E/(½ μ₀ M_s² V): the magnetometric factor of a uniform magnetisation."""
        magnetisation = MATERIAL.saturation_magnetisation
        scale = 0.5 * VACUUM_PERMEABILITY * magnetisation**2 * self.operators.volume
        return self.bound.energy(0.0, self.magnetisation(m)) / scale


def flat(outline, thickness, mesh_size, comm):
    return mesh_film(Layout(outline, (), thickness, mesh_size), comm)


def solid(comm, build, mesh_size):
    """Tetrahedra in any body that Gmsh can build, in nm."""
    if comm.rank == 0:
        gmsh.initialize()
        gmsh.option.setNumber("General.Terminal", 0)

    def make():
        tag = build(gmsh.model.occ)
        gmsh.model.occ.synchronize()
        gmsh.model.addPhysicalGroup(3, [tag], 1)
        gmsh.option.setNumber("Mesh.MeshSizeMin", mesh_size)
        gmsh.option.setNumber("Mesh.MeshSizeMax", mesh_size)
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.affineTransform([NM, 0, 0, 0, 0, NM, 0, 0, 0, 0, NM, 0])

    on_root(comm, make)
    mesh, cells, _ = compat.model_to_mesh(gmsh.model, comm, 3)
    if comm.rank == 0:
        gmsh.finalize()
    none = np.empty(0, dtype=np.int32)
    thickness = np.ptp(mesh.geometry.x[:, 2]) if len(mesh.geometry.x) else 1.0
    return FilmMesh(mesh, cells, meshtags(mesh, 2, none, none), (), thickness)


def prism_factor(a, b, c):
    """N_z of a box 2a × 2b × 2c: A. Aharoni, J. Appl. Phys. 83, 3432 (1998), equation 1."""
    r = np.sqrt(a * a + b * b + c * c)
    ab, bc, ac = np.hypot(a, b), np.hypot(b, c), np.hypot(a, c)
    terms = (
        (b * b - c * c) / (2 * b * c) * np.log((r - a) / (r + a))
        + (a * a - c * c) / (2 * a * c) * np.log((r - b) / (r + b))
        + b / (2 * c) * np.log((ab + a) / (ab - a))
        + a / (2 * c) * np.log((ab + b) / (ab - b))
        + c / (2 * a) * np.log((bc - b) / (bc + b))
        + c / (2 * b) * np.log((ac - a) / (ac + a))
        + 2 * np.arctan(a * b / (c * r))
        + (a**3 + b**3 - 2 * c**3) / (3 * a * b * c)
        + (a * a + b * b - 2 * c * c) / (3 * a * b * c) * r
        + c / (a * b) * (ac + bc)
        - (ab**3 + bc**3 + ac**3) / (3 * a * b * c)
    )
    return terms / np.pi


def disc_factor(flatness):
    """N_z of a cylinder of thickness `flatness` radii: (2/τ) ∫ J₁(q)² (1 - e^(-qτ))/q² dq."""
    pieces = pairwise([0.0, 50.0, 200.0, 1000.0, 4000.0])
    integral = sum(
        quad(lambda q: (j1(q) / q) ** 2 * (1 - np.exp(-q * flatness)), *piece, limit=500)[0]
        for piece in pieces
    )
    # Beyond, J₁² averages to 1/(πq).
    return 2 / flatness * (integral + 1 / (2 * np.pi * 4000**2))


@pytest.mark.analytic
@pytest.mark.parametrize("edges", [(1.0, 1.0, 1.0), (3.0, 2.0, 0.5), (5.0, 4.0, 0.2)])
def test_tensor_of_a_box_on_itself(edges):
    """Aharoni's factors; the traces are 1 and, between two boxes, 0: but for round-off."""
    own = tensor(np.zeros((1, 3)), tuple(e * NM for e in edges))[:, 0]
    expected = [prism_factor(*np.roll(edges, 2 - axis) / 2) for axis in range(3)]
    np.testing.assert_allclose(own, [*expected, 0, 0, 0], atol=1e-12)
    lags = np.array([(1, 0, 0), (2, -1, 3), (8, 0, 0), (30, 40, -5)]) * np.array(edges) * NM
    between = tensor(lags, tuple(e * NM for e in edges))
    np.testing.assert_allclose(between[:3].sum(axis=0), 0, atol=1e-12)


@pytest.mark.cross_method
def test_tensor_between_boxes_is_the_sum_over_their_parts():
    """A box halved on all axes, on both sides of the distance where the rule changes."""
    edges = np.array([2.0, 1.0, 0.6])
    halves = np.array(np.meshgrid(*3 * [[-0.25, 0.25]], indexing="ij")).reshape(3, -1).T * edges
    for lag in ([2, 1, 0], [0, 3, 1.2], [14, 6, 0], [24, 0, 6.0], [40, 30, 0]):
        whole = tensor(np.array([lag]), tuple(edges))[:, 0]
        steps = (np.array(lag) + halves[None] - halves[:, None]).reshape(-1, 3)
        parts = tensor(steps, tuple(edges / 2)).sum(axis=1) / 8
        # 1e-6 of the largest component, see the bound in solvers.demagnetisation.newell.
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
    overlap = moments(points, simplices, shape)
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


@pytest.mark.analytic
@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_flat_prism(comm, angle):
    """A film 120 × 60 × 3 nm, along the grid and across it, with m along its sides and normal."""
    outline = affinity.rotate(box(0, 0, 120 * NM, 60 * NM), angle, origin=(0, 0))
    body = Body(flat(outline, 3 * NM, 3 * NM, comm))
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    # Along the grid the boxes fill the prism, and only the tensor's 1e-6 is approximate.
    for m, sides in (
        ((c, s, 0), (60, 3, 120)), ((-s, c, 0), (120, 3, 60)), ((0, 0, 1), (120, 60, 3)),
    ):  # fmt: skip
        expected = prism_factor(*np.array(sides) / 2)
        assert body.factor(m) == pytest.approx(expected, rel=FAR if angle else 1e-6)


@pytest.mark.analytic
@pytest.mark.parametrize("thickness", [1.0, 5.0])
def test_disc(comm, thickness):
    """A curved edge far thicker blurred than the film is thick; 10 boxes in the radius."""
    disc = Polygon([(50 * NM * np.cos(a), 50 * NM * np.sin(a)) for a in
                    np.linspace(0, 2 * np.pi, 120, endpoint=False)])  # fmt: skip
    body = Body(flat(disc, thickness * NM, 4 * NM, comm))
    expected = (1 - disc_factor(thickness / 50)) / 2
    assert body.factor((1, 0, 0)) == pytest.approx(expected, rel=FAR)
    # The three factors sum to 1 by construction.
    assert body.factor((0, 0, 1)) == pytest.approx(1 - 2 * expected, abs=2 * FAR * expected)


@pytest.mark.analytic
@pytest.mark.parametrize("turned", [False, True])
def test_cube_of_tetrahedra(comm, turned):
    """N = 1/3 along each axis, 20 elements across, within 1 %."""

    def build(occ):
        tag = occ.addBox(0, 0, 0, 20, 20, 20)
        if turned:
            occ.rotate([(3, tag)], 0, 0, 0, 1, 2, 3, 0.5)
        return tag

    body = Body(solid(comm, build, 1.0))
    for m in np.eye(3):
        assert body.factor(m) == pytest.approx(1 / 3, rel=0.01)


@pytest.mark.analytic
def test_sphere_of_tetrahedra(comm):
    """N = 1/3 along each axis, 20 elements across, within 1 %; the field within is -M/3."""
    body = Body(solid(comm, lambda occ: occ.addSphere(0, 0, 0, 10), 1.0))
    for m in np.eye(3):
        assert body.factor(m) == pytest.approx(1 / 3, rel=0.01)
    places = body.operators.film_mesh.coordinates[: body.operators.owned]
    inner = np.linalg.norm(places, axis=1) < 7 * NM
    field = body.field((0, 0, 1))[inner] / MATERIAL.saturation_magnetisation
    # The blurred surface, three elements away, still shows: a dipole layer of one element falls off
    # within its own size to below a twentieth of 1/3.
    np.testing.assert_allclose(field, np.tile([0, 0, -1 / 3], (len(field), 1)), atol=1 / 60)


def ring_of(outline):
    """Sides of a polygon and its holes: (start, end, outward normal)."""
    for side, ring in ((1, outline.exterior), *((-1, hole) for hole in outline.interiors)):
        corners = np.array(ring.coords)
        signed = 0.5 * np.sum(corners[:-1, 0] * corners[1:, 1] - corners[1:, 0] * corners[:-1, 1])
        for start, end in pairwise(corners):
            along = (end - start) / np.linalg.norm(end - start)
            normal = np.array([along[1], -along[0]]) * np.sign(signed) * side
            yield start, end, normal


def side_charges(outline, thickness, direction, step):
    """∫∫ σσ'/(4π|r - r'|) over the side faces for M = `direction`: N V; all in nm."""

    def kernel(distance):
        return 2 * (thickness * np.arcsinh(thickness / distance)
                    - np.hypot(distance, thickness) + distance)  # fmt: skip

    places, charges, lengths = [], [], []
    for start, end, normal in ring_of(outline):
        n = int(np.ceil(np.linalg.norm(end - start) / step))
        middles = (np.arange(n) + 0.5) / n
        places.append(start + middles[:, None] * (end - start))
        lengths.append(np.full(n, np.linalg.norm(end - start) / n))
        charges.append(lengths[-1] * (normal @ direction[:2]))
    places, charges, lengths = map(np.concatenate, (places, charges, lengths))
    distances = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distances, 1.0)
    between = kernel(distances)
    for length in np.unique(lengths):
        mean = quad(lambda u, s=length: 2 * (s - u) * kernel(u) / s**2, 0, length)[0]
        rows = np.flatnonzero(lengths == length)
        between[rows, rows] = mean
    return charges @ between @ charges / (4 * np.pi)


@pytest.mark.cross_method
def test_film_with_a_hole_against_its_side_charges(comm):
    """Pairwise integration of the charges on the outline and on the rim of a slanted hole."""
    outline = box(0, 0, 100, 60).difference(affinity.rotate(box(25, 15, 55, 45), 20))
    thickness = 2.0
    metres = affinity.scale(outline, NM, NM, origin=(0, 0))
    body = Body(flat(metres, thickness * NM, 3 * NM, comm))
    volume = outline.area * thickness
    for direction in ((1.0, 0, 0), (0, 1.0, 0), (0.6, 0.8, 0)):
        coarse, fine = (
            side_charges(outline, thickness, np.array(direction), step) for step in (0.25, 0.125)
        )
        expected = (fine + (fine - coarse)) / volume
        assert body.factor(direction) == pytest.approx(expected, rel=FAR)


@pytest.mark.cross_method
def test_field_is_the_symmetric_slope_of_the_energy(comm):
    """E = -½ μ₀ M_s Σ V m · H with a symmetric operator: ⟨a, H b⟩ = ⟨b, H a⟩ to round-off."""
    body = Body(flat(box(0, 0, 60 * NM, 40 * NM).buffer(5 * NM), 2 * NM, 4 * NM, comm))
    operators = body.operators
    a, b = operators.random_normal(seed=1), operators.random_normal(seed=2)

    def product(u, v):
        return comm.allreduce(float(np.sum(operators.vertex_volumes[:, None] * u * v)))

    forth, back = product(a, body.field(lambda x: b)), product(b, body.field(lambda x: a))
    assert forth == pytest.approx(back, rel=1e-10)
    energy = body.bound.energy(0.0, body.magnetisation(lambda x: a))
    pressure = VACUUM_PERMEABILITY * MATERIAL.saturation_magnetisation
    assert energy == pytest.approx(-0.5 * pressure * product(a, body.field(lambda x: a)), rel=1e-12)


@pytest.mark.cross_method
def test_flat_film_is_an_extruded_one(comm):
    """One layer of tetrahedra of the same thickness has the same poles."""
    layout = Layout(box(0, 0, 60 * NM, 40 * NM).buffer(5 * NM), (), 3 * NM, 4 * NM)
    factors = []
    for dimension in (2, 3):
        body = Body(mesh_film(layout, comm, dimension=dimension), 4 * NM)
        factors.append([body.factor(m) for m in np.eye(3)])
        assert body.bound.grid.shape[0] == 1
    np.testing.assert_allclose(factors[1], factors[0], atol=3e-3)


@pytest.mark.cross_method
def test_field_does_not_depend_on_the_ranks(comm):
    """The same film on one rank: round-off, some 1e3 products of relative error 1e-16 each."""

    def texture(x):
        return np.column_stack([np.sin(x[:, 0] / 7e-9), np.cos(x[:, 1] / 9e-9), x[:, 0] / 6e-8])

    outline = box(0, 0, 60 * NM, 40 * NM).buffer(5 * NM)
    together = Body(flat(outline, 2 * NM, 4 * NM, comm))
    alone = Body(flat(outline, 2 * NM, 4 * NM, MPI.COMM_SELF))
    field = together.operators.film_mesh.numbering.gather(together.field(texture))
    expected = alone.operators.film_mesh.numbering.gather(alone.field(texture))
    if comm.rank == 0:
        scale = np.abs(expected).max()
        np.testing.assert_allclose(field, expected, rtol=0, atol=1e-12 * scale)


@pytest.mark.analytic
def test_energy_never_rises_in_a_relaxation_under_demagnetisation(comm):
    film = Film(
        flat(box(0, 0, 60 * NM, 40 * NM), 3 * NM, 5 * NM, comm),
        Material(uniaxial_anisotropy=0.0, interfacial_dmi=0.0),
        demagnetisation="full",
    )
    film.randomise(seed=3)
    energies = [sum(film.dynamics.energies().values())]
    film.relax(
        1e-10,
        torque_tolerance=0.0,
        sample_interval=film.dynamics.largest_step(),
        observer=lambda f: energies.append(sum(f.dynamics.energies().values())),
    )
    assert np.all(np.diff(energies) < 1e-13 * max(map(abs, energies)))


def test_unknown_model_is_named(comm):
    film_mesh = flat(box(0, 0, 20 * NM, 20 * NM), 1 * NM, 10 * NM, comm)
    with pytest.raises(InputError, match="demagnetisation = 'nonlocal': must be 'none', 'local'"):
        Film(film_mesh, demagnetisation="nonlocal")
