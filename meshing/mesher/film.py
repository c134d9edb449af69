"""From a layout to a mesh: Gmsh on rank 0, DOLFINx on all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

from mpi4py import MPI

import numpy as np
import shapely

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import MOST_REFINEMENTS, check_vertices
from hebbfilm.meshing.distribution import assemble, distribute
from hebbfilm.meshing.expected_size import expected_vertices
from hebbfilm.meshing.film_mesh import FilmMesh
from hebbfilm.meshing.gmsh_session import gmsh_model
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.mesher.coarse import (
    CoarseMesh,
    coarse_drawing,
    coarse_mesh,
    needed_refinements,
)
from hebbfilm.meshing.mesher.evening import even_out
from hebbfilm.meshing.mesher.extrusion import extrude
from hebbfilm.meshing.mesher.planar_graph import PlanarGraph
from hebbfilm.meshing.mesher.refinement import refine
from hebbfilm.meshing.mesher.size_field import constant, growing, use_smallest
from hebbfilm.meshing.slab import Slab, check_slabs
from hebbfilm.meshing.tagged_mesh import TaggedMesh, contact_tag

_TRIANGLE, _LINE = 2, 1  # Gmsh's element types

Part: TypeAlias = tuple[int, int]
"""The tag of a pad, or of the film, and the number of a region, or 0."""
Surfaces: TypeAlias = dict[Part, list[int]]


def mesh_film(
    layout: Layout,
    comm: MPI.Intracomm,
    *,
    dimension: int = 2,
    layers: int = 1,
    slabs: Sequence[Slab] = (),
    refinements: int | None = None,
) -> FilmMesh:
    """Mesh a film, and what lies below and above it, and distribute it; collective.

    Rank 0 meshes films of up to 2e5 vertices. Those of more it meshes coarser, and each rank
    divides its triangles, and raises what is on them; the edges of curves are divided along them.

    Args:
        layout: the film and its contacts, the same on all ranks.
        comm: ranks that share the mesh.
        dimension: 2 for triangles in the plane, 3 for tetrahedra between z = 0 and the thickness.
        layers: of tetrahedra over the thickness of the film, in 3D.
        slabs: sheets below and above the film, in 3D, of its outline, contacts and regions: edge
            contacts cover the sides of all, pads lie on top of all.
        refinements: how often each triangle of a coarser mesh is divided into four. None: as often
            as the number of vertices asks for and curves, corners and narrow parts allow.

    Raises:
        LayoutError: a layout or slabs that do not mesh, or not coarser, on all ranks.
        ValueError: a dimension, or a number of layers or refinements, that does not exist.

    Example:
        >>> from mpi4py import MPI
        >>> film_mesh = mesh_film(strip(length=200e-9, mesh_size=2e-8), MPI.COMM_WORLD)
        >>> film_mesh.contacts, film_mesh.dimension
        (('left', 'right'), 2)
    """
    if dimension not in (2, 3):
        raise ValueError(f"dimension {dimension!r}: a film is meshed in 2 or 3 dimensions")
    if not isinstance(layers, int) or layers < 1:
        raise ValueError(f"layers {layers!r} is not a positive number of layers")
    if refinements is not None and refinements not in range(MOST_REFINEMENTS + 1):
        raise ValueError(
            f"refinements {refinements!r} is not a number from 0 to {MOST_REFINEMENTS}"
        )
    slabs = check_slabs(slabs)
    if dimension == 2 and slabs:
        raise LayoutError("slabs: a film of triangles has none; mesh it in 3 dimensions")
    sheets = layers + sum(slab.elements for slab in slabs)
    expected = expected_vertices(layout) * (1 if dimension == 2 else sheets + 1)
    check_vertices(expected)
    made = on_root(comm, lambda: _coarse(layout, expected, refinements))
    if comm.bcast(None if made is None else made.parts, root=0) > 1:
        piece = refine(made, comm)
        if dimension == 3:
            piece = piece.extruded(layout, layers, slabs)
        return assemble(piece.share(comm), comm, layout.thickness)
    solid = None
    if made is not None:
        solid = made.mesh if dimension == 2 else extrude(made.mesh, layout, layers, slabs)
    return distribute(solid, comm, layout.thickness)


@lru_cache(maxsize=16)
def foreseen_refinements(layout: Layout, expected: float, refinements: int | None) -> int:
    """How often `mesh_film` will refine a film; on the calling rank only, which meshes it coarser.

    Args:
        layout: the film.
        expected: number of vertices.
        refinements: as of `mesh_film`.

    Raises:
        LayoutError: it cannot be refined as often as is asked for.
    """
    one = layout if layout.copies is None else layout.copies.film
    made = _to_refine(one, expected, refinements)
    return 0 if made is None else made.parts.bit_length() - 1


def triangulate(layout: Layout) -> TaggedMesh:
    """The planar mesh of a layout, on the calling rank only.

    Raises:
        LayoutError: a layout that Gmsh cannot mesh.
    """
    return _coarse(layout, 0, 0).mesh


def _coarse(layout: Layout, expected: float, refinements: int | None) -> CoarseMesh:
    """The planar mesh of a layout, or one that is to be refined; on the calling rank only."""
    one = layout if layout.copies is None else layout.copies.film
    made = _to_refine(one, expected, refinements) or _refinable(one, 1)
    return made if layout.copies is None else made.repeated(layout.copies)


def _to_refine(layout: Layout, expected: float, refinements: int | None) -> CoarseMesh | None:
    """The mesh that is to be refined, of a layout without copies; None if it is meshed at once."""
    if refinements == 0:
        return None
    if refinements is None:
        return _as_often_as_fits(layout, needed_refinements(expected))
    try:
        return _refinable(layout, 2**refinements)
    except LayoutError as error:
        fits = _as_often_as_fits(layout, refinements - 1)
        most = 0 if fits is None else fits.parts.bit_length() - 1
        raise LayoutError(
            f"{error}; {most} fits, and more may with a finer mesh_size; without the key it is as "
            "many as are needed and fit"
        ) from None


def _as_often_as_fits(layout: Layout, most: int) -> CoarseMesh | None:
    for tried in range(most, 0, -1):
        try:
            return _refinable(layout, 2**tried)
        except LayoutError:
            continue
    return None


def _refinable(layout: Layout, parts: int) -> CoarseMesh:
    coarse, graph = coarse_drawing(layout, parts)
    mesh = _triangulate(coarse, graph)
    return coarse_mesh(mesh, _sizes_at(mesh.points, coarse), layout, graph, parts)


def _triangulate(layout: Layout, graph: PlanarGraph) -> TaggedMesh:
    with gmsh_model() as model:
        try:
            surfaces, curves = _draw(model, graph)
            _set_sizes(model, layout, surfaces, curves)
            model.mesh.generate(2)
        except Exception as error:  # Gmsh raises no narrower class
            raise LayoutError(f"Gmsh cannot mesh the layout: {error}") from error
        mesh = _extract(model, layout, surfaces, curves)
    return even_out(mesh, _sizes_at(mesh.points, layout))


def _draw(model: Any, graph: PlanarGraph) -> tuple[Surfaces, dict[int, list[int]]]:
    """Draw the graph in Gmsh, one mesh edge a segment: surfaces, and curves by physical tag."""
    points: dict[tuple[float, float], int] = {}
    lines: dict[tuple[int, int], int] = {}

    def point(xy: FloatArray) -> int:
        key = (float(xy[0]), float(xy[1]))
        if key not in points:
            points[key] = model.geo.addPoint(*key, 0)
        return points[key]

    def line(first: int, last: int) -> int:
        if (last, first) in lines:
            return -lines[last, first]
        if (first, last) not in lines:
            lines[first, last] = model.geo.addLine(first, last)
            model.geo.mesh.setTransfiniteCurve(lines[first, last], 2)
        return lines[first, last]

    def loop(ring: Any) -> int:
        ends = [point(xy) for xy in np.array(ring.coords)[:, :2]]
        return int(model.geo.addCurveLoop([line(a, b) for a, b in pairwise(ends)]))

    surfaces: Surfaces = {}
    for face, *part in zip(graph.faces, graph.face_tags, graph.face_regions, strict=True):
        loops = [loop(ring) for ring in (face.exterior, *face.interiors)]
        surfaces.setdefault((part[0], part[1]), []).append(model.geo.addPlaneSurface(loops))
    curves = {
        tag: [abs(line(point(a), point(b))) for a, b in segments]
        for tag, segments in graph.edges.items()
    }
    model.geo.synchronize()
    return surfaces, curves


def _set_sizes(
    model: Any, layout: Layout, surfaces: Surfaces, curves: dict[int, list[int]]
) -> None:
    """One mesh size everywhere; finer ones grow with the distance from what has its own."""
    fields = [constant(model, 1.0)]
    if layout.rim_mesh_size is not None:
        everywhere = [(2, s) for group in surfaces.values() for s in group]
        rim = [c for _, c in model.getBoundary(everywhere, oriented=False)]
        size = layout.rim_mesh_size / layout.mesh_size
        fields.append(growing(model, rim, size, 1.0, layout.gradation))
    number = len(layout.contacts)
    for k, (_, own) in enumerate(layout.mesh_sizes):
        size = own / layout.mesh_size
        if size == 1:
            continue
        tag, region = (contact_tag(k), None) if k < number else (None, k - number + 1)
        areas = [
            s
            for part, group in surfaces.items()
            if tag == part[0] or region == part[1]
            for s in group
        ]
        rim = [c for _, c in model.getBoundary([(2, s) for s in areas], oriented=False)]
        lines = curves.get(tag, []) if tag is not None else []
        fields.append(growing(model, lines + rim, size, 1.0, layout.gradation))
        if areas:
            fields.append(constant(model, size, areas))
    use_smallest(model, fields)


def _sizes_at(points: FloatArray, layout: Layout) -> FloatArray:
    """What `_set_sizes` asks for at some places (N, 3), m."""
    sizes = np.full(len(points), layout.mesh_size)
    places = shapely.points(points[:, :2])
    for place, size in [(layout.outline.boundary, layout.at_rim), *layout.mesh_sizes]:
        if size < layout.mesh_size:
            away = shapely.distance(place, places)
            sizes = np.minimum(sizes, size + layout.gradation * away)
    return sizes


def _extract(
    model: Any, layout: Layout, surfaces: Surfaces, curves: dict[int, list[int]]
) -> TaggedMesh:
    tags, points, _ = model.mesh.getNodes()
    row = np.zeros(int(tags.max()) + 1, dtype=np.int64)
    row[tags.astype(np.int64)] = np.arange(len(tags))

    def collect(kind: int, groups: dict[Part, list[int]]) -> tuple[IntArray, IntArray]:
        found = [np.empty((0, kind + 1), dtype=np.int64)]
        marks = [np.empty((0, 2), dtype=np.int32)]
        for part, entities in groups.items():
            for entity in entities:
                nodes = model.mesh.getElementsByType(kind, entity)[1].astype(np.int64)
                found.append(row[nodes].reshape(-1, kind + 1))
                marks.append(np.full((len(found[-1]), 2), part, dtype=np.int32))
        return np.concatenate(found), np.concatenate(marks).T.copy()

    cells, (cell_tags, regions) = collect(_TRIANGLE, surfaces)
    facets, (facet_tags, _) = collect(_LINE, {(tag, 0): lines for tag, lines in curves.items()})
    return TaggedMesh(
        points.reshape(-1, 3) * layout.mesh_size,
        cells,
        cell_tags,
        facets,
        facet_tags,
        layout.contact_names,
        layout.region_names,
        regions if layout.regions else None,
    ).compact()
