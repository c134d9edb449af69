"""Torques from a script, in UFL and in NumPy, and fields in NumPy."""

import re
from dataclasses import dataclass

import numpy as np
import pytest
import ufl

from hebbfilm import (
    Energy,
    Film,
    InputError,
    Material,
    NumericField,
    Numerics,
    NumericTorque,
    Torque,
    constant,
    gradient,
    load_state,
    mesh_film,
    parameter,
    rest,
    save_state,
    strip,
    wheel,
)
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from hebbfilm.solvers.terms import Zeeman

DRIVES = [0.02, 0.0, -0.02, 0.0]


@dataclass(frozen=True)
class DampingLike(Torque):
    """-a m × (m × p), with p = ẑ × j or E, at a strength that may differ from place to place."""

    strength: float = parameter("m²/(A s)")
    per_field: float = parameter("m/(V s)", default=0.0)
    name = "damping_like"

    def torque(self, m, at):
        along = self.strength * at.current_density + self.per_field * at.electric_field
        return -ufl.cross(m, ufl.cross(m, ufl.as_vector([-along[1], along[0], 0])))


class DampingLikeInNumPy(NumericTorque):
    name = "damping_like"

    def __init__(self, strength, per_field=0.0):
        self.strength, self.per_field = strength, per_field

    def torque(self, state):
        along = self.strength * state.current_density + self.per_field * state.electric_field
        polarisation = np.column_stack([-along[:, 1], along[:, 0], np.zeros(len(along))])
        return -np.cross(state.m, np.cross(state.m, polarisation))


@dataclass(frozen=True)
class FieldLike(Torque):
    """-γ₀ m × H, as a field H does."""

    field: tuple = parameter("A/m", (3,))
    name = "field_like"

    def torque(self, m, at):
        return -GYROMAGNETIC_RATIO * ufl.cross(m, self.field) + 3e9 * m


class Applied(NumericField):
    name = "applied"

    def __init__(self, field):
        self.value = field

    def field(self, state):
        return np.broadcast_to(self.value, state.m.shape)


def driven(comm, torques, terms=(), layout=None, **options):
    film = Film(
        mesh_film(layout or wheel(mesh_size=20e-9), comm),
        torques=torques,
        terms=terms,
        numerics=Numerics(**options),
    )
    film.randomise(seed=4)
    return film


@pytest.mark.cross_method
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_torque_in_ufl_is_the_one_in_numpy(comm, integrator):
    """Rates to round-off; and m after 5 ps to the tolerance of the steps, which need not be alike.

    Rates are sums of few terms, each of relative error 1e-15.
    """
    films = [
        driven(comm, [kind(0.02, 2e5)], integrator=integrator, step_tolerance=1e-5)
        for kind in (DampingLike, DampingLikeInNumPy)
    ]
    fields = []
    for film in films:
        film.relax(1e-12, torque_tolerance=0.0)
        film.current.apply(DRIVES)
        film.current.begin(film.time)
        fields.append(film.dynamics.effective_field())
    np.testing.assert_allclose(fields[0], fields[1], rtol=0, atol=2e-4 * np.abs(fields[1]).max())
    films[1].dynamics.m[:] = films[0].dynamics.m
    films[1].current.begin(films[1].time)
    fields[1] = films[1].dynamics.effective_field()
    np.testing.assert_allclose(fields[0], fields[1], rtol=0, atol=1e-12 * np.abs(fields[1]).max())
    for film in films:
        film.evolve(constant(DRIVES, 5e-12))
    assert np.abs(films[0].m - films[1].m).max() < 1e-3


@pytest.mark.cross_method
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_field_like_torque_is_a_field(comm, integrator):
    """Rates to round-off, also of the part of the torque along m, which does nothing."""
    field = (3e4, -2e4, 5e4)
    other = driven(comm, [FieldLike(field)], integrator=integrator, step_tolerance=1e-5)
    film = driven(comm, [], [Zeeman(field)], integrator=integrator, step_tolerance=1e-5)
    for each in (film, other):
        each.relax(5e-12, torque_tolerance=0.0)
    assert np.abs(film.m - other.m).max() < 1e-3
    other.dynamics.m[:] = film.dynamics.m
    across = [
        each.dynamics.effective_field()
        - np.sum(each.dynamics.effective_field() * each.m, axis=1, keepdims=True) * each.m
        for each in (film, other)
    ]
    np.testing.assert_allclose(*across, rtol=0, atol=1e-12 * np.abs(across[0]).max())


