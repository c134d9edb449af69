"""Arrows of the magnetisation in three dimensions: on the film, on cuts through it, or in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.scene_film import Scene
from hebbfilm.run.pictures.surface import grid_over

_LAYERS = 4
"""Of arrows inside a film."""
_ABOVE = 0.55
"""Of a spacing, by which arrows stand before what they are of."""
_LEAST = 0.3
_ASIDE = 0.5
"""Of a spacing, how far from the rim arrows stand at least: above it they would seem beside it."""


def draw_arrows(plotter: Any, scene: Scene) -> None:
    """Draw arrows of one length, coloured by m_z."""
    places, shift = _places(scene)
    found: Any = pv.PolyData(places).sample(scene.volume(), tolerance=1e-6 * scene.width)
    inside = np.asarray(found["vtkValidPointMask"], dtype=bool)
    if not inside.any():
        return
    cloud = pv.PolyData((places + shift)[inside])
    cloud["m"] = m = np.asarray(found["m"])[inside]
    cloud["m_z"] = m[:, 2]
    arrow = pv.Arrow(
        start=(-0.5, 0, 0),
        tip_length=0.42,
        tip_radius=0.19,
        shaft_radius=0.075,
        tip_resolution=16,
        shaft_resolution=10,
    )
    plotter.add_mesh(
        cloud.glyph(orient="m", scale=False, factor=0.95 * scene.spacing, geom=arrow),
        scalars="m_z",
        cmap=style.DOMAINS,
        clim=(-1, 1),
        opacity=_LEAST if scene.with_current else 1.0,
        specular=0.25,
        smooth_shading=True,
        name="arrows",
        show_scalar_bar=False,
        render=False,
    )


def _places(scene: Scene) -> tuple[FloatArray, FloatArray]:
    """Where m is looked up, (n, 3), and how far from there its arrows stand, (n, 3)."""
    options, step, height = scene.options, scene.spacing, scene.height
    x, y = grid_over(scene.surface, step)
    if options.slice is not None:
        places = _in_plane(scene, options.slice.axis, scene.place(options.slice))
        return _kept(scene, places, np.zeros(3))
    if scene.transparent and options.inside:
        count = min(_LAYERS, max(1, round(height / step)))
        heights = -height * (np.arange(count) + 0.5) / count
        return _kept(scene, np.vstack([_at(x, y, z) for z in heights]), np.zeros(3))
    top = -1e-3 * height
    if options.clip is not None and options.clip.axis == 2:
        top += scene.place(options.clip)[2]
    else:
        shown = _uncovered(scene, x, y) & _within(scene, x, y)
        x, y = x[shown], y[shown]
    places, shift = _kept(scene, _at(x, y, top), np.array([0, 0, _ABOVE * step]))
    if options.clip is None or options.clip.axis == 2 or scene.solid is None:
        return places, shift
    # A face that was cut shows arrows of its own.
    axis = options.clip.axis
    face = _in_plane(scene, axis, scene.place(options.clip))
    outward = np.zeros(3)
    outward[axis] = -_ABOVE * step if axis == 1 else _ABOVE * step
    return np.vstack((places, face)), np.vstack((shift, np.tile(outward, (len(face), 1))))


def _kept(scene: Scene, places: FloatArray, shift: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Without what is cut away."""
    places = places[scene.is_kept(places)]
    return places, np.tile(shift, (len(places), 1))


def _in_plane(scene: Scene, axis: int, place: FloatArray) -> FloatArray:
    x, y = grid_over(scene.surface, scene.spacing)
    if axis == 2:
        return _at(x, y, place[2])
    count = max(1, round(scene.height / scene.spacing))
    heights = -scene.height * (np.arange(count) + 0.5) / count
    along = x[0] if axis == 1 else y[:, 0]
    first, second = np.meshgrid(along, heights)
    fixed = np.full(first.size, place[axis])
    columns = (first.ravel(), fixed) if axis == 1 else (fixed, first.ravel())
    return np.column_stack((*columns, second.ravel()))


def _at(x: FloatArray, y: FloatArray, z: float) -> FloatArray:
    return np.column_stack((x.ravel(), y.ravel(), np.full(x.size, z)))


def _within(scene: Scene, x: FloatArray, y: FloatArray) -> Any:
    """Whether the film goes on round a place, so that no arrow stands on its rim."""
    surface, aside = scene.surface, _ASIDE * scene.spacing
    flat = np.column_stack((surface.points, np.zeros(len(surface.points))))
    cells: Any = surface.cells
    film: Any = pv.PolyData.from_regular_faces(flat, cells)
    shown = np.ones(x.size, dtype=bool)
    for dx, dy in ((aside, 0), (-aside, 0), (0, aside), (0, -aside)):
        shown &= film.find_containing_cell(_at(x + dx, y + dy, 0.0)) >= 0
    # Of a film that is so narrow everywhere, those in it are better than none.
    return shown.reshape(x.shape) if shown.any() else np.ones(x.shape, dtype=bool)


def _uncovered(scene: Scene, x: FloatArray, y: FloatArray) -> Any:
    """Beneath a pad the arrows would only poke through the metal."""
    if not scene.options.pads:
        return np.ones(x.shape, dtype=bool)
    surface = scene.surface
    cells: Any = surface.cells[surface.cell_contact > 0]
    if not len(cells):
        return np.ones(x.shape, dtype=bool)
    flat = np.column_stack((surface.points, np.zeros(len(surface.points))))
    beneath: Any = pv.PolyData.from_regular_faces(flat, cells).find_containing_cell(_at(x, y, 0.0))
    return (beneath < 0).reshape(x.shape)
