"""What figures of a texture there are."""

from __future__ import annotations

from dataclasses import dataclass


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
        """Of either charge; for scripts: summaries and tables have both counts."""
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