@pytest.mark.cross_method
def test_field_in_numpy_is_the_applied_field(comm):
    field = np.array([3e4, -2e4, 5e4])
    film = driven(comm, [], [Applied(field)])
    other = Film(film.film_mesh, applied_field=tuple(field))
    other.randomise(seed=4)
    fields = [each.dynamics.effective_field() for each in (film, other)]
    np.testing.assert_allclose(*fields, rtol=0, atol=1e-12 * np.abs(fields[0]).max())
    assert film.dynamics.energies()["applied"] == pytest.approx(
        other.dynamics.energies()["zeeman"], rel=1e-12
    )


@pytest.mark.analytic
def test_what_a_torque_sees(comm):
    """In a strip of uniform conductivity E = V/L along it, and j = σE; nothing without contacts.

    Conduction is exact there to its tolerance of 1e-4 while m moves.
    """
    seen = []

    class Look(NumericTorque):
        name = "look"

        def torque(self, state):
            seen.append(state)
            return np.zeros_like(state.m)

    material = Material(conductivity=4e6, amr_ratio=0.0)
    layout = strip(200e-9, 40e-9, mesh_size=20e-9)
    film = Film(mesh_film(layout, comm), material, torques=[Look()])
    film.evolve(constant([0.01, 0.0], 1e-12))
    state = seen[-1]
    assert film.time - 1e-12 < state.time <= film.time
    assert state.temperature == 0.0
    assert not state.m.flags.writeable
    np.testing.assert_array_equal(state.coordinates, film.film_mesh.coordinates[: len(film.m)])
    owned, cells = len(film.m), len(film.operators.cells)
    assert state.current_density_in_cells.shape == state.electric_field_in_cells.shape
    assert state.current_density_in_cells.shape == (cells, 3)
    along = np.array([0.01 / 200e-9, 0.0, 0.0])
    assert np.abs(state.electric_field - along).max() < 1e-4 * along[0]
    assert np.abs(state.current_density - 4e6 * along).max() < 1e-4 * 4e6 * along[0]
    film.relax(1e-12, torque_tolerance=0.0)
    assert seen[-1].current_density.shape == (owned, 3)
    assert not seen[-1].current_density.any()
    assert not seen[-1].electric_field.any()


class Remembers(NumericTorque):
    """Turns m by as much as it has been told."""

    name = "remembers"

    def __init__(self):
        self.speed = 1e9

    def torque(self, state):
        return self.speed * np.cross([0.0, 0.0, 1.0], state.m)

    def state(self):
        return {"speed": self.speed}

    def restore(self, state):
        self.speed = state["speed"]


def test_torque_that_remembers_is_kept(comm, shared_tmp_path):
    torque = Remembers()
    film = driven(comm, [torque])
    with film.on_trial():
        torque.speed = 5.0
    assert torque.speed == 1e9
    torque.speed = 2e9
    save_state(film, shared_tmp_path / "state.npz")
    torque.speed = 3e9
    load_state(film, shared_tmp_path / "state.npz")
    assert torque.speed == 2e9


def test_current_of_a_trial_is_forgotten(comm):
    film = driven(comm, [DampingLike(0.02)])
    film.evolve(constant(DRIVES, 1e-12))
    before = film.dynamics.conditions.current_density.copy()
    with film.on_trial():
        film.evolve(constant([-3 * each for each in DRIVES], 1e-12))
        assert not np.allclose(before, film.dynamics.conditions.current_density, atol=0)
    np.testing.assert_array_equal(before, film.dynamics.conditions.current_density)


def test_minimiser_leaves_out_a_torque_that_needs_a_current(comm):
    """To the tolerance of the minimiser, whose first step is not as long."""
    film, other = driven(comm, [DampingLike(0.02)]), driven(comm, [])
    film.evolve(constant(DRIVES, 1e-13))
    other.dynamics.m[:] = film.dynamics.m
    film.minimise()
    other.minimise()
    assert np.abs(film.m - other.m).max() < 1e-6


def test_minimiser_refuses_a_torque_that_has_no_energy(comm):
    film = driven(comm, [FieldLike((3e4, 0.0, 0.0))])
    message = (
        r"field_like: a torque of [\d.e+]+ A/m acts on m without a current, and has no energy to "
        "minimise: let m relax instead"
    )
    with pytest.raises(InputError, match=message):
        film.minimise()


@dataclass(frozen=True)
class Wrong(Torque):
    """What its function makes of m."""

    make: object
    name = "wrong"

    def torque(self, m, at):
        return self.make(m)


class WrongInNumPy(NumericTorque):
    name = "wrong"

    def __init__(self, make):
        self.make = make

    def torque(self, state):
        return self.make(state)


class WrongField(NumericField):
    name = "wrong"

    def __init__(self, make):
        self.make = make

    def field(self, state):
        return self.make(state)


