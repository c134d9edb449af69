"""What the compiled loops find on some films, written to the file that is named: run on its own."""

import sys

from mpi4py import MPI

import numpy as np

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.kernels import llg, midpoint
from hebbfilm.solvers.kernels.compiled import LANES
from hebbfilm.solvers.kernels.noise import fill_normal

FEW = strip(20e-9, 10e-9, mesh_size=10e-9)
"""Some 7 vertices and cells: fewer than lanes, or hardly more."""
MATERIAL = Material(bulk_dmi=1e-3, easy_axis=(1.0, 2.0, 3.0), anomalous_hall_ratio=0.02)
FILMS = {"few": (FEW, 2), "many": (wheel(mesh_size=30e-9), 2), "deep": (FEW, 3)}


def found_on(layout, dimension):
    mesh = mesh_film(layout, MPI.COMM_SELF, dimension=dimension)
    film = Film(mesh, MATERIAL, applied_field=(1e4, -2e4, 3e4))
    film.randomise(seed=2)
    number = len(layout.contact_names)
    film.current.apply(np.linspace(-0.05, 0.05, number))
    film.current.renew(0.0)
    dynamics = film.dynamics
    m, owned = dynamics.m, film.operators.owned
    rate, field, drift, lever, residual, noise = np.empty((6, owned, 3))
    llg.rate(dynamics.couplings, dynamics.gilbert, m, rate)
    llg.linear_field(dynamics.couplings, m, field, drift)
    half = 1e-14 * rate
    midpoint.residual(dynamics.gilbert, 1e-14, m, field, drift, half, lever, residual)
    fill_normal(np.arange(owned), 3, 2**40 + 7, 1.0, np.linspace(1.0, 2.0, owned), noise)
    return {
        "rate": rate,
        "lever": lever,
        "residual": residual,
        "noise": noise,
        "conductances": film.conductance_matrix(),
    }


if __name__ == "__main__":
    np.savez(
        sys.argv[1],
        lanes=LANES,
        **{
            f"{film} {what}": values
            for film, given in FILMS.items()
            for what, values in found_on(*given).items()
        },
    )
