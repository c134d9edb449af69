"""Fields, energies and equilibria where M_s differs from place to place."""

from mpi4py import MPI

import numpy as np
import pytest
from shapely import box

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.meshing.layout import Contact, Layout
from hebbfilm.solvers import Material
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.integrators.explicit import Explicit
from hebbfilm.solvers.kernels import kernel_reference, llg
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.minimiser import minimise
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms import (
    BulkDMI,
    Demagnetisation,
    Exchange,
    InterfacialDMI,
    UniaxialAnisotropy,
    Zeeman,
)
from hebbfilm.solvers.terms.demagnetisation.newell import tensor

NM = 1e-9
WEAK, STRONG = 3e5, 1.1e6


def halves(film_mesh):
    """M_s of each cell: weak on the left of the middle, strong on the right."""
    centres = film_mesh.coordinates[film_mesh.cells].mean(axis=1)[:, 0]
    ends = film_mesh.coordinates[:, 0]
    low = film_mesh.comm.allreduce(ends.min(), MPI.MIN)
    high = film_mesh.comm.allreduce(ends.max(), MPI.MAX)
    return np.where(centres < (low + high) / 2, WEAK, STRONG)


def wavy(places):
    return 6e5 * (1 + 0.5 * np.sin(places[:, 0] / (9 * NM)) * np.cos(places[:, 1] / (7 * NM)))


def dynamics_of(film_mesh, magnetisation, terms):
    operators = VertexOperators(film_mesh)
    material = FilmMaterial(film_mesh, Material(saturation_magnetisation=magnetisation))
    dynamics = Dynamics(operators, material, terms)
    dynamics.m[: operators.owned] = operators.random_normal(seed=2)
    dynamics.synchronise()
    return dynamics


@pytest.fixture(params=[2, 3])
def varied(request, comm):
    """Every kind of coupling, on a film whose M_s jumps in the middle."""
    film_mesh = mesh_film(strip(60 * NM, 30 * NM, mesh_size=6 * NM), comm, dimension=request.param)
    terms = [
        Exchange(1e-11),
        InterfacialDMI(2e-3),
        BulkDMI(1e-3, 1e-11),
        UniaxialAnisotropy(2e5, (1.0, 2.0, 3.0)),
        Demagnetisation(),
        Zeeman((1e4, -2e4, 3e4)),
    ]
    return dynamics_of(film_mesh, halves(film_mesh), terms)


@pytest.mark.analytic
def test_moments_are_integrals_of_the_magnetisation(comm):
    """Of hat functions with M_s of each cell: none is lost at a border, and far off it is M_s V."""
    film_mesh = mesh_film(strip(60 * NM, 30 * NM, mesh_size=6 * NM), comm)
    magnetisation, operators = halves(film_mesh), VertexOperators(film_mesh)
    material = FilmMaterial(film_mesh, Material(saturation_magnetisation=magnetisation))
    moments = VertexMoments.of_film(operators, material)
    total = comm.allreduce(float(magnetisation @ operators.volumes))
    assert comm.allreduce(moments.volumes.sum()) * moments.mean == pytest.approx(total, rel=1e-12)
    expected = VACUUM_PERMEABILITY * moments.magnetisation * operators.vertex_volumes
    np.testing.assert_allclose(moments.magnetic, expected, rtol=1e-12)
    x = film_mesh.coordinates[: operators.owned, 0]
    np.testing.assert_allclose(moments.magnetisation[x < 20 * NM], WEAK, rtol=1e-12)
    np.testing.assert_allclose(moments.magnetisation[x > 40 * NM], STRONG, rtol=1e-12)
    uniform = FilmMaterial(film_mesh, Material(saturation_magnetisation=WEAK))
    same = VertexMoments.of_film(operators, uniform)
    assert np.array_equal(same.magnetic, VACUUM_PERMEABILITY * WEAK * operators.vertex_volumes)


