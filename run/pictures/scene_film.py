"""A snapshot made ready to be drawn in three dimensions: lengths in nm, its top at z = 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvista as pv

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Fields, Snapshot, read_fields
from hebbfilm.run.pictures.film_colours import Body, FilmColours, film_colours
from hebbfilm.run.pictures.scene_options import Plane, SceneOptions
from hebbfilm.run.pictures.solid import Solid, solid_film
from hebbfilm.run.pictures.surface import NM, Surface, film_surface

COLOUR = "colour"
ARROWS_ACROSS = 44
# Films are hundreds of times wider than thick: drawn to scale they would be a line.
SLAB_SHARE = 0.02
SOLID_SHARE = 0.06
"""Of films of tetrahedra, which have something inside."""
_FILLED = 0.3
"""Part of its square that a film fills; what fills less is in pieces with smaller things on it."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A snapshot ready to draw.

    Args:
        manifest: of the run.
        snapshot: one of it.
        options: what is shown.
        surface: the film from above.
        solid: the film of tetrahedra; None of triangles.
        colours: of the film.
        width: of the film in nm.
        thickness: of the film in nm, drawn `stretch` times as high.
        stretch: of heights.
        spacing: of arrows in nm.
    """

    manifest: Manifest
    snapshot: Snapshot
    options: SceneOptions
    surface: Surface
    solid: Solid | None
    colours: FilmColours
    width: float
    thickness: float
    stretch: float
    spacing: float

    @property
    def height(self) -> float:
        """Of the film as it is drawn."""
        return self.thickness * self.stretch

    @property
    def with_current(self) -> bool:
        """Whether lines of the current are drawn."""
        return self.options.streamlines and self.snapshot.voltages is not None

    @property
    def transparent(self) -> bool:
        """Whether one looks through the film."""
        return self.solid is not None and (self.options.inside or self.with_current)

    @property
    def bounds(self) -> tuple[float, ...]:
        """Of the whole film as it is drawn, cut or not: from and to on each axis."""
        (x0, x1), (y0, y1) = self.extent(0), self.extent(1)
        return x0, x1, y0, y1, -self.height, 0.0

    def volume(self) -> pv.UnstructuredGrid:
        """The whole film with `COLOUR`, m, the potential and j at its points."""
        values = self.colours.values
        if self.solid is None:
            grid = prisms(self.surface.points, self.surface.cells, -self.height, 0.0)
            grid[COLOUR] = np.concatenate((values, values))
            grid["m"] = np.tile(self.surface.magnetisation, (2, 1))
            return grid
        points = self.solid.points * [1, 1, self.stretch]
        points[:, 2] -= points[:, 2].max()
        cells = {pv.CellType.TETRA: self.solid.cells}
        grid = pv.UnstructuredGrid(cells, points)
        grid[COLOUR], grid["m"] = values, self.solid.magnetisation
        grid["potential"] = self.solid.potential
        grid["j"] = self.solid.vertex_current_density * [1, 1, self.stretch]
        return grid

    def place(self, plane: Plane) -> FloatArray:
        """A point of a plane, as drawn."""
        low, high = self.extent(plane.axis)
        middle = 0.5 * (low + high)
        here = middle if plane.position is None else plane.position * NM
        point = np.append(self.surface.points.mean(axis=0), 0.0)
        point[plane.axis] = (here - high) * self.stretch if plane.axis == 2 else here
        return point

    def is_kept(self, points: FloatArray) -> BoolArray:
        """Which points, (n, 2 or 3) as drawn, the plane of the options leaves, (n,)."""
        clip = self.options.clip
        if clip is None or clip.axis >= points.shape[1]:
            return np.ones(len(points), dtype=bool)
        beyond = points[:, clip.axis] - self.place(clip)[clip.axis]
        kept: BoolArray = beyond >= 0 if clip.axis == 1 else beyond <= 0
        return kept

    def kept(self, mesh: Any) -> Any:
        """What the plane of the options leaves of a mesh."""
        if self.options.clip is None:
            return mesh
        axis = self.options.clip.axis
        # What is cut away lies on the side from which one looks.
        normal = np.zeros(3)
        normal[axis] = -1.0 if axis == 1 else 1.0
        return mesh.clip(normal, origin=self.place(self.options.clip))

    def slice(self) -> Any:
        """What is left of the film in the plane of the options."""
        assert self.options.slice is not None
        normal = np.eye(3)[self.options.slice.axis]
        return self.kept(self.volume()).slice(normal, origin=self.place(self.options.slice))

    def require_planes_within(self) -> None:
        """Refuse planes that do not cut the film.

        Raises:
            InputError: one does not.
        """
        for name in ("clip", "slice"):
            plane = getattr(self.options, name)
            if plane is None:
                continue
            if plane.axis == 2 and self.solid is None:
                raise InputError(
                    f"--{name} z: this film is of triangles, the same at each height; allowed are "
                    "x, y"
                )
            low, high = self.extent(plane.axis)
            if plane.position is not None and not low < plane.position * NM < high:
                axis = "xyz"[plane.axis]
                meant = f"; did you mean {axis}={plane.position:g}e-9?"
                raise InputError(
                    f"--{name} {axis}={plane.position:g} m: the film lies between {low:.4g} nm and "
                    f"{high:.4g} nm{meant if low < plane.position < high else ''}"
                )
        if self.options.slice is not None and not self.slice().n_cells:
            axis = "xyz"[self.options.slice.axis]
            raise InputError(
                f"--slice {axis}: no film lies in this plane; give another place, as in --slice "
                f"{axis}=100e-9"
            )

    def extent(self, axis: int) -> tuple[float, float]:
        """From where to where the film reaches along an axis, in nm, not stretched."""
        points = self.surface.points if self.solid is None else self.solid.points
        return float(points[:, axis].min()), float(points[:, axis].max())


def prepare_scene(
    manifest: Manifest, snapshot: Snapshot, options: SceneOptions | None = None
) -> Scene:
    """Read the snapshot and choose the sizes of what is drawn.

    Args:
        manifest: of the run.
        snapshot: one of it.
        options: what is shown; None: the defaults.

    Raises:
        InputError: the snapshot's file is missing or damaged, or does not have what is to be shown.
    """
    options = options or SceneOptions()
    fields = read_fields(manifest.folder, snapshot)
    surface, solid = film_surface(fields), solid_film(fields)
    body: Body = surface if solid is None else solid
    width = surface.span
    share = np.sqrt(_area(surface) / (_FILLED * width**2))
    unit = width * min(1.0, float(share))
    thickness = _thickness(fields, manifest)
    height = max((SLAB_SHARE if solid is None else SOLID_SHARE) * unit, thickness)
    scene = Scene(
        manifest,
        snapshot,
        options,
        surface,
        solid,
        film_colours(body, options.quantity),
        width,
        thickness,
        height / thickness,
        unit / ARROWS_ACROSS,
    )
    scene.require_planes_within()
    return scene


def prisms(points: FloatArray, cells: IntArray, low: float, high: float) -> pv.UnstructuredGrid:
    """Triangles, (N, 2) and (n_cells, 3), as prisms between two heights, the lower points first."""
    count = len(points)
    space = np.vstack([np.column_stack((points, np.full(count, z))) for z in (low, high)])
    return pv.UnstructuredGrid({pv.CellType.WEDGE: np.hstack((cells, cells + count))}, space)


def _area(surface: Surface) -> float:
    edges = surface.points[surface.cells[:, 1:]] - surface.points[surface.cells[:, :1]]
    return float(0.5 * np.abs(np.linalg.det(edges)).sum())


def _thickness(fields: Fields, manifest: Manifest) -> float:
    if fields.cells.shape[1] == 3:
        return manifest.thickness * NM
    return float(np.ptp(fields.points[:, 2])) * NM
