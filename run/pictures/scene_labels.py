"""Names of the nodes of a film in three dimensions: one each, however many pieces it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.contacts import neighbours, roomiest
from hebbfilm.run.pictures.scene_contacts import pad_height
from hebbfilm.run.pictures.scene_film import Scene
from hebbfilm.run.pictures.scene_words import FONT_BOLD, type_size
from hebbfilm.run.pictures.surface import Piece, Surface

_TOGETHER = 0.05
"""Pieces that are nearer, in parts of the film, are reached by one line from their name."""
_FREE = 0.06
"""How far from the film, in parts of it, is free for a name."""
_APART = 0.1
"""How far names are from each other, in parts of the film."""


@dataclass(frozen=True, eq=False)
class Names:
    """Names of nodes: what is written, where in the plane, and lines to pieces further off."""

    texts: list[str]
    anchors: list[FloatArray]
    lines: list[tuple[FloatArray, FloatArray]]


def names_in(scene: Scene) -> Names:
    """The name of each node, and its voltage, with lines to its pieces if it has many."""
    voltages = scene.snapshot.voltages
    found = Names([], [], [])
    # Of twins each contact has its own name: that of their neuron would stand on both.
    for number, name in enumerate(scene.manifest.contacts, start=1):
        pieces = scene.surface.pieces(number)
        every = [group[scene.is_kept(group)] for group in _groups(scene.surface, pieces)]
        groups = [group for group in every if len(group)]
        if not groups:
            continue
        anchor = _anchor(scene.surface, pieces, groups, found.anchors)
        found.anchors.append(anchor)
        text = style.short_name(name)
        told = f"  {style.voltage_text(voltages[number - 1])}" if voltages else ""
        found.texts.append(text + told)
        if len(groups) > 1:
            found.lines.extend((anchor, _nearest(group, anchor)) for group in groups)
    return found


def draw_labels(plotter: Any, scene: Scene) -> None:
    """Write the names of the nodes, with lines to their pieces."""
    names, height = names_in(scene), 1.2 * pad_height(scene)
    ends = [_raised(place, height) for line in names.lines for place in line]
    if ends:
        plotter.add_mesh(
            pv.line_segments_from_points(np.array(ends)),
            color=style.FAINT,
            line_width=2,
            name="label lines",
            render=False,
        )
    if not names.texts:
        return
    plotter.add_point_labels(
        np.array([_raised(anchor, height) for anchor in names.anchors]),
        names.texts,
        font_file=FONT_BOLD,
        font_size=type_size(plotter, 24),
        text_color=style.INK,
        justification_horizontal="center",
        justification_vertical="center",
        shape=None,
        background_color="white",
        background_opacity=0.8,
        show_points=False,
        always_visible=True,
        name="labels",
        render=False,
    )


def _groups(surface: Surface, pieces: list[Piece]) -> list[FloatArray]:
    """Points of the pieces, those together that lie near each other; the largest first."""
    places = [surface.points[piece.vertices] for piece in pieces]
    groups = neighbours(places, _TOGETHER * surface.span)
    return sorted(groups, key=len, reverse=True)


def _anchor(
    surface: Surface, pieces: list[Piece], groups: list[FloatArray], taken: list[FloatArray]
) -> FloatArray:
    """Where the name stands, (2,): amid all pieces or outside of there, else at the largest."""
    if len(groups) > 1:
        middle: FloatArray = np.mean([group.mean(axis=0) for group in groups], axis=0)
        outward = middle - surface.points.mean(axis=0)
        low, high = surface.points.min(axis=0), surface.points.max(axis=0)
        free = _FREE * surface.span
        for further in np.linspace(0, 1, 11):
            place: FloatArray = middle + further * outward
            # Not so far out that it would not be seen.
            if np.any(place < low - 2 * free) or np.any(place > high + 2 * free):
                break
            clear = _distance(surface.points, place) > free
            others = not taken or _distance(np.array(taken), place) > _APART * surface.span
            if clear and others:
                return place
    if len(pieces) == 1 and pieces[0].is_pad:
        outline = surface.points[pieces[0].edges].reshape(-1, 2)
        return roomiest(groups[0], outline)
    return _nearest(groups[0], groups[0].mean(axis=0))


def _nearest(points: FloatArray, place: FloatArray) -> FloatArray:
    found: FloatArray = points[np.linalg.norm(points - place, axis=1).argmin()]
    return found


def _distance(points: FloatArray, place: FloatArray) -> float:
    return float(np.linalg.norm(points - place, axis=1).min())


def _raised(place: FloatArray, height: float) -> FloatArray:
    return np.append(place, height)
