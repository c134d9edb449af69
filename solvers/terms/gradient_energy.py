"""Energies with derivatives of m that are not quadratic in it, or change in time."""

from __future__ import annotations

import numpy as np
import ufl
from dolfinx import fem, la
from ufl.algorithms.analysis import extract_constants

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import total
from hebbfilm.solvers.discretisation.forms import compiled
from hebbfilm.solvers.drives.pace import Pace
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms.densities import Densities
from hebbfilm.solvers.terms.field_pace import looked_over

_ITERATIONS = 30
"""Of the power method, always from the same vector: what was saved goes on in the same way."""
_FEW, _LOOKS = 8, 1 << 9
"""Vertices of a rank, and times, at which what it does in time is looked at: an assembly each."""
_MARGIN = 1.3
"""Of the stiffness that is found so, and at one m."""


class GradientEnergy:
    """The field of such an energy, assembled at each evaluation; made collectively.

    H_i = -(1/μ₀ ∫ M_s λ_i) ∂E/∂m_i of the discrete energy, from forms that are compiled once.

    Args:
        densities: of the film.
        name: of the term.
        moments: of the vertices.
    """

    energy_share = 0.0

    def __init__(self, densities: Densities, name: str, moments: VertexMoments) -> None:
        self._densities, self._vertex_moments = densities, moments
        energy = densities.energies[name]
        gradient = densities.gradient(energy)
        self._change = fem.Function(densities.space)
        comm = densities.operators.comm
        self._energy = compiled(energy, comm)
        self._gradient = compiled(gradient, comm)
        self._slope = compiled(ufl.derivative(gradient, densities.m, self._change), comm)
        self._at = np.zeros_like(densities.m.x.array)
        self._vector = la.vector(densities.space.dofmap.index_map, 3, dtype=np.float64)
        self._start = densities.operators.random_normal(seed=0)
        self.renew_material()

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`."""
        self._moments = self._vertex_moments.magnetic[:, None]

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3), of m (owned or more, 3); collective."""
        self._take(time, m)
        self._add(self._gradient, out)

    def own_energy(self, time: float, m: FloatArray) -> float:
        """What this rank has of the energy in J, of m (owned or more, 3) at `time` in s."""
        self._take(time, m)
        return float(fem.assemble_scalar(self._energy))

    def paces(self, begin: float, end: float, name: str) -> list[Pace]:
        """See `hebbfilm.solvers.terms.interface.Paced`: of the field of any m."""
        densities, comm = self._densities, self._densities.operators.comm
        if not any(each is densities.time for each in extract_constants(densities.energies[name])):
            return []
        m = self._start / np.linalg.norm(self._start, axis=1, keepdims=True)
        stride = max(1, len(m) // _FEW)

        def at(time: float) -> FloatArray:
            found = np.zeros_like(m)
            self.add_field(time, m, found)
            some: FloatArray = found[::stride].ravel()
            return some

        return [looked_over(comm, at, begin, end, _LOOKS, name)]

    def linearise(self, time: float, m: FloatArray) -> None:
        """Take ∂H/∂m at `time` in s and m (owned or more, 3) for `add_change`; collective."""
        self._take(time, m)
        self._at[:] = self._densities.m.x.array

    def add_change(self, change: FloatArray, out: FloatArray) -> None:
        """Add (∂H/∂m) u in A/m to `out` (owned, 3), for u (owned or more, 3); collective."""
        self._densities.m.x.array[:] = self._at
        _set(self._change, change[: len(out)])
        self._add(self._slope, out)

    def stiffness(self, time: float, m: FloatArray) -> float:
        """|∂H/∂m| at the present m, by the power method, and the largest |m · H|; collective.

        Args:
            time: in s.
            m: (owned or more, 3) unit vectors.
        """
        mode, comm = self._start.copy(), self._densities.operators.comm
        field = np.zeros_like(mode)
        self.add_field(time, m, field)
        along = np.abs(np.einsum("ij,ij->i", field, m[: len(field)])).max(initial=0.0)
        self.linearise(time, m)
        largest = 0.0
        for _ in range(_ITERATIONS):
            size = total(comm, float(np.sum(self._moments * mode**2)))
            mode /= np.sqrt(size)
            field[:] = 0
            self.add_change(mode, field)
            largest = np.sqrt(total(comm, float(np.sum(self._moments * field**2))))
            if largest == 0.0:
                break
            mode[:] = field
        return _MARGIN * (float(along) + float(largest))

    def _take(self, time: float, m: FloatArray) -> None:
        self._densities.time.value = time
        _set(self._densities.m, m[: len(self._moments)])

    def _add(self, form: fem.Form, out: FloatArray) -> None:
        self._vector.array[:] = 0
        fem.assemble_vector(self._vector.array, form)
        self._vector.scatter_reverse(la.InsertMode.add)
        out -= self._vector.array.reshape(-1, 3)[: len(out)] / self._moments


def _set(function: fem.Function, rows: FloatArray) -> None:
    """Let a function have these values (owned, 3); collective."""
    function.x.array[: rows.size] = rows.ravel()
    function.x.scatter_forward()
