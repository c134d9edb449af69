"""Pictures of the stack: temperature, current of each layer, and the Oersted field."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.contacts import draw_contacts
from hebbfilm.run.pictures.current import draw_current
from hebbfilm.run.pictures.film import draw_outline, draw_scale_bar
from hebbfilm.run.pictures.pages import colour_bar, current_bar, heading, power_of_thousand
from hebbfilm.run.pictures.sheet import sheet
from hebbfilm.run.pictures.surface import Surface, grid_over, sample

_PANEL, _BARS = (5.4, 5.4), 0.8
"""Inches."""
_LEAST_SPAN = 0.1
"""In K: below that a film counts as all at one temperature."""


def is_uneven(temperature: FloatArray | None) -> bool:
    """Whether a temperature in K, (N,), differs enough from place to place to be drawn."""
    return temperature is not None and float(np.ptp(temperature)) > _LEAST_SPAN


def temperature_picture(manifest: Manifest, snapshot: Snapshot, surface: Surface) -> Figure:
    """The temperature of one snapshot, its highest place marked."""
    assert surface.temperature is not None
    figure, (axes,) = sheet(surface, 1, (7.4, 6.6))
    low, high = float(surface.temperature.min()), float(surface.temperature.max())
    image = _coloured(axes, surface, surface.temperature, style.HEAT, Normalize(low, high))
    _finish(axes, manifest, snapshot, surface)
    x, y = surface.points[int(surface.temperature.argmax())]
    axes.plot(x, y, "x", color=style.INK, markersize=8, markeredgewidth=2.2)
    axes.plot(x, y, "x", color="white", markersize=7, markeredgewidth=1.0)
    draw_scale_bar(axes, surface)
    axes.set_title(f"{heading(snapshot)}: temperature, at most {high:.1f} K (×)")
    colour_bar(axes, image, "T / K")
    return figure


def layers_picture(manifest: Manifest, snapshot: Snapshot, surface: Surface) -> Figure:
    """The current density of film and layers, side by side: a scale for each, in one unit."""
    named = [("film", surface)]
    named += [(name, surface.of_layer(name)) for name in surface.layer_currents]
    figure, row = sheet(surface, len(named), _PANEL, _BARS)
    images = [draw_current(axes, each) for axes, (_, each) in zip(row, named, strict=True)]
    power = power_of_thousand(*images)
    for axes, (name, _), image in zip(row, named, images, strict=True):
        draw_contacts(
            axes, surface, manifest.names_on_film(), snapshot.voltages, filled=True, size=7.5
        )
        current_bar(axes, image, power)
        axes.set_title(f"In layer {name}")
    row[0].set_title(f"{heading(snapshot)}: current density in the film")
    draw_scale_bar(row[0], surface)
    return figure


def oersted_picture(manifest: Manifest, snapshot: Snapshot, surface: Surface) -> Figure:
    """The Oersted field of one snapshot: out of the plane, and in it."""
    field = surface.oersted_field
    assert field is not None
    figure, (left, right) = sheet(surface, 2, _PANEL, _BARS)
    up, size = field[:, 2], np.linalg.norm(field[:, :2], axis=1)
    unit, scale = _unit(float(np.abs(field).max()) or 1.0)
    top = style.scale_end(up / scale)
    image = _coloured(left, surface, up / scale, style.FIELD, Normalize(-top, top))
    colour_bar(left, image, f"H$_z$ / {unit}")
    left.set_title(f"{heading(snapshot)}: Oersted field, out of the plane")
    top = style.scale_end(size / scale)
    image = _coloured(right, surface, size / scale, style.CURRENT, Normalize(0, top))
    colour_bar(right, image, f"|H| in the plane / {unit}")
    _draw_directions(right, surface, field[:, :2])
    right.set_title("In the plane, along the arrows")
    for axes in (left, right):
        _finish(axes, manifest, snapshot, surface)
    draw_scale_bar(left, surface)
    return figure


def _coloured(
    axes: Axes, surface: Surface, values: ArrayLike, colours: Colormap, scale: Normalize
) -> ScalarMappable:
    image: ScalarMappable = axes.tripcolor(
        surface.triangulation,
        values,
        shading="gouraud",
        cmap=colours,
        norm=scale,
        rasterized=True,
    )
    return image


def _finish(axes: Axes, manifest: Manifest, snapshot: Snapshot, surface: Surface) -> None:
    draw_outline(axes, surface)
    draw_contacts(axes, surface, manifest.names_on_film(), snapshot.voltages, size=7.5)


def _draw_directions(axes: Axes, surface: Surface, field: FloatArray) -> None:
    """Arrows of one length along the field, where it is a fifth of the largest or more."""
    step = surface.span / 30
    x, y = grid_over(surface, step)
    found = sample(surface, field, x, y)
    size = np.linalg.norm(found, axis=-1)
    # NaN beside the film.
    shown = size > 0.2 * np.nanmax(size)
    unit = found[shown] / size[shown][:, None]
    axes.quiver(
        x[shown],
        y[shown],
        *unit.T,
        angles="xy",
        scale_units="xy",
        scale=1.25 / step,
        pivot="mid",
        units="xy",
        width=0.1 * step,
        color="white",
        linewidth=0,
    )


def _unit(largest: float) -> tuple[str, float]:
    """A unit of H in which the largest has one to three digits before the point, in A/m."""
    power = 3 * math.floor(math.log10(largest) / 3)
    return {0: ("A/m", 1.0), 3: ("kA/m", 1e3), 6: ("MA/m", 1e6)}.get(power, ("A/m", 1.0))
