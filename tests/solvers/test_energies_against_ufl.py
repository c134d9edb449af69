"""The built-in energies against UFL that is written out anew here, and assembled by DOLFINx.

Nothing of `hebbfilm.solvers.terms` but the terms under test is used for the witness: parameters are
functions of DOLFINx that are filled here, and the density is differentiated and assembled as one
vector. Integrals are sums over the corners of cells, by definition of the discrete energy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import ufl
from dolfinx import fem, la

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Material
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.thickness import cell_thickness
from hebbfilm.solvers.terms import (
    BulkDMI,
    Exchange,
    InterfacialDMI,
    ThinFilmDemagnetisation,
    UniaxialAnisotropy,
    Zeeman,
)
from hebbfilm.solvers.terms.energy import Energy, parameter
from hebbfilm.solvers.terms.quadratic_energies import form_of

LENGTH, WIDTH, THICKNESS = 60e-9, 30e-9, 6e-9
MU0 = VACUUM_PERMEABILITY
ROUND_OFF = 1e-12
"""Of the largest: a row sums about 100 products, each of relative error 1e-16 to 1e-15."""
NARROW = 2.0**-24
"""The relative error of a number that is rounded to 32 bits."""
AXIS = (1.0, 2.0, 3.0)
FIELD = (1e4, -2e4, 3e4)


@pytest.fixture(scope="module", params=["flat", "of two thicknesses", "solid"])
def operators(request, comm):
    layout = strip(LENGTH, WIDTH, thickness=THICKNESS, mesh_size=6e-9)
    film_mesh = mesh_film(layout, comm, dimension=3 if request.param == "solid" else 2)
    if request.param == "of two thicknesses":
        return VertexOperators(film_mesh, cell_thickness(film_mesh, thicknesses(film_mesh)))
    return VertexOperators(film_mesh)


def thicknesses(film_mesh):
    """In m, of the cells of this rank, thin in the left half."""
    middles = film_mesh.coordinates[film_mesh.cells].mean(axis=1)
    return np.where(middles[:, 0] < LENGTH / 2, THICKNESS / 3, THICKNESS)


def corners(operators):
    """The measure of integrals over the film, as sums over the corners of cells."""
    mesh = operators.film_mesh.mesh
    depth = fem.Function(fem.functionspace(mesh, ("Discontinuous Lagrange", 0)))
    depth.x.array[:] = 1.0
    if operators.dimension == 2:
        even = operators.even_thickness is not None
        depth.x.array[: len(operators.cells)] = (
            THICKNESS if even else thicknesses(operators.film_mesh)
        )
        depth.x.scatter_forward()
    rule = {"quadrature_rule": "vertex", "quadrature_degree": 1}
    return depth, ufl.Measure("dx", mesh, metadata=rule)


def wave(x):
    """Between 0.4 and 1.6, at places (n, 3)."""
    return 1 + 0.6 * np.sin(x[:, 0] / 9e-9 + 1) * np.cos(x[:, 1] / 7e-9 + x[:, 2] / 8e-9)


def as_number(operators, value):
    """One value for the whole film: as it is given, and as UFL."""
    given = tuple(value) if np.ndim(value) else value
    return given, fem.Constant(operators.film_mesh.mesh, np.array(value, dtype=float))


def as_function(operators, value):
    """A function of position."""
    value = np.asarray(value)
    turned = np.roll(value, 1) if value.ndim else 0.0

    def given(x):
        w = wave(x)
        return np.multiply.outer(w, value) + np.multiply.outer(w**2, turned)

    space = fem.functionspace(operators.film_mesh.mesh, ("Lagrange", 1, value.shape))
    function = fem.Function(space)
    function.interpolate(lambda x: given(x.T).T)
    return given, function


def as_cells(operators, value):
    """An array with one row for each cell of this rank."""
    value = np.asarray(value)
    mesh = operators.film_mesh.mesh
    middles = operators.film_mesh.coordinates[operators.cells].mean(axis=1)
    jumps = 1.0 + (np.arange(value.size).reshape(value.shape) == 0)
    steps = np.where(np.sin(middles[:, 0] / 5e-9) > 0, 1.0, 0.3)
    given = np.multiply.outer(steps, value) * jumps
    function = fem.Function(fem.functionspace(mesh, ("Discontinuous Lagrange", 0, value.shape)))
    function.x.array[: given.size] = given.ravel()
    function.x.scatter_forward()
    return given, function


KINDS = {"number": as_number, "function": as_function, "cells": as_cells}


@dataclass(frozen=True)
class Witness:
    """A built-in term, and its density in J/m³ written out by components.

    Args:
        values: of its parameters, of M_s in A/m the last.
        term: of parameters.
        density: of m, ∂m_i/∂x_k, UFL of the parameters and M_s, and whether the film is flat.
    """

    values: tuple[Any, ...]
    term: Callable[..., Energy]
    density: Callable[..., Any]


def exchange(m, d, stiffness, saturation, flat):
    return stiffness * sum(d(i, k) * d(i, k) for i in range(3) for k in range(3))


def interfacial(m, d, constant, saturation, flat):
    return constant * (m[2] * d(0, 0) + m[2] * d(1, 1) - m[0] * d(2, 0) - m[1] * d(2, 1))


def bulk(m, d, constant, stiffness, saturation, flat):
    curl = d(2, 1) - d(1, 2), d(0, 2) - d(2, 0), d(1, 0) - d(0, 1)
    chiral = constant * (m[0] * curl[0] + m[1] * curl[1] + m[2] * curl[2])
    return chiral - flat * constant**2 / 4 / stiffness * (m[0] ** 2 + m[1] ** 2)


def anisotropy(m, d, constant, axis, saturation, flat):
    along = m[0] * axis[0] + m[1] * axis[1] + m[2] * axis[2]
    return -constant * along**2 / (axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2)


def thin_film(m, d, saturation, flat):
    return 0.5 * MU0 * (saturation * m[2]) ** 2


def zeeman(m, d, field, saturation, flat):
    return -MU0 * saturation * (m[0] * field[0] + m[1] * field[1] + m[2] * field[2])


@dataclass(frozen=True)
class Cubic(Energy):
    """An energy of one's own that is evaluated at each vertex."""

    constant: Any = parameter("J/m³")
    name = "cubic"

    def density(self, m, at):
        x, y, z = (component**2 for component in m)
        return self.constant * (x * y + y * z + z * x)


