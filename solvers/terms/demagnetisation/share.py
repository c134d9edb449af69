"""What a magnetisation fills of the boxes of a grid."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.convolution.filling import Filling


class MagneticShare:
    """What a magnetisation fills of a grid, in units of the mean M_s of its film; collective.

    Args:
        filling: what the film fills of the grid.
        relative: (n, d + 1) M_s at the corners of the cells of this rank in these units; None for
            1, on all ranks.

    Attributes:
        balanced: of the vertices of this rank ∫ M_s λ_i over each box, in its cells, the centre of
            what lies in a box kept.
        second: ∫ M_s² λ_i likewise, where it is.
        sums, squares: of each box of the block of this rank the integrals of M_s and of M_s², in
            volumes of a box.
        weights: like `sums`, as the grid's charges see them.
    """

    def __init__(self, filling: Filling, relative: FloatArray | None) -> None:
        self._touched, self.relative = filling.touched, relative
        if relative is None:
            self.balanced, self.second = filling.moments, filling.grid.moments
            self.sums = self.squares = filling.fractions
            self.weights = filling.weights
            return
        first, self.second = (filling.grid.weighted_moments(relative**n) for n in (1, 2))
        self.sums, self.squares = (filling.sums(each) for each in (first, self.second))
        self.balanced = filling.balanced(first)
        self.weights = filling.sums(self.balanced)

    def of_vertices(self, tensors: FloatArray) -> FloatArray:
        """∫ M_s² λ_i T over the cells of this rank, (n_local, 6), of tensors of boxes; collective.

        Args:
            tensors: T of each box of the block, (boxes, 6).
        """
        return np.asarray(self.second.entries.T @ self._touched.from_block(tensors))
