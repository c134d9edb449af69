"""The film in three dimensions as a coloured body, cut or in slices, and the layers around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.film_colours import CURRENT, direction_colours, film_colours
from hebbfilm.run.pictures.scene_film import COLOUR, Scene, prisms
from hebbfilm.run.pictures.surface import NM

LAYER = "#aab2bd"
_GAP = 0.5
"""Between film and layers, in heights of the film."""
_GHOST = 0.12
_ABOVE = 0.25
"""Opacity of a layer above the film, which would hide it."""


def draw_film(plotter: Any, scene: Scene) -> None:
    """Draw the film in its colours."""
    whole = scene.volume()
    kept = scene.kept(whole)
    if scene.options.slice is not None:
        plotter.add_mesh(
            scene.slice(),
            lighting=False,
            name="film",
            show_scalar_bar=False,
            render=False,
            **_look(scene),
        )
        plotter.add_mesh(
            kept.extract_surface(algorithm="dataset_surface"),
            color=style.FAINT,
            opacity=_GHOST,
            name="ghost",
            render=False,
        )
        return
    plotter.add_mesh(
        kept.extract_surface(algorithm="dataset_surface"),
        opacity=2 * _GHOST if scene.transparent else 1.0,
        ambient=0.35,
        diffuse=0.7,
        name="film",
        show_scalar_bar=False,
        render=False,
        **_look(scene),
    )


def draw_layers(plotter: Any, scene: Scene) -> None:
    """Draw the layers of metal around a film of triangles, apart from it; those above pale."""
    edges = {"below": -scene.height, "above": 0.0}
    gap = _GAP * scene.height
    coloured = scene.options.quantity == CURRENT
    for layer in scene.manifest.layers:
        name, side = layer["name"], layer["side"]
        if scene.solid is not None or name not in scene.surface.layer_currents:
            continue
        far = layer["thickness"] * NM * scene.stretch
        low = edges[side] - gap - far if side == "below" else edges[side] + gap
        edges[side] = low if side == "below" else low + far
        grid = prisms(scene.surface.points, scene.surface.cells, low, low + far)
        look: dict[str, Any] = {"color": LAYER}
        if coloured:
            grid[COLOUR] = np.tile(film_colours(scene.surface, name).values, 2)
            look = _look(scene)
        plotter.add_mesh(
            scene.kept(grid).extract_surface(algorithm="dataset_surface"),
            opacity=_ABOVE if side == "above" else 1.0,
            name=f"layer {name}",
            show_scalar_bar=False,
            render=False,
            **look,
        )


def draw_directions(plotter: Any, scene: Scene) -> None:
    """A sphere beside the film: where it is of a colour, m of that colour points."""
    low, high = scene.surface.points.min(axis=0), scene.surface.points.max(axis=0)
    radius = 0.05 * scene.width
    corner = np.array([high[0] - radius, low[1] + radius])
    if np.linalg.norm(scene.surface.points - corner, axis=1).min() < 1.2 * radius:
        corner[0] = high[0] + 1.2 * radius
    place = (*corner, 0.0)
    ball = pv.Sphere(radius=radius, theta_resolution=72, phi_resolution=48)
    ball[COLOUR] = direction_colours(np.asarray(ball.points) / radius)
    plotter.add_mesh(
        ball.translate(place),
        scalars=COLOUR,
        rgb=True,
        lighting=False,
        name="directions",
        render=False,
    )


def _look(scene: Scene) -> dict[str, Any]:
    if scene.colours.colours is None:
        return {"scalars": COLOUR, "rgb": True}
    return {"scalars": COLOUR, "cmap": scene.colours.colours, "clim": scene.colours.limits}
