"""muMAG standard problem 4: switching of a permalloy film of 500 × 125 × 3 nm (NIST)."""

import numpy as np
import pytest
from shapely import box

from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.layout import Layout
from hebbfilm.solvers import Film, Material, rest
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY

MATERIAL = Material(
    saturation_magnetisation=8e5,
    exchange_stiffness=1.3e-11,
    interfacial_dmi=0.0,
    uniaxial_anisotropy=0.0,
    damping=0.02,
    gyromagnetic_ratio=2.211e5,
)
DIAGONAL = np.ones(3) / np.sqrt(3)


def make_film(film_mesh, field):
    return Film(film_mesh, MATERIAL, applied_field=tuple(np.asarray(field)), demagnetisation="full")


def mesh(comm, mesh_size):
    return mesh_film(Layout(box(0, 0, 500e-9, 125e-9), (), 3e-9, mesh_size), comm)


def s_state(film_mesh):
    """m (owned, 3) after a saturating field along (1, 1, 1) has been lowered to zero in steps."""
    m = DIAGONAL
    for strength in (3e5, 1e5, 3e4, 1e4, 0.0):
        film = make_film(film_mesh, strength * DIAGONAL)
        film.set_magnetisation(m)
        # 5 A/m at rest turns m by less than 1e-5 of the anisotropy of the shape; on the way less.
        film.relax(3e-9, torque_tolerance=200.0 if strength else 5.0, damping=1.0)
        m = film.m.copy()
    return film


def switch(start, millitesla, until):
    """Times in s and ⟨m⟩ at each after the field is switched on: (n,), (n, 3)."""
    film = make_film(start.film_mesh, np.array(millitesla) * 1e-3 / VACUUM_PERMEABILITY)
    film.set_magnetisation(start.m)
    samples = []
    film.evolve(
        rest(until),
        sample_interval=5e-13,
        observer=lambda f: samples.append((f.time, *f.dynamics.mean_magnetisation())),
    )
    table = np.array(samples)
    return table[:, 0], table[:, 1:]


def first_zero(times, mean):
    """Time in ps at which ⟨m_x⟩ vanishes first, and ⟨m_y⟩ there; between samples linear."""
    x, y = mean[:, 0], mean[:, 1]
    after = int(np.argmax(x <= 0))
    assert after > 0
    share = x[after - 1] / (x[after - 1] - x[after])
    time, m_y = ((1 - share) * v[after - 1] + share * v[after] for v in (times, y))
    return 1e12 * time, m_y


def curves(times, mean):
    names = ("$m_x$", "$m_y$", "$m_z$")
    return {name: (times * 1e12, mean[:, k]) for k, name in enumerate(names)}


@pytest.mark.peer
def test_s_state_on_a_coarse_mesh(comm, check):
    """⟨m⟩ = (0.967, 0.125, 0) in the published solutions."""
    h = 8e-9
    mean = s_state(mesh(comm, h)).dynamics.mean_magnetisation()
    length = np.sqrt(2 * MATERIAL.exchange_stiffness / VACUUM_PERMEABILITY) / 8e5
    for name, found, expected, uniform in zip(
        "xyz", mean, (0.967, 0.125, 0.0), (1, 0, 0), strict=True
    ):
        tolerance = (h / length) ** 2 / 12 * abs(uniform - expected) + 1e-4
        check(
            f"muMAG 4, s-state at 8 nm, ⟨m_{name}⟩",
            found,
            expected,
            tolerance,
            "programs at NIST; P1 errs by (h/l)²/12 of the deviation from m along x",
        )


ASKED = (1.5, 0.01)
"""Of the time in ps and of ⟨m_y⟩ at the first zero: the scatter of the published solutions."""
DERIVED = {1: (0.53, 0.007), 2: (0.22, 0.0073)}
"""By field: what h² leaves at 4 nm, and that magnum.np, of whose kind the others are, is 0.18 ps
and 0.002 from the published in field 1. At 2.5 nm this code has 138.56 ps and 0.7294 in field 1,
136.65 ps and -0.2217 in field 2; at 4 nm 138.77 ps and 0.7264, 136.63 ps and -0.2249."""


def check_zero(check, field, found, reference, source):
    because = f"{source}; mesh of 4 nm by h², and scatter"
    names = ("first zero of ⟨m_x⟩, ps", "⟨m_y⟩ there")
    for k, name in enumerate(names):
        check(
            f"muMAG 4, field {field}: {name}",
            found[k],
            reference[k],
            ASKED[k],
            because,
            DERIVED[field][k],
        )


@pytest.mark.slow
@pytest.mark.peer
def test_switching_at_4_nm(comm, check, plot):
    """Field 1: 138.3 ps and 0.734 in the published solutions."""
    times, mean = switch(s_state(mesh(comm, 4e-9)), (-24.6, 4.3, 0.0), 5e-10)
    check_zero(check, 1, first_zero(times, mean), (138.3, 0.734), "programs at NIST")
    published = ([138.3, 138.3, 126.9, 233.7, 196.3, 302.1, 447.2],
                 [0.0, 0.734, 0.7543, -0.4976, 0.0, 0.0, 0.0])  # fmt: skip
    plot(
        "muMAG 4, field 1, at 4 nm",
        "t / ps",
        "mean magnetisation",
        curves(times, mean),
        {"published: zero of m_x, zeros and extrema of m_y": published},
    )


