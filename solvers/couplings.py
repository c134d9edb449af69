"""What acts between the vertices of a film, in the order in which the inner loop reads it."""

import numba
import numpy as np
import numpy.typing as npt

from solvers.compiled import integers, loops, new, reals
from solvers.operators import FloatArray, IntArray

_LANES: int = loops.lanes_per_chunk()
EXCHANGE, DRIFT, MORIYA = 0, 1, 2
"""Components of a pair: J, the drift, and from the third on D."""
_SHORT, _LONG = 4, 5

_Indices = npt.NDArray[np.intp]


class Couplings:
    """Fields between vertices and on them, and the drift, as the compiled loops read them.

    Vertices come in chunks of so many as the loops treat at once. All of a chunk have as many pairs
    as the one with most neighbours; surplus pairs are zero. The last chunk is filled up with copies
    of the last vertex. What a vertex does to itself is part of the onsite tensor.

    Args:
        indptr, indices: CSR pattern of the owned rows.
        exchange: (nnz,) field in A/m per unit of m.
        moriya: (nnz, 3) Dzyaloshinskii vectors in A/m; zero from a vertex to itself.
        onsite: (owned, 6) symmetric tensor in A/m: xx, yy, zz, xy, xz, yz.

    Attributes:
        owned: number of vertices.
        rows, columns: (pairs, lanes) vertex, of which the last may be repeated, and neighbour.
        pairs: (pairs, components, lanes): J in A/m, drift in 1/s, and D in A/m between them.
        onsite: (chunks, 6, lanes) in A/m.
        external: (owned, 3) field in A/m of everything that is not local and quadratic.
        pointer: what the compiled loops take.
    """

    def __init__(
        self,
        indptr: IntArray,
        indices: IntArray,
        exchange: FloatArray,
        moriya: FloatArray,
        onsite: FloatArray,
    ) -> None:
        self.owned = len(indptr) - 1
        rows = np.repeat(np.arange(self.owned), np.diff(indptr))
        vertices = np.arange(-(-self.owned // _LANES) * _LANES)
        vertices[self.owned :] = self.owned - 1
        entries, counts = _entries_of(vertices, indptr, rows != indices)
        starts, slot, lane = _slots(counts)
        self._entries = entries
        self.rows = vertices.reshape(-1, _LANES)[np.repeat(np.arange(len(starts) - 1),
                                                           np.diff(starts))]  # fmt: skip
        self.columns: IntArray = self.rows.astype(np.int32)
        self.columns[slot, lane] = indices[entries]
        components = _LONG if np.any(moriya[:, 2]) else _SHORT
        self.pairs = np.zeros((len(self.rows), components, _LANES))
        # Of the first component of each entry, in `pairs` as one row of numbers.
        self._places = slot * components * _LANES + lane
        self._row = self.rows[slot, lane]
        self._fill(EXCHANGE, exchange)
        for k in range(components - MORIYA):
            self._fill(MORIYA + k, moriya[:, k])
        tensor = onsite.copy()
        tensor[:, :3] += exchange[rows == indices, None]
        chunks = tensor[vertices].reshape(-1, _LANES, tensor.shape[1])
        self.onsite = np.ascontiguousarray(chunks.transpose(0, 2, 1))
        self.external = np.zeros((self.owned, 3))
        self._starts: IntArray = starts
        self.pointer = new("Couplings *", self._members(components))

    def _members(self, components: int) -> dict[str, object]:
        return {
            "vertices": self.owned,
            "chunks": len(self._starts) - 1,
            "components": components,
            "starts": integers(self._starts),
            "columns": integers(self.columns),
            "pairs": reals(self.pairs),
            "onsite": reals(self.onsite),
            "external": reals(self.external),
        }

    def _fill(self, component: int, values: FloatArray) -> None:
        self.pairs.reshape(-1)[self._places + component * _LANES] = values[self._entries]

    def set_drift(self, advection: FloatArray, volumes: FloatArray) -> None:
        """Take the drift ∫ λ_i u · ∇λ_j / V_i in 1/s.

        That of a vertex on itself is left out: along m, it turns nothing.

        Args:
            advection: ∫ λ_i u · ∇λ_j in m³/s, (nnz,) in the order of the CSR pattern.
            volumes: V_i in m³, (owned,).
        """
        flat = self.pairs.reshape(-1)[DRIFT * _LANES :]
        _set_drift(self._places, self._entries, self._row, advection, 1 / volumes, flat)

    def largest_drift(self) -> float:
        """Largest sum of |drift| over the neighbours of a vertex in 1/s."""
        size = np.abs(self.pairs[:, DRIFT])
        chunks = np.flatnonzero(np.diff(self._starts))
        return float(np.add.reduceat(size, self._starts[chunks]).max()) if len(chunks) else 0.0


def _entries_of(
    vertices: _Indices, indptr: IntArray, wanted: npt.NDArray[np.bool_]
) -> tuple[_Indices, _Indices]:
    """Wanted entries of a CSR pattern, row after row of `vertices`, and how many each row has."""
    lengths = np.diff(indptr)[vertices]
    first = np.cumsum(lengths) - lengths
    entries = np.arange(lengths.sum()) + np.repeat(indptr[vertices] - first, lengths)
    kept = wanted[entries]
    owner = np.repeat(np.arange(len(vertices)), lengths)
    return entries[kept], np.bincount(owner[kept], minlength=len(vertices))


def _slots(counts: _Indices) -> tuple[IntArray, _Indices, _Indices]:
    """First pair of each chunk, and the pair and the lane of each entry."""
    widths = counts.reshape(-1, _LANES).max(axis=1, initial=0)
    starts = np.concatenate([[0], np.cumsum(widths)]).astype(np.int32)
    owner = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts, starts[owner // _LANES] + within, owner % _LANES


@numba.njit(cache=True)
def _set_drift(places, entries, rows, advection, per_volume, drift):  # type: ignore[no-untyped-def]
    for k in range(places.size):
        drift[places[k]] = per_volume[rows[k]] * advection[entries[k]]
