"""An energy of one's own that couples neighbours by more than the fused loops hold.

E = ∫ Σ_k A_k (∂_k m_k)², which is positive: it resists m that turns within its own direction. It
goes through a general sparse matrix.
"""

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import ufl
from dolfinx import fem, la

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.terms.energy import Energy, gradient, parameter
from hebbfilm.solvers.terms.quadratic_energies import form_of

LENGTH, WIDTH, THICKNESS = 60e-9, 30e-9, 6e-9
ALONG = (2e-11, 1e-11, 3e-11)
"""A_x, A_y and A_z in J/m."""
MATERIAL = Material(interfacial_dmi=2e-3, uniaxial_anisotropy=4e5)
"""In a strip from 60 nm on: m is up but for its edges, where it leans inwards."""


@dataclass(frozen=True)
class AnisotropicExchange(Energy):
    along: Any = parameter("J/m", (3,))
    name = "anisotropic_exchange"

    def density(self, m, at):
        slope = gradient(m)
        return sum(self.along[k] * slope[k, k] ** 2 for k in range(3))


def graded(x):
    return np.multiply.outer(1 + 0.6 * np.sin(x[:, 0] / 9e-9), ALONG)


def mesh(comm, dimension=2, h=5e-9):
    return mesh_film(
        strip(LENGTH, WIDTH, thickness=THICKNESS, mesh_size=h), comm, dimension=dimension
    )


def make_film(comm, integrator="implicit", **options):
    film = Film(
        mesh(comm),
        MATERIAL,
        terms=[AnisotropicExchange(graded)],
        numerics=Numerics(integrator=integrator, **options),
    )
    film.set_magnetisation(np.array([0.3, 0.1, 1.0]))
    return film


def energy(film):
    return sum(film.dynamics.energies().values())


@pytest.mark.cross_method
@pytest.mark.parametrize("along", [ALONG, graded], ids=["uniform", "varying"])
@pytest.mark.parametrize("dimension", [2, 3])
def test_field_and_energy_are_those_of_ufl(comm, dimension, along):
    """Written out by components and assembled as one vector; to round-off."""
    operators = VertexOperators(mesh(comm, dimension))
    space = fem.functionspace(operators.film_mesh.mesh, ("Lagrange", 1, (3,)))
    m, stiffness = fem.Function(space), fem.Function(space)
    stiffness.interpolate(
        lambda x: (along(x.T) if callable(along) else np.tile(along, (x.shape[1], 1))).T
    )
    directions = operators.halo(operators.random_normal(seed=1))
    m.x.array.reshape(-1, 3)[: operators.owned] = directions[: operators.owned]
    m.x.scatter_forward()
    corners = ufl.dx(metadata={"quadrature_rule": "vertex", "quadrature_degree": 1})
    density = sum(stiffness[k] * m[k].dx(k) ** 2 for k in range(dimension))
    total = (THICKNESS if dimension == 2 else 1.0) * density * corners
    vector = fem.assemble_vector(fem.form(ufl.derivative(total, m, ufl.TestFunction(space))))
    vector.scatter_reverse(la.InsertMode.add)
    expected = vector.array.reshape(-1, 3)[: operators.owned]
    form = form_of(operators, AnisotropicExchange(along))
    assert form.anisotropic is not None
    found = form.gradient(directions)
    largest = comm.allreduce(np.abs(expected).max(initial=0.0), max)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * largest)
    value = comm.allreduce(fem.assemble_scalar(fem.form(total)))
    assert form.energy(directions) == pytest.approx(value, rel=1e-12, abs=0)


def test_log_says_so_once(comm, caplog):
    with caplog.at_level(logging.INFO, logger="hebbfilm"):
        make_film(comm).relax(1e-13)
    lines = [line for line in caplog.messages if "sparse matrix" in line]
    assert len(lines) == int(comm.rank == 0)
    assert not lines or "\n" not in lines[0]


