"""Magnetisation from a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason
from hebbfilm.common.quantities import Angle, Length
from hebbfilm.solvers.textures.contents import content_of
from hebbfilm.solvers.textures.grid import GridField
from hebbfilm.solvers.textures.placed import PlacedTexture
from hebbfilm.solvers.textures.texture import in_plane

_PNG = b"\x89PNG\r\n\x1a\n"
"""How such files begin."""
_GREY = 0.02
"""Differences of colours below which a pixel has no hue, and from black and white."""


@dataclass(frozen=True, kw_only=True)
class ImageTexture(PlacedTexture):
    """m from a picture: brightness as m_z, or hue as the angle in the plane.

    The middle of the picture lies at the origin. Between the middles of pixels, what they mean is
    interpolated: m_z of a grey one, so that an edge becomes a wall as wide as a pixel, and m of a
    coloured one.

    Args:
        path: of a PNG file.
        width: of the picture along x; its pixels are square.
        colours: "grey": black is m_z = -1, white m_z = 1, and what remains of m lies in the plane
            at `in_plane_angle`. "hue": red is m along x, and the circle of colours goes around
            anticlockwise, with yellow at 60 degrees; lighter colours up to white have m_z > 0,
            darker ones down to black m_z < 0. A pixel of another grey is refused.
        in_plane_angle: to x, of what of m lies in the plane of a grey picture.
        centred: whether its middle lies on that of the film, or of the region that this texture is
            for, instead of the origin.
        shift: by which it is moved.
        angle: by which it is turned about its middle, m with it.
        checksum: SHA-256 of the file, which must be the same still; "" for any.

    Raises:
        InputError: a file that cannot be read or is another, or a film that it does not cover.

    Example:
        >>> ImageTexture(path="domains.png", width=500e-9).colours
        'grey'
    """

    width: Annotated[Length, Field(gt=0)]
    colours: Literal["grey", "hue"] = "grey"
    in_plane_angle: Angle = 0.0
    kind: Literal["image"] = "image"

    def field(self) -> GridField:
        """Directions in each pixel, the lowest row first."""
        pixels = self._pixels()
        rows, columns, _ = pixels.shape
        side = self.width / columns
        place = np.full(3, side), np.array([-self.width / 2, -rows * side / 2, -side / 2])
        if self.colours == "hue":
            return GridField(_of_hues(pixels, self.path)[None], *place)
        up = 2 * pixels.mean(axis=-1, keepdims=True)[None] - 1
        return _Grey(up * [0.0, 0.0, 1.0], *place, in_plane_angle=self.in_plane_angle)

    def _pixels(self) -> FloatArray:
        """Red, green and blue of each, from 0 to 1, the lowest row first, (rows, columns, 3)."""
        # Reading pictures takes a while to load.
        import imageio.v3

        content = content_of(self.path, self.checksum)
        if not content.startswith(_PNG):
            raise InputError(f"{self.path}: is no PNG file")
        try:
            found = imageio.v3.imread(content, extension=".png", plugin="pillow")
        except Exception as error:  # whatever the reader meets in a damaged file
            raise InputError(f"{self.path}: is no readable PNG file ({reason(error)})") from None
        if found.ndim not in (2, 3) or found.dtype.kind not in "ub":
            raise InputError(f"{self.path}: is no picture of one frame")
        full = 1.0 if found.dtype.kind == "b" else float(np.iinfo(found.dtype).max)
        values = found.reshape(*found.shape[:2], -1) / full
        if values.shape[-1] in (2, 4):
            if (values[..., -1] < 1).any():
                raise InputError(f"{self.path}: has transparent pixels: give them a colour")
            values = values[..., :-1]
        return np.broadcast_to(values, (*values.shape[:2], 3))[::-1]


@dataclass(frozen=True, eq=False, kw_only=True)
class _Grey(GridField):
    """m_z between pixels, and the rest of m in the plane."""

    in_plane_angle: float

    def interpolated(self, points: FloatArray, name: str) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        self.require_inside(points, name)
        up = np.clip(self.between(points, self.values[..., 2:]), -1.0, 1.0)
        found: FloatArray = up * [0.0, 0.0, 1.0] + np.sqrt(1 - up**2) * in_plane(
            self.in_plane_angle
        )
        return found


def _of_hues(pixels: FloatArray, name: str) -> FloatArray:
    """Directions by hue and lightness of pixels (rows, columns, 3), of the same shape."""
    most, least = pixels.max(axis=-1), pixels.min(axis=-1)
    lightness, spread = (most + least) / 2, most - least
    grey = spread < _GREY
    lost = grey & (np.abs(2 * lightness - 1) < 1 - 2 * _GREY)
    if lost.any():
        row, column = np.argwhere(lost[::-1])[0] + 1
        raise InputError(
            f"{name}: the pixel in row {row}, column {column} is grey, and so "
            f"has no hue ({np.count_nonzero(lost)} of {lost.size} are); see colours = 'grey'"
        )
    # On the circle of colours, the sum of red, green and blue as vectors at 120 degrees.
    turn = np.radians([0.0, 120.0, 240.0])
    angle = np.arctan2(pixels @ np.sin(turn), pixels @ np.cos(turn))
    up = np.where(grey, np.sign(2 * lightness - 1), 2 * lightness - 1)
    across = np.sqrt(1 - up**2)
    return np.stack([across * np.cos(angle), across * np.sin(angle), up], axis=-1)
