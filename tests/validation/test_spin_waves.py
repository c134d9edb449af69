"""Dispersion of spin waves against linear theory."""

import numpy as np
import pytest

from hebbfilm.meshing import Layout, mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from tests.validation.explicit_steps import frequency_error

STIFFNESS, MAGNETISATION, FIELD = 1e-11, 5.8e5, 1e5
PRESSURE = VACUUM_PERMEABILITY * MAGNETISATION
AMPLITUDE = 1e-4
"""Of the waves: what is not linear is of its square."""


def make_film(comm, length, width, h, field, dimension=2, **material):
    layout = strip(length, width, mesh_size=h)
    bare = Layout(layout.outline, (), layout.thickness, h)
    material = Material(
        exchange_stiffness=STIFFNESS,
        saturation_magnetisation=MAGNETISATION,
        damping=0.0,
        **{"interfacial_dmi": 0.0, "uniaxial_anisotropy": 0.0} | material,
    )
    film = Film(
        mesh_film(bare, comm, dimension=dimension),
        material,
        applied_field=field,
        numerics=Numerics(integrator="explicit"),
    )
    low = layout.outline.bounds[:2]
    return film, film.film_mesh.coordinates[:, :2] - low


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("half_waves", [0, 2, 4])
def test_standing_waves_in_a_perpendicular_film(comm, check, plot, half_waves, dimension):
    """ω = γ(B + 2K/M_s + 2Ak²/M_s), from how far the wave has turned after some of its periods.

    The natural boundary condition makes k = nπ/L.
    """
    length, h, anisotropy = 120e-9, 3e-9, 2e5
    film, x = make_film(
        comm, length, 20e-9, h, (0.0, 0.0, FIELD), dimension, uniaxial_anisotropy=anisotropy
    )
    k = half_waves * np.pi / length
    owned = film.operators.owned
    mode = np.cos(k * x[:owned, 0])
    film.set_magnetisation(np.column_stack([AMPLITUDE * mode, 0 * mode, np.ones(owned)]))
    stiffness = FIELD + 2 * anisotropy / PRESSURE + 2 * STIFFNESS * k**2 / PRESSURE
    omega = GYROMAGNETIC_RATIO * stiffness
    duration = 1.9 * np.pi / omega
    weighted = film.operators.vertex_volumes * mode
    norm = AMPLITUDE * comm.allreduce(float(weighted @ mode))
    samples = []

    def record(film):
        m = film.m[: film.operators.owned]
        samples.append((film.time, comm.allreduce(complex(weighted @ (m[:, 0] + 1j * m[:, 1])))))

    film.relax(
        duration, torque_tolerance=0.0, damping=0.0, sample_interval=duration / 40, observer=record
    )
    time, turned = np.array(samples).T
    time = time.real
    found = (np.angle(turned[-1]) % (2 * np.pi)) / duration
    # The exchange part is low by (kh)²/12 on equal intervals, and off by up to twice that else;
    # steps by what their polynomials lack.
    exchange = 2 * STIFFNESS * k**2 / PRESSURE / stiffness
    stepping = frequency_error(film.dynamics, omega)
    tolerance = omega * (exchange * (k * h) ** 2 / 6 + stepping + AMPLITUDE**2)
    check(
        f"ω of a standing wave of {half_waves} half waves in {dimension}D, rad/ns",
        found * 1e-9,
        omega * 1e-9,
        tolerance * 1e-9,
        "γ(B + 2K/M_s + 2Ak²/M_s); P1 errs by (kh)²/6 of the last, and the steps",
    )
    plot(
        f"Spin wave of {half_waves} half waves in {dimension}D",
        "t / ps",
        "amplitude of the mode",
        {
            "⟨$m_x$⟩": (time * 1e12, turned.real / norm),
            "⟨$m_y$⟩": (time * 1e12, turned.imag / norm),
        },
        {
            "cos ωt": (time[::4] * 1e12, np.cos(omega * time[::4])),
            "sin ωt": (time[::4] * 1e12, np.sin(omega * time[::4])),
        },
    )


def frequency(film, x, direction, k):
    """ω in rad/s of the wave exp(i(k x - ω t)) about m along x (0) or y (1), without its ends.

    The rate of the discrete equation at a plane wave, weighted by a smooth window that leaves out
    the edges.
    """
    owned = film.operators.owned
    phase = k * x[:owned, 0]
    # first - i second goes as exp(-iωt) with ω > 0.
    first, second = (direction + 1) % 3, (direction + 2) % 3
    m = np.zeros((owned, 3))
    m[:, direction] = 1.0
    m[:, first] = AMPLITUDE * np.cos(phase)
    m[:, second] = -AMPLITUDE * np.sin(phase)
    film.set_magnetisation(m)
    rate = np.empty((owned, 3))
    llg.rate(film.dynamics.couplings, film.dynamics.gilbert, film.dynamics.m, rate)
    size = film.comm.allreduce(x.max(axis=0), np.maximum)
    window = (np.sin(np.pi * x[:owned] / size) ** 2).prod(axis=1)
    weight = film.operators.vertex_volumes * window * np.exp(-1j * phase)
    moments = [
        film.comm.allreduce(complex(weight @ (values[:, first] - 1j * values[:, second])))
        for values in (rate, film.m)
    ]
    return (1j * moments[0] / moments[1]).real


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("kind", "direction", "sense"), [("interfacial_dmi", 1, -1.0), ("bulk_dmi", 0, 1.0)]
)
def test_dmi_makes_waves_nonreciprocal(comm, check, kind, direction, sense):
    """ω(k) - ω(-k) = ±4γ₀Dk/μ₀M_s, about ω = γ₀(H + 2Ak²/μ₀M_s) for a field H along m.

    With m = ŷ + δ, interfacial DMI is 2D ∫ δ_z ∂_x δ_x, whose field turns into -v ∂_x δ in the
    linear equation with v = -2γ₀D/μ₀M_s: the wave is carried along -x. With m = x̂ + δ, bulk DMI is
    2D ∫ δ_z ∂_x δ_y, and carries it along +x.
    """
    dmi, h, length = 1e-3, 2e-9, 160e-9
    field = FIELD * np.eye(3)[direction]
    film, x = make_film(comm, length, 40e-9, h, tuple(field), **{kind: dmi})
    k = 2 * np.pi / 40e-9
    along, against = (frequency(film, x, direction, s * k) for s in (1.0, -1.0))
    exchange = GYROMAGNETIC_RATIO * 2 * STIFFNESS * k**2 / PRESSURE
    asymmetry = sense * 4 * GYROMAGNETIC_RATIO * dmi * k / PRESSURE
    # Central differences give sin(kh)/kh, low by (kh)²/6, on equal intervals; up to twice that
    # else.
    name = kind.replace("_dmi", " DMI")
    check(
        f"ω(k) - ω(-k) by {name}, rad/ns",
        (along - against) * 1e-9,
        asymmetry * 1e-9,
        (k * h) ** 2 / 3 * abs(asymmetry) * 1e-9,
        "±4γ₀Dk/μ₀M_s; P1 errs by (kh)²/3",
    )
    if kind == "interfacial_dmi":
        # Bulk DMI, by its twist, makes the film a hard axis too, and the precession elliptic.
        mean = GYROMAGNETIC_RATIO * FIELD + exchange
        check(
            f"Mean of ω(k) and ω(-k) with {name}, rad/ns",
            (along + against) / 2 * 1e-9,
            mean * 1e-9,
            (k * h) ** 2 / 6 * mean * 1e-9,
            "γ₀(H + 2Ak²/μ₀M_s); P1 errs by (kh)²/6",
        )
