"""Slips in scripts of one's own, each told in one line that says what to write.

Class: regression.
"""

import math
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest
import ufl

from hebbfilm.common.errors import InputError, LayoutError, SolverError
from hebbfilm.meshing import Layout, Region, mesh_film, strip
from hebbfilm.solvers import (
    Current,
    Energy,
    Film,
    Material,
    Numerics,
    NumericTorque,
    Sine,
    Table,
    Torque,
    constant,
    gradient,
    parameter,
    rest,
)

PLAIN = Material(interfacial_dmi=0.0, uniaxial_anisotropy=0.0)


@pytest.fixture(scope="module")
def film_mesh(comm):
    return mesh_film(strip(60e-9, 20e-9, mesh_size=10e-9), comm)


def energy(density, k1=4e4):
    @dataclass(frozen=True)
    class Cubic(Energy):
        k1: float = parameter("J/m³")
        name = "cubic"

        def density(self, m, at):
            return density(self, m, at)

    return Cubic(k1)


def torque(body):
    @dataclass(frozen=True)
    class Turn(Torque):
        rate: float = parameter("1/s")
        name = "turn"

        def torque(self, m, at):
            return body(self, m, at)

    return Turn(1e9)


class Nameless(NumericTorque):
    def torque(self, state):
        return state.m


@dataclass(frozen=True)
class Empty(Energy):
    name = "empty"


IN_UFL = "write ufl.exp, ufl.sqrt, ufl.conditional and the like in place of NumPy, math and if$"


@pytest.mark.parametrize(
    ("density", "message"),
    [
        (lambda s, m, at: s.k1 * m, r"^cubic: a density of shape \(3,\): must be one number"),
        (lambda s, m, at: None, "^cubic: its density raised ValueError.*; it returned nothing$"),
        (lambda s, m, at: s.k1 * np.exp(m[0]), IN_UFL),
        (lambda s, m, at: s.k1 * math.sqrt(m[0]), IN_UFL),
        (lambda s, m, at: s.k1 if m[0] > 0 else 0, IN_UFL),
        (
            lambda s, m, at: s.K1 * m[0] ** 4,
            r"has no attribute 'K1' \(it has k1\); did you mean k1",
        ),
        (lambda s, m, at: at.positions[0], "did you mean position"),
        (lambda s, m, at: sys.exit(0), "^cubic: its density raised SystemExit: 0$"),
        (lambda s, m, at: np.nan * m[2] ** 2, "^cubic: .* a number that is not finite: nan$"),
        (lambda s, m, at: s.k1 * m[2] ** 4 + m[0] * np.inf, "number that is not finite: inf$"),
        (lambda s, m, at: 1e300 * m[2] ** 2, r"^cubic: a field of .* A/m, .* power of ten wrong"),
        (lambda s, m, at: 1e300 * m[2], r"^cubic: a field of .* A/m, .* power of ten wrong"),
        (lambda s, m, at: s.k1 / m[0], "^cubic: the density is not finite somewhere in the film"),
        (lambda s, m, at: s.k1 * ufl.ln(m[0]), "must be a number everywhere, whatever m is$"),
    ],
)
def test_density_that_is_none(density, message, film_mesh):
    with pytest.raises(InputError, match=message) as caught:
        Film(film_mesh, PLAIN, terms=[energy(density)])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (lambda s, m, at: s.rate * m[2], r"^turn: a torque of shape \(\): must be a vector \(3,\)"),
        (lambda s, m, at: s.rate * gradient(m)[:, 0], "^turn: its torque has derivatives in space"),
        (lambda s, m, at: s.rate * ufl.grad(m)[:, 0], "it acts at each vertex by itself$"),
        (lambda s, m, at: at.current, "did you mean current_density"),
        (lambda s, m, at: sys.exit(), "^turn: its torque raised SystemExit"),
        (lambda s, m, at: m * np.nan, "^turn: its torque has a number that is not finite: nan$"),
        (
            lambda s, m, at: ufl.cross(m, at.current_density) / ufl.sqrt(at.current_density[0]),
            "must be a number everywhere, whatever m is, also without a current$",
        ),
    ],
)
def test_torque_that_is_none(body, message, film_mesh):
    with pytest.raises(InputError, match=message):
        Film(film_mesh, PLAIN, torques=[torque(body)])


