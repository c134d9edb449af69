"""Domain walls: one, or stripes between many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import Angle, Length
from hebbfilm.solvers.textures.texture import (
    Direction,
    Place,
    Sign,
    Texture,
    WallKind,
    from_angle,
    in_plane,
)

_WALLS = np.arange(-24, 25)
"""Walls of stripes around a place that act there: beyond, less than exp(-24 π) is left of any."""
_UP = (0.0, 0.0, 1.0)


def _inside(wall: WallKind, normal: FloatArray, sense: float) -> FloatArray:
    """Direction in the middle of a wall that the interaction with D of that sign favours, (3,).

    Args:
        wall: Néel or Bloch.
        normal: of the wall, in the plane of the film, (3,).
        sense: sign of D times m_z where the normal points to.
    """
    return sense * (normal if wall == "neel" else np.cross(_UP, normal))


@dataclass(frozen=True, kw_only=True)
class Wall(Texture):
    """A straight wall between two domains.

    m = tanh(s/Δ) along `direction` and 1/cosh(s/Δ) across it, at the distance s from the wall: the
    wall of exchange and uniaxial anisotropy at rest, whose width is πΔ = π√(A/K) (L. D. Landau and
    E. Lifshitz, 1935).

    Args:
        width: πΔ of the wall.
        position: x and y of a point on it.
        normal: angle of its normal to x.
        direction: of m on the side to which the normal points; on the other, it is the opposite.
        wall: "neel", with m in its middle along the normal; "bloch", with m along the wall. Of
            domains that point up and down; for others give `middle`.
        chirality: the sense in which m turns: that which the interfacial (Néel) or the bulk (Bloch)
            interaction favours whose D has this sign.
        middle: direction of m in the middle of the wall, in place of both; what of it lies along
            `direction` does not count.

    Raises:
        InputError: domains that are not perpendicular to the film without `middle`, or one that
            lies along `direction`.

    Example:
        >>> import numpy as np
        >>> m = Wall(width=10e-9).at(np.array([[-1e-7, 0, 0], [0, 0, 0], [1e-7, 0, 0]]))
        >>> m.round(6) + 0.0
        array([[ 0.,  0., -1.],
               [ 1.,  0.,  0.],
               [ 0.,  0.,  1.]])
    """

    by_place = True
    width: Annotated[Length, Field(gt=0)]
    position: Place = (0.0, 0.0)
    normal: Angle = 0.0
    direction: Direction = _UP
    wall: WallKind = "neel"
    chirality: Sign = 1
    middle: Direction | None = None
    kind: Literal["wall"] = "wall"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.middle is None:
            if any(self.direction[:2]):
                raise InputError(
                    f"wall.middle is missing: between domains along {list(self.direction)}, which "
                    "are not those of up and down, say where m points in the middle of the wall"
                )
        elif np.linalg.norm(self._middle()) < 1e-6:
            raise InputError(
                f"wall.middle = {list(self.middle)}: must not lie along wall.direction = "
                f"{list(self.direction)}"
            )

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        middle = self._middle()
        away = (points[:, :2] - np.array(self.position)) @ in_plane(self.normal)[:2]
        turn = 2 * np.arctan(np.exp(-np.clip(away * np.pi / self.width, -700, 700)))
        return from_angle(turn, self._side(), middle / np.linalg.norm(middle))

    def _side(self) -> FloatArray:
        found: FloatArray = np.array(self.direction) / np.linalg.norm(self.direction)
        return found

    def _middle(self) -> FloatArray:
        """The direction in the middle of the wall, across that of the domains."""
        if self.middle is None:
            sense = self.chirality * np.sign(self.direction[2])
            return _inside(self.wall, in_plane(self.normal), sense)
        given = np.array(self.middle) / np.linalg.norm(self.middle)
        side = self._side()
        across: FloatArray = given - (given @ side) * side
        return across


@dataclass(frozen=True, kw_only=True)
class Stripes(Texture):
    """Straight domains that point up and down in turn; m turns the same way in all their walls.

    Args:
        period: of an up and a down one together.
        wall_width: πΔ, at most half the period; for m that turns evenly there is `Helix`.
        angle: of the stripes to x.
        position: x and y of the middle of one that points up.
        wall: "neel", with m in the walls across the stripes; "bloch", along them.
        chirality: the sense in which m turns: that which the interfacial (Néel) or the bulk (Bloch)
            interaction favours whose D has this sign.

    Raises:
        InputError: walls wider than the stripes.

    Example:
        >>> import numpy as np
        >>> stripes = Stripes(period=80e-9, wall_width=10e-9, angle=90)
        >>> stripes.at(np.array([[0.0, 0, 0], [20e-9, 0, 0], [40e-9, 0, 0]])).round(3) + 0.0
        array([[ 0.,  0.,  1.],
               [-1.,  0.,  0.],
               [ 0.,  0., -1.]])
    """

    by_place = True
    period: Annotated[Length, Field(gt=0)]
    wall_width: Annotated[Length, Field(gt=0)]
    angle: Angle = 0.0
    position: Place = (0.0, 0.0)
    wall: WallKind = "neel"
    chirality: Sign = 1
    kind: Literal["stripes"] = "stripes"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.wall_width > self.period / 2:
            raise InputError(
                f"stripes.wall_width = {self.wall_width:g}: must be at most half the period, "
                f"{self.period / 2:g} m; m that turns evenly is kind = 'helix'"
            )

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        normal = in_plane(self.angle - 90.0)
        away = (points[:, :2] - np.array(self.position)) @ normal[:2] / self.period
        # Walls at ¼, ¾, … of the period; each adds half a turn.
        number = np.rint(2 * away)
        rest = 2 * away - number - 0.5
        steep = np.pi * self.period / (2 * self.wall_width)
        before = np.count_nonzero(_WALLS < 0) - number
        turn = -np.pi * before
        for wall in _WALLS:
            turn += 2 * np.arctan(np.exp(np.clip((rest - wall) * steep, -700, 700)))
        # Behind the first wall m points down: D > 0 favours m against the normal in it.
        return from_angle(turn, np.array(_UP), _inside(self.wall, normal, -self.chirality))
