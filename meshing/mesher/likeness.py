"""Whether a drawing that will be refined gives contacts and regions the areas that were drawn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.geometry.areas import pieces
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.mesher.lines import CORNER_ANGLE, SIMPLIFY, SNAP
from hebbfilm.meshing.mesher.planar_graph import PlanarGraph
from hebbfilm.meshing.tagged_mesh import contact_tag

_CHORD = 1 / 12
"""Of h² and the angle in rad by which a curve turns, what lies between it and its chords."""


def require_areas(coarse: Layout, graph: PlanarGraph, corners: FloatArray, parts: int) -> None:
    """Raise LayoutError where a refined border departs from the drawn one more than an unrefined.

    A mesh with edges h leaves h²/12 and the turn of a curve between it and its chords; a corner
    within h of a border may move a vertex of that by `SNAP` h, which has an edge on either side.

    Args:
        coarse: the film, its sizes those of the coarse mesh.
        graph: of it, its sides to be divided.
        corners: (n, 2) of all borders, in coarse mesh sizes.
        parts: into which each side will be divided.
    """
    faces = np.array(_divided(graph), dtype=object)
    tags, regions = np.array(graph.face_tags), np.array(graph.face_regions)
    drawn = [("the film", coarse.outline, np.ones(len(faces), dtype=bool))]
    drawn += [
        (f"contact {contact.name!r}", contact.region, tags == contact_tag(k))
        for k, contact in enumerate(coarse.contacts)
        if contact.is_pad
    ]
    above: BaseGeometry = Polygon()
    for number in range(len(coarse.regions), 0, -1):
        region = coarse.regions[number - 1]
        own = region.area.intersection(coarse.outline).difference(above)
        drawn.append((f"region {region.name!r}", own, regions == number))
        above = above.union(region.area)
    for name, area, chosen in drawn:
        wanted = coarse.in_mesh_sizes(area)
        apart = shapely.symmetric_difference(wanted, shapely.union_all(faces[chosen]))
        if apart.area > _allowed(wanted, corners, parts):
            worst = max(pieces(apart), key=lambda piece: piece.area)
            place = at_places([worst.centroid], coarse.mesh_size)
            raise LayoutError(f"{name} comes out with another border {place}")


def _divided(graph: PlanarGraph) -> list[Polygon]:
    """The faces of a graph, their sides divided and bent."""
    between: dict[tuple[tuple[float, float], tuple[float, float]], FloatArray] = {}
    for chain in graph.chains:
        share = (np.arange(1, chain.bends.shape[1] + 1) / (chain.bends.shape[1] + 1))[:, None]
        ends = [(float(x), float(y)) for x, y in chain.points]
        for (one, other), bend in zip(pairwise(ends), chain.bends, strict=True):
            inner = np.array(one) + np.subtract(other, one) * share + bend
            between[one, other], between[other, one] = inner, inner[::-1]

    def ring(coords: shapely.LinearRing) -> FloatArray:
        ends = [(float(x), float(y)) for x, y in np.array(coords.coords)[:, :2]]
        return np.concatenate([[[one], between[one, other]][k]
                               for one, other in pairwise(ends) for k in (0, 1)])  # fmt: skip

    return [
        Polygon(ring(face.exterior), [ring(hole) for hole in face.interiors])
        for face in graph.faces
    ]


def _allowed(area: BaseGeometry, corners: FloatArray, parts: int) -> float:
    """Area in coarse mesh sizes squared by which an unrefined mesh may depart from a drawn one."""
    border, turn = area.boundary, 0.0
    for line in shapely.get_parts(border):
        turn += _turn_of_curves(np.array(line.simplify(SIMPLIFY).coords)[:, :2])
    near = np.count_nonzero(shapely.dwithin(border, shapely.points(corners), 1 / parts))
    return float((_CHORD * turn + SNAP * near) / parts**2 + SIMPLIFY * border.length)


def _turn_of_curves(ring: FloatArray) -> float:
    """By how much a closed line turns in rad, but at its corners."""
    steps = np.diff(ring, axis=0)
    before = np.roll(steps, 1, axis=0)
    cross = before[:, 0] * steps[:, 1] - before[:, 1] * steps[:, 0]
    turns = np.abs(np.arctan2(cross, np.sum(before * steps, axis=1)))
    return float(turns[turns < np.radians(CORNER_ANGLE)].sum())