def fails(_):
    raise ZeroDivisionError("one line\nand another")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda m: m[0], "wrong: a torque of shape (): must be a vector (3,), in 1/s"),
        (lambda m: 1j * m, "wrong: its torque has complex numbers: must be real"),
        (fails, "wrong: its torque raised ZeroDivisionError: one line and another"),
        (
            lambda m: gradient(m)[0, :],
            "wrong: its torque has derivatives in space: it acts at each vertex by itself",
        ),
        (
            lambda m: ufl.sqrt(m[0] - 7) * m,
            "wrong: the torque is not finite somewhere in the film: must be a number everywhere, "
            "whatever m is, also without a current",
        ),
    ],
)
def test_wrong_torque_in_ufl(comm, make, message):
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        driven(comm, [Wrong(make)])


def on_last_rank(comm, wrong):
    """Right on all ranks but the last."""
    last = comm.rank == comm.size - 1
    return lambda state: wrong(state) if last else np.zeros_like(state.m)


@pytest.mark.parametrize("kind", [WrongInNumPy, WrongField])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda state: state.m[:, 0], "has the shape"),
        (lambda state: state.m[1:], "has the shape"),
        (lambda state: 1j * state.m, "is of type complex128: must be real numbers"),
        (lambda state: np.nan * state.m, "is [nan nan nan] at ("),
        (fails, "raised ZeroDivisionError: one line and another"),
    ],
)
def test_wrong_numbers_on_one_rank(comm, kind, make, message):
    what = "torque" if kind is WrongInNumPy else "field"
    wrong = kind(on_last_rank(comm, make))
    with pytest.raises(InputError, match=rf"^wrong: its {what} {re.escape(message)}[^\n]*$"):
        driven(comm, [wrong] if what == "torque" else [], [] if what == "torque" else [wrong])


def test_names_stand_for_one_thing(comm):
    message = "2 terms are called 'damping_like': give each a name of its own"
    with pytest.raises(InputError, match=message):
        driven(comm, [DampingLike(0.1), DampingLikeInNumPy(0.1)])

    class Exchange(NumericTorque):
        name = "exchange"

    with pytest.raises(InputError, match="2 terms are called 'exchange'"):
        driven(comm, [Exchange()])


def test_what_is_no_torque(comm):
    class Other:
        name = "other"

    def refused(message, terms=(), torques=()):
        with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
            driven(comm, torques, terms)

    refused("torques[0] is of class Other: must be a Torque or a NumericTorque", torques=[Other()])
    refused("torques = 3: must be a list", torques=3)
    refused(
        "terms[1] is of class FieldLike: must be an Energy, a NumericField, or have `bind`: did "
        "you mean torques=[…]?",
        terms=[Applied(0.0), FieldLike((0.0, 0.0, 1.0))],
    )
    refused(
        "torques[0]: DampingLike is a class: did you mean DampingLike(…)?", torques=[DampingLike]
    )

    class Nameless(NumericTorque):
        pass

    refused(
        "torques[0], of class Nameless, has no name: its class must say name = …",
        torques=[Nameless()],
    )


def test_torque_with_coordinates_of_the_mesh(comm):
    film_mesh = mesh_film(strip(60e-9, 40e-9, mesh_size=20e-9), comm)
    place = ufl.SpatialCoordinate(film_mesh.mesh)
    message = (
        "wrong: its torque has a function, or coordinates, on a mesh: give it what differs from "
        "place to place as a parameter; the place is at.position"
    )
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        Film(film_mesh, torques=[Wrong(lambda m: place[0] * m)])


def test_torque_as_a_list(comm):
    film = driven(comm, [Wrong(lambda m: [-1e9 * m[1], 1e9 * m[0], 0])])
    field = film.dynamics.torque_fields()["wrong"]
    assert 0 < field <= 1e9 / GYROMAGNETIC_RATIO


@dataclass(frozen=True)
class Spin(Torque):
    """Ω ẑ × m."""

    rate: float = parameter("1/s")
    name = "spin"

    def torque(self, m, at):
        return self.rate * ufl.cross(ufl.as_vector([0, 0, 1]), m)


class SpinInNumPy(NumericTorque):
    name = "spin"

    def torque(self, state):
        return 3e10 * np.cross([0.0, 0.0, 1.0], state.m)


