"""Films of any number of vertices in seconds, where Gmsh takes minutes for a million."""

from itertools import pairwise

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.meshing import FILM_TAG, FilmMesh
from hebbfilm.meshing.distribution import assemble, distribute
from hebbfilm.meshing.mesher.coarse import CoarseMesh, needed_refinements
from hebbfilm.meshing.mesher.refinement import refine
from hebbfilm.meshing.mesher.triangles import anticlockwise
from hebbfilm.meshing.tagged_mesh import TaggedMesh, contact_tag

_PERIOD = 70e-9
"""Of the maze in m: about that of the standard film."""
_WAVES, _STEEPNESS = 32, 3.0


def lattice_film(
    comm: MPI.Intracomm, vertices: float, mesh_size: float, thickness: float
) -> FilmMesh:
    """About a square of equilateral triangles between "left" and "right"; collective.

    One of many vertices is refined, as `mesh_film` does, so that no rank holds it.

    Args:
        comm: ranks that share it.
        vertices: about how many.
        mesh_size: edge length in m.
        thickness: in m.
    """
    refinements = needed_refinements(vertices)
    parts = 2**refinements
    columns = round(np.sqrt(vertices * np.sqrt(3) / 2) / parts)
    rows = round(vertices / columns / parts**2)
    coarse = on_root(comm, lambda: _triangles(columns, rows, parts * mesh_size))
    if parts == 1:
        return distribute(coarse, comm, thickness)
    straight = None
    if coarse is not None:
        none = np.empty((0, 2), dtype=np.int64)
        straight = CoarseMesh(coarse, parts, none, np.empty((0, parts - 1, 2)))
    return assemble(refine(straight, comm).share(comm), comm, thickness)


def _triangles(columns: int, rows: int, mesh_size: float) -> TaggedMesh:
    """Rows of as many points, every other one shifted by half an edge."""
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    points = mesh_size * np.stack(
        [column + row % 2 / 2, row * np.sqrt(3) / 2, np.zeros_like(row)], axis=-1
    )
    number = np.arange(rows * columns).reshape(rows, columns)
    cells = []
    for shifted, (low, high) in enumerate(pairwise(number)):
        # Seen from the row that is shifted, the other one starts half an edge to the left.
        left, right = (low, high) if shifted % 2 == 0 else (high, low)
        cells += [
            np.column_stack([left[:-1], left[1:], right[:-1]]),
            np.column_stack([right[:-1], right[1:], left[1:]]),
        ]
    whole = anticlockwise(points.reshape(-1, 3)[:, :2], np.concatenate(cells))
    ends = [np.column_stack([number[:-1, k], number[1:, k]]) for k in (0, -1)]
    return TaggedMesh(
        points.reshape(-1, 3),
        whole,
        np.full(len(whole), FILM_TAG, dtype=np.int32),
        np.concatenate(ends),
        np.repeat([contact_tag(0), contact_tag(1)], rows - 1).astype(np.int32),
        ("left", "right"),
    )


def maze(points: FloatArray) -> FloatArray:
    """Directions (n, 3) at points (n, 3) in m: stripes along the crests of many waves.

    Across walls m turns as interfacial DMI wants it to.
    """
    random = np.random.default_rng(1)
    angles, phases = 2 * np.pi * random.random((2, _WAVES))
    height, slope = np.zeros(len(points)), np.zeros((len(points), 2))
    for angle, phase in zip(angles, phases, strict=True):
        direction = np.array([np.cos(angle), np.sin(angle)])
        argument = 2 * np.pi / _PERIOD * (points[:, :2] @ direction) + phase
        height += np.cos(argument)
        slope -= np.sin(argument)[:, None] * direction
    tilt = np.pi / 2 * (1 - np.tanh(_STEEPNESS * height / np.sqrt(_WAVES)))
    length = np.maximum(np.linalg.norm(slope, axis=1), 1e-300)
    across = slope / length[:, None]
    return np.column_stack([np.sin(tilt)[:, None] * across, np.cos(tilt)])
