"""The device: a film, pads on it with a wire each, and what training has made of the couplings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.arranged import arranged, best_turn
from hebbfilm.run.pictures.couplings import draw_couplings, draw_scale
from hebbfilm.run.pictures.pads import Pad
from hebbfilm.run.pictures.pages import heading
from hebbfilm.run.pictures.slant import View, draw_plate, draw_slab
from hebbfilm.run.pictures.surface import Surface
from hebbfilm.run.pictures.wires import MOST_SIGNS, draw_wires, room_above

# On the page, inches.
_FILM, _WIDEST, _BESIDE, _GAP, _HEADING = 7.6, 10.8, 3.2, 0.3, 0.35
_PLAIN = 1.4
"""Width by height of a film on the page that has the width above; wider ones get more."""
# In parts of the span of one film, so thick that they are seen.
_DEPTH, _PLATE = 0.03, 0.022
_DISTANCE = 3.2
"""Of the camera, in parts of the span of all films."""


def device_picture(
    run: Run,
    pads: Sequence[Sequence[Pad]],
    snapshots: Sequence[Snapshot],
    surfaces: Sequence[Surface],
) -> Figure:
    """The trained film with its couplings, large, and beside it the film as it was.

    Args:
        run: of a film whose contacts are pads.
        pads: of each neuron, by `pads_of`.
        snapshots: before and after training.
        surfaces: the film at each.
    """
    every = [pad for each in pads for pad in each]
    turn = best_turn(surfaces[1], every)
    before, after = (arranged(surface, turn) for surface in surfaces)
    view = View(_DISTANCE * after.span)
    low, high = _bounds(view, after)
    broad, tall = high - low
    wide = min(_FILM * max(1.0, broad / tall / _PLAIN) ** 0.7, _WIDEST)
    inch = broad / wide
    room = room_above(pads) / 72
    figure = Figure((wide + _GAP + _BESIDE, tall / inch + room + _HEADING))
    device = _axes(figure, 0, 0, wide, tall / inch + room)
    device.set_xlim(low[0], high[0])
    device.set_ylim(low[1], high[1] + room * inch)
    _draw_film(device, view, after, every)
    plate = _PLATE * _size(after)
    wires = draw_wires(device, view, after, pads, run.neurons, run.patterns, plate, high[1])
    rims = [view.on_page(after.points[pad.outline], plate) for pad in every]
    hidden = np.concatenate([wires, *rims])
    labelled = draw_couplings(device, view, after, pads, run, plate, hidden)
    top, left = figure.get_figheight(), wide + _GAP
    _write(figure, 0, top, f"The device. {heading(snapshots[1])}", 11.5)
    _write(figure, left, top - 0.35, heading(snapshots[0]), 9.5)
    small = tall / broad * _BESIDE
    inset = _axes(figure, left, top - small - 0.6, _BESIDE, small)
    inset.set_xlim(low[0], high[0])
    inset.set_ylim(low[1], high[1])
    _draw_film(inset, view, before, every)
    _draw_key(figure, [*_legend(run, pads, labelled), _size_text(surfaces[1], turn)], run, left)
    return figure


def _bounds(view: View, surface: Surface) -> tuple[FloatArray, FloatArray]:
    """The lower left and upper right corner of the film on the page."""
    size = _size(surface)
    top, foot = (view.on_page(surface.points, share * size) for share in (_PLATE, -_DEPTH))
    page = np.concatenate((top, foot))
    rim = 0.01 * size
    return page.min(axis=0) - rim, page.max(axis=0) + rim


def _draw_film(axes: Axes, view: View, surface: Surface, pads: Sequence[Pad]) -> None:
    size = _size(surface)
    draw_slab(axes, view, surface, style.GREY, _DEPTH * size)
    far_first = sorted(pads, key=lambda pad: -float(surface.points[pad.foot, 1]))
    for number, pad in enumerate(far_first):
        outline = surface.points[pad.outline]
        draw_plate(axes, view, outline, _PLATE * size, 3 + 0.01 * number)


def _size(surface: Surface) -> float:
    """The span of one of the films, the largest, nm."""
    pieces = [surface.points[surface.part == part] for part in range(surface.parts)]
    return float(max(np.ptp(points, axis=0).max() for points in pieces))


def _write(figure: Figure, left: float, top: float, text: str, size: float) -> None:
    """A heading at a place in inches."""
    wide, tall = figure.get_size_inches()
    figure.text(left / wide, top / tall, text, va="top", fontsize=size, fontweight="bold")


def _axes(figure: Figure, left: float, low: float, width: float, height: float) -> Axes:
    """Empty axes at a place in inches."""
    wide, tall = figure.get_size_inches()
    axes = figure.add_axes((left / wide, low / tall, width / wide, height / tall))
    axes.set_axis_off()
    return axes


def _draw_key(figure: Figure, legend: Sequence[str], run: Run, left: float) -> None:
    bar = _axes(figure, left, 0.5, _BESIDE, 0.12)
    bar.set_axis_on()
    image = ScalarMappable(Normalize(-1, 1), style.GREY)
    scale = figure.colorbar(image, cax=bar, orientation="horizontal", ticks=[-1, 0, 1])
    scale.set_label("m$_z$")
    scale.ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    scale.ax.spines["outline"].set_visible(False)
    weights = _axes(figure, left, 1.25, _BESIDE, 0.16)
    weights.set_axis_on()
    draw_scale(weights, run)
    wide, tall = figure.get_size_inches()
    figure.text(
        left / wide, 1.75 / tall, "\n".join(legend), va="bottom", linespacing=1.6, fontsize=8
    )


def _size_text(surface: Surface, turn: float) -> str:
    degrees = np.degrees(turn)
    turned = f", turned by {style.signed(degrees, 0)}°" if abs(degrees) >= 1 else ""
    each = "each film" if surface.parts > 1 else "film"
    return f"{each} {_size(surface):.0f} nm across{turned}, drawn thicker"


def _legend(run: Run, pads: Sequence[Sequence[Pad]], labelled: bool) -> list[str]:
    """What the signs and letters are, a line each."""
    several = any(sum(pad.sign != 0 for pad in each) > 1 for each in pads)
    of_all = ", of all films" if several else ""
    lines = ["ribbons: their colour and width is the weight,"]
    lines += [f"ΔG$_{{ij}}$ the change of conductance{of_all}"] if labelled else []
    if not labelled:
        lines[0] = lines[0].rstrip(",")
    lines += [
        "I$_i$ = Σ$_j$ G$_{ij}$V$_j$: input of a neuron,",
        f"the current of its contact{'s' if several else ''}",
    ]
    if len(run.patterns) > MOST_SIGNS:
        return lines
    if not all(pad.sign for each in pads for pad in each):
        lines.insert(0, "0: the reference film")
    one = len(run.patterns) == 1
    return ["+ −: the pattern presented" if one else "+ −: the patterns presented", *lines]
