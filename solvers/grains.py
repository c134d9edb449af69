"""Grains: a Voronoi tessellation in which each cell has its own value."""

from mpi4py import MPI

import numpy as np
from scipy.spatial import cKDTree

from meshing import FilmMesh
from meshing.errors import InputError
from solvers.operators import FloatArray


def grain_factors(
    film_mesh: FilmMesh, *, diameter: float, relative_deviation: float, seed: int
) -> FloatArray:
    """Normally distributed factors of mean 1, one for each grain, at the owned vertices.

    The grains come from `seed` and the size of the film alone, not from the mesh or its partition.

    Args:
        film_mesh: the film.
        diameter: mean grain diameter in m: the grains are as many as squares of that side.
        relative_deviation: standard deviation of the factor.
        seed: of the grain centres and of the factors.

    Returns:
        (owned,) factors.

    Raises:
        InputError: a diameter that is not positive, a deviation that is negative.
    """
    if diameter <= 0:
        raise InputError(f"disorder.grain_diameter = {diameter}: must be positive, in metres")
    if relative_deviation < 0:
        raise InputError(
            f"disorder.relative_deviation = {relative_deviation}: must be zero or positive"
        )
    low, high = _bounds(film_mesh)
    low, high = low - diameter, high + diameter
    rng = np.random.default_rng(seed)
    count = max(1, round(float(np.prod((high - low) / diameter))))
    centres = rng.uniform(low, high, size=(count, 2))
    factors = 1 + relative_deviation * rng.standard_normal(count)
    owned = film_mesh.space.dofmap.index_map.size_local
    _, grain = cKDTree(centres).query(film_mesh.coordinates[:owned, :2])
    return factors[grain]


def _bounds(film_mesh: FilmMesh) -> tuple[FloatArray, FloatArray]:
    comm = film_mesh.mesh.comm
    plane = film_mesh.coordinates[:, :2]
    # An empty rank must not decide the box.
    low = plane.min(axis=0, initial=np.inf)
    high = plane.max(axis=0, initial=-np.inf)
    lowest, highest = np.empty(2), np.empty(2)
    comm.Allreduce(low, lowest, MPI.MIN)
    comm.Allreduce(high, highest, MPI.MAX)
    return lowest, highest
