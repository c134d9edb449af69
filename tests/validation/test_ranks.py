"""One rank against several.

In a run on several ranks each of them repeats the work alone; a serial run has it done by two.
"""

import subprocess
import sys

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import CurieLaw, Disorder, Film, Heat, Layer, Material, Numerics, constant

VOLTAGES = [0.05, 0.05, -0.05, -0.05]
TOLERANCE = 1e-3
"""Of a time step: the midpoint rule solves its equation to a tenth of it."""


def grains_under_current(comm, kind):
    """G in S of a film of grains after 0.3 ns of coupled dynamics, and what it may be off by.

    The potential is solved to a hundredth of what its renewal may be off. Had that turned m by a
    radian, G would follow by the anisotropic part of the resistivity.
    """
    film = Film(
        mesh_film(wheel(mesh_size=15e-9), comm),
        numerics=Numerics(integrator=kind, step_tolerance=TOLERANCE),
        disorder=Disorder(grain_diameter=30e-9, axis_deviation=10.0, seed=3),
    )
    film.randomise(seed=4)
    film.relax(1e-10, torque_tolerance=0.0)
    film.evolve(constant(VOLTAGES, 2e-10))
    error = film.current.potential_tolerance * film.material.amr_ratio
    return {"G": film.conductance_matrix(), "error": error}


def heat(comm, kind):
    """The noise of the last step in A/m, m, and the number of steps."""
    film = Film(
        mesh_film(wheel(mesh_size=20e-9), comm),
        temperature=300.0,
        thermal_seed=3,
        numerics=Numerics(integrator=kind, step_tolerance=TOLERANCE, renewal_tolerance=1e-4),
    )
    film.evolve(constant(VOLTAGES, 3e-12))
    gather = film.film_mesh.numbering.gather
    found = {"field": gather(film.thermal.field), "m": gather(film.m)}
    return comm.bcast(found | {"steps": film.thermal.steps})


def warm(comm, kind):
    """m, T and M_s of a film that heats up and whose magnet follows, and how often that was."""
    film = Film(
        mesh_film(strip(100e-9, 60e-9, mesh_size=8e-9), comm),
        Material(heat_transfer_coefficient=1e8),
        demagnetisation="full",
        heat=Heat(sinks={"left": 300.0}, magnet=CurieLaw(700.0, tolerance=1e-3)),
        temperature=300.0,
        numerics=Numerics(integrator=kind, renewal_tolerance=1e-4),
    )
    film.set_magnetisation(np.array([0.6, 0.0, 0.8]))
    film.evolve(constant([0.05, -0.05], 2e-11))
    gather = film.film_mesh.numbering.gather
    owned = film.operators.owned
    found = {
        "m": gather(film.m),
        "T": gather(film.heat.temperature[:owned].copy()),
        "M": gather(film.dynamics.moments.magnetisation),
    }
    return comm.bcast(found | {"renewals": film.magnet.renewals})


def turned(comm, kind):
    """m, and q in A/m of the spin-orbit torque of two layers, after 5 ps."""
    options = {"damping_like_efficiency": 0.3, "field_like_efficiency": 0.1}
    layers = [Layer("pt", 3e-9, 4e6, **options), Layer("w", 2e-9, 2e6, "above", **options)]
    numerics = Numerics(integrator=kind, step_tolerance=1e-5, renewal_tolerance=1e-4)
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), layers=layers, numerics=numerics)
    film.randomise(seed=4)
    film.relax(1e-10, torque_tolerance=0.0)
    film.evolve(constant(VOLTAGES, 5e-12))
    gather = film.film_mesh.numbering.gather
    return comm.bcast({"m": gather(film.m), "q": gather(film.dynamics.couplings.twist)})


WORK = {"grains": grains_under_current, "heat": heat, "warm": warm, "turned": turned}


def on_other_ranks(comm, folder, name, kind):
    """The same on one rank, or in a serial run on two; equal on all ranks."""
    if comm.size > 1:
        return WORK[name](MPI.COMM_SELF, kind)
    file = folder / "found.npz"
    command = ["mpirun", "-n", "2", sys.executable, __file__, name, kind, str(file)]
    subprocess.run(command, check=True, timeout=600)
    with np.load(file) as archive:
        return dict(archive)


