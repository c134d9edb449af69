"""Draw a film before it is run: outline, contacts, regions, mesh, and how good the mesh is."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing import MeshQuality
from hebbfilm.meshing.quality import edge_lengths
from hebbfilm.run.pictures import film, style
from hebbfilm.run.pictures.contacts import draw_contacts
from hebbfilm.run.pictures.regions import draw_region_names
from hebbfilm.run.pictures.surface import Surface

_FILM, _PAD, _MESH = "#eef1f5", "#f0d9b8", "#6d7a8c"
_ZOOM = 9.0
"""Half the width of the close-up, in median edges."""
_WIDE = 1.6
"""Ratio of a film's sides from which on its picture stands above the others, not beside them."""
_COPY = re.compile(r"^(copy_\d+)_")
_ROOMY = 1.6
"""Width by height of films; names on those that are wider are written smaller."""


def layout_picture(
    surface: Surface, names: Sequence[str], quality: MeshQuality, regions: Sequence[str] = ()
) -> Figure:
    """The meshed film, a close-up of its worst triangle, and the angles of all.

    Args:
        surface: the film from above; its magnetisation and potential are not looked at.
        names: of the contacts in node order.
        quality: of the mesh.
        regions: their names.
    """
    figure, (whole, near, angles) = _panels(surface)
    angle, edge = (
        _smallest_angles(surface),
        float(np.median(edge_lengths(surface.points, surface.cells))),
    )
    worst = int(np.argmin(angle))
    draw_mesh(whole, surface, 430 * edge / np.ptp(surface.points, axis=0).max())
    film.draw_outline(whole, surface)
    # Of films side by side each is small: names in two lines, and smaller.
    shown = [_COPY.sub(r"\1\n", name) for name in names]
    draw_contacts(whole, surface, shown, size=8 * min(1.0, _ROOMY / surface.aspect))
    draw_region_names(whole, surface, regions)
    film.draw_scale_bar(whole, surface)
    figure.suptitle(str(quality), x=0.01, ha="left", fontsize=9.5, fontweight="bold")
    _draw_worst(near, whole, surface, worst, edge)
    _draw_angles(angles, angle)
    side = " on top" if quality.dimension == 3 else ""
    near.set_title(f"The worst triangle{side}: {angle[worst]:.0f}°")
    angles.set_title(f"Smallest angle of each triangle{side}")
    return figure


def _panels(surface: Surface) -> tuple[Figure, tuple[Axes, Axes, Axes]]:
    """A figure with room for the whole film, the close-up and the angles."""
    width, height = np.ptp(surface.points, axis=0) + 0.26 * np.ptp(surface.points, axis=0).max()
    if width > _WIDE * height:
        tall = 10 * height / width + 0.5
        figure = Figure((10.4, tall + 3.6), layout="constrained")
        grid = figure.add_gridspec(2, 2, height_ratios=(tall, 3.1), width_ratios=(3.4, 6.6))
        places = grid[0, :], grid[1, 0], grid[1, 1]
    else:
        figure = Figure((10.4, 6.8), layout="constrained")
        grid = figure.add_gridspec(2, 2, width_ratios=(6.6, 3.4))
        places = grid[:, 0], grid[0, 1], grid[1, 1]
    whole, near, angles = (figure.add_subplot(place) for place in places)
    return figure, (whole, near, angles)


def draw_mesh(axes: Axes, surface: Surface, edge: float) -> None:
    """Fill film and pads, and draw the edges of the mesh, which are so many points long."""
    colours = np.where(surface.cell_contact > 0, _PAD, _FILM)
    axes.add_collection(
        PolyCollection(
            surface.points[surface.cells],
            facecolors=colours,
            edgecolors=_MESH,
            linewidths=float(np.clip(0.06 * edge, 0.05, 0.5)),
            rasterized=True,
        )
    )


def _draw_worst(near: Axes, whole: Axes, surface: Surface, worst: int, edge: float) -> None:
    """The close-up, and a frame where it lies in the film."""
    middle = surface.points[surface.cells[worst]].mean(axis=0)
    # Never out into the scale bar, or what else stands around the film.
    low, high = np.transpose((whole.get_xlim(), whole.get_ylim()))
    size = min(2 * _ZOOM * edge, *(high - low))
    corner = np.maximum(np.minimum(middle - size / 2, high - size), low)
    draw_mesh(near, surface, 170 / (2 * _ZOOM))
    near.add_collection(
        PolyCollection(
            [surface.points[surface.cells[worst]]],
            facecolors=style.BAD,
            edgecolors=style.BAD,
            linewidths=1.2,
            zorder=3,
        )
    )
    film.draw_outline(near, surface)
    near.set_xlim(corner[0], corner[0] + size)
    near.set_ylim(corner[1], corner[1] + size)
    near.set_axis_on()
    near.set_xticks([])
    near.set_yticks([])
    near.spines[:].set(visible=True, color=style.BAD)
    whole.add_patch(Rectangle(tuple(corner), size, size, fill=False, edgecolor=style.BAD, zorder=6))


def _draw_angles(axes: Axes, angle: FloatArray) -> None:
    """How many triangles have which smallest angle in degrees."""
    axes.hist(angle, np.arange(0, 61, 2), color=style.MINUS, log=True)
    axes.axvline(angle.min(), color=style.BAD, linewidth=1.2)
    axes.set_xlim(0, 60)
    axes.set_ylim(bottom=0.7)
    axes.set_xticks(range(0, 61, 10))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:_.0f}".replace("_", " "))
    axes.set(xlabel="smallest angle / °", ylabel="triangles")


def _smallest_angles(surface: Surface) -> FloatArray:
    """Of each triangle, degrees."""
    a, b, c = np.sort(edge_lengths(surface.points, surface.cells), axis=1).T
    angles: FloatArray = np.degrees(np.arccos(np.clip((b**2 + c**2 - a**2) / (2 * b * c), -1, 1)))
    return angles
