"""Whether a mesh can hold the texture of its material."""

import logging

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.magnetisation.resolution import LOST, RESOLVED, resolution_of

ALL_OFF = {"interfacial_dmi": 0.0, "uniaxial_anisotropy": 0.0}


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("material", "demagnetisation", "length"),
    [
        # Written out: √(1e-11/2e5), 2 · 1e-11/3e-3, √(2 · 1.3e-11/(4π1e-7 · 8e5²)) of muMAG 4.
        (Material(interfacial_dmi=0.0), "none", 7.0711e-9),
        (Material(), "none", 6.6667e-9),
        (Material(**ALL_OFF, bulk_dmi=-3e-3), "none", 6.6667e-9),
        (
            Material(**ALL_OFF, exchange_stiffness=1.3e-11, saturation_magnetisation=8e5),
            "full",
            5.6858e-9,
        ),
    ],
)
def test_shortest_length_decides(material, demagnetisation, length):
    found = resolution_of(material, demagnetisation, edge=2e-9)
    assert min(found.lengths.values()) == pytest.approx(length, rel=1e-4)
    assert found.turn == pytest.approx(2e-9 / length, rel=1e-4)


@pytest.mark.analytic
def test_place_that_asks_most_decides(comm):
    """√(A/K) and 2A/D where they are shortest, not of the least A with the largest K and D."""
    soft = {"exchange_stiffness": 1e-11, "uniaxial_anisotropy": 0.0, "interfacial_dmi": 4e-3}
    hard = {"exchange_stiffness": 4e-12, "uniaxial_anisotropy": 1e5, "interfacial_dmi": 0.0}

    def of(name):
        return lambda x: np.where(x[:, 0] < 50e-9, soft[name], hard[name])

    film_mesh = mesh_film(strip(100e-9, 50e-9, mesh_size=10e-9), comm)
    middles = film_mesh.coordinates[film_mesh.cells].mean(axis=1)
    film = Film(film_mesh, Material(**{name: of(name)(middles) for name in soft}))
    lengths = film.mesh_watch.resolution.lengths
    assert lengths["wall width √(A/|K|)"] == pytest.approx(np.sqrt(4e-12 / 1e5), rel=1e-12)
    assert lengths["2A/|D| of interfacial_dmi"] == pytest.approx(2e-11 / 4e-3, rel=1e-12)
    assert len(lengths) == 2


def test_film_that_nothing_turns_asks_for_nothing():
    assert resolution_of(Material(**ALL_OFF), "none", edge=1e-6).turn == 0.0


@pytest.mark.analytic
def test_largest_angle_is_that_of_a_spiral(comm):
    """m turns by 0.01 rad a nm along x: the largest angle is that over the longest edge in x."""
    film = Film(mesh_film(strip(100e-9, 50e-9, mesh_size=10e-9), comm))
    pitch = 1e7
    film.set_magnetisation(
        lambda x: np.column_stack([np.sin(pitch * x[:, 0]), 0 * x[:, 0], np.cos(pitch * x[:, 0])])
    )
    corners = film.film_mesh.coordinates[film.operators.cells][:, :, 0]
    expected = comm.allreduce(pitch * np.ptp(corners, axis=1).max(initial=0.0), MPI.MAX)
    assert film.mesh_watch.largest_angle() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("mesh_size", "coarse"), [(5e-9, False), (8e-9, True)])
def test_coarse_mesh_is_warned_of_once(comm, caplog, mesh_size, coarse):
    """The stripes of the default material have a period of 42 nm."""
    film = Film(mesh_film(wheel(mesh_size=mesh_size), comm))
    assert (film.mesh_watch.resolution.turn > RESOLVED) == coarse
    with caplog.at_level(logging.WARNING, logger="hebbfilm"):
        film.conductance_matrix()
        assert not caplog.messages
        film.relax(1e-13)
        film.relax(1e-13)
    assert len(caplog.messages) == int(coarse and comm.rank == 0)
    if caplog.messages:
        assert "2A/|D| of interfacial_dmi = 6.67 nm a radian; edges up to 6.7 nm" in caplog.text


@pytest.mark.parametrize("mesh_size", [40e-9, 100e-9])
def test_mesh_that_no_period_fits_is_lost(comm, mesh_size):
    film_mesh = mesh_film(wheel(mesh_size=mesh_size), comm)
    assert Film(film_mesh).mesh_watch.resolution.turn > LOST


def test_typical_edge_is_that_of_most_of_the_film(comm):
    """Whatever the refined contacts, and in thin layers the edges along the film."""
    fine = mesh_film(strip(600e-9, 200e-9, mesh_size=10e-9, contact_mesh_size=3e-9), comm)
    assert fine.quality().typical_edge == pytest.approx(10e-9, rel=0.25)
    layers = mesh_film(strip(200e-9, 100e-9, mesh_size=10e-9), comm, dimension=3, layers=2)
    assert layers.quality().typical_edge == pytest.approx(10e-9, rel=0.25)