@pytest.mark.cross_method
def test_conductance_after_coupled_dynamics(comm, check, shared_tmp_path):
    """Grains, relaxation, and the current that follows m."""
    here = WORK["grains"](comm, "explicit")
    other = on_other_ranks(comm, shared_tmp_path, "grains", "explicit")
    check(
        "G of a film of grains after 0.3 ns, on other ranks, relative difference",
        here["G"] / other["G"] - 1,
        0,
        1e-6,
        "potential to a hundredth of its renewal, on either number of ranks",
        derived=2 * here["error"],
    )


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", ["explicit", "implicit"])
def test_heat(comm, check, shared_tmp_path, kind):
    here = heat(comm, kind)
    other = on_other_ranks(comm, shared_tmp_path, "heat", kind)
    difference = (here["field"] - other["field"]) / np.abs(other["field"]).max()
    check(
        f"Thermal field on other ranks, {kind}, relative difference",
        difference,
        0,
        1e-12,
        "the same numbers; the volumes are summed in another order",
    )
    steps = int(other["steps"])
    # The current moves m by less than 0.1 in 3 ps, and is solved to a hundredth of the tolerance of
    # its renewal, 1e-6, on either number of ranks.
    accuracy = 2 * 1e-6 * 0.1 if kind == "explicit" else 2 * steps * 0.1 * TOLERANCE
    because = "potential to 1e-6" if kind == "explicit" else "accuracy of the midpoint equation"
    check(
        f"m after {steps} steps with noise on other ranks, {kind}, difference",
        here["m"] - other["m"],
        0,
        accuracy,
        because,
    )


@pytest.mark.cross_method
def test_warm_magnet(comm, check, shared_tmp_path):
    """The current to 1e-6 heats by 2e-6 of 30 K; M_s follows by less than 2e-3 of itself a K."""
    here = warm(comm, "explicit")
    other = on_other_ranks(comm, shared_tmp_path, "warm", "explicit")
    assert int(other["renewals"]) == here["renewals"] > 2
    rise = np.ptp(other["T"])
    because = "the current to 1e-6 on either number of ranks, heat as its square"
    check(
        "T of a film with a warm magnet on other ranks, difference by the rise",
        (here["T"] - other["T"]) / rise,
        0,
        4e-6,
        because,
    )
    check(
        "M_s(T) of that film on other ranks, relative difference",
        here["M"] / other["M"] - 1,
        0,
        4e-6 * rise * 2e-3,
        because,
    )
    check(
        "m of that film on other ranks, difference",
        here["m"] - other["m"],
        0,
        1e-4,
        "the same noise; 20 ps of motion, γ₀ H t = 20 turns of what 4e-6 of H changes",
    )


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", ["explicit", "implicit"])
def test_spin_orbit_torque(comm, check, shared_tmp_path, kind):
    here = turned(comm, kind)
    other = on_other_ranks(comm, shared_tmp_path, "turned", kind)
    # Relaxation and torque take some hundred steps, each to a tenth of 1e-5 if implicit.
    accuracy = 1e-5 if kind == "explicit" else 1e-3
    because = "current to 1e-6" if kind == "explicit" else "a thousand steps to 1e-6"
    check(
        f"m under spin-orbit torque on other ranks, {kind}, difference",
        here["m"] - other["m"],
        0,
        accuracy,
        because,
    )
    check(
        f"q of the spin-orbit torque on other ranks, {kind}, relative difference",
        np.linalg.norm(here["q"] - other["q"]) / np.linalg.norm(other["q"]),
        0,
        4e-6 + accuracy,
        f"current to 1e-6 in the mean square; m: {because}",
    )


if __name__ == "__main__":
    result = WORK[sys.argv[1]](MPI.COMM_WORLD, sys.argv[2])
    if MPI.COMM_WORLD.rank == 0:
        np.savez(sys.argv[3], **result)
