"""The demagnetising tensor as the kernel of a convolution."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import loops
from hebbfilm.solvers.terms.convolution.kernel import Shape
from hebbfilm.solvers.terms.demagnetisation.newell import tensor
from hebbfilm.solvers.terms.demagnetisation.subgrid import neighbour_tensors, vertex_tensor

_ODD = [(False, False, False)] * 3 + [
    (False, True, True),
    (True, True, False),
    (True, False, True),
]
"""Of xx, yy, zz, xy, xz and yz, along z, x and y."""


class DemagnetisingKernel:
    """-N without what acts on the vertices instead of through the grid.

    Args:
        shape: of the grid: number of layers, of boxes along x and along y.
        box: edges of a box along x, y, z in m.

    Attributes:
        odd: see `Kernel`.
        own: the tensor of a box on itself, (6,).
    """

    multiply = staticmethod(loops.multiply)

    def __init__(self, shape: Shape, box: tuple[float, float, float]) -> None:
        self._shape, self._box = shape, box
        self.odd = _ODD[:4] if shape[0] == 1 else _ODD
        self.own = tensor(np.zeros((1, 3)), box)[:, 0]

    def values(self, lags: FloatArray) -> FloatArray:
        """See `Kernel`."""
        near = neighbour_tensors(self._shape, self._box)
        found = tensor(lags[:, [1, 2, 0]] * self._box, self._box)
        own = vertex_tensor(self.own, self._shape[0]) + 2 * near.sum(axis=0)
        for lag, added in (((0, 0, 0), -own), ((0, 1, 0), near[0]), ((0, 0, 1), near[1])):
            found[:, (lags == lag).all(axis=1)] += added[:, None]
        return -found[: len(self.odd)]
