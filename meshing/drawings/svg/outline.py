"""A pen that keeps points on curves whose chords stay within a tolerance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError

Point: TypeAlias = tuple[float, float]
_MOST_CHORDS = 100_000  # of one piece of a curve
_ROUND_OFF = 1e-12


@dataclass(eq=False)
class Outline:
    """What a pen draws, by the protocol of fontTools.

    Args:
        tolerance: between a curve and its chords, in user units.
        rings: of closed pieces, (n, 2) each, without their first point again.
        lines: of open ones.
    """

    tolerance: float
    rings: list[FloatArray] = field(default_factory=list)
    lines: list[FloatArray] = field(default_factory=list)
    _points: list[Point] = field(default_factory=list)

    def moveTo(self, point: Point) -> None:  # noqa: N802, as the pens of fontTools
        """Begin a piece."""
        self._points = [point]

    def lineTo(self, point: Point) -> None:  # noqa: N802
        """Add a straight line."""
        self._points.append(point)

    def qCurveTo(self, control: Point, end: Point) -> None:  # noqa: N802
        """Add a quadratic Bézier curve."""
        self._bezier(np.array([self._points[-1], control, end]))

    def curveTo(self, first: Point, second: Point, end: Point) -> None:  # noqa: N802
        """Add a cubic Bézier curve."""
        self._bezier(np.array([self._points[-1], first, second, end]))

    def arcTo(  # noqa: N802
        self, rx: float, ry: float, turn: float, large: bool, sweep: bool, end: Point
    ) -> None:
        """Add an elliptic arc; `turn` is the angle of its axes in degrees."""
        start = self._points[-1]
        if rx == 0 or ry == 0 or start == end:
            self._points.append(end)
            return
        self._points += _arc(start, rx, ry, math.radians(turn), large, sweep, end, self.tolerance)
        self._points.append(end)

    def closePath(self) -> None:  # noqa: N802
        """End a piece at its beginning."""
        ring = _distinct(self._points)
        if len(ring) > 1 and (ring[0] == ring[-1]).all():
            ring = ring[:-1]
        if not _is_straight(ring):
            self.rings.append(ring)
        elif len(ring) > 1:
            self.lines.append(ring)

    def endPath(self) -> None:  # noqa: N802
        """End a piece where it is."""
        points = _distinct(self._points)
        if len(points) > 2 and (points[0] == points[-1]).all():
            self.closePath()
        elif len(points) > 1:
            self.lines.append(points)

    def by(self, matrix: FloatArray, farthest: float) -> Outline:
        """The same, mapped by a matrix (3, 3), without pieces that become a point.

        Args:
            matrix: from this user space to another.
            farthest: greatest coordinate there.

        Raises:
            LayoutError: a greater one.
        """
        rings, lines = (
            [_distinct(points @ matrix[:2, :2].T + matrix[:2, 2]) for points in pieces]
            for pieces in (self.rings, self.lines)
        )
        if any(np.abs(points).max() > farthest for points in (*rings, *lines)):
            raise LayoutError(
                "it lies too far from the origin for its shape to be kept; give the metres per "
                "unit of the drawing as layout.unit, or move it"
            )
        return Outline(
            self.tolerance,
            [ring for ring in rings if not _is_straight(ring)],
            [line for line in lines if len(line) > 1],
        )

    def _bezier(self, controls: FloatArray) -> None:
        order = len(controls) - 1
        bend = np.linalg.norm(np.diff(controls, n=2, axis=0), axis=1).max()
        number = _chords(order * (order - 1) * float(bend), self.tolerance)
        along = np.linspace(0, 1, number + 1)[1:]
        powers = [
            math.comb(order, k) * (1 - along) ** (order - k) * along**k for k in range(order + 1)
        ]
        self._points += [(float(x), float(y)) for x, y in np.column_stack(powers) @ controls]
        self._points[-1] = (float(controls[-1, 0]), float(controls[-1, 1]))


def _chords(bend: float, tolerance: float) -> int:
    """So many that the second derivative, at most `bend`, over 8 n² stays below the tolerance.

    Raises:
        LayoutError: more than anyone draws on purpose.
    """
    number = math.sqrt(bend / (8 * tolerance))
    if not number <= _MOST_CHORDS:
        raise LayoutError(
            f"a curve takes {number:.0g} chords, more than {_MOST_CHORDS}; give the metres per "
            "unit of the drawing as layout.unit, or a larger layout.tolerance"
        )
    return max(1, math.ceil(number))


def _arc(
    start: Point,
    rx: float,
    ry: float,
    turn: float,
    large: bool,
    sweep: bool,
    end: Point,
    tolerance: float,
) -> list[Point]:
    """Points within an arc; SVG 2, appendix B.2.4 and B.2.5."""
    axes = complex(math.cos(turn), math.sin(turn))
    one, other = complex(*start), complex(*end)
    half = (one - other) / 2 / axes
    away = complex(half.real / rx, half.imag / ry)
    if abs(away) > 1:  # radii too small to reach are scaled up
        rx, ry = rx * abs(away), ry * abs(away)
        away /= abs(away)
    aside = math.sqrt(max(0.0, 1 / abs(away) ** 2 - 1)) * (1 if large == sweep else -1)
    middle = away * complex(0, aside)
    first, last = away - middle, -away - middle
    begin = math.atan2(first.imag, first.real)
    through = (math.atan2(last.imag, last.real) - begin) % (2 * math.pi)
    if not sweep:
        through -= 2 * math.pi
    number = _chords(max(rx, ry) * through**2, tolerance)
    angles = begin + through * np.arange(1, number) / number
    around = (np.cos(angles) - first.real) * rx + 1j * (np.sin(angles) - first.imag) * ry
    points = one + around * axes
    return [(float(x), float(y)) for x, y in zip(points.real, points.imag, strict=True)]


def _is_straight(points: FloatArray) -> bool:
    """Whether all points lie on one line, to round-off."""
    away = points - points[:1]
    extent = np.linalg.norm(away, axis=1).max(initial=0)
    if extent == 0:
        return True
    along = away[np.linalg.norm(away, axis=1).argmax()] / extent
    across = away[:, 0] * along[1] - away[:, 1] * along[0]
    return bool(np.abs(across).max() <= _ROUND_OFF * extent)


def _distinct(points: FloatArray | list[Point]) -> FloatArray:
    along = np.asarray(points, dtype=float).reshape(-1, 2)
    if not np.isfinite(along).all():
        raise LayoutError("too large a number among its coordinates")
    apart = np.ones(len(along), dtype=bool)
    apart[1:] = (along[1:] != along[:-1]).any(axis=1)
    distinct: FloatArray = along[apart]
    return distinct
