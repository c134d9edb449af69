"""What is filled where a drawing holds outlines: all, or a hole where one lies in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings.drawing import Shapes
from hebbfilm.meshing.drawings.fill import enclosed
from hebbfilm.meshing.geometry.areas import pieces

Nesting: TypeAlias = Literal["union", "even_odd"]
_CHOICES = 'give layout.nesting = "even_odd" if it is the edge of a hole, "union" if it is filled'


def bare(shapes: Shapes, reach: float) -> Shapes:
    """The same without the outlines and lines that run along the edge of a hatch.

    Args:
        shapes: of one or several layers.
        reach: between a line and the edge that it draws, m.
    """
    if not shapes.hatches:
        return shapes
    beside = shapely.union_all([hatch.boundary for hatch in shapes.hatches]).buffer(reach)
    shapely.prepare(beside)
    return Shapes(
        shapes.areas,
        [line for line in shapes.lines if not beside.covers(line)],
        shapes.labels,
        shapes.unread,
        [outline for outline in shapes.outlines if not beside.covers(outline.boundary)],
        shapes.hatches,
    )


def drawn_once(
    lines: Sequence[LineString], outlines: Sequence[BaseGeometry], width: float
) -> list[LineString]:
    """Lines without those that run along another one, or along an outline, all the way.

    Args:
        lines: open or closed, m.
        outlines: areas within closed curves, m.
        width: up to which lines that are drawn twice are apart, as they are made of chords, m.
    """
    every = np.array([*lines, *(outline.boundary for outline in outlines)], dtype=object)
    bands = STRtree(shapely.buffer(every, width, quad_segs=2))
    along: dict[int, set[int]] = {}
    for line, other in bands.query(every[: len(lines)], predicate="covered_by").T.tolist():
        along.setdefault(line, set()).add(other)
    kept = set(range(len(lines), len(every)))
    for line in sorted(range(len(lines)), key=lambda k: -lines[k].length):
        # What is shorter than a band is wide may join others.
        if lines[line].length <= 2 * width or not along.get(line, set()) & kept:
            kept.add(line)
    return [line for k, line in enumerate(lines) if k in kept]


def filled_in(
    key: str,
    outlines: Sequence[BaseGeometry],
    hatches: Sequence[BaseGeometry],
    nesting: Nesting | None,
    reach: float,
) -> list[BaseGeometry]:
    """The areas that outlines stand for.

    Args:
        key: like "layout.film", for error messages.
        outlines: areas within closed curves.
        hatches: filled shapes of the same layers.
        nesting: whether an outline in another one is filled ("union"), or the edge of a hole.
        reach: outlines closer than this to each other are one, m.

    Raises:
        LayoutError: an outline in another one, or about or across a hatch, where nothing is said.
    """
    if nesting == "even_odd":
        once = _once(outlines, reach)
        return [enclosed(once, "odd")] if once else []
    if nesting is None:
        _check_alone(key, outlines, reach)
        _check_beside(key, outlines, hatches, reach)
    return list(outlines)


def _within(outlines: Sequence[BaseGeometry], reach: float) -> IntArray:
    """Pairs (n, 2) of numbers: of an outline, and of another that it lies in."""
    drawn = np.array(outlines, dtype=object)
    tree = STRtree(shapely.buffer(drawn, reach, join_style="mitre"))
    pairs = tree.query(drawn, predicate="within").T
    others: IntArray = pairs[pairs[:, 0] != pairs[:, 1]]
    return others


def _once(outlines: Sequence[BaseGeometry], reach: float) -> list[BaseGeometry]:
    """Outlines without those that are drawn again: within each other, both ways."""
    pairs = {(int(inner), int(outer)) for inner, outer in _within(outlines, reach)}
    again = {inner for inner, outer in pairs if inner > outer and (outer, inner) in pairs}
    return [outline for k, outline in enumerate(outlines) if k not in again]


def _check_alone(key: str, outlines: Sequence[BaseGeometry], reach: float) -> None:
    once = _once(outlines, reach)
    for inner, _ in _within(once, reach):
        raise LayoutError(
            f"{key}: an outline {_at(once[inner])} lies in another one of its layer; "
            f"{_CHOICES}, too"
        )


def _check_beside(
    key: str, outlines: Sequence[BaseGeometry], hatches: Sequence[BaseGeometry], reach: float
) -> None:
    solid = shapely.union_all(list(hatches))
    whole = shapely.union_all([Polygon(part.exterior) for part in pieces(solid)])
    wide = solid.buffer(reach, join_style="mitre")
    for outline in outlines:
        shared = outline.intersection(whole).buffer(-reach)
        if not shared.is_empty and not wide.covers(outline):
            raise LayoutError(
                f"{key}: an outline {_at(outline)} is not the edge of the hatch that it "
                f"meets; {_CHOICES}, too"
            )


def _at(area: BaseGeometry) -> str:
    x, y = area.exterior.coords[0] if isinstance(area, Polygon) else area.bounds[:2]
    return f"at ({x:.4g}, {y:.4g}) m"
