"""Resistivities that grow with the temperature, as the compiled loops read them."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.cell_sums import in_lanes
from hebbfilm.solvers.kernels.compiled import LANES
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm


class WarmedResistivity:
    """ρ(T) = ρ (1 + a (T - T₀)) of each cell; all of one conductor grow by the same factor.

    Args:
        cold: several ρ in Ω m, one number or (n_cells,) each.
        coefficient: a in 1/K.
        cells: n_cells.
        alike: whether all cells are alike and one group of LANES stands for all.

    Attributes:
        now: ρ of each with lanes, written in place.
        factors: least and largest 1 + a (T - T₀) of the cells here, or 1.
        stride: from one group to the next.
    """

    def __init__(
        self,
        cold: Sequence[FloatArray],
        coefficient: ParameterOnFilm,
        cells: int,
        alike: bool,
    ) -> None:
        self._cells, self._alike = cells, alike
        self.stride = 0 if alike else LANES
        self.factors = 1.0, 1.0
        self._cold = [self.laid_out(each) for each in cold]
        self.now = [each.copy() for each in self._cold]
        self._given = coefficient
        self._coefficient = None if coefficient.is_zero else self.laid_out(coefficient.in_cells)

    def laid_out(self, values: FloatArray) -> FloatArray:
        """Values of cells with lanes, (groups, lanes)."""
        if self._alike:
            return np.full((1, LANES), values)
        return in_lanes(np.broadcast_to(values, self._cells))

    def least_factor(self, lowest: float, highest: float) -> float:
        """A lower bound of 1 + a (T - T₀) for T - T₀ in K between two values."""
        ends = self._given.least, self._given.largest
        return min(1 + a * rise for a in ends for rise in (lowest, highest))

    def warm(self, rise: FloatArray) -> None:
        """Take T - T₀ in K with lanes, (groups, lanes)."""
        if self._coefficient is None:
            return
        factor = 1 + self._coefficient * rise
        self.factors = float(factor.min(initial=1)), float(factor.max(initial=1))
        for cold, now in zip(self._cold, self.now, strict=True):
            np.multiply(cold, factor, out=now)
