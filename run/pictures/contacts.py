"""Draw the contacts of a film with their names and voltages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import TypeAlias

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.edges import chains
from hebbfilm.run.pictures.strips import draw_strip_names
from hebbfilm.run.pictures.surface import Piece, Surface

Colour: TypeAlias = tuple[float, float, float, float]

_TOGETHER = 0.05
"""Pieces of a contact that are nearer, in parts of the film, share the name beside them."""
_FREE = 0.04
"""In parts of the film, the distance from it that a name amid wires needs."""


def draw_contacts(
    axes: Axes,
    surface: Surface,
    names: Sequence[str],
    voltages: Sequence[float] | None = None,
    *,
    filled: bool = False,
    size: float = 8.0,
) -> None:
    """Outline the contacts and write their names, and voltages (V) where given.

    Args:
        axes: where to draw.
        surface: the film.
        names: in node order.
        voltages: of the contacts, V: red for plus, blue for minus.
        filled: cover pads with their colour, but for those with current in the film beneath.
        size: of the type, points.
    """
    limit = max(map(abs, voltages)) if voltages else 0.0
    # Films side by side are too small for more than the sign.
    short = surface.parts > 1
    lines, pads, fillings = _Lines(), list[Path](), list[Colour]()
    for number, name in enumerate(names, start=1):
        value = voltages[number - 1] if voltages else None
        colour = to_rgba(style.INK) if value is None else voltage_colour(value, limit)
        below = "" if value is None else _told(value, short)
        beside = []
        for piece in surface.pieces(number):
            covered = filled and piece.is_pad and not piece.carries_current
            if covered:
                pads.append(_area(surface, piece))
                fillings.append(colour)
            lines.add(surface, piece, colour, covered, value is not None)
            if surface.strips:
                continue
            if surface.holds_name(piece):
                text = style.in_lines(name) + below
                _label_pad(axes, surface, piece, text, colour if covered else None, size)
            else:
                beside.append(surface.points[piece.vertices])
        for group in neighbours(beside, _TOGETHER * surface.span):
            _label_beside(axes, surface, group, name, below, size)
    if pads:
        # Patches one by one would take most of the time of a picture with hundreds of strips.
        axes.add_collection(PathCollection(pads, facecolors=fillings, linewidths=0), autolim=False)
    lines.draw(axes)
    if surface.strips:
        draw_strip_names(axes, surface.strips, names, size)


def _told(value: float, short: bool) -> str:
    """A voltage behind the name of its contact: beneath it, or no more than its sign."""
    text = style.voltage_text(value)
    return f" {text[0]}" * (text[0] in "+−") if short else f"\n{text}"


def neighbours(pieces: Sequence[FloatArray], reach: float) -> list[FloatArray]:
    """Pieces, each given by its points, put together where they lie within a reach of each other.

    Args:
        pieces: points (n, 2) of each.
        reach: in the unit of the points.

    Returns:
        The points of each group.
    """
    if not pieces:
        return []
    places = [shapely.MultiPoint(points) for points in pieces]
    near = shapely.STRtree(places).query(places, predicate="dwithin", distance=reach)
    graph = coo_array((np.ones(near.shape[1]), near), shape=(len(pieces), len(pieces)))
    count, group = connected_components(graph, directed=False)
    return [np.concatenate(list(compress(pieces, group == number))) for number in range(count)]


class _Lines:
    """Outlines of contacts, which are drawn at once: there may be thousands."""

    def __init__(self) -> None:
        self._lines: list[FloatArray] = []
        self._widths: list[float] = []
        self._inks: list[Colour] = []

    def add(
        self, surface: Surface, piece: Piece, colour: Colour, covered: bool, driven: bool
    ) -> None:
        """The outline of a pad, or the stretch of an edge; thick, where it is not small."""
        thick = 4.0 if not piece.is_pad else 2.0 if driven and not covered else 1.3
        if surface.strips:
            thick /= 2
        found = [surface.points[line] for line in chains(piece.edges)]
        self._lines += found
        self._widths += [thick] * len(found)
        self._inks += [to_rgba(style.INK) if covered else colour] * len(found)

    def draw(self, axes: Axes) -> None:
        """All of them, on white."""
        for more, inks in ((1.4, [to_rgba("white")]), (0.0, self._inks)):
            axes.add_collection(
                LineCollection(
                    self._lines,
                    colors=inks,
                    linewidths=[width + more for width in self._widths],
                    capstyle="butt",
                    joinstyle="round",
                    zorder=5,
                    clip_on=False,
                )
            )


def _area(surface: Surface, piece: Piece) -> Path:
    """A pad, which may have holes, as one path: its outline counterclockwise, holes clockwise."""
    rings = [shapely.Polygon(surface.points[line]) for line in chains(piece.edges)]
    outline = max(rings, key=lambda ring: ring.area)
    turned = [
        ring.reverse() if ring.exterior.is_ccw != (ring is outline) else ring for ring in rings
    ]
    return Path.make_compound_path(*(Path(ring.exterior.coords, closed=True) for ring in turned))


def voltage_colour(value: float, limit: float) -> tuple[float, float, float, float]:
    """Red for plus and blue for minus, as strong as the voltage against the limit (V)."""
    if abs(value) <= 1e-9 * max(limit, 1.0):
        grey: tuple[float, float, float, float] = to_rgba(style.NEUTRAL)
        return grey
    colour: tuple[float, float, float, float] = style.VOLTAGE(0.5 + 0.5 * value / limit)
    return colour


def _label_pad(
    axes: Axes, surface: Surface, piece: Piece, text: str, ground: Colour | None, size: float
) -> None:
    outline = surface.points[piece.edges].reshape(-1, 2)
    anchor = roomiest(surface.points[piece.vertices], outline)
    label = axes.text(
        anchor[0],
        anchor[1],
        text,
        ha="center",
        va="center",
        color=style.INK if ground is None else style.on_colour(ground),
        fontsize=size,
        zorder=7,
        fontweight="bold",
        linespacing=1.25,
    )
    if ground is None:
        label.set_bbox({"boxstyle": "round,pad=0.25", "fc": "white", "ec": "none", "alpha": 0.82})
    else:
        # What is wider than its pad reads beside it, too, with its sign.
        label.set_bbox({"boxstyle": "round,pad=0.15", "fc": ground, "ec": "none"})


def _label_beside(
    axes: Axes, surface: Surface, points: FloatArray, name: str, below: str, size: float
) -> None:
    middle = points.mean(axis=0)
    if np.linalg.norm(surface.points - middle, axis=1).min() > _FREE * surface.span:
        # Wires that end all around a pad leave it free.
        axes.text(
            *middle,
            style.in_lines(name) + below,
            ha="center",
            va="center",
            fontsize=size,
            fontweight="bold",
            linespacing=1.25,
            zorder=7,
        )
        return
    anchor, outward = _edge_anchor(surface, points)
    # Above and below the film there is no room for many lines.
    beside = abs(outward[0]) > abs(outward[1])
    axes.annotate(
        (style.in_lines(name) if beside else style.short_name(name)) + below,
        (anchor[0], anchor[1]),
        xytext=(10 * outward[0], 10 * outward[1]),
        textcoords="offset points",
        ha=("right", "center", "left")[int(np.round(1.4 * outward[0]).clip(-1, 1)) + 1],
        va=("top", "center", "bottom")[int(np.round(1.4 * outward[1]).clip(-1, 1)) + 1],
        fontsize=size,
        fontweight="bold",
        linespacing=1.25,
        zorder=7,
        annotation_clip=False,
    )


def roomiest(points: FloatArray, outline: FloatArray) -> FloatArray:
    """Of the points far from the outline the one nearest to their middle."""
    room, _ = cKDTree(outline).query(points)
    inner = points[room >= 0.85 * room.max()]
    offset = np.linalg.norm(inner - points.mean(axis=0), axis=1)
    place: FloatArray = inner[np.argmin(offset)]
    return place


def _edge_anchor(surface: Surface, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The middle of a contact at an edge and the direction out of the film there."""
    middle = points.mean(axis=0)
    anchor = points[np.argmin(np.linalg.norm(points - middle, axis=1))]
    spread = np.ptp(points, axis=0).max()
    near = np.linalg.norm(surface.points - anchor, axis=1) < max(spread, 1e-9)
    outward = anchor - surface.points[near].mean(axis=0)
    return anchor, outward / max(float(np.linalg.norm(outward)), 1e-30)
