"""Spin-transfer torque of the current that flows in the film."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.material import Material


class ZhangLi:
    """The drift u·∇ of the Zhang-Li torque, -(u·∇)m + β m × (u·∇)m, on the vertices.

    u = -(g μ_B P / (2 e M_s)) j is the full vector field of the computed current, constant on each
    cell like ∇φ, so that the operator is exact for P1.

    Args:
        operators: the P1 operators of the film.
        material: M_s, P and g are used here.
    """

    def __init__(self, operators: VertexOperators, material: Material) -> None:
        self._operators = operators
        self._per_current_density = material.spin_drift_per_current_density
        self._advection = np.empty(operators.indices.size)

    def advection(self, current_density: FloatArray) -> FloatArray:
        """∫ λ_i u · ∇λ_j in m³/s, (nnz,), of j in A/m² (n_cells, d); collective.

        The array is overwritten by the next call.
        """
        self._operators.assemble_advection(
            self._per_current_density, current_density, self._advection
        )
        return self._advection
