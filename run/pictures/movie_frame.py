"""A frame of a movie: all that stays is drawn once, and what moves anew for each snapshot."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.manifest import patterns_of
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.film_colours import (
    CURRENT,
    M_Z,
    POTENTIAL,
    FilmColours,
    direction_colours,
    film_colours,
)
from hebbfilm.run.pictures.movie_course import Course, draw_course
from hebbfilm.run.pictures.movie_film import FilmPanel
from hebbfilm.run.pictures.pages import in_words, presented_name
from hebbfilm.run.pictures.phases import NS
from hebbfilm.run.pictures.surface import Surface

_INCHES = 7.2
"""Height of the figure, in which type has its size."""
_WIDE = 1.4
"""Ratio of width to height of a film, from which panels stand above one another."""
_BESIDE = ((0.012, 0.15, 0.315, 0.70), (0.337, 0.15, 0.315, 0.70))
_STACKED = ((0.012, 0.555, 0.64, 0.33), (0.012, 0.115, 0.64, 0.33))
_COURSE = ((0.715, 0.42, 0.17, 0.43), (0.715, 0.15, 0.17, 0.20))
_OF_CURRENT = (CURRENT, POTENTIAL)
"""What is uniform beneath the pads that hide it."""
_PHASES = {
    "relax": "relaxation",
    "balance": "a bridge is balanced",
    "form": "forming",
    "train": "training",
    "rest": "rest, no voltage",
    "recall": "recall on chip",
    "drive": "driven",
    "field": "applied field",
}


class Frames:
    """Draws one snapshot after another into the same figure.

    Args:
        course: of the run.
        surface: the film of any snapshot.
        quantity: what colours the second panel; see `film_colours`.
        colours: the same of any snapshot, with limits that suit all.
        size: width and height in pixels.
    """

    def __init__(
        self,
        course: Course,
        surface: Surface,
        quantity: str,
        colours: FilmColours,
        size: tuple[int, int],
    ) -> None:
        self._quantity, self._course = quantity, course
        self._digits = _digits(course.times)
        self._patterns = patterns_of(course.manifest)
        width, height = size
        with rc_context(style.STYLE):
            figure = Figure((_INCHES * width / height, _INCHES), dpi=height / _INCHES)
            self._canvas = FigureCanvasAgg(figure)
            stacked = surface.aspect > _WIDE
            left, right = (figure.add_axes(box) for box in (_STACKED if stacked else _BESIDE))
            names = course.manifest.names_on_film()
            texture = film_colours(surface, M_Z)
            self._panels = (
                FilmPanel(left, surface, names, texture.limits, arrows=True),
                FilmPanel(right, surface, names, colours.limits, filled=quantity in _OF_CURRENT),
            )
            for axes, shown in ((left, texture), (right, colours)):
                _colour_bar(axes, shown)
            upper, lower = (figure.add_axes(box) for box in _COURSE)
            self._cursors = draw_course(upper, lower, course)
            self._heading = figure.text(0.012, 0.955, "", fontsize=13, fontweight="bold")
            figure.text(0.985, 0.955, course.manifest.title, fontsize=9, ha="right")
            moving: list[Artist] = [*self._cursors, self._heading]
            for artist in moving:
                artist.set_animated(True)
            self._canvas.draw()
        self._ground: Any = self._canvas.copy_from_bbox(figure.bbox)
        self._figure = figure

    def draw(self, snapshot: Snapshot, surface: Surface) -> NDArray[np.uint8]:
        """The frame of a snapshot, (height, width, 3)."""
        with rc_context(style.STYLE):
            return self._drawn(snapshot, surface)

    def _drawn(self, snapshot: Snapshot, surface: Surface) -> NDArray[np.uint8]:
        self._canvas.restore_region(self._ground)
        for panel, quantity in zip(self._panels, (M_Z, self._quantity), strict=True):
            panel.show(snapshot, surface, film_colours(surface, quantity))
        self._heading.set_text(self._told(snapshot))
        for cursor in self._cursors:
            cursor.set_xdata([snapshot.t * NS, snapshot.t * NS])
        drawn = [artist for panel in self._panels for artist in panel.artists]
        renderer = self._canvas.get_renderer()
        for artist in [*drawn, *self._cursors, self._heading]:
            artist.draw(renderer)
        return np.asarray(self._canvas.buffer_rgba())[..., :3].copy()

    def _told(self, snapshot: Snapshot) -> str:
        """Time, phase, and the pattern that is presented."""
        table = self._course.conductance
        row = min(int(np.searchsorted(table.time, snapshot.t - 1e-15)), len(table.time) - 1)
        told = f"t = {snapshot.t * NS:.{self._digits}f} ns   {_PHASES[table.phase[row]]}"
        if snapshot.pattern is None or table.phase[row] != "train":
            return told
        name = presented_name(snapshot.pattern, self._patterns)
        return f"{told}: {in_words(name)} is presented"


def _digits(times: FloatArray) -> int:
    """Behind the decimal point, by which times differ, two to six."""
    steps = np.diff(times)
    least = float(steps[steps > 0].min(initial=1.0))
    return int(np.clip(np.ceil(-np.log10(least) - 1e-9), 2, 6))


def _colour_bar(axes: Axes, shown: FilmColours) -> None:
    """Beneath a film; or a disc of directions."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    box = axes.get_position(original=True)
    middle, low = box.x0 + 0.62 * box.width, box.y0 - 0.055
    if shown.colours is None or shown.limits is None:
        _disc(figure, middle, low)
        return
    bar_axes = figure.add_axes((middle - 0.07, low, 0.14, 0.016))
    image = ScalarMappable(Normalize(*shown.limits), shown.colours)
    bar = figure.colorbar(image, cax=bar_axes, orientation="horizontal", label=shown.title)
    bar.locator = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10])
    bar.ax.spines["outline"].set_visible(False)


def _disc(figure: Figure, middle: float, low: float) -> None:
    """Directions in the plane by their colours, those within it upright."""
    wide, high = figure.get_size_inches()
    size = 0.09
    axes = figure.add_axes((middle, low - 0.045, size * high / wide, size))
    x, y = np.meshgrid(np.linspace(-1, 1, 101), np.linspace(1, -1, 101))
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))
    m = np.column_stack([part.ravel() for part in (x, y, z)])
    colours = direction_colours(m).reshape(101, 101, 3)
    axes.imshow(np.dstack((colours, np.hypot(x, y) <= 1)), extent=(-1, 1, -1, 1))
    axes.set_axis_off()
    figure.text(middle - 0.006, low, "direction of m", ha="right", va="center")
