"""Contacts in three dimensions: pads as raised plates, those at an edge as rods along it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv
from matplotlib.colors import to_hex, to_rgb

from hebbfilm.run.pictures.contacts import voltage_colour
from hebbfilm.run.pictures.edges import chains
from hebbfilm.run.pictures.scene_film import Scene, prisms
from hebbfilm.run.pictures.surface import Piece

METAL = "#c3c7cd"
_GHOST = 0.2
"""Opacity of pads around a slice, which else hide it."""


def draw_contacts(plotter: Any, scene: Scene) -> None:
    """Draw all contacts, coloured by their voltages."""
    voltages = scene.snapshot.voltages
    limit = max(map(abs, voltages)) if voltages else 0.0
    for number in range(1, len(scene.manifest.contacts) + 1):
        colour = METAL
        if voltages:
            tint = np.array(voltage_colour(voltages[number - 1], limit)[:3])
            mixed = 0.3 * np.array(to_rgb(METAL)) + 0.7 * tint
            colour = to_hex((mixed[0], mixed[1], mixed[2]))
        metal = scene.kept(pv.merge([_metal(scene, p) for p in scene.surface.pieces(number)]))
        if metal.n_cells:
            plotter.add_mesh(
                metal.extract_surface(algorithm="dataset_surface"),
                color=colour,
                opacity=1.0 if scene.options.slice is None else _GHOST,
                specular=0.5,
                specular_power=18,
                name=f"contact {number}",
                render=False,
            )


def pad_height(scene: Scene) -> float:
    """Of pads, and of rods twice that, in nm."""
    return min(scene.height, 0.5 * scene.spacing)


def _metal(scene: Scene, piece: Piece) -> pv.DataSet:
    surface, height = scene.surface, pad_height(scene)
    if piece.is_pad:
        return prisms(surface.points, surface.cells[piece.cells], 0.0, height)
    rods = []
    for line in chains(piece.edges):
        points = np.column_stack((surface.points[line], np.full(len(line), -scene.height / 3)))
        rods.append(pv.lines_from_points(points).tube(radius=0.8 * height))
    joined: pv.DataSet = pv.merge(rods)
    return joined
