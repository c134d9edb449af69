"""Arrays by what they hold; their shapes stand in the docstrings."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
RealArray: TypeAlias = NDArray[np.floating[Any]]
"""Of 32 bits, too."""
IntArray: TypeAlias = NDArray[np.integer[Any]]
BoolArray: TypeAlias = NDArray[np.bool_]


def read_only(values: FloatArray) -> FloatArray:
    """The same numbers, not copied, through an array that cannot be made writeable.

    Example:
        >>> view = read_only(np.zeros(3))
        >>> view.flags.writeable = True
        Traceback (most recent call last):
            ...
        ValueError: cannot set WRITEABLE flag to True of this array
    """
    # NumPy hands out the right to write to whoever asks, unless the memory itself says no.
    return np.asarray(memoryview(values).toreadonly())  # type: ignore[arg-type]
