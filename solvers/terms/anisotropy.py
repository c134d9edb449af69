"""Uniaxial anisotropy, uniform or different at every vertex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.quadratic import QuadraticForm

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators


@dataclass(frozen=True, eq=False)
class UniaxialAnisotropy:
    """E = -∫ K (m · a)².

    Args:
        constant: K in J/m³, one number or (owned,).
        axis: the direction a, (3,) or (owned, 3), of any length but zero.
    """

    constant: float | FloatArray
    axis: tuple[float, float, float] | FloatArray
    name = "uniaxial_anisotropy"

    def quadratic_form(self, operators: VertexOperators) -> QuadraticForm:
        """B_i = -2 K_i V_i a_i a_iᵀ, with V_i the lumped volume of the vertex."""
        axis = np.broadcast_to(np.asarray(self.axis, dtype=float), (operators.owned, 3))
        axis = axis / np.linalg.norm(axis, axis=1, keepdims=True)
        strength = -2 * np.asarray(self.constant) * operators.vertex_volumes
        return QuadraticForm.from_axis(operators, strength, axis)
