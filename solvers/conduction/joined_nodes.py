"""Which nodes a film joins: each piece of one in several pieces has a potential of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hebbfilm.common.arrays import IntArray
from hebbfilm.solvers.discretisation.operators import VertexOperators


def joined_nodes(
    operators: VertexOperators, nodes: Mapping[str, Sequence[str]]
) -> tuple[IntArray, ...]:
    """Groups of the numbers of nodes between which current can flow; collective.

    Args:
        operators: the P1 operators of the film.
        nodes: the contacts of each by its name.
    """
    pieces = _pieces(operators)
    mine: set[tuple[int, int]] = set()
    for node, contacts in enumerate(nodes.values()):
        for name in contacts:
            vertices = operators.film_mesh.contact_vertices(name)
            owned = vertices[vertices < operators.owned]
            mine.update((node, int(piece)) for piece in np.unique(pieces[owned]))
    touched = sorted(set().union(*operators.comm.allgather(mine)))
    ends, labels = np.array(touched).T
    met, row = np.unique(labels, return_inverse=True)
    size = len(nodes) + len(met)
    joined = coo_array((np.ones(len(ends)), (ends, len(nodes) + row)), shape=(size, size))
    _, found = connected_components(joined, directed=False)
    of_node = found[: len(nodes)]
    return tuple(np.flatnonzero(of_node == number) for number in np.unique(of_node))


def _pieces(operators: VertexOperators) -> IntArray:
    """Of each vertex, (columns,), the least number of any in its piece of film; collective."""
    columns = np.arange(operators.vector().array.size)
    rows = np.repeat(columns[: operators.owned], np.diff(operators.indptr))
    shape = (len(columns), len(columns))
    graph = coo_array((np.ones(len(rows)), (rows, operators.indices)), shape=shape)
    number, part = connected_components(graph, directed=False)
    labels = operators.columns.local_to_global(columns.astype(np.int32)).astype(np.float64)
    while True:
        least = np.full(number, np.inf)
        np.minimum.at(least, part, labels)
        # What another rank knows of a piece that it shares comes by its ghosts, rank by rank.
        found = operators.halo(least[part])
        if not operators.comm.allreduce(int((found != labels).any())):
            return np.asarray(labels, dtype=np.int64)
        labels = found
