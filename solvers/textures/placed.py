"""Fields of files, put upon a film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

import numpy as np
from pydantic import Field

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.quantities import Angle, Length
from hebbfilm.solvers.textures.texture import Texture


class FieldInSpace(Protocol):
    """A vector field somewhere; see `GridField` and `MeshField`."""

    @property
    def box(self) -> FloatArray:
        """Two corners of the box that it fills, m, (2, 3)."""
        ...

    def interpolated(self, points: FloatArray, name: str) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        ...

    def require_inside(self, points: FloatArray, name: str) -> None:
        """Refuse points (n, 3) in m outside it."""
        ...


@dataclass(frozen=True, kw_only=True)
class PlacedTexture(Texture):
    """What is read from a file, turned and moved; m turns with it."""

    path: Annotated[str, Field(min_length=1)]
    centred: bool = False
    shift: tuple[Length, Length, Length] = (0.0, 0.0, 0.0)
    angle: Angle = 0.0
    checksum: str = ""

    def field(self) -> FieldInSpace:
        """What stands in the file."""
        raise NotImplementedError

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, which are all those of a film, (n, 3)."""
        field = self.field()
        found = field.interpolated(self._in_file(points, field.box), self.path)
        return found @ _rotation(self.angle).T

    def require_fit(
        self, places: FloatArray | None, regions: Mapping[str, FloatArray] | None
    ) -> None:
        """Read the file, and see that the film lies within what it holds."""
        field = self.field()
        if places is not None:
            field.require_inside(self._in_file(places, field.box), self.path)

    def _in_file(self, points: FloatArray, box: FloatArray) -> FloatArray:
        """Where in the file the points of a film lie."""
        middle = box.mean(axis=0)
        low, high = points.min(axis=0), points.max(axis=0)
        begin = (low + high) / 2 if self.centred else middle
        found: FloatArray = (points - begin - np.array(self.shift)) @ _rotation(self.angle) + middle
        if low[2] == high[2]:  # a film without height: half way up
            found[:, 2] = middle[2]
        return found


def _rotation(angle: float) -> FloatArray:
    """About z by an angle in degrees, (3, 3)."""
    turn = np.radians(angle)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
