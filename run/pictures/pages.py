"""Whole pictures of the film: its texture, and the current of a presented pattern."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hebbfilm.common.text import beginning
from hebbfilm.hopfield import format_pattern
from hebbfilm.hopfield.pattern_names import MOST_SIGNS, name_of
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import film
from hebbfilm.run.pictures.contacts import draw_contacts
from hebbfilm.run.pictures.current import draw_current
from hebbfilm.run.pictures.sheet import growth, sheet
from hebbfilm.run.pictures.surface import NM, Surface

MAGNETISATION = "m$_z$ (colour), in-plane m (arrows)"


def texture_picture(manifest: Manifest, snapshot: Snapshot, surface: Surface) -> Figure:
    """The magnetic texture of one snapshot."""
    figure, (axes,) = sheet(surface, 1, (7.4, 6.6))
    image = film.draw_texture(axes, surface, growth(surface))
    draw_contacts(axes, surface, manifest.names_on_film())
    film.draw_scale_bar(axes, surface)
    axes.set_title(heading(snapshot))
    colour_bar(axes, image, MAGNETISATION)
    return figure


def textures_picture(
    manifest: Manifest, snapshots: Sequence[Snapshot], surfaces: Sequence[Surface]
) -> Figure:
    """Textures beside one another, with one colour bar and one scale bar."""
    figure, row = sheet(surfaces[0], len(snapshots), (4.7, 4.9), 0.6)
    for axes, snapshot, surface in zip(row, snapshots, surfaces, strict=True):
        image = film.draw_texture(axes, surface, growth(surface))
        draw_contacts(axes, surface, manifest.names_on_film(), snapshot.voltages, size=7)
        axes.set_title(heading(snapshot))
    film.draw_scale_bar(row[0], surfaces[0])
    colour_bar(row, image, MAGNETISATION)
    return figure


def current_picture(manifest: Manifest, snapshot: Snapshot, surface: Surface) -> Figure:
    """Potential and current density of one snapshot, the contacts coloured by their voltage."""
    figure, (first, second) = sheet(surface, 2, (5.8, 5.4))
    potential = film.draw_potential(first, surface)
    current = draw_current(second, surface)
    for axes in (first, second):
        draw_contacts(
            axes, surface, manifest.names_on_film(), snapshot.voltages, filled=True, size=7.5
        )
    film.draw_scale_bar(first, surface)
    first.set_title(f"{heading(snapshot)}: potential")
    second.set_title("Current density")
    colour_bar(first, potential, "potential / V")
    current_bar(second, current, power_of_thousand(current))
    return figure


def story(manifest: Manifest, presented: int = 1) -> list[Snapshot]:
    """The snapshots that tell the run: before, the last under voltage, after; as far as there.

    Args:
        manifest: of the run.
        presented: how many patterns are shown while presented, the last ones; a pattern and its
            negative count as one.
    """
    snapshots = manifest.snapshots
    before = next((s for s in snapshots if s.label.startswith("untrained")), snapshots[0])
    # The last presentation of each.
    last = {_up_to_sign(s.pattern): s for s in snapshots if s.pattern is not None}
    shown = sorted(last.values(), key=lambda s: s.t)[-presented:]
    after = [s for s in snapshots if s.label.startswith("trained")] or list(snapshots)
    chosen: list[Snapshot] = []
    for snapshot in (before, *shown, after[-1]):
        if snapshot not in chosen:
            chosen.append(snapshot)
    return chosen


def heading(snapshot: Snapshot) -> str:
    """Label and time of a snapshot, with true minus signs in a state."""
    told = in_words(snapshot.label[:1].upper() + snapshot.label[1:])
    return f"{told}, t = {snapshot.t * NM:.3g} ns"


def in_words(label: str) -> str:
    """A label, or what a pattern is called, with a state in brackets and true minus signs."""
    words = [f"({word})" if word and set(word) <= set("+-,") else word for word in label.split(" ")]
    return " ".join(_sign_text(word) if "," in word else word for word in words)


def _sign_text(word: str) -> str:
    """A state in its brackets with true minus signs, of many signs the first ones."""
    sign, _, signs = word.strip(")").rpartition("(")
    return f"{sign}({beginning(signs)})".replace("-", "−")


def with_negatives_named(run: Run) -> Run:
    """The run with each snapshot of a negative named by its pattern: presented -(+,-,+,-).

    Patterns of more than 16 signs are named by their numbers: presented pattern 2 of 3.
    """
    patterns = list(run.patterns)
    snapshots = tuple(with_pattern_named(each, patterns) for each in run.manifest.snapshots)
    return replace(run, manifest=replace(run.manifest, snapshots=snapshots))


def with_pattern_named(snapshot: Snapshot, patterns: Sequence[Pattern]) -> Snapshot:
    """A snapshot with the pattern in its label named as by `presented_name`."""
    if snapshot.pattern is None:
        return snapshot
    name = presented_name(snapshot.pattern, patterns)
    signs = format_pattern(np.array(snapshot.pattern, dtype=np.int8))
    return replace(snapshot, label=snapshot.label.replace(signs, name))


def presented_name(presented: Sequence[int], patterns: Sequence[Pattern]) -> str:
    """What a pattern that is presented is called in a label.

    Args:
        presented: N signs.
        patterns: that are stored.
    """
    shown = np.array(presented, dtype=np.int8)
    if len(shown) > MOST_SIGNS:
        return name_of(shown, patterns)
    # What is itself on the list is called as it stands there.
    negatives = [p for p in patterns if np.array_equal(p, -shown)]
    if not negatives or any(np.array_equal(p, shown) for p in patterns):
        return format_pattern(shown)
    return f"-({format_pattern(negatives[0])})"


def _up_to_sign(pattern: tuple[int, ...]) -> tuple[int, ...]:
    """The same for a pattern and its negative."""
    return tuple(sign * pattern[0] for sign in pattern)


def colour_bar(axes: Axes | Sequence[Axes], image: ScalarMappable, label: str) -> None:
    """A slim colour bar at the right of the axes."""
    figure = _figure(axes if isinstance(axes, Axes) else axes[0])
    rows = 1 if isinstance(axes, Axes) else len({each.get_position().y0 for each in axes})
    bar = figure.colorbar(image, ax=axes, shrink=0.62 / rows, aspect=24, pad=0.02, label=label)
    bar.locator = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10])
    bar.ax.spines["outline"].set_visible(False)


def current_bar(axes: Axes, image: ScalarMappable, power: int) -> None:
    """A colour bar of |j| in 10 to that power of A/m², its upper end open."""
    figure = _figure(axes)
    bar = figure.colorbar(image, ax=axes, shrink=0.62, aspect=24, pad=0.02, extend="max")
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value / 10.0**power:g}")
    bar.set_label(f"|j| / 10$^{{{power}}}$ A/m²")
    bar.ax.spines["outline"].set_visible(False)


def power_of_thousand(*images: ScalarMappable) -> int:
    """The power of ten, a multiple of three, that suits the largest colour value of all."""
    largest = max(image.norm.vmax or 0.0 for image in images)
    return 3 * math.floor(math.log10(largest) / 3) if largest > 0 else 0


def _figure(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure
