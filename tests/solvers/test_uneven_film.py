"""Films in which everything differs from place to place."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm import HopfieldFilm
from hebbfilm.hopfield.checks import driven_checks, matrix_checks
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Disorder, Film, Material, constant

NM = 1e-9
VOLTAGES = [0.05, 0.05, -0.05, -0.05]


def waves(mean, phase, share=0.3):
    """A parameter that goes up and down by a share of its mean over the wheel."""

    def values(x):
        return mean * (
            1 + share * np.sin(x[:, 0] / (80 * NM) + phase) * np.cos(x[:, 1] / (60 * NM))
        )

    return values


def leaning(x):
    """An easy axis that leans to and fro along x."""
    return np.column_stack([0.2 * np.sin(x[:, 0] / (50 * NM)), 0 * x[:, 1], 1 + 0 * x[:, 2]])


def uneven_material(**others):
    means = {name: value for name, value in Material().described().items() if name != "easy_axis"}
    means |= {"bulk_dmi": 5e-4, "heat_transfer_coefficient": 1e8, "anomalous_hall_ratio": None}
    means |= others
    maps = {
        name: waves(mean, phase)
        for phase, (name, mean) in enumerate(means.items())
        if mean is not None
    }
    return Material(easy_axis=leaning, **maps)


def uneven_film(comm, dimension, **others):
    film_mesh = mesh_film(wheel(mesh_size=20 * NM), comm, dimension=dimension)
    thickness = waves(film_mesh.thickness, 0.5) if dimension == 2 else None
    grains = Disorder(40 * NM, 0.05, 5.0, deviations={"conductivity": 0.05})
    return Film(
        film_mesh,
        uneven_material(**others),
        thickness=thickness,
        disorder=grains,
        demagnetisation="local",
    )


@pytest.mark.cross_method
@pytest.mark.parametrize("dimension", [2, 3])
def test_ranks_agree_on_a_film_where_everything_differs(comm, dimension):
    """Energies and G of random directions, and m after 2 ps of current, to the solvers' error."""
    found = []
    for ranks in (comm, MPI.COMM_SELF):
        film = uneven_film(ranks, dimension, anomalous_hall_ratio=0.05)
        film.randomise(seed=4)
        values = [*film.dynamics.energies().values(), *film.conductance_matrix().ravel()]
        film.evolve(constant(VOLTAGES, 2e-12))
        found.append(
            (values, film.film_mesh.numbering.gather(film.m), film.heating.temperature_rise)
        )
    if comm.rank == 0:
        (values, m, rise), (expected, alone, expected_rise) = found
        np.testing.assert_allclose(values, expected, rtol=1e-8)
        # The current is renewed to 1e-2 of the renewal tolerance (1e-2) of itself: 1e-4 of u, which
        # turns m by about u t/10 nm = 0.02 rad in 2 ps.
        np.testing.assert_allclose(m, alone, rtol=0, atol=1e-5)
        assert rise == pytest.approx(expected_rise, rel=1e-4, abs=0)


@pytest.mark.analytic
def test_a_film_where_everything_differs_obeys_its_laws(comm):
    """G symmetric with zero row sums, heat = VᵀGV, and energy that falls without current."""
    film = uneven_film(comm, 2)
    film.randomise(seed=4)
    checks = matrix_checks(film, film.conductance_matrix()) | driven_checks(film, VOLTAGES)
    assert set(checks) >= {"symmetry", "row_sums", "power_balance"}
    assert max(checks.values()) < 1e-8
    energies = []
    film.relax(
        2e-11,
        sample_interval=2e-12,
        observer=lambda f: energies.append(sum(f.dynamics.energies().values())),
    )
    assert np.all(np.diff(energies) < 0)


@pytest.mark.regression
def test_it_learns_like_any_other(comm):
    """A network of such a film is trained and read."""
    film = uneven_film(comm, 2)
    film.randomise(seed=4)
    film.relax(1e-11)
    network = HopfieldFilm(film)
    network.train(["++--"], voltage=0.05, duration=2e-12)
    assert np.isfinite(network.weights).all()
    np.testing.assert_allclose(network.weights, network.weights.T)
