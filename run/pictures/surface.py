"""A snapshot as a flat film in nm: what the pictures draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from functools import cached_property

import numpy as np
from matplotlib.tri import Triangulation
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.run.folder.snapshots import Fields
from hebbfilm.run.pictures.edges import chains, grouped, open_edges
from hebbfilm.run.pictures.strips import Strip, named_strips
from hebbfilm.run.pictures.thinning import MOST, Image, image_of, thin

NM = 1e9


_ROOM_FOR_NAME = 0.03
"""In parts of the film."""
_TOGETHER = 0.05
"""The same, of ends of strips that one name is enough for."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A pad, or a stretch of the film's edge, that belongs to a contact.

    `vertices` (n,); `cells` (n_cells,) beneath a pad; `edges` (n_edges, 2), the outline of a pad or
    the stretch; `carries_current`: in the film beneath it.
    """

    vertices: IntArray
    cells: IntArray
    edges: IntArray
    is_pad: bool
    carries_current: bool


@dataclass(frozen=True, eq=False)
class Surface(Fields):
    """The film seen from above: `points` (N, 2) nm and `cells` (n_cells, 3); the rest as there.

    Of films with more than `MOST` vertices it has some of them, and of all of them `fine`, m_z as
    an image, and the mean.
    """

    fine: Image | None = None

    @cached_property
    def triangulation(self) -> Triangulation:
        """The same triangles for Matplotlib."""
        return Triangulation(self.points[:, 0], self.points[:, 1], self.cells)

    @cached_property
    def rim(self) -> IntArray:
        """Edges of the film's outline and holes, (n_edges, 2)."""
        return open_edges(self.cells)

    @cached_property
    def outline(self) -> list[FloatArray]:
        """The rim as lines from vertex to vertex, (n, 2) nm each."""
        return [self.points[line] for line in chains(self.rim)]

    @cached_property
    def region_borders(self) -> IntArray:
        """Edges between cells of different regions, or of one and none, (n_edges, 2)."""
        if self.region is None:
            return np.empty((0, 2), dtype=np.int64)
        numbers = np.unique(self.region)
        open_ones = [open_edges(self.cells[self.region == number]) for number in numbers]
        edges, count = np.unique(np.concatenate(open_ones), axis=0, return_counts=True)
        borders: IntArray = edges[count > 1]
        return borders

    @cached_property
    def cell_contact(self) -> IntArray:
        """For each cell the contact all its vertices belong to, or 0."""
        first = self.contact[self.cells[:, 0]]
        return np.where((self.contact[self.cells] == first[:, None]).all(axis=1), first, 0)

    @cached_property
    def vertex_current_density(self) -> FloatArray:
        """Area-weighted mean of the current density around each vertex, (N, 3) A/m²."""
        x = self.points[self.cells]
        a, b = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]
        area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
        # Film beneath metal carries no current and must not dim the film beside it.
        area = np.where(self.covered, 1e-9 * area, area)
        total, weight = np.zeros((len(self.points), 3)), np.zeros(len(self.points))
        np.add.at(total, self.cells, (area[:, None] * self.current_density)[:, None, :])
        np.add.at(weight, self.cells, area[:, None])
        return total / weight[:, None]

    @cached_property
    def covered(self) -> BoolArray:
        """Cells beneath the metal of a pad that keeps them at its voltage: no current in them."""
        covered = np.zeros(len(self.cells), dtype=bool)
        for contact in range(1, int(self.contact.max()) + 1):
            for piece in self.pieces(contact):
                covered[piece.cells] = not piece.carries_current
        return covered

    @cached_property
    def carrying(self) -> BoolArray:
        """Cells with current in them: beneath a pad, until 1 % of the largest density is left."""
        size = np.linalg.norm(self.current_density, axis=1)
        carrying: BoolArray = ~self.covered & (
            (self.cell_contact == 0) | (size > 0.01 * size.max())
        )
        return carrying

    @cached_property
    def mean(self) -> FloatArray:
        """⟨m⟩ over the film, (3,)."""
        edges = self.points[self.cells[:, 1:]] - self.points[self.cells[:, :1]]
        means = self.magnetisation[self.cells].mean(axis=1)
        mean: FloatArray = np.average(means, axis=0, weights=np.abs(np.linalg.det(edges)))
        return mean

    @cached_property
    def parts(self) -> int:
        """How many pieces the film consists of."""
        return int(self.part.max()) + 1

    @cached_property
    def part(self) -> IntArray:
        """Which piece of the film each point is in, from 0, (N,)."""
        return self._connected(self._edges)[1]

    def of_layer(self, name: str) -> Surface:
        """The same with the current density of a layer in place of that of the film."""
        return replace(self, current_density=self.layer_currents[name])

    def difference_of_mesh(self, other: Surface) -> str:
        """Which of mesh and contacts differ from those of another snapshot; empty if none does."""
        names = ("cells", "points", "contact")
        return ", ".join(
            name for name in names if not np.array_equal(getattr(self, name), getattr(other, name))
        )

    def on_mesh_of(self, other: Surface) -> Surface:
        """The same, sharing what was found of the mesh and the contacts of another snapshot."""
        for name in ("triangulation", "rim", "outline", "cell_contact", "part", "_in_contacts"):
            self.__dict__[name] = getattr(other, name)
        return self

    @cached_property
    def span(self) -> float:
        """The larger of width and height, nm."""
        return float(np.ptp(self.points, axis=0).max())

    @property
    def aspect(self) -> float:
        """Width by height."""
        width, height = np.ptp(self.points, axis=0)
        return float(width / height)

    def holds_name(self, piece: Piece) -> bool:
        """Whether a piece of a contact has room for a name; else it stands beside the film."""
        extent = np.ptp(self.points[piece.vertices], axis=0).max()
        return piece.is_pad and bool(extent >= _ROOM_FOR_NAME * self.span)

    def pieces(self, contact: int) -> list[Piece]:
        """The pads and stretches of edge of a contact: several, if it is tied of several."""
        return self._pieces.get(contact, [])

    @cached_property
    def _pieces(self) -> dict[int, list[Piece]]:
        """Of all contacts, by their numbers."""
        label, members = self._in_contacts, np.flatnonzero(self.contact)
        inside = np.flatnonzero(self.cell_contact)
        cells = grouped(label[self.cells[inside, 0]], inside)
        ends = self.contact[self.rim] * (label[self.rim[:, :1]] == label[self.rim])
        along = self.rim[ends.all(axis=1)]
        edges, none = grouped(label[along[:, 0]], along), np.empty((0, 2), dtype=np.int64)
        found: dict[int, list[Piece]] = {}
        for number, vertices in grouped(label[members], members).items():
            piece = self._piece(vertices, cells.get(number, none[:, 0]), edges.get(number, none))
            found.setdefault(int(self.contact[vertices[0]]), []).append(piece)
        return found

    @cached_property
    def strips(self) -> list[Strip]:
        """Those of a network that names are for, in place of its contacts; see `named_strips`."""
        return named_strips(self.points, self.part, self.contact, _TOGETHER * self.span)

    @cached_property
    def _in_contacts(self) -> IntArray:
        """The same number for vertices that are connected within one contact, (N,)."""
        ends = self.contact[self._edges]
        return self._connected(self._edges[(ends[:, 0] == ends[:, 1]) & (ends[:, 0] > 0)])[1]

    @cached_property
    def _edges(self) -> IntArray:
        return self.cells[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)

    def _connected(self, edges: IntArray) -> tuple[int, IntArray]:
        """How many parts the edges (n, 2) leave the points in, and the part of each, (N,)."""
        size = len(self.points)
        graph = coo_array((np.ones(len(edges)), edges.T), shape=(size, size))
        count, label = connected_components(graph, directed=False)
        return int(count), label

    @cached_property
    def _at_rim(self) -> BoolArray:
        found = np.zeros(len(self.points), dtype=bool)
        found[self.rim] = True
        return found

    @cached_property
    def _range_of_potential(self) -> float:
        return float(np.ptp(self.potential))

    def _piece(self, vertices: IntArray, cells: IntArray, edges: IntArray) -> Piece:
        """What has these vertices, cells, and edges of the rim."""
        # The corner of a film may lie wholly in a contact of its edge.
        if len(cells) and not self._at_rim[vertices].all():
            slope = np.ptp(self.potential[self.cells[cells]], axis=1).max()
            carries = bool(slope > 1e-9 * self._range_of_potential)
            return Piece(vertices, cells, open_edges(self.cells[cells]), True, carries)
        return Piece(vertices, np.empty(0, dtype=np.int64), edges, False, True)


