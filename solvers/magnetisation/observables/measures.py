"""All figures of a texture, from those of its planes."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.magnetisation.observables.charge import topological_charge
from hebbfilm.solvers.magnetisation.observables.plane import Plane
from hebbfilm.solvers.magnetisation.observables.skyrmions import skyrmions
from hebbfilm.solvers.magnetisation.observables.texture_measures import TextureMeasures
from hebbfilm.solvers.magnetisation.observables.walls import nematic_sum, walls


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
    parts = [_additive(plane, m[plane.vertices]) for plane in planes]
    area = planes[0].area
    mean = np.sum([plane.share * part for plane, part in zip(planes, parts, strict=True)], axis=0)
    layers = tuple(_figures(part, area, ()) for part in parts) if len(planes) > 1 else ()
    return _figures(mean, area, layers)


def _additive(plane: Plane, m: FloatArray) -> FloatArray:
    """What may be averaged over layers."""
    lines = walls(plane, m)
    along = nematic_sum(lines)
    length = float(np.sum(np.linalg.norm(lines, axis=1)))
    charge, islands = topological_charge(plane, m), skyrmions(plane, m)
    return np.array([charge, *islands, length, along.real, along.imag])


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
