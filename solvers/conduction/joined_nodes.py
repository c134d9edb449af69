"""Which nodes a film joins: each piece of one in several pieces has a potential of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.drive import Drive, check_balance


@dataclass(frozen=True, eq=False)
class JoinedNodes:
    """Groups of nodes between which current can flow.

    Args:
        groups: numbers of the nodes of each.
        of_vertex: number of the group that each vertex belongs to, (columns,); one more than the
            last of a piece that has no contact.
    """

    groups: tuple[IntArray, ...]
    of_vertex: IntArray

    def require_balance(self, drives: Sequence[Drive], contacts: Sequence[str]) -> None:
        """Raise InputError where currents cannot leave the piece of film that they enter.

        Args:
            drives: of each node.
            contacts: names of the nodes.
        """
        if len(self.groups) > 1:
            for group in self.groups:
                names = ", ".join(contacts[k] for k in group)
                check_balance([drives[k] for k in group], f"the piece of film of {names}")

    def without_any(self, held: BoolArray) -> list[int]:
        """Numbers of the groups of which no node has a voltage: φ is free there up to a constant.

        Args:
            held: which nodes have one, (N,).
        """
        return [number for number, group in enumerate(self.groups) if not held[group].any()]

    def ground(self, numbers: Sequence[int], potential: FloatArray, voltages: FloatArray) -> None:
        """Let the mean voltage of the nodes of some groups be zero, in place.

        Args:
            numbers: of the groups.
            potential: φ in V, (columns,).
            voltages: of the nodes in V, (N,).
        """
        shift = np.zeros(len(self.groups) + 1)
        for number in numbers:
            shift[number] = voltages[self.groups[number]].mean()
            voltages[self.groups[number]] -= shift[number]
        if numbers:
            potential -= shift[self.of_vertex]


def joined_nodes(operators: VertexOperators, nodes: Mapping[str, Sequence[str]]) -> JoinedNodes:
    """The groups of the nodes of a film; collective.

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
    numbers, of_node = np.unique(found[: len(nodes)], return_inverse=True)
    groups = tuple(np.flatnonzero(of_node == number) for number in range(len(numbers)))
    of_piece = np.searchsorted(numbers, found[len(nodes) :])
    place = np.minimum(np.searchsorted(met, pieces), len(met) - 1)
    of_vertex = np.where(met[place] == pieces, of_piece[place], len(groups))
    return JoinedNodes(groups, of_vertex)


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
