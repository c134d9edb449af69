"""A film seen from above at a slant, drawn with Matplotlib: slab, raised metal, lines in space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Colormap, to_rgb
from matplotlib.patches import Polygon
from matplotlib.tri import Triangulation

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.edges import chains
from hebbfilm.run.pictures.surface import Surface

METAL = "#c9cdd4"
_SHEEN = "#e4e6ea"
_SIDE = "#59606b"
_LIGHT = np.array([-0.8, -0.6])
"""Where light comes from, to the right and away from the camera."""
_SHADOW = np.array([0.6, 0.1])
"""Of something of height 1, likewise."""


@dataclass(frozen=True)
class View:
    """A camera that looks down at films about the origin.

    Args:
        distance: from there in nm.
        tilt: of the line of sight against the films, rad.
    """

    distance: float
    tilt: float = np.radians(50.0)

    def on_page(self, points: FloatArray, height: FloatArray | float = 0.0) -> FloatArray:
        """Where places (..., 2) nm of a film, or above it by a height in nm, are on the page."""
        right, away = np.moveaxis(points, -1, 0)
        sine, cosine = np.sin(self.tilt), np.cos(self.tilt)
        nearer = self.distance / (self.distance + away * cosine - height * sine)
        return np.stack((right * nearer, (away * sine + height * cosine) * nearer), axis=-1)


def draw_slab(axes: Axes, view: View, surface: Surface, colours: Colormap, depth: float) -> None:
    """The film as a slab of a depth in nm, its top coloured by m_z."""
    for line in chains(surface.rim):
        _draw_walls(axes, view, surface.points[line], -depth, 0.0, _SIDE, 1.0)
    page = view.on_page(surface.points)
    axes.tripcolor(
        Triangulation(page[:, 0], page[:, 1], surface.cells),
        surface.magnetisation[:, 2],
        shading="gouraud",
        cmap=colours,
        vmin=-1,
        vmax=1,
        rasterized=True,
        zorder=2.0,
    )


def draw_plate(axes: Axes, view: View, outline: FloatArray, height: float, zorder: float) -> None:
    """A plate of metal on the film with an outline (n, 2) nm, its height in nm, and its shadow."""
    shadow = view.on_page(outline + height * _SHADOW)
    axes.add_patch(Polygon(shadow, fc="black", ec="none", alpha=0.35, zorder=2.5))
    _draw_walls(axes, view, outline, 0.0, height, METAL, zorder)
    top = view.on_page(outline, height)
    axes.add_patch(Polygon(top, fc=METAL, ec=style.INK, linewidth=0.5, zorder=zorder))
    bevel = 0.05 * float(np.sqrt(shapely.Polygon(outline).area))
    for inner in shapely.get_parts(shapely.Polygon(outline).buffer(-bevel)):
        page = view.on_page(shapely.get_coordinates(inner.exterior), height)
        axes.add_patch(Polygon(page, fc=_SHEEN, ec="none", zorder=zorder))


def draw_line(axes: Axes, page: FloatArray, colour: Any, width: float, zorder: float) -> None:
    """A line (n, 2) on the page, its width in points, with a dark and a white rim."""
    for rim, ink in ((2.6, "white"), (1.0, style.INK), (0.0, colour)):
        axes.plot(
            *page.T,
            color=ink,
            linewidth=width + rim,
            solid_capstyle="round",
            solid_joinstyle="round",
            zorder=zorder,
        )


def _draw_walls(
    axes: Axes,
    view: View,
    line: FloatArray,
    low: float,
    high: float,
    colour: str,
    zorder: float,
) -> None:
    """What stands between two heights above a closed line; what lies on top hides its far side."""
    foot, head = view.on_page(line, low), view.on_page(line, high)
    quads = np.stack((foot[:-1], foot[1:], head[1:], head[:-1]), axis=1)
    along = np.diff(line, axis=0)
    normal = np.column_stack((along[:, 1], -along[:, 0]))
    # The line may run either way round: that side counts which faces the camera.
    normal *= np.where(normal[:, 1] > 0, -1.0, 1.0)[:, None]
    normal /= np.maximum(np.linalg.norm(normal, axis=1), 1e-9)[:, None]
    light = 0.62 + 0.34 * (normal @ _LIGHT)
    shades = light[:, None] * np.array(to_rgb(colour))
    axes.add_collection(
        PolyCollection(
            list(quads), facecolors=shades, edgecolors=shades, linewidths=0.4, zorder=zorder
        )
    )
