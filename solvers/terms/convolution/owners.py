"""From what a rank's cells give to vertices, to what belongs to the ranks that own these."""

from __future__ import annotations

from mpi4py import MPI

import numpy as np
from dolfinx import la
from dolfinx.common import IndexMap
from numpy.typing import NDArray

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.convolution.moments import Overlap


def overlap_of_owned(comm: MPI.Intracomm, vertices: IndexMap, overlap: Overlap) -> Overlap:
    """What the vertices that this rank owns have of boxes, from what ranks know of it; collective.

    Args:
        comm: ranks that share the vertices.
        vertices: of the film.
        overlap: of the vertices of this rank, owned and ghost, by its own cells alone.
    """
    owned = vertices.size_local
    entries = overlap.entries.tocoo()
    ghost = entries.col >= owned
    sent = np.empty(int(ghost.sum()), dtype=[("box", "i8"), ("vertex", "i8"), ("value", "f8")])
    sent["box"] = overlap.boxes[entries.row[ghost]]
    sent["vertex"] = vertices.ghosts[entries.col[ghost] - owned]
    sent["value"] = entries.data[ghost]
    received = _sent_to(comm, vertices.owners[entries.col[ghost] - owned], sent)
    kept = ~ghost
    return Overlap.of(
        np.concatenate([overlap.boxes[entries.row[kept]], received["box"]]),
        np.concatenate([entries.col[kept], received["vertex"] - vertices.local_range[0]]),
        np.concatenate([entries.data[kept], received["value"]]),
        owned,
    )


def _sent_to(
    comm: MPI.Intracomm, ranks: NDArray[np.int32], rows: NDArray[np.void]
) -> NDArray[np.void]:
    """What others sent here, of rows (n,) of which each goes to one rank."""
    order = np.argsort(ranks, kind="stable")
    counts = np.bincount(ranks, minlength=comm.size)
    parts = np.split(rows[order], np.cumsum(counts)[:-1])
    return np.concatenate(comm.alltoall(parts))


def sums_of_owned(vertices: IndexMap, values: FloatArray) -> FloatArray:
    """Values (n_local, k) of vertices, owned and ghost, added up at owners, (n_owned, k)."""
    sums = la.vector(vertices, values.shape[1], dtype=np.float64)
    sums.array[:] = values.ravel()
    sums.scatter_reverse(la.InsertMode.add)
    found: FloatArray = sums.array.reshape(values.shape)[: vertices.size_local].copy()
    return found
