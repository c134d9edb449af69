"""Lengths of transforms: which are fast, and the numbers of boxes that use them fully."""

from functools import cache
from itertools import product

import numpy as np

_FAST = np.array(
    sorted(2**a * 5**b * 7**c for a, b, c in product(range(3, 31), range(10), range(9)))
)
"""Multiples of 8 without prime factors but 2, 5 and 7. FFTW's estimated plans of complex transforms
take 0.24 to 0.34 ns a number and factor of two for them, and 0.35 to 0.53 ns for most others."""


@cache
def padded_length(boxes: int) -> int:
    """A fast length that keeps the periodic images of so many boxes apart."""
    return int(_FAST[np.searchsorted(_FAST, 2 * boxes - 1)]) if boxes > 1 else 1


def economical_number(boxes: float, slack: float) -> int:
    """The number of boxes, as many as wanted within a share `slack`, whose transforms cost least.

    That is the largest number with the shortest padded length.
    """
    nearest = max(1, round(boxes))
    least = min(nearest, int(np.ceil(boxes * (1 - slack))))
    most = max(nearest, int(boxes * (1 + slack)))
    return max(least, min(padded_length(least) // 2, most))