def cubic(m, d, constant, saturation, flat):
    return constant * ((m[0] * m[1]) ** 2 + (m[1] * m[2]) ** 2 + (m[2] * m[0]) ** 2)


@dataclass(frozen=True)
class Stiffening(Energy):
    """An energy of one's own that is assembled at each evaluation."""

    constant: Any = parameter("J m")
    name = "stiffening"

    def density(self, m, at):
        return self.constant * ufl.inner(ufl.grad(m), ufl.grad(m)) ** 2


def stiffening(m, d, constant, saturation, flat):
    return constant * sum(d(i, k) * d(i, k) for i in range(3) for k in range(3)) ** 2


OWN = {
    "cubic": Witness((5e4, 8e5), Cubic, cubic),
    "stiffening": Witness((1e-28, 8e5), Stiffening, stiffening),
}
WITNESSES = {
    "exchange": Witness((1e-11, 8e5), Exchange, exchange),
    "interfacial_dmi": Witness((3e-3, 8e5), InterfacialDMI, interfacial),
    "bulk_dmi": Witness((-1e-3, 1e-11, 8e5), BulkDMI, bulk),
    "uniaxial_anisotropy": Witness((4e5, AXIS, 8e5), UniaxialAnisotropy, anisotropy),
    "thin_film_demagnetisation": Witness((8e5,), ThinFilmDemagnetisation, thin_film),
    "zeeman": Witness((FIELD, 8e5), Zeeman, zeeman),
}