@pytest.mark.analytic
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
@pytest.mark.parametrize("torque", [Spin(3e10), SpinInNumPy()], ids=["UFL", "NumPy"])
def test_torque_is_the_same_at_every_gyromagnetic_ratio(comm, torque, integrator):
    """φ = Ωt, wherever γ₀ is what; some hundred steps err by 1e-6 each."""
    material = Material(
        uniaxial_anisotropy=0.0,
        interfacial_dmi=0.0,
        damping=0.0,
        gyromagnetic_ratio=lambda x: GYROMAGNETIC_RATIO * (1 + x[:, 0] / 40e-9),
    )
    film = Film(
        mesh_film(strip(40e-9, 20e-9, mesh_size=10e-9), comm),
        material,
        torques=[torque],
        numerics=Numerics(integrator=integrator, step_tolerance=1e-6),
    )
    film.set_magnetisation([0.6, 0.0, 0.8])
    film.evolve(rest(1e-10))
    expected = [0.6 * np.cos(3.0), 0.6 * np.sin(3.0), 0.8]
    np.testing.assert_allclose(film.m, np.tile(expected, (len(film.m), 1)), atol=1e-3)


def test_film_goes_on_alike_after_it_was_saved(comm, shared_tmp_path):
    def made():
        return driven(comm, [DampingLike(0.02)], [Quartic(2e5)])

    film, segments = made(), constant(DRIVES, 4e-12)

    def save(film):
        if film.position.elapsed == 2e-12:
            save_state(film, shared_tmp_path / "state.npz")

    film.evolve(segments, sample_interval=1e-12, observer=save)
    other = made()
    load_state(other, shared_tmp_path / "state.npz")
    other.evolve(segments, sample_interval=1e-12, start=other.position)
    np.testing.assert_array_equal(film.m, other.m)


@dataclass(frozen=True)
class Quartic(Energy):
    constant: float = parameter("J/m³")
    name = "quartic"

    def density(self, m, at):
        return self.constant * m[0] ** 4 * (1 + at.time / 1e-9)


@dataclass(frozen=True)
class Switched(Torque):
    """A torque that begins at some time."""

    name = "switched"

    def breakpoints(self):
        return (2.5e-12,)

    def torque(self, m, at):
        on = ufl.conditional(ufl.ge(at.time, 2.5e-12), 1e9, 0.0)
        return on * ufl.cross(ufl.as_vector([0, 0, 1]), m)


def test_steps_end_where_a_torque_says(comm):
    film = driven(comm, [Switched()])
    assert film.kinks == (2.5e-12,)


@dataclass(frozen=True)
class Everywhere(Energy):
    """Depends on temperature."""

    name = "everywhere"

    def density(self, m, at):
        return 1e4 * m[2] ** 4 / at.temperature


def test_temperature_is_that_of_the_film(comm):
    """E = 1e4 V m_z⁴/T."""
    film = Film(
        mesh_film(strip(60e-9, 40e-9, mesh_size=20e-9), comm), terms=[Everywhere()], temperature=50
    )
    film.set_magnetisation([0.0, 0.0, 1.0])
    expected = 1e4 * film.operators.volume / 50
    assert film.dynamics.energies()["everywhere"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.analytic
@pytest.mark.parametrize("kind", [DampingLike, DampingLikeInNumPy])
def test_critical_torque_of_a_macrospin(comm, kind):
    """A damping-like torque a m × p drives m off an easy axis along p where a > α γ₀ (H_K + H).

    For m near p the rate is ∂θ/∂t = (a - α γ₀ H_K) θ/(1 + α²): J. C. Slonczewski, J. Magn. Magn.
    Mater. 159, L1 (1996); J. Z. Sun, Phys. Rev. B 62, 570 (2000).
    """
    anisotropy, saturation, damping = 2e5, 5.8e5, 0.1
    field = 2 * anisotropy / (VACUUM_PERMEABILITY * saturation)
    critical = damping * GYROMAGNETIC_RATIO * field

    class Along(NumericTorque):
        name = "along"

        def __init__(self, size):
            self.size = size

        def torque(self, state):
            return self.size * np.cross(state.m, np.cross(state.m, [0.0, 0.0, 1.0]))

    @dataclass(frozen=True)
    class AlongInUfl(Torque):
        size: float = parameter("1/s")
        name = "along"

        def torque(self, m, at):
            return self.size * ufl.cross(m, ufl.cross(m, ufl.as_vector([0, 0, 1])))

    make = AlongInUfl if kind is DampingLike else Along
    material = Material(
        uniaxial_anisotropy=anisotropy, interfacial_dmi=0.0, saturation_magnetisation=saturation
    )
    film_mesh = mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm)
    for share in (0.9, 1.1):
        film = Film(film_mesh, material, torques=[make(share * critical)])
        film.set_magnetisation([1e-4, 0.0, 1.0])
        duration = 5e-11
        film.relax(duration, torque_tolerance=0.0, damping=damping)
        expected = 1e-4 * np.exp((share - 1) * critical * duration / (1 + damping**2))
        # What steps of ω dt ≤ 7.7 · 0.1 and so on err by is far less; m turns by θ².
        found = np.linalg.norm(film.m[:, :2], axis=1)
        np.testing.assert_allclose(found, expected, rtol=2e-2)
