"""Local quadratic energies as one sparse form, which any number of terms add up to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, RealArray
from hebbfilm.common.reductions import total

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators

ONSITE = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
"""Components of a symmetric tensor in the order in which they are kept."""
_ROUND_OFF = 1e-14
"""Of the exchange of a vertex with itself, below which what is left of its block is nothing."""
_SYMMETRIC = 1e-10
"""Of the largest coupling, below which the symmetric, traceless parts of all are nothing."""


@dataclass(frozen=True, eq=False)
class QuadraticForm:
    """E = ½ Σ_ij m_i · (J_ij m_j + D_ij × m_j + S_ij m_j) + ½ Σ_i m_i · B_i m_i in J.

    J holds the exchange, the vectors D_ij = -D_ji the Dzyaloshinskii-Moriya interactions, and B
    what acts on a vertex alone. S, symmetric and traceless, is all that a pair may have beyond:
    anisotropic exchange.

    Args:
        operators: whose pattern the values follow.
        exchange: J_ij in J, (nnz,); rows sum to zero.
        moriya: D_ij in J, (nnz, 3); in 32 bits where that is exact.
        onsite: xx, yy, zz, xy, xz, yz of the symmetric B_i in J, (owned, 6).
        anisotropic: S in J, (3 owned, 3 columns); None where it is zero on all ranks.
    """

    operators: VertexOperators
    exchange: FloatArray
    moriya: RealArray
    onsite: FloatArray
    anisotropic: sparse.csr_array | None = None

    @classmethod
    def zero(cls, operators: VertexOperators) -> QuadraticForm:
        """The form that is zero; what acts on a vertex alone may be written."""
        nnz = operators.indices.size
        none: tuple[FloatArray, FloatArray] = (
            np.broadcast_to(0.0, nnz),
            np.broadcast_to(0.0, (nnz, 3)),
        )
        return cls(operators, *none, np.zeros((operators.owned, 6)))

    @classmethod
    def from_blocks(cls, operators: VertexOperators, blocks: FloatArray) -> QuadraticForm:
        """The form of a symmetric matrix of blocks (nnz, 3, 3) in J; collective."""
        traces = (blocks[:, 0, 0] + blocks[:, 1, 1] + blocks[:, 2, 2]) / 3
        exchange = traces.copy()
        exchange[operators.diagonal] = 0
        exchange[operators.diagonal] = -_row_sums(operators, exchange)
        own = blocks[operators.diagonal]
        kept = exchange[operators.diagonal]
        onsite = np.column_stack([own[:, k, j] - (kept if k == j else 0) for k, j in ONSITE])
        onsite[np.abs(onsite) <= _ROUND_OFF * np.abs(kept)[:, None]] = 0
        cyclic = ((2, 1), (0, 2), (1, 0))
        moriya = np.column_stack([(blocks[:, k, j] - blocks[:, j, k]) / 2 for k, j in cyclic])
        moriya[operators.diagonal] = 0
        return cls(operators, exchange, moriya, onsite, _anisotropic(operators, blocks, traces))

    def gradient(self, m: FloatArray) -> FloatArray:
        """∂E/∂m_i in J, (owned, 3), of m (columns, 3); plain NumPy, beside the kernel."""
        rows = np.repeat(np.arange(self.operators.owned), np.diff(self.operators.indptr))
        neighbour = m[self.operators.indices]
        pairs = self.exchange[:, None] * neighbour + np.cross(self.moriya, neighbour)
        gradient = np.zeros((self.operators.owned, 3))
        np.add.at(gradient, rows, pairs)
        if self.anisotropic is not None:
            gradient += (self.anisotropic @ m.ravel()).reshape(-1, 3)
        for entry, (k, j) in enumerate(ONSITE):
            gradient[:, k] += self.onsite[:, entry] * m[: len(gradient), j]
            if k != j:
                gradient[:, j] += self.onsite[:, entry] * m[: len(gradient), k]
        return gradient

    def energy(self, m: FloatArray) -> float:
        """E in J of m (columns, 3); collective."""
        local = 0.5 * float(np.vdot(m[: self.operators.owned], self.gradient(m)))
        return total(self.operators.comm, local)

    def narrowed(self) -> QuadraticForm:
        """The same form, changed so that all J_ij and D_ij are numbers of 32 bits.

        Relative changes are 6e-8 at most, those of J_ij and J_ji the same, and J_ii makes up for
        them: a uniform m still has no exchange energy.
        """
        exchange = _narrow(self.exchange)
        exchange[self.operators.diagonal] = 0
        exchange[self.operators.diagonal] = -_row_sums(self.operators, exchange)
        return replace(self, exchange=exchange, moriya=self.moriya.astype(np.float32))

    def shifted(self, origin: QuadraticForm, end: QuadraticForm) -> QuadraticForm:
        """The same form, its pairs shifted by those of `end` less those of `origin`."""
        return replace(
            self,
            exchange=self.exchange + (end.exchange - origin.exchange),
            moriya=self.moriya + (end.moriya - origin.moriya),
        )


def _row_sums(operators: VertexOperators, values: FloatArray) -> FloatArray:
    return np.add.reduceat(values, operators.indptr[:-1]) if operators.owned else np.zeros(0)


def _anisotropic(
    operators: VertexOperators, blocks: FloatArray, traces: FloatArray
) -> sparse.csr_array | None:
    # One after another, as each is as large as the exchange.
    sizes = [_largest(_symmetric(operators, blocks, traces, k, j)) for k, j in ONSITE]
    *beyond, largest = np.max(operators.comm.allgather([*sizes, _largest(blocks)]), axis=0)
    if max(beyond) <= _SYMMETRIC * largest:
        return None
    symmetric = np.zeros_like(blocks)
    for k, j in ONSITE:
        values = _symmetric(operators, blocks, traces, k, j)
        symmetric[:, k, j] = symmetric[:, j, k] = values
    matrix = sparse.bsr_array(
        (symmetric, operators.indices, operators.indptr),
        shape=(3 * operators.owned, 3 * operators.vector().array.size),
    )
    return matrix.tocsr()


def _largest(values: FloatArray) -> float:
    return max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))


def _symmetric(
    operators: VertexOperators, blocks: FloatArray, traces: FloatArray, k: int, j: int
) -> FloatArray:
    """One component of the symmetric, traceless parts, zero from a vertex to itself."""
    values: FloatArray = (blocks[:, k, j] + blocks[:, j, k]) / 2
    if k == j:
        values -= traces
    values[operators.diagonal] = 0
    return values


def _narrow(values: FloatArray) -> FloatArray:
    return values.astype(np.float32).astype(np.float64)