class Found:
    """A term, and the witness of its energy, on one film with parameters of one kind."""

    def __init__(self, operators, name, kind):
        self.operators = operators
        witness = (WITNESSES | OWN)[name]
        made = [KINDS[kind](operators, value) for value in witness.values]
        given, symbols = zip(*made, strict=True)
        self.term = witness.term(*given[:-1])
        self.material = Material(saturation_magnetisation=given[-1])
        mesh, d = operators.film_mesh.mesh, operators.dimension
        self.space = fem.functionspace(mesh, ("Lagrange", 1, (3,)))
        self.m = fem.Function(self.space)

        def slope(i, k):
            return self.m[i].dx(k) if k < d else 0.0

        density = witness.density(self.m, slope, *symbols, flat=d == 2)
        depth, measure = corners(operators)
        self.energy = depth * density * measure

    def gradient(self, m):
        """∂E/∂m_i in J of m (columns, 3), (owned, 3)."""
        self._take(m)
        form = ufl.derivative(self.energy, self.m, ufl.TestFunction(self.space))
        vector = fem.assemble_vector(fem.form(form))
        vector.scatter_reverse(la.InsertMode.add)
        return vector.array.reshape(-1, 3)[: self.operators.owned]

    def value(self, m):
        """E in J."""
        self._take(m)
        return self.operators.comm.allreduce(fem.assemble_scalar(fem.form(self.energy)))

    def _take(self, m):
        self.m.x.array.reshape(-1, 3)[: self.operators.owned] = m[: self.operators.owned]
        self.m.x.scatter_forward()


def directions(operators, seed=1):
    """Unit vectors with their ghosts, (columns, 3)."""
    m = operators.random_normal(seed)
    return operators.halo(m / np.linalg.norm(m, axis=1, keepdims=True))


def close(comm, found, expected, tolerance=ROUND_OFF):
    largest = comm.allreduce(np.abs(expected).max(initial=0.0), max)
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * largest)


def size_of(comm, m, gradient):
    """Σ |m_i · ∂E/∂m_i| in J: what cancels in an energy, all of it errs by round-off."""
    return comm.allreduce(float(np.abs(m[: len(gradient)] * gradient).sum()))


QUADRATIC = [name for name in WITNESSES if name != "zeeman"]


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", QUADRATIC)
def test_field_and_energy(operators, comm, name, kind):
    """Of what is quadratic in m, to round-off."""
    witness, m = Found(operators, name, kind), directions(operators)
    form = form_of(operators, witness.term, material=witness.material)
    expected = witness.gradient(m)
    close(comm, form.gradient(m), expected)
    scale = size_of(comm, m, expected)
    assert form.energy(m) == pytest.approx(witness.value(m), abs=ROUND_OFF * scale, rel=0)


class Together:
    """All built-in terms in the fused loops of one film, with parameters of one kind."""

    def __init__(self, operators, kind):
        self.operators = operators
        self.witnesses = {name: Found(operators, name, kind) for name in WITNESSES}
        material = FilmMaterial(operators.film_mesh, self.witnesses["exchange"].material)
        terms = [witness.term for witness in self.witnesses.values()]
        self.dynamics = Dynamics(operators, material, terms)
        self.dynamics.m[: operators.owned] = directions(operators)[: operators.owned]
        self.dynamics.synchronise()
        self.m = self.dynamics.m
        self.moments = moments(operators, kind)

    def rounding(self):
        """|∂E/∂m_i| in J that 32 bits of all couplings may make, (owned,).

        Of J_ij it counts twice, as the coupling of a vertex with itself makes up for it.
        """
        form, indptr = self.dynamics.terms.quadratic.total, self.operators.indptr
        sizes = 2 * np.abs(form.exchange) + np.linalg.norm(form.moriya, axis=1)
        sizes[self.operators.diagonal] = 0
        return NARROW * np.add.reduceat(sizes, indptr[:-1])


