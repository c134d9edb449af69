"""Figures of the mesh of a snapshot, and means over it."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.snapshots import Fields


def mean_magnetisation(fields: Fields) -> FloatArray:
    """⟨m⟩ over the film, (3,); m is linear in each cell.

    Args:
        fields: of a snapshot.
    """
    corners = fields.points[fields.cells]
    edges = corners[:, 1:] - corners[:, :1]
    flat = fields.cells.shape[1] == 3
    normals = np.cross(edges[:, 0], edges[:, 1])
    weight = np.linalg.norm(normals, axis=1) if flat else np.abs(np.linalg.det(edges))
    found: FloatArray = weight @ fields.magnetisation[fields.cells].mean(axis=1) / weight.sum()
    return found


def typical_edge(fields: Fields) -> float:
    """The median edge of the mesh, m.

    Args:
        fields: of a snapshot.
    """
    corners = fields.points[fields.cells][:, :3]
    return float(np.median(np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)))
