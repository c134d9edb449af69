"""Local quadratic energies as one sparse form, which any number of terms add up to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hebbfilm.common.arrays import FloatArray

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators

_XX, _YY, _ZZ, _XY, _XZ, _YZ = range(6)


@dataclass(frozen=True, eq=False)
class QuadraticForm:
    """E = ½ Σ_ij m_i · (J_ij m_j + D_ij × m_j) + ½ Σ_i m_i · B_i m_i in J.

    Every local quadratic micromagnetic energy has this form: J holds the exchange, the vectors
    D_ij = -D_ji the Dzyaloshinskii-Moriya interactions, and B what acts on a vertex alone.

    Args:
        operators: whose pattern the values follow.
        exchange: J_ij in J, (nnz,).
        moriya: D_ij in J, (nnz, 3).
        onsite: xx, yy, zz, xy, xz, yz of the symmetric B_i in J, (owned, 6).
    """

    operators: VertexOperators
    exchange: FloatArray
    moriya: FloatArray
    onsite: FloatArray

    @classmethod
    def zero(cls, operators: VertexOperators) -> QuadraticForm:
        """The form that is zero."""
        nnz = operators.indices.size
        return cls(operators, np.zeros(nnz), np.zeros((nnz, 3)), np.zeros((operators.owned, 6)))

    @classmethod
    def from_exchange(cls, operators: VertexOperators, exchange: FloatArray) -> QuadraticForm:
        """A form with J_ij (nnz,) in J alone."""
        form = cls.zero(operators)
        form.exchange[:] = exchange
        return form

    @classmethod
    def from_moriya(cls, operators: VertexOperators, moriya: FloatArray) -> QuadraticForm:
        """A form with D_ij (nnz, 3) in J alone."""
        form = cls.zero(operators)
        form.moriya[:] = moriya
        return form

    @classmethod
    def from_axis(
        cls, operators: VertexOperators, strength: FloatArray, axis: FloatArray
    ) -> QuadraticForm:
        """The onsite form B_i = s_i a_i a_iᵀ, for s (owned,) in J and unit vectors a (owned, 3)."""
        form = cls.zero(operators)
        for entry, (k, l) in zip(  # noqa: E741
            (_XX, _YY, _ZZ, _XY, _XZ, _YZ),
            ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)),
            strict=True,
        ):
            form.onsite[:, entry] = strength * axis[:, k] * axis[:, l]
        return form

    def __add__(self, other: QuadraticForm) -> QuadraticForm:
        return QuadraticForm(
            self.operators,
            self.exchange + other.exchange,
            self.moriya + other.moriya,
            self.onsite + other.onsite,
        )

    def gradient(self, m: FloatArray) -> FloatArray:
        """∂E/∂m_i in J, (owned, 3), of m (columns, 3); plain NumPy, beside the kernel."""
        rows = np.repeat(np.arange(self.operators.owned), np.diff(self.operators.indptr))
        neighbour = m[self.operators.indices]
        pairs = self.exchange[:, None] * neighbour + np.cross(self.moriya, neighbour)
        gradient = np.zeros((self.operators.owned, 3))
        np.add.at(gradient, rows, pairs)
        x, y, z = m[: self.operators.owned].T
        b = self.onsite.T
        gradient[:, 0] += b[_XX] * x + b[_XY] * y + b[_XZ] * z
        gradient[:, 1] += b[_XY] * x + b[_YY] * y + b[_YZ] * z
        gradient[:, 2] += b[_XZ] * x + b[_YZ] * y + b[_ZZ] * z
        return gradient

    def energy(self, m: FloatArray) -> float:
        """E in J of m (columns, 3); collective."""
        local = 0.5 * float(np.vdot(m[: self.operators.owned], self.gradient(m)))
        energy: float = self.operators.comm.allreduce(local)
        return energy


def narrowed(forms: dict[str, QuadraticForm]) -> dict[str, QuadraticForm]:
    """The same forms, changed so that all J_ij and D_ij of their sum are numbers of 32 bits.

    Relative changes are 6e-8 at most, those of J_ij and J_ji the same, and J_ii makes up for them:
    a uniform m still has no exchange energy. Energies and fields are then those of one operator.
    """
    found = {}
    exchange: FloatArray = np.zeros(1)
    moriya: FloatArray = np.zeros(1)
    for name, form in forms.items():
        between, own = _narrow(exchange + form.exchange), form.operators.diagonal
        change = between - exchange - form.exchange
        change[own] = 0
        change[own] = -np.add.reduceat(change, form.operators.indptr[:-1])
        across = _narrow(moriya + form.moriya)
        found[name] = replace(form, exchange=form.exchange + change, moriya=across - moriya)
        exchange, moriya = between, across
    return found


def _narrow(values: FloatArray) -> FloatArray:
    return values.astype(np.float32).astype(np.float64)
