"""What a magnetisation fills of the cells of a grid."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.convolution.grid import Grid


class MagneticShare:
    """What a magnetisation fills of the cells of a grid, in units of the mean M_s of its film.

    Args:
        grid: the cells.
        relative: (n, d + 1) M_s at the corners of the simplices in these units; None for 1.

    Attributes:
        balanced: `Grid.balanced_moments` with M_s.
        second: `Grid.moments` with M_s².
        sums, squares: (cells,) integrals of M_s and of M_s², in volumes of a cell.
        weights: (cells,) like `sums`, as the grid's charges see them.
    """

    def __init__(self, grid: Grid, relative: FloatArray | None) -> None:
        self.relative = relative
        first = self.second = grid.moments
        self.balanced = grid.balanced_moments
        if relative is not None:
            first, self.second = (
                grid.refined_moments(1, grid.mesh.simplices, relative**power) for power in (1, 2)
            )
            self.balanced = (grid.lending @ first).tocsr()
        self.sums, self.squares, self.weights = (
            np.asarray(moments.sum(axis=1)).ravel()
            for moments in (first, self.second, self.balanced)
        )