@pytest.mark.cross_method
def test_kernel_is_its_reference(varied, comm):
    """Round-off: a row sums about 40 products, each of relative error 1e-16."""
    couplings, m = varied.couplings, varied.m
    # A rank may have none but vertices of one half.
    assert comm.allreduce(len(couplings.field_per_energy), MPI.MAX) > 1
    found = varied.effective_field()
    field = kernel_reference.effective_field(couplings, m)
    np.testing.assert_allclose(found, field, rtol=0, atol=1e-12 * np.abs(field).max())
    rate = kernel_reference.rate(couplings, varied.gilbert, m)
    llg.rate(couplings, varied.gilbert, m, found)
    np.testing.assert_allclose(found, rate, rtol=0, atol=1e-12 * np.abs(rate).max())


@pytest.mark.cross_method
def test_field_is_minus_the_slope_of_the_energy_by_moment(varied, comm):
    """Central differences, exact for a quadratic energy but for cancellation: ε E/(h slope)."""
    operators = varied.operators
    direction = operators.halo(operators.random_normal(seed=9))
    start, h, energies = varied.m.copy(), 1e-3, []
    for sign in (1, -1):
        varied.m[:] = start + sign * h * direction
        energies.append(sum(varied.energies().values()))
    varied.m[:] = start
    work = -varied.moments.magnetic[:, None] * varied.effective_field()
    expected = comm.allreduce(float(np.sum(work * direction[: operators.owned])))
    assert (energies[0] - energies[1]) / (2 * h) == pytest.approx(expected, rel=1e-8, abs=0)