@pytest.mark.analytic
def test_torque_may_be_a_list_of_components(film_mesh):
    """A quarter of a turn about z, as of `ufl.cross`."""
    quarter = math.pi / 2 / 1e-10
    for body in (
        lambda s, m, at: [-quarter * m[1], quarter * m[0], 0],
        lambda s, m, at: quarter * np.cross([0, 0, 1], m),
    ):
        film = Film(film_mesh, replace(PLAIN, damping=0.0), torques=[torque(body)])
        film.set_magnetisation([1, 0, 0])
        film.evolve(constant([0.0, 0.0], 1e-10))
        # The steps are as exact as their tolerance, 1e-4 of |m| over all of them.
        assert film.dynamics.mean_magnetisation() == pytest.approx([0, 1, 0], abs=1e-3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"terms": Empty()}, r"^terms = Empty\(\): must be a list$"),
        ({"terms": [Empty]}, r"^terms\[0\]: Empty is a class: did you mean Empty\(…\)\?$"),
        ({"terms": [Empty()]}, "^empty: it has no density: write a method of this name$"),
        (
            {"terms": [torque(lambda s, m, at: m)]},
            r"^terms\[0\] is of class Turn: must be an Energy.*did you mean torques",
        ),
        ({"torques": [Nameless()]}, r"^torques\[0\], of class Nameless, has no name"),
        ({"torques": [lambda m, at: m]}, r"^torques\[0\] is of class function: must be a Torque"),
        ({"waveforms": Sine(amplitude=(0.0, 0.0, 1.0), frequency=1e9)}, r"like waveforms=\[…\]$"),
    ],
)
def test_lists_of_what_acts(given, message, film_mesh):
    with pytest.raises(InputError, match=message):
        Film(film_mesh, PLAIN, **given)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lambda places: places[0], r"values of shape \(3,\).*; x is places\[:, 0\]$"),
        (np.ones(7), r"an array of shape \(7,\): must be"),
        ((1.0, 2.0, 3.0), r"values of shape \(3,\): must be one number, or an array \(np.array\)"),
        (
            {"film": 21 * [0.1]},
            r"values of shape \(21,\): must be one number, or an array \(np.array\)",
        ),
    ],
)
def test_parameter_of_a_wrong_shape(value, message, film_mesh):
    with pytest.raises(InputError, match=f"^material.damping(?: of film)?: {message}"):
        Film(film_mesh, Material(damping=value))


def test_parameter_that_is_an_expression_or_none(film_mesh):
    x = ufl.SpatialCoordinate(film_mesh.mesh)
    with pytest.raises(InputError, match=r"^material.damping: of UFL: interpolate it"):
        Film(film_mesh, Material(damping=x[0]))
    with pytest.raises(InputError, match=r"^material.damping = None: must be a number"):
        Material(damping=None)


@pytest.mark.parametrize("on_all", [True, False])
def test_exit_of_a_function_of_places(on_all, comm, film_mesh):
    def slope(places):
        return sys.exit(3) if on_all or comm.rank == comm.size - 1 else places[:, 0]

    with pytest.raises(InputError, match=r"^material.damping: its function raised SystemExit: 3$"):
        Film(film_mesh, Material(damping=slope))


def test_torque_that_fails_on_one_rank(comm, film_mesh):
    def body(s, m, at):
        return sys.exit(0) if comm.rank == comm.size - 1 else s.rate * m

    with pytest.raises(InputError, match=r"^turn: its torque raised SystemExit: 0$"):
        Film(film_mesh, PLAIN, torques=[torque(body)])


@pytest.mark.parametrize("density", [lambda s, m, at: 0, lambda s, m, at: 0.0 * m[2]])
def test_density_may_be_zero(density, film_mesh):
    film = Film(film_mesh, PLAIN, terms=[energy(density)])
    film.set_magnetisation([1.0, 0.0, 0.0])
    film.relax(1e-12)
    assert film.dynamics.energies()["cubic"] == 0.0


