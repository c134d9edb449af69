"""Planes of a grid that several ranks hold, or one of them each."""

import numpy as np
import pytest

from hebbfilm.solvers.kernels.compiled import complex_numbers, integers, loops, new
from hebbfilm.solvers.terms.convolution import slabs


@pytest.mark.cross_method
def test_planes_of_several_ranks_are_added_up_and_given_to_each():
    """Against slices in NumPy; sums of two numbers are exact alike."""
    waves, lines, length = 3, 6, 16
    ranges = np.array([[2, 7], [0, 3], [5, 9]], dtype=np.int32)
    rng = np.random.default_rng(1)
    widths = np.diff(ranges, axis=1).ravel()
    values = rng.normal(size=2 * waves * lines * widths.sum()).view(complex)
    parts = np.split(values, np.cumsum(waves * lines * widths)[:-1])
    columns = new(
        "Columns *",
        {
            "waves": waves,
            "lines": lines,
            "ranks": len(ranges),
            "ranges": integers(ranges),
            "values": complex_numbers(values),
        },
    )
    expected = np.zeros((waves, lines, length), dtype=complex)
    for (first, last), part in zip(ranges, parts, strict=True):
        expected[:, :, first:last] += part.reshape(waves, lines, -1)
    # Two at once, of which the last time one is there.
    for start in (0, 2):
        block = np.full((2, lines, length), np.nan, dtype=complex)
        loops.pad(columns, start, 2, length, complex_numbers(block))
        number = min(2, waves - start)
        np.testing.assert_array_equal(block[:number], expected[start : start + number])
        block[:number] *= 3
        loops.crop(columns, start, 2, length, complex_numbers(block))
    for (first, last), part in zip(ranges, parts, strict=True):
        np.testing.assert_array_equal(
            part.reshape(waves, lines, -1), 3 * expected[:, :, first:last]
        )


class Comm:
    """Ranks that have a share in planes from one to another."""

    def __init__(self, spread):
        self.spread, self.size = spread, len(spread)

    def allgather(self, own):
        assert own == self.spread[0]
        return self.spread


@pytest.mark.parametrize(
    ("spread", "ranges", "holders"),
    [
        # Little more than there are, 12 of 10: each holds its own.
        ([(0, 6), (4, 10)], [(0, 6), (4, 10)], None),
        ([(4, 10), (0, 6)], [(4, 10), (0, 6)], None),
        # One without a share holds none.
        ([(0, 10), (0, 0)], [(0, 10), (0, 0)], None),
        # 17 of 10: each plane once, and the rank that has the lower ones those.
        ([(2, 10), (0, 9)], [(5, 10), (0, 5)], [1] * 5 + [0] * 5),
        (
            [(5, 10), (0, 10), (0, 4)],
            [(6, 10), (3, 6), (0, 3)],
            [2] * 3 + [1] * 3 + [0] * 4,
        ),
    ],
)
def test_ranks_hold_the_planes_of_their_part(spread, ranges, holders):
    first, last = spread[0]
    found, who = slabs._ranges(Comm(spread), 10, np.array([last - 1, first]))
    np.testing.assert_array_equal(found, ranges)
    if holders is not None:
        np.testing.assert_array_equal(who, holders)
