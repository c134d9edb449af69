"""The field of currents in boxes as the kernel of a convolution."""

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import loops
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.oersted.box_field import box_field

_ODD = [(False, True, False), (False, False, True), (True, False, False)]
"""Of k_x, k_y and k_z, along z, x and y."""


class OerstedKernel:
    """k of H = j × k, see `box_field`.

    Its transform is imaginary, but for that of k_z in one layer, which is real.

    Args:
        grid: the boxes in which H is found, and those of the current but for their thickness.
        thickness: of the boxes of the current in m.
        height: of their middle above that of the boxes of H in m; for a grid of one layer alone.
    """

    multiply = staticmethod(loops.multiply_cross)

    def __init__(self, grid: Grid, thickness: float, height: float = 0.0) -> None:
        self._grid, self._thickness, self._height = grid, thickness, height
        self.odd = _ODD

    def values(self, lags: FloatArray) -> FloatArray:
        """See `Kernel`."""
        grid = self._grid
        between = lags[:, [1, 2, 0]] * grid.box
        between[:, 2] -= self._height
        return box_field(between, grid.box[:2], grid.box[2], self._thickness)
