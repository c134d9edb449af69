"""Spin-transfer torque of the current that flows in the film."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.material import drift_per_current_density


class ZhangLi:
    """The drift u·∇ of the Zhang-Li torque, -(u·∇)m + β m × (u·∇)m, on the vertices.

    u = -(g μ_B P / (2 e M_s)) j is the full vector field of the computed current, constant on each
    cell like ∇φ, so that the operator is exact for P1. Where M_s differs, a vertex turns by what
    the cells around it give to its moment, ∫ λ_i M_s u·∇m over ∫ λ_i M_s: all that the current
    loses the moments gain, also across a border.

    Args:
        operators: the P1 operators of the film.
        material: M_s, P and g are used here.
    """

    def __init__(self, operators: VertexOperators, material: FilmMaterial) -> None:
        self._operators, self._saturation = operators, material["saturation_magnetisation"]
        self._advection = operators.scratch
        found = [material[n] for n in ("g_factor", "polarisation", "saturation_magnetisation")]
        magnetisation = found[2].value
        self._per_vertex: FloatArray | None = None
        if magnetisation is None:
            magnetisation = np.array(1.0)
            self.renew_material()
        self._scale, self._per_cell = 1.0, None
        if found[0].value is not None and found[1].value is not None:
            factors = [float(x) for x in (found[0].value, found[1].value, magnetisation)]
            self._scale = drift_per_current_density(*factors)
            return
        corners = found[0].corners * found[1].corners
        mean = corners.mean(axis=1)[:, None]
        self._per_cell = drift_per_current_density(np.ones_like(mean), mean, magnetisation)
        self._velocity = np.empty((len(operators.cells), operators.dimension))

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`: of an M_s that changes in place."""
        mean = self._saturation.at_vertices(self._operators)
        self._per_vertex = np.repeat(1 / mean, np.diff(self._operators.indptr))

    def advection(self, current_density: FloatArray) -> FloatArray:
        """∫ λ_i u · ∇λ_j in m³/s, (nnz,), of j in A/m² (n_cells, d); collective.

        The array is overwritten by the next call, or by that of another operator.
        """
        velocity = current_density
        if self._per_cell is not None:
            velocity = np.multiply(current_density, self._per_cell, out=self._velocity)
        self._operators.assemble_advection(self._scale, velocity, self._advection)
        if self._per_vertex is not None:
            self._advection *= self._per_vertex
        return self._advection


class CurrentDrift:
    """Lets the drift of the magnetisation follow the current.

    Args:
        dynamics: receives the drift.
        material: see `ZhangLi`.
    """

    def __init__(self, dynamics: Dynamics, material: FilmMaterial) -> None:
        self._dynamics = dynamics
        self._zhang_li = ZhangLi(dynamics.operators, material)
        self._current: Conduction | None = None

    def take_current(self, current: Conduction | None) -> None:
        """See `hebbfilm.solvers.followers.FollowsCurrent`."""
        self._current = current
        self._act()

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`."""
        self._zhang_li.renew_material()
        self._act()

    def _act(self) -> None:
        current = self._current
        drift = None if current is None else self._zhang_li.advection(current.current_density)
        self._dynamics.set_drift(drift)
