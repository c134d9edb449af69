"""The demagnetising tensor as the kernel of a convolution."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import loops
from hebbfilm.solvers.terms.convolution.kernel import Shape, lags, transformed
from hebbfilm.solvers.terms.demagnetisation.newell import tensor
from hebbfilm.solvers.terms.demagnetisation.subgrid import neighbour_tensors, vertex_tensor


class DemagnetisingKernel:
    """-N without what acts on the vertices instead of through the grid.

    Args:
        shape: of the grid: number of layers, of boxes along x and along y.
        box: edges of a box along x, y, z in m.

    Attributes:
        own: the tensor of a box on itself, (6,).
    """

    multiply = staticmethod(loops.multiply)

    def __init__(self, shape: Shape, box: tuple[float, float, float]) -> None:
        self._shape, self._box = shape, box
        self.own = tensor(np.zeros((1, 3)), box)[:, 0]

    def spectrum(self, padded: Shape) -> FloatArray:
        """See `Kernel`; N is even, so that its transform is real."""
        shape, box = self._shape, self._box
        each, used = lags(shape, padded)
        values = np.zeros((6, *padded))
        values[:, used] = tensor(each[used][:, [1, 2, 0]] * box, box)
        near = neighbour_tensors(shape, box)
        values[:, 0, 0, 0] -= vertex_tensor(self.own, shape[0]) + 2 * near.sum(axis=0)
        for step in (-1, 1):
            values[:, 0, step, 0] += near[0]
            values[:, 0, 0, step] += near[1]
        return -transformed(values[:4] if shape[0] == 1 else values).real
