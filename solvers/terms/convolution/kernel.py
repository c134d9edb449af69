"""What a convolution multiplies by."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hebbfilm.common.arrays import BoolArray, FloatArray

Shape = tuple[int, int, int]
"""Along z, x and y."""


class Kernel(Protocol):
    """k of a convolution on one grid, and how its transform acts on that of the field."""

    def spectrum(self, padded: Shape) -> FloatArray:
        """What `multiply` takes of this kernel, (components, waves, padded z, half of padded x).

        Args:
            padded: lengths of the transforms.
        """

    def multiply(self, *arguments: Any) -> None:
        """A compiled loop that takes what `loops.multiply` does."""


def lags(shape: Shape, padded: Shape) -> tuple[FloatArray, BoolArray]:
    """The lag in boxes of each place of a padded grid, (*padded, 3), and which of them there are.

    Args:
        shape: of the grid without padding.
        padded: with it.
    """
    steps = [np.rint(np.fft.fftfreq(size) * size) for size in padded]
    found = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1)
    return found, (np.abs(found) < np.array(shape)).all(axis=-1)


def transformed(values: FloatArray) -> NDArray[np.complex128]:
    """The transform divided by its length, in the order and the half that `Kernel` asks for.

    Args:
        values: (components, *padded), each even or odd along x.
    """
    padded = values.shape[1:]
    found: NDArray[np.complex128] = np.fft.rfftn(values, axes=(1, 2, 3)) / np.prod(padded)
    return found[:, :, : padded[1] // 2 + 1].transpose(0, 3, 1, 2)