def film_surface(fields: Fields) -> Surface:
    """The film from above: the triangles of a 2D film, the top facets of a 3D film."""
    cells, owner = _top_facets(fields)
    used, cells = np.unique(cells, return_inverse=True)
    surface = _surface(fields, used, cells, owner)
    return surface if len(used) <= MOST else _thinned(surface)


def _surface(fields: Fields, used: IntArray, cells: IntArray, owner: IntArray) -> Surface:
    return Surface(
        points=fields.points[used, :2] * NM,
        cells=cells.reshape(-1, 3),
        magnetisation=fields.magnetisation[used],
        potential=fields.potential[used],
        contact=fields.contact[used],
        current_density=fields.current_density[owner],
        region=None if fields.region is None else fields.region[owner],
        temperature=None if fields.temperature is None else fields.temperature[used],
        oersted_field=None if fields.oersted_field is None else fields.oersted_field[used],
        layer_currents={name: j[owner] for name, j in fields.layer_currents.items()},
    )


def _thinned(surface: Surface) -> Surface:
    marks = np.zeros(len(surface.cells), np.int64) if surface.region is None else surface.region
    found = thin(surface.points, surface.cells, marks, surface.contact)
    kept = surface.mapped(lambda of: of[found.vertices], lambda of: of[found.owners])
    about = {field.name: getattr(kept, field.name) for field in fields_of(Fields)}
    image = image_of(surface.points, surface.cells, surface.magnetisation[:, 2])
    thinned = Surface(**{**about, "cells": found.cells}, fine=image)
    thinned.__dict__["mean"] = surface.mean
    return thinned


