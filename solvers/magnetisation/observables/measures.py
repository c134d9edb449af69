"""All figures of a texture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.magnetisation.observables.charge import topological_charge
from hebbfilm.solvers.magnetisation.observables.plane import Plane
from hebbfilm.solvers.magnetisation.observables.skyrmions import skyrmions
from hebbfilm.solvers.magnetisation.observables.walls import nematic_sum, walls


@dataclass(frozen=True, kw_only=True)
class TextureMeasures:
    """Figures of a texture; of a film in 3D means over its thickness.

    Walls are the lines on which m_z = 0; along stripes of period p there are two of them in each p,
    so p is measured as 2 × area / length of walls. That needs no peak of a structure factor, and so
    holds of mazes and in narrow strips, too. Without walls there are no stripes, and NaN stands for
    their figures.

    Attributes:
        topological_charge: Q, -1 for a skyrmion whose core points along -z.
        positive_skyrmions: of charge 1, that reach no edge.
        negative_skyrmions: of charge -1.
        wall_length: m; in 3D area of walls by thickness.
        stripe_period: m.
        stripe_angle: between x and the walls, in degrees, 0 … 180.
        stripe_order: 1 where all walls are parallel, 0 where no direction is preferred: the length
            of the mean of exp(2iφ) along the walls, at the angles φ to x.
        layers: in 3D the figures of each layer, from below to above; else none.
    """

    topological_charge: float
    positive_skyrmions: float
    negative_skyrmions: float
    wall_length: float
    stripe_period: float
    stripe_angle: float
    stripe_order: float
    layers: tuple[TextureMeasures, ...] = ()

    @property
    def skyrmion_count(self) -> float:
        """Of either charge."""
        return self.positive_skyrmions + self.negative_skyrmions


UNITS = {
    "topological_charge": "",
    "positive_skyrmions": "",
    "negative_skyrmions": "",
    "wall_length": "m",
    "stripe_period": "m",
    "stripe_angle": "degrees",
    "stripe_order": "",
}
"""Of all figures by their names, in order."""


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
        stripe_order=abs(along) / length if length else nan,
        layers=layers,
    )