@pytest.mark.cross_method
def test_field_is_minus_the_slope_of_the_energy(comm):
    """Of the film with all its terms, by central differences: exact but for round-off/h."""
    film, h = make_film(comm), 1e-5
    dynamics, owned = film.dynamics, film.operators.owned
    film.randomise(seed=4)
    m, change = film.m.copy(), film.operators.random_normal(seed=5)
    ends = []
    for sign in (1, -1):
        dynamics.m[:owned] = m + sign * h * change
        dynamics.fetch_ghosts()
        ends.append(energy(film))
    dynamics.m[:owned] = m
    dynamics.fetch_ghosts()
    moments = (
        VACUUM_PERMEABILITY * MATERIAL.saturation_magnetisation * film.operators.vertex_volumes
    )
    work = comm.allreduce(np.einsum("i,ij,ij", moments, dynamics.effective_field(), change))
    assert (ends[0] - ends[1]) / (2 * h) == pytest.approx(-work, rel=1e-8)


@pytest.mark.cross_method
def test_step_is_within_the_measured_spectrum(comm):
    """The largest eigenvalue of the linear field, dense, against the power iteration."""
    if comm.size > 1:
        pytest.skip("a dense matrix of one rank")
    film = Film(mesh(comm, h=8e-9), MATERIAL, terms=[AnisotropicExchange(ALONG)])
    dynamics = film.dynamics
    columns = []
    for unit in np.eye(3 * film.operators.owned):
        dynamics.m[:] = unit.reshape(-1, 3)
        columns.append(dynamics.effective_field().ravel())
    largest = np.abs(np.linalg.eigvals(np.array(columns).T)).max()
    # From below, and by less than the 15 % that the step keeps in reserve.
    assert 0.95 * largest < dynamics.largest_field < (1 + 1e-9) * largest


@pytest.mark.analytic
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_energy_never_rises_in_a_relaxation(comm, integrator):
    film = make_film(comm, integrator)
    energies = [energy(film)]
    film.relax(
        5e-11,
        torque_tolerance=0.0,
        sample_interval=1e-12,
        observer=lambda f: energies.append(energy(f)),
    )
    assert len(energies) > 40
    assert np.all(np.diff(energies) < 1e-13 * max(map(abs, energies)))


@pytest.mark.cross_method
def test_integrators_agree_and_the_implicit_one_steps_further(comm):
    """After 10 ps, to the tolerance of some tens of steps; with steps beyond the explicit limit."""
    films = [make_film(comm, each, step_tolerance=1e-6) for each in ("explicit", "implicit")]
    for film in films:
        film.relax(1e-11, torque_tolerance=0.0, damping=0.1)
    difference = comm.allreduce(float(np.abs(films[0].m - films[1].m).max(initial=0.0)), max)
    assert difference < 1e-4
    film = make_film(comm)
    film.relax(1e-10, torque_tolerance=0.0)
    assert film.integrator.step > 5 * film.dynamics.largest_step()


@pytest.mark.cross_method
def test_minimiser_finds_what_a_tight_relaxation_does(comm):
    """Both to a torque of 0.1 A/m, so that m differs by that in relation to the weakest field.

    That is the anisotropy's, 2K/μ₀M_s = 1.1 MA/m, of which DMI and the edge leave a tenth.
    """
    minimised, relaxed = make_film(comm), make_film(comm)
    minimised.minimise(torque_tolerance=0.1)
    assert relaxed.relax(1e-8, torque_tolerance=0.1)
    difference = comm.allreduce(float(np.abs(minimised.m - relaxed.m).max(initial=0.0)), max)
    assert difference < 2 * 0.1 / 1.1e5
    assert energy(minimised) == pytest.approx(energy(relaxed), rel=1e-9)
    # It is not uniform.
    assert comm.allreduce(float(np.abs(minimised.m[:, 0]).max(initial=0.0)), max) > 0.2
