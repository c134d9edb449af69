"""Magnetisation that turns evenly along one direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import Angle, Length
from hebbfilm.solvers.textures.texture import Direction, Sign, Texture, WallKind, from_angle

_UP = np.array([0.0, 0.0, 1.0])
_ALONG_Z = 1e-6


@dataclass(frozen=True, kw_only=True)
class _Turning(Texture):
    """What a helix and a cone have in common."""

    by_place = True
    period: Annotated[Length, Field(gt=0)]
    direction: Direction = (1.0, 0.0, 0.0)
    chirality: Sign = 1
    phase: Angle = 0.0

    @property
    def _axis(self) -> FloatArray:
        found: FloatArray = np.array(self.direction) / np.linalg.norm(self.direction)
        return found

    def _across(self) -> FloatArray:
        """Where m of a helix points at its beginning: up, as far as that is across the axis."""
        begin = _UP - self._axis[2] * self._axis
        if np.linalg.norm(begin) < _ALONG_Z:
            begin = np.array([1.0, 0.0, 0.0])
        found: FloatArray = begin / np.linalg.norm(begin)
        return found

    def _turn(self, points: FloatArray) -> FloatArray:
        """The angle by which m has turned, radians."""
        along: FloatArray = points @ self._axis
        found: FloatArray = along * (2 * np.pi / self.period) + np.radians(self.phase)
        return found


@dataclass(frozen=True, kw_only=True)
class Helix(_Turning):
    """m that turns evenly along a direction, a full turn in a period.

    Bulk interaction with D > 0 favours chirality = 1 of a Bloch helix, which is right-handed, with
    the period 4πA/D; interfacial interaction with D > 0 chirality = 1 of a Néel helix, or cycloid.

    Args:
        period: of a full turn, 2π/q.
        direction: of the wave vector q.
        wall: "bloch", with m across q; "neel", with m in the plane of q and the normal of the film.
        chirality: the sense in which m turns: that which D of this sign favours.
        phase: by which m has turned at the origin, from up; of q along z, from x.

    Raises:
        InputError: a Néel helix along the normal of the film, in which there is no such plane.

    Example:
        >>> import numpy as np
        >>> helix = Helix(period=40e-9, direction=(1, 0, 0))
        >>> helix.at(np.array([[0.0, 0, 0], [10e-9, 0, 0], [20e-9, 0, 0]])).round(6) + 0.0
        array([[ 0.,  0.,  1.],
               [ 0., -1.,  0.],
               [ 0.,  0., -1.]])
    """

    wall: WallKind = "bloch"
    kind: Literal["helix"] = "helix"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.wall == "neel" and np.linalg.norm(self._axis[:2]) < _ALONG_Z:
            raise InputError(
                f"helix.direction = {list(self.direction)}: a Néel helix cannot go along the "
                "normal of the film; a Bloch one can"
            )

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        begin = self._across()
        if self.wall == "bloch":
            towards = np.cross(self._axis, begin)
        else:
            begin, towards = _UP, -np.array([*self._axis[:2], 0.0])
            towards /= np.linalg.norm(towards)
        return from_angle(self._turn(points), begin, self.chirality * towards)


@dataclass(frozen=True, kw_only=True)
class Cone(_Turning):
    """m at one angle to a direction along which it turns evenly.

    Args:
        opening: angle between m and the direction; 90 is a Bloch `Helix`.
        period: of a full turn, 2π/q.
        direction: of the wave vector q.
        chirality: the sense in which m turns: that which bulk interaction with D of this sign
            favours; 1 is right-handed.
        phase: by which m has turned at the origin, from up; of q along z, from x.

    Example:
        >>> import numpy as np
        >>> cone = Cone(period=40e-9, opening=30, direction=(0, 0, 1))
        >>> cone.at(np.array([[0.0, 0, 0], [0, 0, 20e-9]])).round(3) + 0.0
        array([[ 0.5  ,  0.   ,  0.866],
               [-0.5  ,  0.   ,  0.866]])
    """

    opening: Annotated[Angle, Field(ge=0, le=180)]
    kind: Literal["cone"] = "cone"

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        begin, opening = self._across(), np.radians(self.opening)
        towards = self.chirality * np.cross(self._axis, begin)
        around = from_angle(self._turn(points), begin, towards)
        found: FloatArray = np.cos(opening) * self._axis + np.sin(opening) * around
        return found
