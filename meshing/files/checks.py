"""What is wrong with a mesh made elsewhere, with the place where it is."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import MeshError
from hebbfilm.meshing.bounds import LARGEST, check_length
from hebbfilm.meshing.files.selection import faces_of, same_rows
from hebbfilm.meshing.quality import simplex_measures
from hebbfilm.meshing.tagged_mesh import FILM_TAG, TaggedMesh, contact_tag

FLATNESS = 1e-6  # of the width: a planar film's z may vary so much
THICKNESS_TOLERANCE = 1e-3  # between the thickness said and that of a 3D mesh
DEGENERATE = 1e-6  # of the longest edge: a cell lower than this is none
TOGETHER = 1e-3  # of an edge: closer points are meant to be one
COARSEST = 1e-6  # m; longer edges without a unit are nanometres or millimetres typed as metres


def check_mesh(mesh: TaggedMesh, thickness: float | None, unit: float | None) -> None:
    """Raise MeshError unless a mesh is a whole film with contacts.

    Args:
        mesh: its points all belong to cells.
        thickness: that a mesh in three dimensions must have, m; any where None.
        unit: metres per length unit that the file was said to have; None where nothing was said.
    """
    if not len(mesh.cells):
        raise MeshError("it has no cells of a film")
    if not np.isfinite(mesh.points).all():
        raise MeshError("a coordinate is not a finite number")
    _check_size(mesh, thickness, unit)
    _check_cells(mesh)
    _check_unit(mesh, unit)
    facets = _Facets(mesh)
    facets.check_neighbours()
    _check_welds(mesh, facets.rim)
    facets.check_whole()
    facets.check_contacts()
    _check_contacts(mesh)


def _check_size(mesh: TaggedMesh, thickness: float | None, unit: float | None) -> None:
    width = float(np.ptp(mesh.points[:, :2], axis=0).max())
    height = float(np.ptp(mesh.points[:, 2]))
    if width > LARGEST:
        raise MeshError(
            f"the film is {width:g} m wide with unit={unit or 1:g}; are the lengths of the file in "
            "nanometres (unit=1e-9)?"
        )
    check_length("film width", width)
    if mesh.dimension == 2 and height > FLATNESS * width:
        raise MeshError(f"a film of triangles must lie in the plane, but z varies by {height:g} m")
    allowed = height if thickness is None or mesh.dimension == 2 else thickness
    if abs(height - allowed) > THICKNESS_TOLERANCE * allowed:
        raise MeshError(f"the mesh is {height:g} m thick, not {allowed:g} m (thickness)")


def _check_unit(mesh: TaggedMesh, unit: float | None) -> None:
    if unit is not None:
        return
    edges = mesh.points[mesh.cells[:, 0]] - mesh.points[mesh.cells[:, 1]]
    length = float(np.median(np.linalg.norm(edges, axis=1)))
    if length > COARSEST:
        raise MeshError(
            f"edges of the mesh are {length:g} m long; say what its lengths are: unit = 1e-9 for "
            "nanometres, 1e-3 for millimetres, 1 for metres"
        )


def _check_cells(mesh: TaggedMesh) -> None:
    corners = mesh.points[mesh.cells]
    sizes = simplex_measures(mesh.points, mesh.cells)
    longest = np.ptp(corners, axis=1).max(axis=1)
    # Height over the longest edge, but for a factor of the order of one.
    flat = ~(sizes > DEGENERATE * longest**mesh.dimension)
    if flat.any():
        what = "area" if mesh.dimension == 2 else "volume"
        raise MeshError(
            f"{flat.sum()} of {len(flat)} cells have no {what}, one {_at(corners[flat][0])}"
        )


class _Facets:
    """The facets of all cells, each with its one or two cells."""

    def __init__(self, mesh: TaggedMesh) -> None:
        self.mesh = mesh
        faces = faces_of(mesh.cells)
        self.order = np.lexsort(faces.T)
        ordered = faces[self.order]
        new = np.ones(len(faces), dtype=bool)
        new[1:] = (np.diff(ordered, axis=0) != 0).any(axis=1)
        self.first = np.flatnonzero(new)
        self.counts = np.diff(np.append(self.first, len(faces)))
        self.faces = ordered[self.first]
        self.rim = self.faces[self.counts == 1]

    def _pairs(self) -> tuple[IntArray, IntArray]:
        """Places in `faces_of` of the two sides of each inner facet."""
        first = self.first[self.counts == 2]
        return self.order[first], self.order[first + 1]

    def check_neighbours(self) -> None:
        """Two cells at most meet in a facet, on its two sides."""
        mesh, dimension = self.mesh, self.mesh.dimension
        crowded = self.faces[self.counts > 2]
        if len(crowded):
            raise MeshError(f"more than two cells meet {_at(mesh.points[crowded[0]])}")
        inner = self.faces[self.counts == 2]
        sides = []
        for places in self._pairs():
            corner, cell = np.divmod(places, len(mesh.cells))
            tips = mesh.points[mesh.cells[cell, dimension - corner]]
            edges = np.concatenate([mesh.points[inner[:, 1:]], tips[:, None]], axis=1)
            edges -= mesh.points[inner[:, :1]]
            sides.append(np.linalg.det(edges[:, :, :dimension]) > 0)
        folded = inner[sides[0] == sides[1]]
        if len(folded):
            raise MeshError(f"the mesh is folded over itself {_at(mesh.points[folded[0]])}")
        if dimension == 2:
            lines = shapely.linestrings(mesh.points[self.rim][:, :, :2])
            crossing = shapely.STRtree(lines).query(lines, predicate="crosses")
            if crossing.size:
                place = mesh.points[self.rim[crossing[0, 0]]]
                raise MeshError(f"the mesh overlaps itself {_at(place)}")

    def check_whole(self) -> None:
        """Every cell is joined to every other one through facets."""
        number = len(self.mesh.cells)
        rows, columns = (places % number for places in self._pairs())
        links = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(number, number))
        pieces, label = connected_components(links, directed=False)
        if pieces > 1:
            stray = int(np.argmin(np.bincount(label)))
            place = self.mesh.points[self.mesh.cells[label == stray][0]]
            raise MeshError(f"the film is in {pieces} pieces, the smallest {_at(place)}")

    def check_contacts(self) -> None:
        """Facets of contacts bound exactly one cell."""
        mesh = self.mesh
        stray = np.flatnonzero(~same_rows(np.sort(mesh.facets, axis=1), self.rim))
        if len(stray):
            name = mesh.contacts[mesh.facet_tags[stray[0]] - contact_tag(0)]
            place = mesh.points[mesh.facets[stray[0]]]
            raise MeshError(f"contact {name!r} leaves the film's edge {_at(place)}")


def _check_welds(mesh: TaggedMesh, rim: IntArray) -> None:
    """No two points at one place, and none in the middle of another cell's side."""
    corners = mesh.points[mesh.cells]
    shortest = min(
        np.linalg.norm(corners[:, a] - corners[:, b], axis=1).min()
        for a in range(mesh.dimension + 1)
        for b in range(a)
    )
    edge = np.unique(rim)
    tree = cKDTree(mesh.points[edge])
    double = tree.query_pairs(TOGETHER * shortest, output_type="ndarray")
    if len(double):
        raise MeshError(
            f"{len(double)} pairs of nodes lie at one place, one "
            f"{_at(mesh.points[edge[double[0, :1]]])}: weld the pieces of the mesh together"
        )
    sides = mesh.points[rim]
    middle = sides.mean(axis=1)
    reach = np.linalg.norm(sides - middle[:, None], axis=2).max(axis=1)
    near = tree.query_ball_point(middle, reach)
    side = np.repeat(np.arange(len(rim)), [len(found) for found in near])
    node = edge[np.concatenate([np.asarray(found, dtype=np.int64) for found in near])]
    other = (rim[side] != node[:, None]).all(axis=1)
    side, node = side[other], node[other]
    spans = sides[side, 1:] - sides[side, :1]
    away = mesh.points[node] - sides[side, 0]
    gram = spans @ spans.transpose(0, 2, 1)
    weights = np.linalg.solve(gram, (spans @ away[:, :, None]))[:, :, 0]
    off = np.linalg.norm(away - (weights[:, None] @ spans)[:, 0], axis=1)
    inside = (weights > -TOGETHER).all(axis=1) & (weights.sum(axis=1) < 1 + TOGETHER)
    hanging = node[inside & (off < TOGETHER * reach[side])]
    if len(hanging):
        raise MeshError(
            f"{len(np.unique(hanging))} nodes hang in the middle of a side of a cell, one "
            f"{_at(mesh.points[hanging[:1]])}: neighbouring cells must share whole sides"
        )


def _check_contacts(mesh: TaggedMesh) -> None:
    if not mesh.contacts:
        raise MeshError('no contacts: name further physical groups beside "film"')
    owner = np.zeros(len(mesh.points), dtype=np.int64)
    for k, name in enumerate(mesh.contacts):
        tag = contact_tag(k)
        held = mesh.cells[mesh.cell_tags == tag], mesh.facets[mesh.facet_tags == tag]
        vertices = np.union1d(*held)
        if not len(vertices):
            raise MeshError(f"contact {name!r} is empty")
        other = owner[vertices].max()
        if other:
            raise MeshError(f"contacts {mesh.contacts[other - 1]!r} and {name!r} touch")
        owner[vertices] = k + 1
    if not (mesh.cell_tags == FILM_TAG).any():
        raise MeshError("the contacts cover the whole film")


def _at(corners: FloatArray) -> str:
    """The middle of some points (n, 3) in words."""
    x, y, _ = corners.mean(axis=0)
    return f"at ({x:.4g}, {y:.4g}) m"
