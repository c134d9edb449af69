"""All figures of a texture, from those of its planes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.magnetisation.observables.charge import solid_angles
from hebbfilm.solvers.magnetisation.observables.plane import Plane
from hebbfilm.solvers.magnetisation.observables.skyrmions import skyrmions
from hebbfilm.solvers.magnetisation.observables.texture_measures import TextureMeasures
from hebbfilm.solvers.magnetisation.observables.walls import nematic_parts, walls


def measure_texture(planes: Sequence[Plane], m: FloatArray) -> TextureMeasures:
    """Measure a texture.

    Args:
        planes: of the film.
        m: unit vectors at its vertices, (N, 3).

    Example:
        >>> from hebbfilm.solvers.magnetisation.observables.plane import planes_of
        >>> x = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 1, 0], [1, 1, 0], [2, 1, 0]]) * 1e-8
        >>> cells = np.array([[0, 1, 4], [0, 4, 3], [1, 2, 5], [1, 5, 4]])
        >>> m = np.array([[0, 0, 1], [1, 0, 0], [0, 0, -1]] * 2)
        >>> found = measure_texture(planes_of(x, cells), m)
        >>> round(found.wall_length, 12), round(found.stripe_angle)
        (1e-08, 90)
    """
    return combined([_additive(plane, m[plane.vertices]) for plane in planes], planes)


def combined(parts: Sequence[FloatArray], planes: Sequence[Plane]) -> TextureMeasures:
    """The figures of a film, from what is `additive` in each of its planes."""
    area = planes[0].area
    mean = np.sum([plane.share * part for plane, part in zip(planes, parts, strict=True)], axis=0)
    layers = tuple(_figures(part, area, ()) for part in parts) if len(planes) > 1 else ()
    return _figures(mean, area, layers)


def _additive(plane: Plane, m: FloatArray) -> FloatArray:
    return additive(plane, m, lambda values: float(np.sum(values)), skyrmions(plane, m))


def additive(
    plane: Plane, m: FloatArray, total: Callable[[FloatArray], float], islands: tuple[int, int]
) -> FloatArray:
    """What may be averaged over layers: charge, skyrmions, length of walls and their direction.

    Args:
        plane: where; of a film on several ranks what this one has of it.
        m: unit vectors at its points, (n, 3).
        total: sums numbers up, over all ranks.
        islands: skyrmions of either charge.
    """
    lines = walls(plane, m)
    along = nematic_parts(lines)
    return np.array(
        [
            total(solid_angles(m, plane.cells)) / (4 * np.pi),
            *islands,
            total(np.abs(along)),
            total(along.real),
            total(along.imag),
        ]
    )


def _figures(
    additive: FloatArray, area: float, layers: tuple[TextureMeasures, ...]
) -> TextureMeasures:
    charge, positive, negative, length, *double = map(float, additive)
    along = complex(*double)
    return TextureMeasures(
        topological_charge=charge,
        positive_skyrmions=positive,
        negative_skyrmions=negative,
        wall_length=length,
        stripe_period=2 * area / length if length else nan,
        stripe_angle=float(np.degrees(np.angle(along)) / 2 % 180) if length else nan,
        stripe_order=min(abs(along) / length, 1.0) if length else nan,
        layers=layers,
    )
