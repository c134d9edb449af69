"""Reflection of spin waves by a border of two materials."""

from dataclasses import dataclass

import numpy as np
import pytest
import ufl

from hebbfilm.solvers import Film, Material, Numerics, rest
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.parameter import Parameter
from hebbfilm.solvers.terms.energy import Energy, parameter
from tests.solvers.rectangles import cells_where, rectangle

NM = 1e-9
COLUMNS, SIZE = 190, 2 * NM
LENGTH = COLUMNS * SIZE
BORDER, SOURCE, ABSORBER = 220 * NM, 115 * NM, 100 * NM
FIELD, WAVELENGTH = 1e5, 40 * NM
AMPLITUDE = 2e3
"""Of the field at the source in A/m."""
SETTLED = 1e-4
"""Of what comes in, that waves other than the steady one may still have."""
MU0 = VACUUM_PERMEABILITY


@dataclass(frozen=True)
class Antenna(Energy):
    """A field that turns about z at ω, on some 4 nm about the source, and swells up.

    Args:
        omega: in rad/s.
    """

    omega: Parameter = parameter("rad/s")
    name = "antenna"

    def density(self, m, at):
        phase = self.omega * at.time
        swell = 1 - ufl.exp(-((phase / 12) ** 2))
        place = ufl.exp(-(((at.position[0] - SOURCE) / (4 * NM)) ** 2))
        along = ufl.cos(phase) * m[0] + ufl.sin(phase) * m[1]
        return -MU0 * at.saturation_magnetisation * AMPLITUDE * swell * place * along


def damping(x):
    """Zero in the middle, and towards both ends growing with the square of the way to 1."""
    way = np.maximum(ABSORBER - np.minimum(x[:, 0], LENGTH - x[:, 0]), 0) / ABSORBER
    return way**2


def on_grid(k):
    """The wave number that even squares give a wave of k: 2 sin(qh/2)/h = k."""
    return 2 * np.arcsin(k * SIZE / 2) / SIZE


def contrast(one, two):
    """(1 - 2)/(1 + 2) of two impedances."""
    return (one - two) / (one + two)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("stiffness", "magnetisation"),
    [
        ((1e-11, 1e-11), (5.8e5, 5.8e5)),
        ((1e-11, 3e-12), (5.8e5, 5.8e5)),
        ((1e-11, 1e-11), (4e5, 1.2e6)),
        ((6e-12, 1.2e-11), (4e5, 9e5)),
    ],
    ids=["none", "A", "M_s", "A and M_s"],
)
def test_reflected_amplitude(comm, check, plot, stiffness, magnetisation):
    """r = (A₁k₁ - A₂k₂)/(A₁k₁ + A₂k₂) and t = 1 + r: m and A∂m/∂x are continuous.

    Both k are those of one ω = γ₀(H + 2Ak²/μ₀M_s), of m_x + i m_y about a field along z. Damping
    that grows towards both ends takes in what reaches them.
    """
    a, saturation = np.array(stiffness), np.array(magnetisation)
    k1 = 2 * np.pi / WAVELENGTH
    omega = GYROMAGNETIC_RATIO * (FIELD + 2 * a[0] * k1**2 / (MU0 * saturation[0]))
    k2 = k1 * np.sqrt(a[0] * saturation[1] / (a[1] * saturation[0]))
    film_mesh = rectangle(comm, COLUMNS, 1, SIZE)
    there = cells_where(film_mesh, lambda x: x[:, 0] > BORDER)
    film = Film(
        film_mesh,
        Material(
            interfacial_dmi=0.0,
            uniaxial_anisotropy=0.0,
            exchange_stiffness=a[there.astype(int)],
            saturation_magnetisation=saturation[there.astype(int)],
            damping=damping,
        ),
        applied_field=(0.0, 0.0, FIELD),
        terms=[Antenna(omega)],
        numerics=Numerics(integrator="explicit"),
    )
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    slowest = 2 * GYROMAGNETIC_RATIO * 2 * (a / saturation / MU0 * [k1, k2]).min()
    # To the border and back, and once more through both absorbers.
    film.evolve(rest(2.5 * LENGTH / slowest))
    period, samples = 2 * np.pi / omega, 24
    wave = np.zeros(film.operators.owned, dtype=complex)

    def add(film):
        if film.time > begin + 1e-3 * period:
            nonlocal wave
            wave += film.m[:, :2] @ [1, 1j] * np.exp(-1j * omega * film.time) / samples

    begin = film.time
    film.evolve(rest(period), sample_interval=period / samples, observer=add)
    x = np.concatenate(comm.allgather(film_mesh.coordinates[: film.operators.owned, 0])) - BORDER
    wave = np.concatenate(comm.allgather(wave))
    q1, q2 = on_grid(k1), on_grid(k2)
    left = (x > SOURCE + 20 * NM - BORDER) & (x < SIZE / 2)
    right = (x > -SIZE / 2) & (x < LENGTH - ABSORBER - BORDER)
    basis = np.column_stack([np.exp(-1j * q1 * x), np.exp(1j * q1 * x)])
    (incoming, reflected), *_ = np.linalg.lstsq(basis[left], wave[left])
    transmitted = np.linalg.lstsq(np.exp(-1j * q2 * x[right])[:, None], wave[right])[0][0]
    expected = contrast(a[0] * k1, a[1] * k2)
    # Of even squares the flux is A sin(qh)/h. The absorber gives back exp(-2 ∫ αω dx/v), with the
    # velocity v of the wave, and by its own slope as much again.
    coarse = contrast(a[0] * np.sin(q1 * SIZE), a[1] * np.sin(q2 * SIZE)) - expected
    velocity = 4 * GYROMAGNETIC_RATIO * a[1] * k2 / (MU0 * saturation[1])
    given_back = 2 * np.exp(-2 * omega * ABSORBER / 3 / velocity)
    tolerance = abs(coarse) + given_back + SETTLED
    case = " and ".join(
        name for name, (one, two) in (("A", stiffness), ("M_s", magnetisation)) if one != two
    )
    where = f"by a border of two {case}" if case else "where there is no border"
    because = "continuous m and A∂m/∂x; (kh)²/8 of the flux, e^(-2∫αω/v) of the absorber"
    for part, of in (("real part", np.real), ("imaginary part", np.imag)):
        name = f"Reflected amplitude {where}, {part}"
        check(name, of(reflected / incoming), of(expected + 0j), tolerance, because)
    passed = abs(transmitted / incoming)
    check(f"Transmitted amplitude {where}", passed, 1 + expected, tolerance, because)
    order = np.argsort(x)
    middle = np.linspace(x[left].min(), 0, 13)
    theory = np.exp(-1j * k1 * middle) + expected * np.exp(1j * k1 * middle)
    plot(
        f"Spin wave reflected {where}",
        "x / nm",
        "amplitude, in units of what comes in",
        {"run": (x[order] * 1e9, np.abs(wave[order] / incoming))},
        {"1 + r exp(2ikx)": (middle * 1e9, np.abs(theory))},
    )