@pytest.mark.cross_method
@pytest.mark.parametrize("dimension", [2, 3])
def test_demagnetising_fields_of_two_states_are_reciprocal(comm, dimension):
    """∫ M₁ · H₂ = ∫ M₂ · H₁: round-off."""
    layout = Layout(box(0, 0, 60 * NM, 40 * NM).buffer(5 * NM), (), 4 * NM, 4 * NM)
    film_mesh = mesh_film(layout, comm, dimension=dimension)
    dynamics = dynamics_of(film_mesh, halves(film_mesh), [Demagnetisation()])
    operators, fields = dynamics.operators, []
    states = [operators.random_normal(seed=seed) for seed in (1, 2)]
    for state in states:
        dynamics.m[:] = operators.halo(state)
        fields.append(dynamics.effective_field())
    forth, back = (
        comm.allreduce(
            float(np.sum(dynamics.moments.magnetic[:, None] * states[k] * fields[1 - k]))
        )
        for k in (0, 1)
    )
    assert forth == pytest.approx(back, rel=1e-10, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize(("thickness", "mesh"), [(4, {}), (20, {"dimension": 3, "layers": 8})])
def test_demagnetising_energy_of_two_materials(comm, thickness, mesh):
    """Two blocks of one size side by side: E = ½ μ₀ V Σ M_a · N_ab M_b, N after Newell, exact.

    The mesh has an edge where they meet, and boxes of 2.5 nm follow all faces: what is left are the
    tensors between boxes, 1e-8 of their sum.
    """
    side, h = 40, 2.5
    left = Contact("left", box(0, 0, side * NM, side * NM))
    layout = Layout(box(0, 0, 2 * side * NM, side * NM), (left,), thickness * NM, h * NM)
    film_mesh = mesh_film(layout, comm, **mesh)
    dynamics = dynamics_of(film_mesh, halves(film_mesh), [Demagnetisation(h * NM)])
    edges = (side * NM, side * NM, thickness * NM)
    own, between = tensor(np.array([[0.0, 0, 0], [side * NM, 0, 0]]), edges).T
    scale = 0.5 * VACUUM_PERMEABILITY * float(np.prod(edges))
    for k in range(3):
        dynamics.m[:] = np.eye(3)[k]
        exact = scale * ((WEAK**2 + STRONG**2) * own[k] + 2 * WEAK * STRONG * between[k])
        found = dynamics.energies()["demagnetisation"]
        assert found == pytest.approx(exact, rel=1e-7, abs=0)


@pytest.mark.analytic
def test_border_of_two_materials_may_cross_boxes(comm):
    """The same in the middle of boxes that are wider than the film is thick.

    On the finer grids of the correction, all of which follow it, that is exact; what is left beyond
    the three boxes within which it acts is (h²/6)/(3h)² of the field there, see the validation of
    the demagnetising field. Without the correction it is off by 7 %.
    """
    side, thickness, number = 40, 4, 25
    h = 2 * side / number
    left = Contact("left", box(0, 0, side * NM, side * NM))
    layout = Layout(box(0, 0, 2 * side * NM, side * NM), (left,), thickness * NM, h * NM)
    film_mesh = mesh_film(layout, comm)
    dynamics = dynamics_of(film_mesh, halves(film_mesh), [Demagnetisation(h * NM)])
    edges = (side * NM, side * NM, thickness * NM)
    own, between = tensor(np.array([[0.0, 0, 0], [side * NM, 0, 0]]), edges).T
    scale = 0.5 * VACUUM_PERMEABILITY * float(np.prod(edges))
    for k in range(3):
        dynamics.m[:] = np.eye(3)[k]
        exact = scale * ((WEAK**2 + STRONG**2) * own[k] + 2 * WEAK * STRONG * between[k])
        found = dynamics.energies()["demagnetisation"]
        assert found == pytest.approx(exact, rel=1 / 54, abs=0)


@pytest.mark.cross_method
def test_step_is_within_the_measured_spectrum(comm):
    """The largest eigenvalue of the linear field, dense, against the power iteration."""
    if comm.size > 1:
        pytest.skip("a dense matrix of one rank")
    film_mesh = mesh_film(strip(40 * NM, 20 * NM, mesh_size=5 * NM), comm)
    dynamics = dynamics_of(film_mesh, wavy, [Exchange(1e-11), Demagnetisation()])
    columns = []
    for unit in np.eye(dynamics.m.size):
        dynamics.m[:] = unit.reshape(-1, 3)
        columns.append(dynamics.effective_field().ravel())
    largest = np.abs(np.linalg.eigvals(np.array(columns).T)).max()
    # From below, and by less than the 15 % that the step keeps in reserve.
    assert 0.95 * largest < dynamics.largest_field < (1 + 1e-9) * largest


@pytest.mark.cross_method
def test_relaxation_and_minimiser_agree(comm):
    """On one equilibrium, from a start nearby; its field and energy know of one M_s(x)."""
    film_mesh = mesh_film(strip(60 * NM, 30 * NM, mesh_size=5 * NM), comm)
    terms = [Exchange(1e-11), Demagnetisation(), Zeeman((3e4, 2e4, 0.0))]
    ends, energies = [], []
    for method in ("relax", "minimise"):
        dynamics = dynamics_of(film_mesh, halves(film_mesh), terms)
        dynamics.gilbert = dynamics.gilbert.with_damping(1.0)
        dynamics.m[:] = [0.6, 0.8, 0.0]
        if method == "minimise":
            minimise(dynamics, 1.0, 10_000)
        else:
            explicit, since = Explicit(dynamics, 1e-3), dynamics.m[: dynamics.operators.owned]
            while dynamics.largest_torque() > 1.0:
                energies.append(sum(dynamics.energies().values()))
                for _ in range(50):
                    explicit.advance(1e-9, since.copy())
        ends.append(dynamics.m[: dynamics.operators.owned].copy())
    assert np.all(np.diff(energies) < 1e-13 * np.abs(energies).max())
    # Fields of some 1e4 A/m hold m against torques of 1 A/m.
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-3)


@pytest.mark.analytic
def test_mean_magnetisation_counts_by_moment(comm):
    film_mesh = mesh_film(strip(60 * NM, 30 * NM, mesh_size=6 * NM), comm)
    dynamics = dynamics_of(film_mesh, wavy, [Zeeman((0.0, 0.0, 1e4))])
    energy = dynamics.energies()["zeeman"]
    moment = dynamics.moments.mean * dynamics.operators.volume
    mean = dynamics.mean_magnetisation()
    assert energy == pytest.approx(-VACUUM_PERMEABILITY * moment * mean[2] * 1e4, rel=1e-10)
