"""When the current acts: at once, while it flows, and as the magnetisation of the moment has it.

Without exchange a spiral of wave number k is carried along rigidly: its phase turns by k ∫ u dt.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics, constant, rest

LENGTH, WIDTH, THICKNESS, H = 120e-9, 20e-9, 1e-9, 10e-9
CONDUCTIVITY, VOLTAGE = 5e6, 1.2
DRIFT = 1447.1
"""Of the electrons in m/s, along -x while the left contact is positive: g μ_B P j/(2 e M_s) with
g = 2, P = 0.4, M_s = 8e5 A/m and j = 5e6 S/m · 1.2 V/120 nm = 5e13 A/m² is
9.27401e-24 · 0.4 · 5e13/(1.602177e-19 · 8e5). No film would bear it: in few steps it moves far."""
WAVE_NUMBER = 1e6
CARRIED = 1e-4
"""Relative error of the phase: the mean over kL = 0.12 and the slope over kh = 0.01 err by their
squares over 24, 6e-4 and 4e-6, the former alike before and after but for the turn; DRIFT is rounded
by 4e-5."""


def spiral(comm, amr_ratio=0.0, field=0.0, temperature=0.0):
    """Free moments in the xz plane, at the angle kx from z towards x about the middle."""
    material = Material(
        saturation_magnetisation=8e5,
        exchange_stiffness=1e-30,
        interfacial_dmi=0.0,
        uniaxial_anisotropy=0.0,
        damping=0.0,
        nonadiabaticity=0.0,
        polarisation=0.4,
        conductivity=CONDUCTIVITY,
        amr_ratio=amr_ratio,
    )
    film = Film(
        mesh_film(strip(LENGTH, WIDTH, THICKNESS, mesh_size=H), comm),
        material,
        applied_field=(0.0, field, 0.0),
        numerics=Numerics(integrator="explicit", step_tolerance=1e-9),
        temperature=temperature,
    )

    def m(x):
        angle = WAVE_NUMBER * (x[:, 0] - LENGTH / 2)
        return np.column_stack([np.sin(angle), 0 * angle, np.cos(angle)])

    film.set_magnetisation(m)
    return film


def phase(film):
    """Of the spiral in its middle, in rad."""
    x, _, z = film.dynamics.mean_magnetisation()
    return np.arctan2(x, z)


@pytest.mark.analytic
def test_torque_begins_and_turns_round_with_the_voltage(comm):
    """From the first step on, though without AMR no change of m asks for a renewal."""
    film, on, back = spiral(comm), 4e-12, 1e-12
    film.evolve(constant([VOLTAGE, 0.0], on))
    assert phase(film) == pytest.approx(WAVE_NUMBER * DRIFT * on, rel=CARRIED, abs=0)
    film.evolve(constant([0.0, VOLTAGE], back))
    assert phase(film) == pytest.approx(WAVE_NUMBER * DRIFT * (on - back), rel=CARRIED, abs=0)


def settle(film, duration):
    assert not film.relax(duration, torque_tolerance=0.0)


@pytest.mark.analytic
@pytest.mark.parametrize(
    "leave",
    [
        lambda film, duration: film.evolve(rest(duration)),
        lambda film, duration: film.evolve(constant([None, None], duration)),
        lambda film, duration: film.evolve(constant([0.1, 0.1], duration)),
        settle,
        lambda film, duration: film.minimise(torque_tolerance=1.0),
    ],
    ids=["open", "floating", "equal_voltages", "relax", "minimise"],
)
def test_torque_ends_with_the_current(comm, leave):
    """Free moments without current and field stay where they are, to the round-off of |m|."""
    film = spiral(comm)
    film.evolve(constant([VOLTAGE, 0.0], 1e-12))
    before = film.m.copy()
    leave(film, 1e-11)
    # Exchange of 1e-30 J/m, 2Ak/μ₀M_sh = 1e-16 A/m, turns nothing.
    np.testing.assert_allclose(film.m, before, rtol=0, atol=1e-12)
    # Of 1.2 mW before.
    assert film.heating.power == pytest.approx(0, abs=1e-15)


@pytest.mark.analytic
def test_damping_of_relaxation_ends_with_it(comm):
    """Then moments without damping turn about a field again, and come no nearer to it."""
    film = spiral(comm, field=1e5)
    film.set_magnetisation(np.array([0.6, 0.0, 0.8]))
    film.relax(1e-11, torque_tolerance=0.0)
    before = film.m[:, 1].copy()
    assert np.all(before > 0.01)
    film.evolve(rest(1e-11))
    # By 0.5 they came nearer by 0.1; each of at most 1e3 steps errs by 1e-9.
    np.testing.assert_allclose(film.m[:, 1], before, rtol=0, atol=1e-6)


@pytest.mark.analytic
def test_current_is_that_of_the_present_magnetisation(comm):
    """I = V/R, R = ρL/(wt): ρ⊥ = 2e-7 Ω m across the current, 1.25 times that along it."""
    film = spiral(comm, amr_ratio=0.25)
    across = VOLTAGE / (2e-7 * LENGTH / (WIDTH * THICKNESS))
    for direction, expected in (((0, 0, 1), across), ((1, 0, 0), across / 1.25),
                                ((0, 1, 0), across)):  # fmt: skip
        film.set_magnetisation(np.array(direction, dtype=float))
        film.evolve(constant([VOLTAGE, 0.0], 1e-15))
        # Of the potential that drives, the residual is 1e-2 of the renewal's tolerance, 0.04.
        np.testing.assert_allclose(film.conduction.currents, [expected, -expected], rtol=4e-4)


@pytest.mark.analytic
@pytest.mark.parametrize("temperature", [0.0, 300.0])
def test_current_follows_a_magnetisation_that_turns(comm, temperature):
    """∫ P dt and ∫ u dt while m turns from z to x in a field along y.

    In the xz plane there is no Hall voltage, and ρ = ρ⊥ (1 + a sin²φ). Without damping there is no
    noise at any temperature, but with heat it is the time, not the change of m, that is looked at.
    """
    amr, duration, rate = 0.25, 4e-11, np.pi / 2 / 4e-11
    power, carry = VOLTAGE**2 / (2e-7 * LENGTH / (WIDTH * THICKNESS)), WAVE_NUMBER * DRIFT

    def slopes(time, state):
        conducts = 1 / (1 + amr * np.sin(state[0]) ** 2)
        return rate + carry * conducts, power * conducts

    exact = solve_ivp(slopes, (0, duration), (0.0, 0.0), rtol=1e-10, atol=1e-30).y[:, -1]
    film = spiral(comm, amr, rate / 2.2127616e5, temperature)
    film.evolve(constant([VOLTAGE, 0.0], duration))
    intervals = film.current.record.renewals - 1
    assert intervals > 0
    # An error of j by 0.04 is one of m by 0.16, a tenth of the turn; with heat 1.6 ps stand for it.
    # A step may come on top.
    longest = 1.6e-12 if temperature else 0.16 / rate
    assert duration / intervals < longest + film.dynamics.largest_step()
    # What is used is that of the last renewal, so on average half an interval old: too much by half
    # of the fall from 1 to 1/(1 + a) over one interval, as both fall all the time.
    too_much = (1 - 1 / (1 + amr)) * duration / intervals
    found = np.array([phase(film), film.heating.energy])
    excess = (found - exact) / [carry, power]
    # Steps with noise are of second order, and turn m by more than that in excess of the field.
    seen = excess[1:] if temperature else excess
    assert np.all(seen > 0.25 * too_much)
    assert np.all(seen < 0.75 * too_much)
