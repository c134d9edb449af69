"""Draw the film from above: texture, potential, outline, scale bar."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.quiver import Quiver

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.edges import chains
from hebbfilm.run.pictures.surface import Surface, cells_at, grid_over, sample

DOMAIN_SCALE = Normalize(-1, 1)

_FEWEST_ARROWS = 12
"""In a piece of film, on average."""


def draw_texture(axes: Axes, surface: Surface, growth: float = 1.0) -> ScalarMappable:
    """Colour m_z and lay arrows of the in-plane part on a regular grid.

    Args:
        axes: where to draw.
        surface: the film.
        growth: about 52 times as many arrows stand across the film. A film in so many pieces that
            few are in each has none.
    """
    image = _colour_texture(axes, surface)
    step = surface.span / (52 * growth)
    x, y = grid_over(surface, step)
    m = sample(surface, surface.magnetisation[:, :2], x, y)
    shown = np.hypot(m[..., 0], m[..., 1]) > 0.45
    # No arrow may reach over the film's edge.
    for end in (-0.5 * step, 0.5 * step):
        tip = x[shown] + end * m[shown, 0], y[shown] + end * m[shown, 1]
        shown[shown] = cells_at(surface, *tip) >= 0
    # A few stray ones in each of many small pieces of film would tell nothing.
    if shown.sum() < _FEWEST_ARROWS * surface.parts:
        shown[:] = False
    lay_arrows(axes, step, x[shown], y[shown], m[shown])
    draw_outline(axes, surface)
    return image


def _colour_texture(axes: Axes, surface: Surface) -> ScalarMappable:
    look: Any = {"cmap": style.DOMAINS, "norm": DOMAIN_SCALE, "rasterized": True}
    if surface.fine is None:
        m_z = surface.magnetisation[:, 2]
        return axes.tripcolor(surface.triangulation, m_z, shading="gouraud", **look)
    values, extent = surface.fine
    return axes.imshow(values, origin="lower", extent=extent, interpolation="bilinear", **look)


def lay_arrows(axes: Axes, step: float, x: FloatArray, y: FloatArray, m: FloatArray) -> Quiver:
    """Arrows along the part of m in the plane, (n, 2), where 1 is as long as a step.

    Args:
        axes: where to draw.
        step: from one place to the next.
        x: of the places, in the middle of each arrow.
        y: as x.
        m: at the places; none is drawn where it is 0.
    """
    return axes.quiver(
        x,
        y,
        m[:, 0],
        m[:, 1],
        angles="xy",
        scale_units="xy",
        scale=1 / step,
        pivot="mid",
        units="xy",
        width=0.12 * step,
        headwidth=3.3,
        headlength=3.3,
        headaxislength=2.9,
        minlength=0,
        color=style.INK,
        linewidth=0,
    )


def draw_potential(axes: Axes, surface: Surface) -> ScalarMappable:
    """Fill the film with the colour of its potential (V) and draw equipotential lines."""
    limit = float(np.abs(surface.potential).max()) or 1.0
    image = axes.tripcolor(
        surface.triangulation,
        surface.potential,
        shading="gouraud",
        cmap=style.VOLTAGE,
        norm=Normalize(-limit, limit),
        rasterized=True,
    )
    levels = np.linspace(-limit, limit, 22)[1:-1]
    axes.tricontour(
        surface.triangulation,
        surface.potential,
        levels=levels,
        colors=style.INK,
        linewidths=0.45,
        linestyles="solid",
        alpha=0.65,
    )
    draw_outline(axes, surface)
    return image


def draw_scale_bar(axes: Axes, surface: Surface, size: float = 8.0) -> None:
    """A bar of a round length in nm below the film, at its left."""
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    wanted = 0.22 * (high[0] - low[0])
    power = 10 ** np.floor(np.log10(wanted))
    length = max(f * power for f in (1, 2, 5) if f * power <= wanted)
    below = axes.get_xaxis_transform()
    axes.plot(
        [low[0], low[0] + length],
        [-0.026, -0.026],
        transform=below,
        color=style.INK,
        linewidth=2.2,
        solid_capstyle="butt",
        clip_on=False,
    )
    text = f"{length / 1000:g} µm" if length >= 1000 else f"{length:g} nm"
    axes.text(
        low[0] + length / 2, -0.045, text, transform=below, ha="center", va="top", fontsize=size
    )


def draw_outline(axes: Axes, surface: Surface) -> None:
    """Outline the film and its regions, and fit the axes to it, with room for names beside it."""
    axes.add_collection(
        LineCollection(
            [surface.points[line] for line in chains(surface.region_borders)],
            colors=style.INK,
            linewidths=0.8,
            linestyles=(0, (5, 2)),
            alpha=0.8,
            path_effects=style.halo(width=1.7),
            zorder=3.5,
        )
    )
    axes.add_collection(
        LineCollection(
            surface.outline,
            colors=style.INK,
            linewidths=0.9,
            joinstyle="round",
            zorder=4,
        )
    )
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    contacts = range(1, int(surface.contact.max()) + 1)
    # Names of contacts on the edge, and of small ones, stand beside the film and need room.
    beside = any(
        not surface.holds_name(piece) for number in contacts for piece in surface.pieces(number)
    )
    margin = (0.03 if surface.strips else 0.13 if beside else 0.02) * (high - low).max()
    axes.set_xlim(low[0] - margin, high[0] + margin)
    axes.set_ylim(low[1] - margin, high[1] + margin)
    axes.set_aspect("equal")
    axes.set_axis_off()
