"""Spin-orbit torque on a macrospin, and the current that both a film and its layer carry."""

import numpy as np
import pytest
from scipy.optimize import brentq

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Current, Film, Layer, Material, Numerics, constant
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

LENGTH, THICKNESS, SIGMA = 20e-9, 1e-9, 4e6
MAGNETISATION, ANISOTROPY = 5.8e5, 2e4
HARDNESS = 2 * ANISOTROPY / (VACUUM_PERMEABILITY * MAGNETISATION)
"""H_K in A/m."""
EFFICIENCY = 0.3
HBAR, CHARGE = 1.054571817e-34, 1.602176634e-19
TIGHT = Numerics(renewal_tolerance=1e-6)
"""The current is found to a hundredth of that."""
SOLVED = 1e-7
"""What an error of 1e-8 of the current, and round-off, may change."""


def density_of(field):
    """j in A/m² for which a = ħ ξ j/(2 e μ₀ M_s t) is `field`."""
    moment = 2 * CHARGE * VACUUM_PERMEABILITY * MAGNETISATION * THICKNESS
    return field * moment / (HBAR * EFFICIENCY)


def drive(field):
    """Voltages for which a is `field`, with the current along +x where it is positive."""
    return [density_of(field) * LENGTH / SIGMA, 0.0]


def macrospin(
    comm,
    *,
    side="below",
    kind="damping_like",
    sign=1,
    damping=0.3,
    anisotropy=ANISOTROPY,
    **options,
):
    material = Material(
        saturation_magnetisation=MAGNETISATION,
        uniaxial_anisotropy=anisotropy,
        interfacial_dmi=0.0,
        damping=damping,
        amr_ratio=0.0,
        polarisation=0.0,
    )
    layers = [Layer("pt", 3e-9, SIGMA, side=side, **{f"{kind}_efficiency": sign * EFFICIENCY})]
    mesh = mesh_film(strip(LENGTH, LENGTH, THICKNESS, mesh_size=10e-9), comm)
    film = Film(mesh, material, layers=layers, **({"numerics": TIGHT} | options))
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    return film


def settle(film, field, turns=60.0):
    """Drive for so many times 1/(α γ₀ H_K)."""
    rate = film.material.damping * GYROMAGNETIC_RATIO * HARDNESS
    film.evolve(constant(drive(field), turns / rate))
    return film.m.mean(axis=0)


def threshold(h):
    """Largest a/H_K of m_z > 0 with a field h H_K along x, and sin θ there.

    Where a twist along -y is at rest, its component along z says m · s = m_y = 0, and the one along
    y (sin θ - h) cos θ = a/H_K. That is largest for 2 sin²θ - h sin θ = 1, and there one curvature
    of the energy vanishes, H_K cos 2θ + H sin θ: the stable state ends.
    """
    sine = (h + np.sqrt(h**2 + 8)) / 4
    return (sine - h) * np.sqrt(1 - sine**2), sine


def tilt(twist, h):
    """sin θ of the stable m_z > 0 under a = `twist` H_K, below the threshold."""
    return brentq(lambda x: (x - h) * np.sqrt(1 - x**2) - twist, -threshold(-h)[1], threshold(h)[1])


@pytest.mark.analytic
@pytest.mark.parametrize("side", ["below", "above"])
@pytest.mark.parametrize("part", [-0.8, 0.4, 0.98])
def test_tilt_below_the_instability(comm, check, side, part):
    """sin 2θ = 2a/H_K towards +x for s = -y, and nothing along s.

    It starts near: m would overshoot from the pole if a were switched on close to the threshold.
    """
    film = macrospin(comm, side=side)
    sign = 1 if side == "below" else -1
    sine = sign * np.sin(np.arcsin(part) / 2)
    film.set_magnetisation(np.array([0.98 * sine, 0.01, np.sqrt(1 - sine**2)]))
    m = settle(film, part * HARDNESS / 2)
    # Close to the instability the tilt goes with the root of what is left.
    tolerance = SOLVED / np.sqrt(1 - part**2)
    for name, found, expected in zip("xyz", m, (sine, 0.0, np.sqrt(1 - sine**2)), strict=True):
        check(
            f"m_{name} under a = {part:g} H_K/2, layer {side}",
            found,
            expected,
            tolerance,
            "sin 2θ = 2a/H_K towards +x for s = -y; error of the current, 1e-8",
        )


@pytest.mark.analytic
@pytest.mark.parametrize("current", [1, -1])
def test_instability_at_half_of_the_anisotropy_field(comm, check, current):
    """sin 2θ = 2a/H_K ends at a = H_K/2; beyond, m goes into the plane, along s."""
    for part, expected in ((0.98, (0.0, np.sqrt(1 - tilt(0.49, 0.0) ** 2))), (1.02, (-1.0, 0.0))):
        film = macrospin(comm)
        film.set_magnetisation(np.array([0.99 * current, 0.01, 1.0]))
        m = settle(film, current * part * HARDNESS / 2)
        for name, found, wanted in zip("yz", m[1:], expected, strict=True):
            check(
                f"m_{name} under a = {current * part:g} H_K/2",
                found,
                wanted * (current if name == "y" else 1),
                SOLVED / np.sqrt(1 - 0.98**2),
                "stable up to H_K/2, then along s; error of the current, 1e-8",
            )


