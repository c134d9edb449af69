"""Lines along the current in three dimensions, each carrying the same share of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures.current import current_seeds
from hebbfilm.run.pictures.scene_film import Scene

CURRENT = "#f0a63c"
LINES = 24
LINES_INSIDE = 60


def draw_current(plotter: Any, scene: Scene) -> None:
    """Draw them: above a film of triangles, within one of tetrahedra."""
    lines = _lines_above(scene) if scene.solid is None else _lines_inside(scene)
    if lines is None or not lines.n_cells:
        return
    tubes = scene.kept(lines.tube(radius=0.09 * scene.spacing))
    plotter.add_mesh(tubes, color=CURRENT, name="current", render=False)


def _lines_above(scene: Scene) -> Any:
    surface = scene.surface
    seeds = current_seeds(surface, LINES)
    if len(seeds) == 0:
        return None
    cells: Any = surface.cells[surface.carrying]
    points = np.column_stack((surface.points, np.zeros(len(surface.points))))
    mesh = pv.PolyData.from_regular_faces(points, cells)
    mesh["j"] = surface.vertex_current_density
    at = np.column_stack((seeds, np.zeros(len(seeds))))
    lines = _followed(scene, mesh, at, surface_streamlines=True)
    lines.points[:, 2] += 1.15 * scene.spacing
    return lines


def _lines_inside(scene: Scene) -> Any:
    volume = scene.volume()
    seeds = _seeds_inside(volume)
    return _followed(scene, volume, seeds) if len(seeds) else None


def _followed(scene: Scene, mesh: Any, seeds: FloatArray, **kind: Any) -> Any:
    return mesh.streamlines_from_source(
        pv.PolyData(seeds),
        vectors="j",
        initial_step_length=0.5,
        max_length=4 * scene.width,
        **kind,
    )


def _seeds_inside(volume: pv.UnstructuredGrid) -> FloatArray:
    """Points (n, 3) on the equipotential half way, one for each share of the current through it."""
    low, high = float(volume["potential"].min()), float(volume["potential"].max())
    if high - low < 1e-12:
        return np.empty((0, 3))
    # A little off the middle, where a whole grounded contact may lie.
    level = 0.5 * (low + high) + 1e-3 * (high - low)
    cut: Any = volume.contour([level], scalars="potential").triangulate()
    cut = cut.compute_normals(cell_normals=True, point_normals=False)
    cut = cut.compute_cell_sizes(length=False, volume=False).point_data_to_cell_data(
        pass_point_data=True
    )
    through = np.abs(np.einsum("ci,ci->c", cut["j"], cut["Normals"])) * cut["Area"]
    middles = np.asarray(cut.cell_centers().points)
    # Neighbours follow each other, so that shares are those of neighbouring places.
    order = np.lexsort((middles[:, 2], np.arctan2(middles[:, 1], middles[:, 0])))
    flow = np.cumsum(through[order])
    wanted = (np.arange(LINES_INSIDE) + 0.5) / LINES_INSIDE * flow[-1]
    seeds: FloatArray = middles[order][np.unique(np.searchsorted(flow, wanted))]
    return seeds
