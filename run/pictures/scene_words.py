"""What is written around the film in three dimensions: heading, scale, and the bar of colours."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import font_manager

from hebbfilm.run.folder.manifest import patterns_of
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.pages import heading, with_pattern_named
from hebbfilm.run.pictures.scene_film import Scene
from hebbfilm.run.pictures.surface import Surface

FONT = font_manager.findfont("DejaVu Sans")
FONT_BOLD = font_manager.findfont("DejaVu Sans:bold")
_SIZE = 1300
"""Pixels of height for which sizes of type are given."""


def type_size(plotter: Any, size: float) -> int:
    """A size of type that suits the size of the picture."""
    width, height = plotter.window_size
    return max(8, round(size * float(min(height, width / 1.2)) / _SIZE))


def scene_heading(scene: Scene) -> str:
    """Label and time of the snapshot, with patterns of many signs by their numbers."""
    return heading(with_pattern_named(scene.snapshot, patterns_of(scene.manifest)))


def draw_words(plotter: Any, scene: Scene) -> None:
    """Write what it is, and how large."""
    drawn = f"; drawn {scene.stretch:.2g} times thicker" if scene.stretch > 1 else ""
    scale = f"{_across(scene.surface)}, {scene.thickness:.3g} nm thick{drawn}"
    write(plotter, "heading", scene_heading(scene), 0.94, 17)
    write(plotter, "scale", scale, 0.03, 12)


def draw_colour_bar(plotter: Any, scene: Scene) -> None:
    """The bar of the colours of the film, or what the sphere of directions is."""
    if scene.colours.colours is None:
        write(plotter, "bar", "colour of the sphere where m points", 0.03, 12, 0.69)
        return
    bar = plotter.add_scalar_bar(
        title=scene.colours.title,
        mapper=plotter.actors["film"].mapper,
        n_labels=3,
        fmt="%.3g",
        width=0.24,
        height=0.075,
        position_x=0.72,
        position_y=0.03,
        color=style.INK,
        title_font_size=type_size(plotter, 26),
        label_font_size=type_size(plotter, 24),
        unconstrained_font_size=True,
        render=False,
    )
    # Beneath the bar the numbers are away from the title.
    bar.SetTextPositionToPrecedeScalarBar()
    bar.SetVerticalTitleSeparation(type_size(plotter, 6))
    for text in (bar.GetTitleTextProperty(), bar.GetLabelTextProperty()):
        text.SetFontFamily(4)  # that of a file
        text.SetFontFile(FONT)


def write(
    plotter: Any,
    name: str,
    text: str,
    height: float,
    size: float,
    left: float = 0.02,
    colour: str = style.INK,
) -> None:
    """Write a line.

    Args:
        plotter: to draw in.
        name: of the line; one of that name is replaced.
        text: of it.
        height: above the lower edge, in parts of the picture.
        size: of the type in a picture of the usual height.
        left: of its begin, in parts of the picture.
        colour: of the type.
    """
    plotter.add_text(
        text,
        position=(left, height),
        viewport=True,
        font_file=FONT,
        font_size=type_size(plotter, size),
        color=colour,
        name=name,
        render=False,
    )


def _across(surface: Surface) -> str:
    """How large the film is, or the largest of several side by side."""
    films = [surface.points[surface.part == part] for part in range(surface.parts)]
    width = max(float(np.ptp(points, axis=0).max()) for points in films)
    if len(films) == 1:
        return f"film {width:.0f} nm across"
    return f"{len(films)} films, each {width:.0f} nm across"
