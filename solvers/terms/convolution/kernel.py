"""What a convolution multiplies by."""

from collections.abc import Sequence
from typing import Any, Protocol

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.convolution.slabs import shares

Shape = tuple[int, int, int]
"""Along z, x and y."""
_SIGNS = (1.0, 1.0, -1.0)
"""By the number of axes along which a component is odd: of iⁿ, which is real or imaginary."""


class Kernel(Protocol):
    """k of a convolution on one grid, and how its transform acts on that of the field."""

    @property
    def odd(self) -> Sequence[tuple[bool, bool, bool]]:
        """Of each component, whether it is odd along z, x and y; else it is even.

        Of a grid of one layer, that along z is not asked for.
        """

    def values(self, lags: FloatArray) -> FloatArray:
        """The components (components, n) at lags (n, 3) in boxes along z, x and y, all ≥ 0."""

    def multiply(self, *arguments: Any) -> None:
        """A compiled loop that takes what `loops.multiply` does."""


class TurnedKernel:
    """A kernel on the same grid with x and y in each other's place; components keep their names.

    Args:
        kernel: k.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.odd = [(z, y, x) for z, x, y in kernel.odd]
        self.multiply = kernel.multiply

    def values(self, lags: FloatArray) -> FloatArray:
        """See `Kernel`."""
        return self._kernel.values(lags[:, [0, 2, 1]])


def spectrum(comm: MPI.Intracomm, kernel: Kernel, shape: Shape, padded: Shape) -> FloatArray:
    """The transform of a kernel over its length, as `Kernel.multiply` takes it; collective.

    Each rank has k at some lags along x, transforms it along y, and gets what others have at its
    wave numbers along y. As components are even or odd, their transforms are real or imaginary, and
    what there is at lags ≥ 0 is enough.

    Args:
        comm: ranks that share the grid.
        kernel: k.
        shape: of the grid.
        padded: lengths of the transforms.

    Returns:
        (components, waves along y of this rank, padded z, half of padded x).
    """
    first, last = shares(shape[1], comm.size)[comm.rank : comm.rank + 2]
    waves = shares(padded[2] // 2 + 1, comm.size)
    steps = np.arange(shape[0]), np.arange(first, last), np.arange(shape[2])
    lags = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    given = kernel.values(lags.astype(np.float64))
    found = np.empty(
        (len(given), waves[comm.rank + 1] - waves[comm.rank], padded[0], padded[1] // 2 + 1)
    )
    for values, odd, target in zip(given, kernel.odd, found, strict=True):
        along_y = _transformed(values.reshape(shape[0], last - first, shape[2]), odd[2], padded[2])
        parts = [np.ascontiguousarray(part) for part in np.split(along_y, waves[1:-1], axis=2)]
        columns = np.concatenate(comm.alltoall(parts), axis=1)
        columns = _transformed(columns.transpose(2, 0, 1), odd[1], padded[1])
        odd_along_z = odd[0] and shape[0] > 1
        half = _transformed(columns.transpose(0, 2, 1), odd_along_z, padded[0]).transpose(0, 2, 1)
        target[:, : half.shape[1]] = half
        rest = padded[0] - half.shape[1]
        if rest:
            mirrored = half[:, rest:0:-1]
            target[:, half.shape[1] :] = -mirrored if odd_along_z else mirrored
        target *= _SIGNS[odd_along_z + odd[1] + odd[2]] / np.prod(padded)
    return found


def _transformed(values: FloatArray, odd: bool, length: int) -> FloatArray:
    """Real or imaginary part of the transform along the last axis, up to half of its length.

    Args:
        values: (…, n) at lags from 0 on; the others are even or odd.
        odd: which of them.
        length: of the transform.
    """
    number = values.shape[-1]
    whole = np.zeros((*values.shape[:-1], length))
    whole[..., :number] = values
    behind = values[..., :0:-1]
    whole[..., length - number + 1 :] = -behind if odd else behind
    found = np.fft.rfft(whole, axis=-1)
    part: FloatArray = found.imag if odd else found.real
    return part
