"""The pieces of a film as the elements of a network: what each does depends on its own nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hebbfilm.common.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators

Fields: TypeAlias = FloatArray | Sequence[FloatArray]
"""What vertices have, each a row."""


class Strips:
    """All pieces of film between the same nodes are one strip, with a terminal at each; collective.

    What the potential in a strip is depends on the voltages of its own nodes alone. So those of
    single nodes are found for one terminal of every strip at once, then for the next: as many
    fields of potential as the strip with most nodes has, one on top of the other. The first n - 1
    terminals of a strip stand in the first of them, the last one in the last. A film in one piece
    is one strip, whose terminals are the nodes.

    Args:
        operators: the P1 operators of the film.
        nodes: the contacts of each by its name.

    Attributes:
        node: of each terminal, (T,), strip by strip, each in node order.
        at: the node of each strip in each field, (S, fields), or N where it has none.
        of_vertex: the strip of each vertex, (columns,); pieces that no node touches, in which
            nothing flows, count to the first.
        joined: groups of the numbers of nodes between which current can flow.
    """

    def __init__(self, operators: VertexOperators, nodes: Mapping[str, Sequence[str]]) -> None:
        pieces = _pieces(operators)
        self._nodes = len(nodes)
        touching = _touching(operators, nodes, pieces)
        numbers = {ends: k for k, ends in enumerate(sorted(set(touching.values())))}
        known, own = np.array(list(touching)), [numbers[ends] for ends in touching.values()]
        place = np.minimum(np.searchsorted(known, pieces), len(known) - 1)
        self.of_vertex: IntArray = np.where(known[place] == pieces, np.array(own)[place], 0)
        sizes = [len(ends) for ends in numbers]
        self.node: IntArray = np.concatenate(list(numbers))
        self._strip = np.repeat(np.arange(len(sizes)), sizes)
        self._field = _fields(sizes)
        self.at: IntArray = np.full((len(sizes), max(sizes)), len(nodes))
        self.at[self._strip, self._field] = self.node
        self.joined = self._joined()

    @property
    def fields(self) -> int:
        """How many fields of potential hold those of all single nodes."""
        return self.at.shape[1]

    def terminals(self, node: int, vertices: IntArray) -> IntArray:
        """The terminals at vertices (n,) that a node touches, (n,)."""
        # Sorted, as strips are and the nodes of each.
        keys = self._strip * self._nodes + self.node
        return np.searchsorted(keys, self.of_vertex[vertices] * self._nodes + node)

    def unit_voltages(self) -> FloatArray:
        """Voltages of the terminals in each field: 1 at those that stand in it, (fields, T)."""
        found: FloatArray = np.equal.outer(np.arange(self.fields), self._field).astype(np.float64)
        return found

    def fields_of(self, nodes: Sequence[int]) -> list[int]:
        """In which fields the terminals of some nodes stand."""
        return [int(field) for field in np.unique(self._field[np.isin(self.node, nodes)])]

    def of_fields(self, voltages: FloatArray) -> FloatArray:
        """Voltages of nodes (..., N) where their terminals stand, (..., S, fields), else 0."""
        padding = [(0, 0)] * (voltages.ndim - 1) + [(0, 1)]
        found: FloatArray = np.pad(voltages, padding)[..., self.at]
        return found

    def at_nodes(self, currents: FloatArray) -> FloatArray:
        """Currents into terminals (T,) as those into nodes, (N,)."""
        return sums_at(self.node, currents, self._nodes)

    def blocks(self, columns: FloatArray) -> FloatArray:
        """What terminals take in each field, (T, n), as a matrix of each strip, (S, fields, n)."""
        found = np.zeros((*self.at.shape, columns.shape[1]))
        found[self._strip, self._field] = columns
        return found

    def matrix(self, blocks: FloatArray) -> FloatArray:
        """The sum of matrices of strips, (..., S, fields, fields), between nodes, (..., N, N)."""
        size = self._nodes + 1
        places = (self.at[:, :, None] * size + self.at[:, None, :]).ravel()
        sums = [sums_at(places, each, size**2) for each in blocks.reshape(-1, places.size)]
        return np.reshape(sums, (*blocks.shape[:-3], size, size))[..., :-1, :-1].copy()

    def vector(self, values: FloatArray) -> FloatArray:
        """The sum of what each strip has in each field, (S, fields), at nodes, (N,)."""
        return sums_at(self.at.ravel(), values.ravel(), self._nodes + 1)[:-1]

    def products(
        self, first: FloatArray, second: FloatArray, strip: IntArray | None = None
    ) -> FloatArray:
        """Σ a_k b_l over each strip, of what vertices or cells on this rank have, (S, K, L).

        Args:
            first: a, (K, n).
            second: b, (L, n).
            strip: of each, (n,); None: they are those of the first n vertices.
        """
        count = len(self.at)
        if count == 1:
            return _products(first, second)[None]
        labels = self.of_vertex[: first.shape[1]] if strip is None else strip
        sums = [[sums_at(labels, a * b, count) for b in second] for a in first]
        return np.reshape(sums, (len(first), len(second), count)).transpose(2, 0, 1).copy()

    def add(self, shares: FloatArray, fields: Fields, out: FloatArray) -> None:
        """Add Σ_k s_kl f_k with the s of each strip, to `out`.

        Args:
            shares: s, (S, K, L).
            fields: f, (K, n) at the first n vertices.
            out: (L, n).
        """
        if len(shares) == 1:
            out += shares[0].T @ np.asarray(fields)
            return
        labels = self.of_vertex[: out.shape[1]]
        for k, field in enumerate(fields):
            for sums, own in zip(out, shares[:, k].T, strict=True):
                if own.any():
                    sums += own[labels] * field

    def _joined(self) -> tuple[IntArray, ...]:
        size = self._nodes + len(self.at)
        pairs = self.node, self._nodes + self._strip
        graph = coo_array((np.ones(len(self.node)), pairs), shape=(size, size))
        found = connected_components(graph, directed=False)[1][: self._nodes]
        return tuple(np.flatnonzero(found == number) for number in np.unique(found))


def sums_at(places: IntArray, values: FloatArray, count: int) -> FloatArray:
    """The sum of values (n,) at each of `count` places, which are given by their numbers, (n,)."""
    return np.bincount(places, values, count).astype(np.float64, copy=False)


def _products(first: FloatArray, second: FloatArray) -> FloatArray:
    """Σ a_k b_l, (K, L), of a few long rows, with which libraries for matrices are slow."""
    # Here, for who only wants sums at nodes: DOLFINx comes with them.
    from hebbfilm.solvers.kernels.compiled import loops, reals

    a, b = np.ascontiguousarray(first), np.ascontiguousarray(second)
    found = np.empty((len(a), len(b)))
    loops.field_products(a.shape[1], len(a), len(b), reals(a), reals(b), reals(found))
    return found


def _fields(sizes: Sequence[int]) -> IntArray:
    """In which field each terminal stands, of strips with so many each."""
    fields = [np.arange(size) for size in sizes]
    for each in fields:
        each[-1] = max(sizes) - 1
    return np.concatenate(fields)


def _touching(
    operators: VertexOperators, nodes: Mapping[str, Sequence[str]], pieces: IntArray
) -> dict[int, tuple[int, ...]]:
    """The nodes of each piece that some touch, by its number, in the order of these; collective."""
    mine = [
        [(int(piece), node) for piece in np.unique(pieces[vertices[vertices < operators.owned]])]
        for node, contacts in enumerate(nodes.values())
        for vertices in map(operators.film_mesh.contact_vertices, contacts)
    ]
    everywhere = operators.comm.allgather([pair for pairs in mine for pair in pairs])
    found: dict[int, tuple[int, ...]] = {}
    for piece, node in sorted({pair for pairs in everywhere for pair in pairs}):
        found[piece] = (*found.get(piece, ()), node)
    return found


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
