"""Draw the current density, with lines that each carry the same share of the current."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation
from scipy.spatial import cKDTree

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.film import draw_outline
from hebbfilm.run.pictures.surface import Surface, cells_at, sample

GRID = 260
_FINEST = 4.0
_LINES, _FEW = 30, 4
"""Lines in a film, and in each of so many side by side."""
_BEYOND = 2.5
"""Steps of the grid over which the current along a rim goes on outside of it."""


def draw_current(axes: Axes, surface: Surface) -> ScalarMappable:
    """Colour |j| (A/m²), on a scale that ends at `style.scale_end`, with lines along it."""
    film = ~surface.covered
    length = np.linalg.norm(surface.current_density, axis=1)
    x, y = surface.points.T
    image = axes.tripcolor(
        Triangulation(x, y, surface.cells[film]),
        np.linalg.norm(surface.vertex_current_density, axis=1),
        shading="gouraud",
        cmap=style.CURRENT,
        norm=Normalize(0, style.scale_end(length[film])),
        rasterized=True,
    )
    seeds = current_seeds(surface, _LINES * _films(surface))
    if len(seeds):
        _draw_lines(axes, surface, seeds)
    draw_outline(axes, surface)
    return image


def _films(surface: Surface) -> int:
    """How many films are under voltage; 1 for one in many pieces, like wires."""
    if surface.parts > _FEW:
        return 1
    pieces = [surface.potential[surface.part == part] for part in range(surface.parts)]
    return max(1, sum(bool(np.ptp(potential) > 0) for potential in pieces))


def current_seeds(surface: Surface, count: int) -> FloatArray:
    """Points (n, 2) in nm, n near `count`, from which lines of equal current start.

    Of current per thickness, where that differs.

    They lie on the equipotential half way between the highest and the lowest voltage, which
    every line from the one to the other crosses once.
    """
    low, high = float(surface.potential.min()), float(surface.potential.max())
    if high - low < 1e-12:
        return np.empty((0, 2))
    # A little off the middle, where a whole grounded contact may lie.
    level = 0.5 * (low + high) + 1e-3 * (high - low)
    contour = Figure().subplots().tricontour(surface.triangulation, surface.potential, [level])
    paths = [np.asarray(path, dtype=np.float64) for path in contour.allsegs[0] if len(path) > 1]
    flows = [_current_along(surface, path) for path in paths]
    total = sum(flow[-1] for flow in flows)
    seeds = [np.empty((0, 2))]
    for path, flow in zip(paths, flows, strict=True):
        share = round(count * flow[-1] / total) if total > 0 else 0
        places = (np.arange(share) + 0.5) / max(share, 1) * flow[-1]
        seeds.append(np.column_stack([np.interp(places, flow, path[:, k]) for k in (0, 1)]))
    return np.vstack(seeds)


def _current_along(surface: Surface, path: FloatArray) -> FloatArray:
    """Current per thickness through the path from its start to each of its points."""
    step = np.diff(path, axis=0)
    middle = 0.5 * (path[1:] + path[:-1])
    j = np.nan_to_num(sample(surface, surface.vertex_current_density, middle[:, 0], middle[:, 1]))
    through = np.abs(j[:, 0] * step[:, 1] - j[:, 1] * step[:, 0])
    return np.concatenate(([0.0], np.cumsum(through)))


def _draw_lines(axes: Axes, surface: Surface, seeds: FloatArray) -> None:
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    # As fine in each of several films side by side as in one.
    finer = max(1.0, min(surface.aspect, _FINEST))
    x, y = np.linspace(low[0], high[0], round(GRID * finer)), np.linspace(low[1], high[1], GRID)
    grid_x, grid_y = np.meshgrid(x, y)
    flow = sample(surface, surface.vertex_current_density[:, :2], grid_x, grid_y)
    cell = cells_at(surface, grid_x, grid_y)
    outside = (cell < 0) | ~surface.carrying[cell]
    beyond = cell < 0
    near, vertex = _nearest(surface, grid_x[beyond], grid_y[beyond], _BEYOND * (y[1] - y[0]))
    # A line close to the rim would leave the film by a hair, and end there.
    flow[beyond] = surface.vertex_current_density[vertex, :2]
    outside[beyond] = ~near
    ma: Any = np.ma  # whose stubs lack types
    masked = ma.masked_array(flow, np.repeat(outside[..., None], 2, axis=2))
    axes.streamplot(
        x,
        y,
        masked[..., 0],
        masked[..., 1],
        start_points=seeds,
        broken_streamlines=False,
        density=8,
        color="white",
        linewidth=0.6,
        arrowsize=0.6,
    )


def _nearest(
    surface: Surface, x: FloatArray, y: FloatArray, reach: float
) -> tuple[BoolArray, IntArray]:
    """The vertex of the film's rim nearest to each place, and whether it is within reach; nm."""
    rim = np.unique(surface.rim)
    distance, number = cKDTree(surface.points[rim]).query(np.column_stack((x, y)))
    return distance < reach, rim[number]