def moments(operators, kind):
    """∫ M_s λ_i in A m², assembled by DOLFINx from the M_s of all witnesses."""
    saturation = KINDS[kind](operators, 8e5)[1]
    depth, measure = corners(operators)
    test = ufl.TestFunction(operators.film_mesh.space)
    vector = fem.assemble_vector(fem.form(depth * saturation * test * measure))
    vector.scatter_reverse(la.InsertMode.add)
    return vector.array[: operators.owned]


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", KINDS)
def test_fused_loops(operators, comm, kind):
    """All terms at once: to what 32 bits of the couplings make at each vertex, and round-off.

    The energy of a term may differ by that of all couplings, whose change counts to the first term.
    """
    film = Together(operators, kind)
    gradients = {name: each.gradient(film.m) for name, each in film.witnesses.items()}
    expected, bound = sum(gradients.values()), film.rounding()
    found = -MU0 * film.moments[:, None] * film.dynamics.effective_field()
    largest = comm.allreduce(np.abs(expected).max(initial=0.0), max)
    assert np.all(np.linalg.norm(found - expected, axis=1) <= bound + ROUND_OFF * largest)
    energies = film.dynamics.energies()
    assert list(energies) == list(WITNESSES)
    rounded = comm.allreduce(float(bound.sum())) / 2
    for name, witness in film.witnesses.items():
        allowed = ROUND_OFF * size_of(comm, film.m, gradients[name])
        allowed += rounded if name == QUADRATIC[0] else 0.0
        assert energies[name] == pytest.approx(witness.value(film.m), abs=allowed, rel=0), name


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", KINDS)
def test_energies_of_parts_sum_to_that_of_the_couplings(operators, comm, kind):
    """Σ E of the terms is that of the numbers in the loops, -½ Σ μ₀ M_i m_i · H_i, to round-off."""
    film = Together(operators, kind)
    dynamics, own = film.dynamics, film.m[: operators.owned]
    linear = dynamics.energies()["zeeman"]
    work = -MU0 * film.moments[:, None] * dynamics.effective_field() * own
    expected = (comm.allreduce(float(work.sum())) + linear) / 2
    scale = comm.allreduce(float(np.abs(work).sum()))
    total = sum(dynamics.energies().values())
    assert total == pytest.approx(expected, abs=ROUND_OFF * scale, rel=0)


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["zeeman", *OWN])
def test_what_is_no_coupling(operators, comm, name, kind):
    """A term by itself that is not quadratic in m: nothing of it is rounded."""
    witness = Found(operators, name, kind)
    material = FilmMaterial(operators.film_mesh, witness.material)
    dynamics = Dynamics(operators, material, [witness.term])
    dynamics.m[: operators.owned] = directions(operators)[: operators.owned]
    dynamics.synchronise()
    expected = witness.gradient(dynamics.m)
    close(comm, -MU0 * moments(operators, kind)[:, None] * dynamics.effective_field(), expected)
    scale = size_of(comm, dynamics.m, expected)
    value = witness.value(dynamics.m)
    assert dynamics.energies()[name] == pytest.approx(value, abs=ROUND_OFF * scale, rel=0)


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
def test_reciprocity(operators, comm, kind):
    """Σ u_i · ∂E/∂m_i(v) = Σ v_i · ∂E/∂m_i(u), also of couplings in 32 bits, across ranks too."""
    form = Together(operators, kind).dynamics.terms.quadratic.total
    u, v = (directions(operators, seed) for seed in (1, 2))
    own = slice(operators.owned)
    there, back = form.gradient(v) * u[own], form.gradient(u) * v[own]
    sums = [comm.allreduce(float(each.sum())) for each in (there, back)]
    scale = comm.allreduce(float(np.abs(there).sum()))
    assert abs(sums[0] - sums[1]) <= ROUND_OFF * scale


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
def test_uniform_magnetisation_has_no_exchange_energy(operators, comm, kind):
    """However A varies, neither exactly nor in the 32 bits of the loops."""
    witness = Found(operators, "exchange", kind)
    exact = form_of(operators, witness.term, material=witness.material)
    m = operators.halo(np.tile(np.array(AXIS) / np.linalg.norm(AXIS), (operators.owned, 1)))
    own = np.abs(exact.exchange[operators.diagonal])
    for form in (exact, exact.narrowed()):
        assert np.all(np.abs(form.gradient(m)) <= ROUND_OFF * own[:, None])
        assert abs(form.energy(m)) <= ROUND_OFF * comm.allreduce(float(own.sum()))