FINITE_DIFFERENCES = {
    3.125: (0.0422, -0.1861, -0.1123, 0.3336, -0.1728, -0.2793, 0.1188, -0.1736, -0.1806, -0.0780,
            0.0410, 0.0819, -0.2409, -0.3921, 0.1549, 0.0033, -0.3422, -0.0477, 0.0409, -0.1240),
    2.5: (0.0425, -0.1859, -0.1120, 0.3328, -0.1746, -0.2797, 0.1238, -0.1704, -0.1778, -0.0884,
          0.0306, 0.0942, -0.2292, -0.4056, 0.1330, 0.0267, -0.3341, -0.0698, 0.0297, -0.1112),
}  # fmt: skip
"""⟨m_y⟩ in field 2 every 50 ps to 1 ns, by the size of the cells in nm: Newell's tensor, exchange
with the next cells and Runge-Kutta 4, by a program that shares nothing with this code."""


def limit(values):
    """At h → 0, of values by h: the polynomial in h² through all, as O. Neville extrapolates."""
    if len(values) == 1:
        return next(iter(values.values()))
    sizes = sorted(values)
    coarse, fine = ({h: values[h] for h in some} for some in (sizes[1:], sizes[:-1]))
    ratio = (sizes[-1] / sizes[0]) ** 2
    return limit(fine) + (limit(fine) - limit(coarse)) / (ratio - 1)


@pytest.mark.slow
@pytest.mark.peer
def test_second_field_until_1_ns(comm, check, plot):
    """Meshes and cells err in opposite ways in the ringing after the reversal, and have one limit.

    At 4 nm neither the step (tolerance 1e-3 or 1e-6), nor the integrator, nor how far the s-state
    has settled (5 or 0.01 A/m, down in 5 or in 31 fields) changes ⟨m_y⟩ at 1 ns by 5e-4. Structured
    meshes, symmetric under inversion, give what others of their edges do. The size decides, of the
    mesh and of the demagnetising grid that goes with it: cells of one edge in place of 1.5 change
    ⟨m_y⟩ at 1 ns by 0.02.
    """
    times, curve, found = 5e-11 * np.arange(1, 21), {}, {}
    for h in (4.0, 3.0, 2.5, 2.0):
        time, mean = switch(s_state(mesh(comm, h * 1e-9)), (-35.5, -6.3, 0.0), 1e-9)
        curve[f"this code, {h:g} nm"] = (time * 1e12, mean[:, 1])
        found[h] = np.interp(times, time, mean[:, 1])
    fine = {h: found[h] for h in (3.0, 2.5, 2.0)}
    extrapolated = limit(fine)
    reference = limit({h: np.array(m) for h, m in FINITE_DIFFERENCES.items()})
    # What the last power of h² changes here, and a quarter of it there, where cells differ less. At
    # single times either may be small by chance.
    left = np.abs(extrapolated - limit({h: found[h] for h in (2.5, 2.0)}))
    there = np.abs(reference - FINITE_DIFFERENCES[2.5])
    because = "a program of finite differences, 3.125 and 2.5 nm; the last power of h² of both"
    # Later h² alone no longer tells how the trace goes on.
    for part in (slice(0, 9), slice(9, 14)):
        first, last = 1e12 * times[part][[0, -1]]
        check(
            f"muMAG 4, field 2: ⟨m_y⟩ from {first:.0f} to {last:.0f} ps, h → 0",
            extrapolated[part],
            reference[part],
            left[part].max() + 0.25 * there[part].max(),
            because,
        )
    spread = max(m[-1] for m in found.values()) - min(m[-1] for m in found.values())
    check(
        "muMAG 4, field 2: ⟨m_y⟩ at 1 ns, mesh of 2 nm",
        found[2.0][-1],
        -0.1186,
        spread,
        "a test of MuMax3, cells of 3.9 nm; spread of meshes of 4, 3, 2.5 and 2 nm",
    )
    plot(
        "muMAG 4, field 2, until 1 ns",
        "t / ps",
        "mean $m_y$",
        curve,
        {f"finite differences, {h:g} nm": (times * 1e12, m) for h, m in FINITE_DIFFERENCES.items()}
        | {"their limit at h = 0": (times[:14] * 1e12, reference[:14])},
    )


@pytest.mark.slow
@pytest.mark.peer
def test_switching_in_the_second_field_at_4_nm(comm, check, plot):
    """Field 2: 136.83 ps and -0.219 by magnum.np 2.2.0 on cells of 2.5 × 2.5 × 3 nm.

    There field 1 gives 138.48 ps and 0.732.
    """
    times, mean = switch(s_state(mesh(comm, 4e-9)), (-35.5, -6.3, 0.0), 5e-10)
    check_zero(check, 2, first_zero(times, mean), (136.83, -0.2189), "magnum.np 2.2.0 at 2.5 nm")
    plot(
        "muMAG 4, field 2, at 4 nm",
        "t / ps",
        "mean magnetisation",
        curves(times, mean),
        {"magnum.np: zero of m_x": ([136.83, 136.83], [0.0, -0.2189])},
    )
