"""Grains: a Voronoi tessellation of the plane, each cell of which has its own numbers."""

import zlib
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from scipy.spatial import cKDTree

from hebbfilm.common.arrays import FloatArray, IntArray

_TILE = 8
"""Side of the squares that are seeded one by one, in grain diameters."""
_MARGIN = 5
"""In grain diameters: no centre lies as near as that with a probability of exp(-π 5²) ≈ 1e-34."""


def grain_numbers(
    points: FloatArray, *, diameter: float, seed: int, names: Sequence[str] = ()
) -> FloatArray:
    """Independent standard normal numbers of the grain in which each point lies.

    The centres are a Poisson process on the whole plane, so that grains depend on the seed and on
    the diameter alone: not on the mesh, its partition or even the outline of the film.

    Args:
        points: (n, 2) or (n, 3) in m; grains are columns along z.
        diameter: mean grain diameter in m: there is one grain per square of that side on average.
        seed: of the centres and of the numbers, not negative.
        names: of further numbers, each of which depends on its name, not on those of others.

    Returns:
        (n, 4 + names).
    """
    if len(points) == 0:
        return np.empty((0, 4 + len(names)))
    plane = points[:, :2] / diameter
    low = np.floor((plane.min(axis=0) - _MARGIN) / _TILE).astype(int)
    high = np.floor((plane.max(axis=0) + _MARGIN) / _TILE).astype(int)
    grains = np.concatenate(list(_tiles(low, high, seed, names)))
    _, nearest = cKDTree(grains[:, :2]).query(plane)
    return grains[nearest, 2:]


def _tiles(low: IntArray, high: IntArray, seed: int, names: Sequence[str]) -> Iterator[FloatArray]:
    """Centres in diameters, then the numbers, of the grains of each tile: (n, 6 + names)."""
    keys = [zlib.crc32(name.encode()) for name in names]
    for tile in product(*(range(first, last + 1) for first, last in zip(low, high, strict=True))):
        # A seed sequence takes no negative numbers: fold the integers into the natural ones.
        place = [seed, *(2 * k if k >= 0 else -2 * k - 1 for k in tile)]
        rng = np.random.default_rng(place)
        count = rng.poisson(_TILE**2)
        centres = _TILE * (np.array(tile) + rng.uniform(size=(count, 2)))
        own = rng.standard_normal((count, 4))
        further = [np.random.default_rng([*place, k]).standard_normal(count) for k in keys]
        yield np.column_stack([centres, own, *further])
