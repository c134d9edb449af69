"""The field of currents in boxes as the kernel of a convolution."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import loops
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.convolution.kernel import Shape, lags, transformed
from hebbfilm.solvers.terms.oersted.box_field import box_field


class OerstedKernel:
    """k of H = j × k, see `box_field`.

    Args:
        grid: the boxes in which H is found, and those of the current but for their thickness.
        thickness: of the boxes of the current in m.
        height: of their middle above that of the boxes of H in m; for a grid of one layer alone.
    """

    multiply = staticmethod(loops.multiply_cross)

    def __init__(self, grid: Grid, thickness: float, height: float = 0.0) -> None:
        self._grid, self._thickness, self._height = grid, thickness, height

    def spectrum(self, padded: Shape) -> FloatArray:
        """See `hebbfilm.solvers.terms.convolution.kernel.Kernel`.

        k_x and k_y are odd in the plane; k_z is even there, and odd along z: its transform is real
        in one layer, and imaginary in several.
        """
        grid = self._grid
        each, used = lags(grid.shape, padded)
        between = each[used][:, [1, 2, 0]] * grid.box
        between[:, 2] -= self._height
        values = np.zeros((3, *padded))
        values[:, used] = box_field(between, grid.box[:2], grid.box[2], self._thickness)
        found = transformed(values)
        if grid.shape[0] == 1:
            return np.stack([found[0].imag, found[1].imag, found[2].real])
        return found.imag