def grid_over(surface: Surface, step: float) -> tuple[FloatArray, FloatArray]:
    """Places over the film on a square grid, x and y in m, (rows, columns) each.

    Args:
        surface: the film from above.
        step: from one to the next in m.
    """
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    x, y = np.meshgrid(*(np.arange(low[k] + step / 2, high[k], step) for k in (0, 1)))
    return x, y


def sample(surface: Surface, values: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Vertex values (N, k) at points x, y (nm), NaN outside the film; shape x.shape + (k,)."""
    # matplotlib's own interpolation looks for the cells once more for each column.
    cell = cells_at(surface, x, y)
    inside = cell >= 0
    corners = surface.cells[cell[inside]]
    a, b, c = np.moveaxis(surface.points[corners], 1, 0)
    place = np.column_stack((x[inside], y[inside]))
    weights = np.column_stack([_doubled_area(p, q, place) for p, q in ((b, c), (c, a), (a, b))])
    weights /= _doubled_area(a, b, c)[:, None]
    found: FloatArray = np.full((*x.shape, values.shape[1]), np.nan)
    found[inside] = np.einsum("ni,nik->nk", weights, values[corners])
    return found


def _doubled_area(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Of triangles, with the sign of their sense of rotation, (n,)."""
    u, v = b - a, c - a
    area: FloatArray = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    return area


def cells_at(surface: Surface, x: FloatArray, y: FloatArray) -> IntArray:
    """Numbers of the cells that hold the points x, y (nm), −1 outside the film."""
    return np.asarray(surface.triangulation.get_trifinder()(x, y), dtype=np.int64)


def _top_facets(fields: Fields) -> tuple[IntArray, IntArray]:
    """Triangles of the upper side, (n, 3), and the cell each belongs to, (n,)."""
    if fields.cells.shape[1] == 3:
        return fields.cells, np.arange(len(fields.cells))
    facets = fields.cells[:, [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]]
    height = fields.points[:, 2]
    near_top = height > height.max() - 1e-3 * np.ptp(height)
    owner, local = np.nonzero(near_top[facets].all(axis=2))
    return facets[owner, local], owner
