"""muMAG standard problem 5: a vortex in a square of 100 × 100 × 10 nm driven by a current (NIST).

M. Najafi et al., J. Appl. Phys. 105, 113914 (2009).
"""

import numpy as np
import pytest
from shapely import LineString, box

from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.layout import Contact, Layout
from hebbfilm.solvers import Film, Material, constant

SIDE, THICKNESS, DRIFT = 100e-9, 10e-9, -72.45
"""m, m, and u along x in m/s at every β."""
SETTLED = {
    0.0: (-0.2098, 0.0000, 0.0239),
    0.05: (-0.2097, 0.0186, 0.0239),
    0.1: (-0.2097, 0.0371, 0.0239),
    0.5: (-0.2098, 0.1834, 0.0240),
}
"""⟨m⟩ of the new equilibrium by β: magnum.np 2.2.0 on cells of 3.125 × 3.125 × 10 nm.

Reached there at α = 1, within 0.6 ns from a state that finite differences on the same cells had
settled for 4 ns: where all torques balance does not depend on α. On the way, at α = 0.1 and
β = 0.05, magnum.np has ⟨m_x⟩, ⟨m_y⟩ = -0.2304, -0.0944 at 1 ns, which in x is 0.0068 from the
published value, and -0.2221 on cubes of 5 nm.
"""
TOLERANCE = 0.005
"""What is asked for. Both sides err by the size of their elements: ⟨m_x⟩ here is -0.2053 at 4 nm
and -0.2115 at 2.5 nm; by magnum.np -0.2047 on cubes of 5 nm and -0.2097 on cells of 3.125 nm."""
COARSE, FINE = 4e-9, 2.5e-9
"""Sizes of the elements in m."""


def make_film(comm, beta, mesh_size):
    """The square between two contacts, with a vortex at rest: anticlockwise, its core up."""
    edges = {"left": 0.0, "right": SIDE}
    contacts = tuple(Contact(n, LineString([(x, 0), (x, SIDE)])) for n, x in edges.items())
    layout = Layout(box(0, 0, SIDE, SIDE), contacts, THICKNESS, mesh_size)
    material = Material(
        saturation_magnetisation=8e5,
        exchange_stiffness=1.3e-11,
        interfacial_dmi=0.0,
        uniaxial_anisotropy=0.0,
        damping=0.1,
        nonadiabaticity=beta,
        gyromagnetic_ratio=2.211e5,
        amr_ratio=0.0,
    )
    film = Film(mesh_film(layout, comm), material, demagnetisation="full")
    film.set_magnetisation(
        lambda x: np.column_stack([SIDE / 2 - x[:, 1], x[:, 0] - SIDE / 2, 0 * x[:, 0] + 10e-9])
    )
    film.minimise(torque_tolerance=2.0)
    return film


def drive(film, duration):
    """Times in s, (n,), and ⟨m⟩ at each, (n, 3), under the current along x."""
    density = DRIFT / film.material.spin_drift_per_current_density
    voltage = density * SIDE / film.material.conductivity
    samples = [(film.time, *film.dynamics.mean_magnetisation())]
    film.evolve(
        constant([voltage, 0.0], duration),
        sample_interval=5e-11,
        observer=lambda f: samples.append((f.time, *f.dynamics.mean_magnetisation())),
    )
    table = np.array(samples)
    return table[:, 0], table[:, 1:]


def last_power(coarse, fine):
    """What the square of the size of the elements still changes below the fine ones."""
    return (fine - coarse) / ((COARSE / FINE) ** 2 - 1)


def compare(check, when, found, references, because, derived):
    for axis, value, reference, error in zip("xyz", found, references, derived, strict=False):
        check(f"muMAG 5, {when}: ⟨m_{axis}⟩", value, reference, TOLERANCE, because, float(error))


@pytest.mark.peer
def test_vortex_after_1_ns(comm, check):
    """On its way the vortex is slower on coarse meshes: ⟨m⟩ errs by h², which is extrapolated."""
    coarse, fine = (drive(make_film(comm, 0.05, h), 1e-9)[1][-1] for h in (COARSE, FINE))
    change = last_power(coarse, fine)
    compare(
        check,
        "β = 0.05, 1 ns, from meshes of 4 and 2.5 nm",
        fine + change,
        (-0.2372, -0.0961),
        "published curves of programs; the last power of h²",
        np.abs(change),
    )


@pytest.mark.slow
@pytest.mark.peer
@pytest.mark.parametrize("beta", SETTLED)
def test_vortex_finds_its_new_place(comm, check, plot, beta):
    """The other programs' cells are about as large, so they may err by as much again."""
    _, coarse = drive(make_film(comm, beta, COARSE), 14e-9)
    times, mean = drive(make_film(comm, beta, FINE), 14e-9)
    doubt = 2 * np.abs(last_power(coarse[-1], mean[-1]))
    because = "{}; twice the last power of h²"
    compare(
        check,
        f"β = {beta:g}, 14 ns",
        mean[-1],
        SETTLED[beta],
        because.format("magnum.np 2.2.0, 3.125 nm"),
        doubt,
    )
    published = {}
    if beta == 0.05:
        published = {10e-9: (-0.2132, 0.0190)}
        then = mean[np.argmin(np.abs(times - 10e-9))]
        compare(
            check,
            "β = 0.05, 10 ns",
            then,
            published[10e-9],
            because.format("published curves of programs"),
            doubt,
        )
    curves = {f"$m_{axis}$": (times * 1e9, mean[:, k]) for k, axis in enumerate("xyz")}
    points = {"magnum.np, settled": ([14.0] * 3, SETTLED[beta])}
    if published:
        points["published"] = (
            [1e9 * t for t in published for _ in range(2)],
            [v for values in published.values() for v in values],
        )
    plot(f"muMAG 5, β = {beta:g}", "t / ns", "mean magnetisation", curves, points)


@pytest.mark.slow
@pytest.mark.analytic
def test_displacement_obeys_the_equation_of_thiele(comm, check):
    """G × u = κX across u and D β u = κX along it, at rest.

    So ⟨m_x⟩ is the same for all β, and ⟨m_y⟩ ∝ β. κ grows with the square of the displacement.
    """
    settled = {b: drive(make_film(comm, b, COARSE), 14e-9)[1][-1] for b in (0.1, 0.5)}
    small, large = settled[0.1], settled[0.5]
    bound = float(large[:2] @ large[:2])
    check(
        "muMAG 5: ⟨m_x⟩ at β = 0.5 over that at 0.1",
        large[0] / small[0],
        1.0,
        bound,
        "Thiele's equation; the next order in the displacement, ⟨m⟩²",
    )
    check(
        "muMAG 5: ⟨m_y⟩ at β = 0.5 over that at 0.1",
        large[1] / small[1],
        5.0,
        5 * bound,
        "Thiele's equation; the next order in the displacement, ⟨m⟩²",
    )
