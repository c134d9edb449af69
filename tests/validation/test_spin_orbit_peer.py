"""The spin-orbit torque of another program on the same film."""

import json
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Layer, Material, Numerics, constant

REFERENCE = Path(__file__).parent / "peers" / "magnum_np_spin_orbit.json"
"""⟨m⟩ every 0.1 ns by the size of the cells in nm; the script of that name made it."""
LENGTH, WIDTH, THICKNESS = 120e-9, 40e-9, 1e-9
WALL, PLACE, SIGMA = 8.66e-9, 40e-9, 4e6
DENSITY, STEP = 2e11, 1e-10
UNTIL = 7
"""Samples: thereafter the wall reaches the end of the film."""


def means(comm, h):
    """⟨m⟩ (samples, 3) with a mesh size in m."""
    material = Material(
        saturation_magnetisation=5.8e5,
        exchange_stiffness=1.5e-11,
        interfacial_dmi=3e-4,
        uniaxial_anisotropy=2e5,
        damping=0.1,
        amr_ratio=0.0,
        polarisation=0.0,
    )
    # ξ_DL = P and ξ_FL = 2ε' of the script.
    layer = Layer("pt", 3e-9, SIGMA, damping_like_efficiency=0.1, field_like_efficiency=0.04)
    mesh = mesh_film(strip(LENGTH, WIDTH, THICKNESS, mesh_size=h), comm)
    film = Film(mesh, material, layers=[layer], numerics=Numerics(step_tolerance=1e-4))

    def profile(x):
        xi = (x[:, 0] - PLACE) / WALL
        return np.column_stack([-1 / np.cosh(xi), 0 * xi, -np.tanh(xi)])

    film.set_magnetisation(profile)
    found = []
    film.evolve(
        constant([DENSITY * LENGTH / SIGMA, 0.0], UNTIL * STEP),
        sample_interval=STEP,
        observer=lambda film: found.append(film.dynamics.mean_magnetisation()),
    )
    return np.array(found)


@pytest.mark.peer
def test_wall_under_both_parts(comm, check, plot):
    """A wall with precession under damping-like and field-like torque, against magnum.np.

    Both err by h²: two sizes of either give the limits, and what the last power of h² changed in
    each is the tolerance.
    """
    theirs = json.loads(REFERENCE.read_text())
    coarse, fine = (np.array(theirs["means"][size])[:UNTIL] for size in ("2", "1"))
    sizes = 4e-9, 2.5e-9
    ours = [means(comm, h) for h in sizes]
    ratio = (sizes[0] / sizes[1]) ** 2
    limit = ours[1] + (ours[1] - ours[0]) / (ratio - 1)
    reference = fine + (fine - coarse) / 3
    tolerance = np.abs(limit - ours[1]).max(axis=0) + np.abs(reference - fine).max(axis=0)
    for k, name in enumerate("xyz"):
        check(
            f"Wall under spin-orbit torque, ⟨m_{name}⟩ to 0.7 ns",
            limit[:, k],
            reference[:, k],
            tolerance[k],
            f"magnum.np {theirs['magnumnp']}, limit of 2 and 1 nm; last power of h² of both",
        )
    time = 0.1 * np.arange(1, UNTIL + 1)
    plot(
        "Wall under spin-orbit torque, beside magnum.np",
        "t / ns",
        "mean magnetisation",
        {f"⟨$m_{name}$⟩": (time, limit[:, k]) for k, name in enumerate("xyz")},
        {"magnum.np": (np.tile(time, 3), reference.T.ravel())},
    )
