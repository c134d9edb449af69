"""How far currents are from a multiple of those of which the field is known."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import total
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms.oersted.sheets import Sheet


class CurrentPattern:
    """The currents of all sheets, beside those that were kept last.

    Their distance is the root of ∫ |ΔK|² dA over all sheets, K = jd of a sheet of thickness d; in
    3D of ∫ |Δj|² dV.

    Args:
        operators: of the cells in which the currents are.
        sheets: in which they flow.
    """

    def __init__(self, operators: VertexOperators, sheets: Sequence[Sheet]) -> None:
        self._comm = operators.comm
        thick = np.array([sheet.thickness for sheet in sheets])
        roots = np.sqrt(operators.volumes / operators.volume)
        # One for each number: far faster than one for each vector.
        each = np.repeat(roots[:, None], operators.dimension, axis=1)
        self._roots = (thick / thick[0])[:, None, None] * each
        self._present, self._kept, self._rest = np.zeros((3, *self._roots.shape))
        self._norm = 0.0

    def forget(self) -> None:
        """Nothing is kept: no current is a multiple of it."""
        self._norm = 0.0

    def keep(self) -> None:
        """Keep the present currents."""
        self._present, self._kept = self._kept, self._present
        self._norm = self._sum(self._kept, self._kept)

    def compare(self, currents: Sequence[FloatArray]) -> tuple[float, float]:
        """What multiple of the kept currents is nearest to others, and what is left; collective.

        Args:
            currents: j in A/m² of each sheet, (n_cells, d).

        Returns:
            The factor; and the distance that is left, in units of the size of these currents.
        """
        for present, roots, current in zip(self._present, self._roots, currents, strict=True):
            np.multiply(roots, current, out=present)
        if self._norm == 0.0:
            size = self._sum(self._present, self._present)
            return 0.0, float(size > 0)
        factor = self._sum(self._present, self._kept) / self._norm
        np.multiply(self._kept, -factor, out=self._rest)
        self._rest += self._present
        left = self._sum(self._rest, self._rest)
        # What is left stands upright on the multiple.
        size = factor**2 * self._norm + left
        return factor, float(np.sqrt(left / size)) if size > 0 else 0.0

    def _sum(self, a: FloatArray, b: FloatArray) -> float:
        return total(self._comm, float(np.vdot(a, b)))