def pole(s, m, at):
    """Finite where it is tried when the film is made, and infinite in the plane."""
    return s.k1 / m[2]


def test_energy_that_is_not_finite_is_named(film_mesh):
    film = Film(film_mesh, PLAIN, terms=[energy(pole)])
    film.set_magnetisation([1.0, 0.0, 0.0])
    with pytest.raises(SolverError, match=r"^cubic: the energy is not finite at 0 s"):
        film.dynamics.energies()
    with pytest.raises(SolverError, match=r"^cubic: the energy is not finite at 0 s"):
        film.minimise()


@pytest.mark.parametrize("temperature", [0.0, 100.0])
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_step_names_the_field_that_is_not_finite(integrator, temperature, film_mesh):
    film = Film(
        film_mesh,
        PLAIN,
        terms=[energy(pole)],
        numerics=Numerics(integrator=integrator),
        temperature=temperature,
    )
    film.set_magnetisation([1.0, 0.0, 0.0])
    with pytest.raises(SolverError, match=r"at 0 s: the field of cubic is not finite$"):
        film.evolve(rest(1e-11))


@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_step_names_the_field_that_ends_with_it(integrator, film_mesh):
    def until(s, m, at):
        return s.k1 * m[2] * ufl.sqrt((1e-11 - at.time) / 1e-11)

    film = Film(film_mesh, PLAIN, terms=[energy(until)], numerics=Numerics(integrator=integrator))
    with pytest.raises(SolverError, match=r"at 1.*e-11 s: the field of cubic is not finite$"):
        film.evolve(rest(2e-11))


def test_what_a_layout_lists():
    plain = strip(60e-9, 20e-9, mesh_size=10e-9)
    region = Region("all", plain.outline)
    given = plain.outline, (), 1e-9, 10e-9
    assert Layout(*given, regions=region).regions == (region,)
    with pytest.raises(LayoutError, match=r"^layout: \('all', .* is no Region$"):
        Layout(*given, regions=[("all", plain.outline)])
    with pytest.raises(LayoutError, match=r"is no Contact$"):
        Layout(plain.outline, [region], 1e-9, 10e-9)


def test_constant_takes_one_function_for_all():
    def circuit(time, currents, voltages):
        return [0.0, 0.0]

    (segment,) = constant(circuit, 1e-9)
    assert segment.drives is circuit


HUGE = {
    "quadratic": {"terms": [energy(lambda s, m, at: 1e30 * m[2] ** 2)]},
    "of any kind": {"terms": [energy(lambda s, m, at: 1e30 * ufl.exp(m[2]))]},
    "torque": {"torques": [torque(lambda s, m, at: 1e20 * ufl.as_vector([-m[1], m[0], 0]))]},
}


@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
@pytest.mark.parametrize("huge", HUGE)
def test_fields_for_which_no_step_is_small_enough_are_told(film_mesh, huge, integrator):
    film = Film(film_mesh, PLAIN, **HUGE[huge], numerics=Numerics(integrator=integrator))
    film.set_magnetisation([0.8, 0.5, 0.3])
    name = "turn" if huge == "torque" else "cubic"
    with pytest.raises(SolverError, match=f"^no step is small enough at 0 s: .*{name}.* unit"):
        film.evolve(rest(1e-12))


@pytest.mark.parametrize(
    "drive",
    [
        lambda: 1e200,
        lambda: Current(-1e7),
        lambda: Sine(amplitude=1e10, frequency=1e9),
        lambda: Table(amplitude=0.01, times=(0.0, 1e-12), values=(0.0, 1e300)),
        lambda: lambda t, i, v: 1e200,
    ],
)
def test_voltages_and_currents_beyond_any_are_refused(film_mesh, drive):
    film = Film(film_mesh, Material(conductivity=5e6))
    with pytest.raises(InputError, match=r"must be above -1e\+0. and below 1e\+0."):
        film.evolve(constant([drive(), 0.0], 5e-12))
