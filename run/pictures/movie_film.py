"""The film in a movie: a panel that is made once, and takes on one snapshot after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures.contacts import draw_contacts
from hebbfilm.run.pictures.film import draw_outline, draw_scale_bar, lay_arrows
from hebbfilm.run.pictures.film_colours import FilmColours
from hebbfilm.run.pictures.places import Places, pixels
from hebbfilm.run.pictures.surface import Surface, grid_over

_ARROWS = 44
"""Across a film."""
_LEAST = 0.45
"""Of the part of m in the plane, from which it has an arrow."""
_FEWEST = 12
"""Arrows in a piece of film: fewer would tell nothing."""


class FilmPanel:
    """A film seen from above.

    Args:
        axes: to draw in, in its place.
        surface: the film of any snapshot.
        names: of the contacts.
        limits: of the scale of colours; None where values are colours.
        filled: cover pads with the colour of their voltage, while they have one.
        arrows: along the part of m in the plane.
    """

    def __init__(
        self,
        axes: Axes,
        surface: Surface,
        names: Sequence[str],
        limits: tuple[float, float] | None,
        *,
        filled: bool = False,
        arrows: bool = False,
    ) -> None:
        self._axes, self._names, self._filled = axes, names, filled
        draw_outline(axes, surface)
        draw_scale_bar(axes, surface)
        self._outline: list[Artist] = list(axes.collections)
        self._pixels = _pixels_of(axes, surface)
        self._scale = None if limits is None else Normalize(*limits)
        extent = (*axes.get_xlim(), *axes.get_ylim())
        self._image = axes.imshow(np.zeros((2, 2, 4)), extent=extent, interpolation="nearest")
        self._arrows = _Arrows(axes, surface) if arrows else None
        self._contacts: list[Artist] = []
        self._voltages: object = self
        _animate(self.artists)

    @property
    def artists(self) -> list[Artist]:
        """What `show` changes, from the lowest."""
        arrows = [] if self._arrows is None else [self._arrows.quiver]
        return [self._image, *arrows, *self._outline, *self._contacts]

    def show(self, snapshot: Snapshot, surface: Surface, colours: FilmColours) -> None:
        """Take on a snapshot."""
        painted = self._pixels.values(colours.values)
        if colours.colours is None or self._scale is None:
            on_film = np.isfinite(painted[..., :1])
            shown = np.concatenate((np.nan_to_num(painted).clip(0, 1), on_film), axis=-1)
        else:
            # Beside the film, where values are NaN, the colour is transparent.
            shown = colours.colours(self._scale(painted), bytes=True)
        self._image.set_data(shown)
        if self._arrows is not None:
            self._arrows.show(surface)
        if snapshot.voltages != self._voltages:
            self._voltages = snapshot.voltages
            self._draw_contacts(snapshot, surface)

    def _draw_contacts(self, snapshot: Snapshot, surface: Surface) -> None:
        for artist in self._contacts:
            artist.remove()
        before = set(self._axes.get_children())
        voltages = snapshot.voltages
        filled = self._filled and voltages is not None
        draw_contacts(self._axes, surface, self._names, voltages, filled=filled, size=7.5)
        self._contacts = [each for each in self._axes.get_children() if each not in before]
        _animate(self._contacts)


class _Arrows:
    """Arrows on a grid of places; those that are not shown have no length."""

    def __init__(self, axes: Axes, surface: Surface) -> None:
        self._step = step = surface.span / _ARROWS
        x, y = grid_over(surface, step)
        self._places = Places(surface, x, y)
        on_film = self._places.on_film(x, y)
        self._x, self._y = x[on_film], y[on_film]
        self._places = Places(surface, self._x, self._y)
        nothing = np.zeros((len(self._x), 2))
        self.quiver = lay_arrows(axes, step, self._x, self._y, nothing)

    def show(self, surface: Surface) -> None:
        """Point along the magnetisation."""
        m = self._places.values(surface.magnetisation[:, :2])
        shown = np.hypot(*m.T) > _LEAST
        # No arrow may reach over the film's edge.
        for end in (-0.5 * self._step, 0.5 * self._step):
            shown &= self._places.on_film(self._x + end * m[:, 0], self._y + end * m[:, 1])
        if shown.sum() < _FEWEST * surface.parts:
            shown[:] = False
        self.quiver.set_UVC(*np.where(shown, m.T, 0.0))


def _pixels_of(axes: Axes, surface: Surface) -> Places:
    """Those of the axes, as large as they are drawn."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    axes.apply_aspect()
    box = axes.get_window_extent()
    shape = max(2, round(box.height)), max(2, round(box.width))
    return pixels(surface, axes.get_xlim(), axes.get_ylim(), shape)


def _animate(artists: Sequence[Artist]) -> None:
    """Leave them out of what is drawn once."""
    for artist in artists:
        artist.set_animated(True)
