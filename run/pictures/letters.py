"""Pictures of patterns on lattices: as stored, with pixels flipped, and as recalled from these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, RegularPolygon

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.descent import descend
from hebbfilm.hopfield.flips import flips_of
from hebbfilm.hopfield.landscape import ENUMERATED_UP_TO
from hebbfilm.hopfield.noisy_recall import SHARES, flipped
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.run.folder.learnt import FILM, NAMES, Learnt
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.inputs.drawn import rows_of
from hebbfilm.run.pictures import style

_SEED = 0
_BESIDE = (FILM, "hebb")
_INK, _PAPER, _WRONG = style.INK, "#f2efe8", style.BAD


def letters_picture(learnt: Learnt, manifest: Manifest) -> Figure:
    """Every pattern as pixels: stored, with 10, 20 and 30 % flipped, and recalled from these.

    Of each one start is shown, and where the film and ideal Hebb end from it. Pixels that differ
    from the pattern have a rim.

    Args:
        learnt: patterns and networks of a run.
        manifest: of the run.

    Raises:
        InputError: its neurons have no places on a lattice.
    """
    found = pixels_of(manifest)
    if found is None:
        raise InputError(f"{manifest.folder}: its neurons are not the contacts of a lattice")
    places, sides = found
    return _drawn(learnt, places, sides)


def _drawn(learnt: Learnt, places: FloatArray, sides: int) -> Figure:
    networks, rng = learnt.networks(), np.random.default_rng(_SEED)
    titles = ["stored"]
    for share in SHARES:
        titles += [f"{100 * share:.0f} %\nflipped", *(NAMES[name] for name in _BESIDE)]
    span = np.ptp(places, axis=0) + 1
    width, height = 0.62, 0.62 * span[1] / span[0]
    count = len(learnt.patterns)
    figure = Figure((width * len(titles) + 0.9, (height + 0.14) * count + 0.55))
    gaps = [1.0, *(len(SHARES) * [0.35, 1.0, 1.0, 1.0])]
    grid = figure.add_gridspec(
        count,
        len(gaps),
        width_ratios=gaps,
        left=0.02,
        right=0.99,
        top=1 - 0.5 / figure.get_figheight(),
        bottom=0.02,
        wspace=0.12,
        hspace=0.12,
    )
    shown = [k for k, gap in enumerate(gaps) if gap == 1.0]
    for row, pattern in enumerate(learnt.patterns):
        for column, (title, state) in enumerate(
            zip(titles, _states(pattern, networks, rng), strict=True)
        ):
            axes = figure.add_subplot(grid[row, shown[column]])
            draw_pixels(axes, places, sides, state, pattern)
            if row == 0:
                axes.set_title(title, fontsize=7.5, loc="center", fontweight="normal", pad=4)
    return figure


def pixels_of(manifest: Manifest) -> tuple[FloatArray, int] | None:
    """Places of the pixels of a run, (N, 2), in spacings, and their sides; None without a lattice.

    Small networks have no picture of pixels: 10 % of their signs are not even one.
    """
    found, count = lattice_places(manifest.case.get("layout", {})), len(manifest.as_neurons().names)
    fits = found is not None and count > ENUMERATED_UP_TO and len(found[0]) == count
    return found if fits else None


def lattice_places(layout: Mapping[str, Any]) -> tuple[FloatArray, int] | None:
    """Places of the contacts of a lattice, (N, 2), in spacings, and the sides of their pixels.

    None where a layout is no lattice: contacts elsewhere have no picture.
    """
    rows = rows_of(layout)
    if rows is None:
        return None
    square = layout["kind"] in ("square_lattice", "pixel_lattice")
    height = 1.0 if square else np.sqrt(3) / 2
    places = []
    for up, length in enumerate(rows):
        # Rows of a hexagon lie about one line; of a triangular lattice, every second is shifted.
        centred = layout["kind"] == "hexagonal_lattice"
        shift = (1 - length) / 2 if centred else 0.0 if square else up % 2 / 2
        places += [(shift + across, up * height) for across in range(length)]
    return np.array(places), 4 if square else 6


def draw_pixels(
    axes: Axes, places: FloatArray, sides: int, state: Pattern, pattern: Pattern
) -> None:
    """Draw a state as pixels, with a rim around those that differ from the pattern.

    Args:
        axes: to draw in.
        places: of the pixels, (N, 2), in spacings.
        sides: of a pixel, 4 or 6.
        state: (N,) of ±1; + is ink.
        pattern: (N,) that it should be.
    """
    for wrong in (False, True):
        chosen = np.flatnonzero((state != pattern) == wrong)
        patches = [_pixel(places[k], sides, 0.96 if not wrong else 0.86) for k in chosen]
        axes.add_collection(
            PatchCollection(
                patches,
                facecolor=[_INK if state[k] > 0 else _PAPER for k in chosen],
                edgecolor=_WRONG if wrong else style.HAIRLINE,
                linewidth=1.1 if wrong else 0.3,
                zorder=3 if wrong else 2,
            )
        )
    low, high = places.min(axis=0) - 0.62, places.max(axis=0) + 0.62
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_aspect("equal")
    axes.set_axis_off()


def _pixel(place: FloatArray, sides: int, size: float) -> Rectangle | RegularPolygon:
    if sides == 4:
        return Rectangle((place[0] - size / 2, place[1] - size / 2), size, size)
    return RegularPolygon((place[0], place[1]), 6, radius=size / np.sqrt(3))


def _states(
    pattern: Pattern, networks: Mapping[str, FloatArray], rng: np.random.Generator
) -> Sequence[Pattern]:
    states = [pattern]
    for share in SHARES:
        start = flipped(pattern, flips_of(share, len(pattern)), rng)
        states += [start, *(descend(networks[name], start[None], rng)[0] for name in _BESIDE)]
    return states