@pytest.mark.analytic
@pytest.mark.parametrize("along", [1, -1])
@pytest.mark.parametrize("current", [1, -1])
def test_field_along_the_current_decides(comm, check, along, current):
    """Field and current of one sign switch to -z, of opposite ones to +z, above the threshold.

    Between about H_K/2 - H/√2 and H_K/2 + H/√2 (K.-S. Lee et al., Appl. Phys. Lett. 102, 112410
    (2013)) one of the two states alone is left. What is turned about z, or about y with s, is a
    solution, too: so the four signs are one case.
    """
    h = 0.2
    largest, sine = threshold(h)
    start = along * current
    for part in (0.98, 1.02):
        film = macrospin(comm, applied_field=(along * h * HARDNESS, 0.0, 0.0))
        film.set_magnetisation(np.array([along * 0.98 * sine, 0.01, start * np.sqrt(1 - sine**2)]))
        m = settle(film, current * part * largest * HARDNESS)
        # On the other side a acts as if it had the other sign.
        after = tilt(part * largest, h) if part < 1 else tilt(-part * largest, h)
        side = start if part < 1 else -start
        signs = f"H along {'+' if along > 0 else '-'}x, j along {'+' if current > 0 else '-'}x"
        for name, found, expected in (
            ("x", m[0], along * after),
            ("z", m[2], side * np.sqrt(1 - after**2)),
        ):
            check(
                f"m_{name} at {part:g} of the threshold, {signs}",
                found,
                expected,
                SOLVED / np.sqrt(1 - 0.98**2),
                "(sin θ - h) cos θ = a/H_K, h = 0.2, threshold 0.364 H_K; error of the current",
            )


@pytest.mark.analytic
@pytest.mark.parametrize("side", ["below", "above"])
def test_field_like_part_is_a_field(comm, check, side):
    """a_FL s as an applied field: to the error of the current, and the same m after it."""
    size = 0.3 * HARDNESS
    film = macrospin(comm, side=side, kind="field_like")
    applied = (0.0, -size if side == "below" else size, 0.0)
    other = macrospin(comm, applied_field=applied, sign=0)
    start = np.array([0.6, 0.0, 0.8])
    film.set_magnetisation(start)
    other.set_magnetisation(start)
    found, expected = settle(film, size, 10.0), settle(other, 0.0, 10.0)
    for k, name in enumerate("xyz"):
        check(
            f"m_{name} under a field-like torque, layer {side}, beside that field",
            found[k],
            expected[k],
            1e-5,
            "two runs of the same steps; error of the current over 10 turns",
        )


@pytest.mark.analytic
@pytest.mark.parametrize("kind", ["explicit", "implicit"])
@pytest.mark.parametrize("size", [2e4, 5e6])
def test_motion_towards_the_pull(comm, check, plot, after_each_step, kind, size):
    """m · s = tanh(γ₀at/(1 + α²)) from m across s, where nothing else acts, however strong a is.

    ∂m/∂t = γ₀a (s - (m · s) m)/(1 + α²) and a turn about s.
    """
    numerics = Numerics(integrator=kind, renewal_tolerance=1e-6, step_tolerance=1e-5)
    film = macrospin(comm, anisotropy=0.0, numerics=numerics)
    rate = GYROMAGNETIC_RATIO * size / (1 + film.material.damping**2)
    steps, samples = after_each_step(film, lambda: None), []
    film.evolve(
        constant(drive(size), 3 / rate),
        sample_interval=0.1 / rate,
        observer=lambda film: samples.append((film.time, -film.m[:, 1].mean())),
    )
    time, along = np.array(samples).T
    check(
        f"m · s under a = {size:g} A/m alone, {kind}",
        along,
        np.tanh(rate * time),
        len(steps) * 1e-5,
        "tanh(γ₀at/(1 + α²)); tolerance of all steps",
    )
    assert len(steps) < 3000
    plot(
        f"Macrospin under a damping-like torque of {size:g} A/m, {kind}",
        "γ₀ a t/(1 + α²)",
        "m · s",
        {"run": (rate * time, along)},
        {"closed form": (rate * time[::3], np.tanh(rate * time[::3]))},
    )


@pytest.mark.analytic
def test_both_ways(comm, check):
    """The torque turns m, m the share of the layer, and that the torque.

    A film of ρ∥/ρ⊥ = 1 + r, σt, on a layer of conductance σ_l d carries a given current: in the
    layer j = I/w · σ_l/(σt/(1 + r cos²φ) + σ_l d) for m at φ to it, here with an easy axis y: m
    starts along x and comes to rest along y.
    """
    ratio, width, total = 1.0, LENGTH, 1e-4
    material = Material(
        saturation_magnetisation=MAGNETISATION,
        conductivity=8e6,
        amr_ratio=ratio,
        uniaxial_anisotropy=ANISOTROPY,
        easy_axis=(0.0, 1.0, 0.0),
        interfacial_dmi=0.0,
        polarisation=0.0,
        damping=0.3,
    )
    layer = Layer("pt", 3e-9, SIGMA, damping_like_efficiency=EFFICIENCY)
    mesh = mesh_film(strip(LENGTH, LENGTH, THICKNESS, mesh_size=10e-9), comm)
    film = Film(mesh, material, layers=[layer], numerics=TIGHT)
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    drives = [Current(total), Current(-total)]
    film.current.apply(drives)
    film.current.begin(film.time)

    def strength(cosine):
        sheet = 8e6 * THICKNESS / (1 + ratio * cosine**2) + SIGMA * 3e-9
        return total / width * SIGMA / sheet / density_of(1.0)

    def twist():
        return np.linalg.norm(film.dynamics.couplings.twist, axis=1)

    because = "I/w · σ_l/(σt/(1 + r cos²φ) + σ_l d); error of the current, 1e-8"
    check("a of a layer, m along j, A/m", twist(), strength(1), SOLVED * strength(1), because)
    film.evolve(constant(drives, 3e-9))
    check("m_y that the torque leaves", film.m[:, 1], -1.0, SOLVED, "a m × s pulls to s = -y")
    check("a of a layer, m across j, A/m", twist(), strength(0), SOLVED * strength(0), because)
