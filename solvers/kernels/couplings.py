"""What acts between the vertices of a film, in the order in which the inner loop reads it."""

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray, RealArray
from hebbfilm.solvers.kernels.chunks import chunked_vertices, in_chunks, stride_of
from hebbfilm.solvers.kernels.compiled import (
    LANES,
    integers,
    loops,
    narrow_reals,
    new,
    null,
    reals,
    truths,
)

EXCHANGE, DRIFT, MORIYA = 0, 1, 2
"""Components of a pair: J, the drift, and from the third on D."""
_SHORT, _LONG = 4, 5


class Couplings:
    """Fields between vertices and on them, and the drift, as the compiled loops read them.

    Vertices come in chunks of so many as the loops treat at once. All of a chunk have as many pairs
    as the one with most neighbours; surplus pairs are zero. The last chunk is filled up with copies
    of the last vertex.

    Args:
        indptr, indices: CSR pattern of the owned rows.
        volumes: of the vertices in m³, (owned,).
        exchange: (nnz,) in J; kept in 32 bits but for that of a vertex with itself.
        moriya: (nnz, 3) Dzyaloshinskii vectors in J, kept in 32 bits; zero from a vertex to itself.
        onsite: (owned, 6) symmetric tensor in A/m: xx, yy, zz, xy, xz, yz.
        field_per_energy: -1/(μ₀ M_s) in A/m per J/m³, (owned,): volume by moment.

    Attributes:
        owned: number of vertices.
        pairs: (pairs, components, lanes): J in J, drift in m³/s, and D in J between them.
        per_volume: (chunks, lanes) in 1/m³.
        field_per_energy: (chunks, lanes), or (1, lanes) where it is the same for all.
        self_exchange: (chunks, lanes) field in A/m that each raises on itself by exchange.
        onsite: (chunks, 6, lanes) in A/m, or (1, 6, lanes) where it is the same for all.
        external: (owned, 3) field in A/m of everything that is not local and quadratic.
        twist: (owned, 3) q in A/m of a field m × q.
        pointer: what the compiled loops take.
    """

    def __init__(
        self,
        indptr: IntArray,
        indices: IntArray,
        volumes: FloatArray,
        exchange: FloatArray,
        moriya: RealArray,
        onsite: FloatArray,
        field_per_energy: FloatArray,
    ) -> None:
        self.owned = len(indptr) - 1
        rows = np.repeat(np.arange(self.owned), np.diff(indptr))
        vertices = chunked_vertices(self.owned)
        entries, counts = _entries_of(vertices, indptr, rows != indices)
        starts, slot, lane = _slots(counts)
        chunks = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        self._neighbours: IntArray = 3 * vertices.reshape(-1, LANES).astype(np.int32)[chunks]
        self._neighbours[slot, lane] = 3 * indices[entries]
        # Of surplus pairs none.
        self._entries: IntArray = np.full(self._neighbours.shape, -1, dtype=np.int32)
        self._entries[slot, lane] = entries
        # Behind that row of m there is nothing that could be read with it.
        at_end = (self._neighbours == self._neighbours.max(initial=0)).any(axis=1)
        self._last: BoolArray = np.zeros(len(starts) - 1, dtype=bool)
        self._last[chunks[at_end]] = True
        self._vertices, self._to_itself = vertices, rows == indices
        self._volumes = volumes
        self.per_volume = (1 / volumes)[vertices].reshape(-1, LANES)
        self.external, self.twist = np.zeros((2, self.owned, 3))
        self._starts: IntArray = starts
        self.take(exchange, moriya, onsite, field_per_energy)

    def take(
        self,
        exchange: FloatArray,
        moriya: RealArray,
        onsite: FloatArray,
        field_per_energy: FloatArray,
    ) -> None:
        """Let others act, as above, between the same vertices; drift and the rest are zero then."""
        components = _LONG if np.any(moriya[:, 2]) else _SHORT
        self.pairs = np.zeros((len(self._neighbours), components, LANES), dtype=np.float32)
        self._fill(EXCHANGE, exchange)
        for k in range(components - MORIYA):
            self._fill(MORIYA + k, np.ascontiguousarray(moriya[:, k], dtype=np.float64))
        self.field_per_energy = in_chunks(field_per_energy)
        to_itself = field_per_energy * exchange[self._to_itself] / self._volumes
        self.self_exchange = to_itself[self._vertices].reshape(-1, LANES)
        self.onsite = in_chunks(onsite)
        self.external[:] = self.twist[:] = 0
        self.pointer = new("Couplings *", self._members())

    def _members(self) -> dict[str, object]:
        return {
            "vertices": self.owned,
            "chunks": len(self._starts) - 1,
            "components": self.pairs.shape[1],
            "starts": integers(self._starts),
            "last": truths(self._last),
            "rows": integers(self._neighbours),
            "pairs": narrow_reals(self.pairs),
            "field_per_energy": reals(self.field_per_energy),
            "field_stride": stride_of(self.field_per_energy),
            "per_volume": reals(self.per_volume),
            "self": reals(self.self_exchange),
            "onsite": reals(self.onsite),
            "onsite_stride": stride_of(self.onsite),
            "external": null,
            "twist": null,
        }

    @property
    def rows(self) -> IntArray:
        """(pairs, lanes) vertices, of which the last may be repeated."""
        chunks = np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))
        return self._vertices.reshape(-1, LANES)[chunks]

    @property
    def columns(self) -> IntArray:
        """(pairs, lanes) neighbours; the loops have where their rows start among numbers."""
        return self._neighbours // 3

    def let_external_act(self, acts: bool) -> None:
        """Whether the loops read `external`; if not, it must be zero."""
        self.pointer.external = reals(self.external) if acts else null

    def let_act(self, external: FloatArray) -> None:
        """Let the loops read another array (owned, 3) as `external`."""
        self.external = external
        self.let_external_act(True)

    def let_twist_act(self, acts: bool) -> None:
        """Whether the loops read `twist`; if not, it must be zero."""
        self.pointer.twist = reals(self.twist) if acts else null

    def _fill(self, component: int, values: FloatArray) -> None:
        loops.fill_pairs(
            len(self._entries),
            self.pairs.shape[1],
            integers(self._entries),
            reals(values),
            narrow_reals(self.pairs.reshape(-1)[component * LANES :]),
        )

    def set_drift(self, advection: FloatArray) -> None:
        """Take the drift ∫ λ_i u · ∇λ_j in m³/s, (nnz,) in the order of the CSR pattern.

        That of a vertex on itself is left out: along m, it turns nothing.
        """
        self._fill(DRIFT, advection)

    def largest_drift(self) -> float:
        """Largest sum of |drift| over the neighbours of a vertex in 1/s."""
        size = np.abs(self.pairs[:, DRIFT].astype(float))
        chunks = np.flatnonzero(np.diff(self._starts))
        sums = np.add.reduceat(size, self._starts[chunks]) * self.per_volume[chunks]
        return float(sums.max(initial=0.0))


def _entries_of(
    vertices: IntArray, indptr: IntArray, wanted: BoolArray
) -> tuple[IntArray, IntArray]:
    """Wanted entries of a CSR pattern, row after row of `vertices`, and how many each row has."""
    lengths = np.diff(indptr)[vertices]
    first = np.cumsum(lengths) - lengths
    entries = np.arange(lengths.sum()) + np.repeat(indptr[vertices] - first, lengths)
    kept = wanted[entries]
    owner = np.repeat(np.arange(len(vertices)), lengths)
    return entries[kept], np.bincount(owner[kept], minlength=len(vertices))


def _slots(counts: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """First pair of each chunk, and the pair and the lane of each entry."""
    widths = counts.reshape(-1, LANES).max(axis=1, initial=0)
    starts = np.concatenate([[0], np.cumsum(widths)]).astype(np.int32)
    owner = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts, starts[owner // LANES] + within, owner % LANES
