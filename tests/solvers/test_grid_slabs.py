"""Planes of a grid that several ranks hold, or one of them each."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.solvers.kernels.compiled import complex_numbers, integers, loops, new
from hebbfilm.solvers.terms.convolution import slabs
from hebbfilm.solvers.terms.convolution.convolution import Convolution
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.demagnetisation.kernel import DemagnetisingKernel
from hebbfilm.solvers.terms.oersted.kernel import OerstedKernel


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
    found, who = slabs._ranges(np.array(spread), 10)
    np.testing.assert_array_equal(found, ranges)
    if holders is not None:
        np.testing.assert_array_equal(who, holders)


@pytest.mark.analytic
def test_zeros_behind_a_film_outlast_its_transform(comm):
    """They are written once. FFTW would spoil them where a plan that does so was measured to win.

    As it did for 320 boxes: the field grew by a factor of 15 from one evaluation to the next.
    """
    shape = 1, 320, 320
    boxes = np.array_split(np.arange(320 * 320), comm.size)[comm.rank]
    convolution = Convolution(comm, shape, boxes, DemagnetisingKernel(shape, (1e-9,) * 3))
    assert not any("FFTW_DESTROY_INPUT" in plan.flags for plan in convolution._forward)
    places = convolution.slabs.find(boxes)
    convolution.moments[:, places] = np.random.default_rng(comm.rank).normal(size=(3, len(boxes)))
    before = convolution.moments.copy()
    convolution.apply()
    np.testing.assert_array_equal(convolution.moments, before)
    once = convolution.field[:, places].copy()
    convolution.apply()
    np.testing.assert_array_equal(convolution.field[:, places], once)


def convolved(comm, shape, boxes, kernel, values):
    """k * v of the values (3, boxes) of all ranks in some boxes, there; whether x and y turned."""
    convolution = Convolution(comm, shape, boxes, kernel)
    places = convolution.slabs.find(boxes)
    found = []
    # Twice, as what is left of the first time must not matter.
    for _ in range(2):
        convolution.moments[:] = 0
        convolution.moments[:, places] = values
        convolution.apply()
        found.append(convolution.field[:, places].copy())
    np.testing.assert_array_equal(*found)
    return found[0], convolution.slabs.turned


@pytest.mark.cross_method
@pytest.mark.parametrize("along_x", [True, False])
@pytest.mark.parametrize("most", [4.0, 0.0])
@pytest.mark.parametrize("kind", ["flat", "thick", "current"])
def test_any_planes_give_the_same_field(comm, monkeypatch, kind, most, along_x):
    """Planes of x or of y, held by several ranks or by one, against one rank with planes of x.

    Of values of some 1, and k below 1: sums of some 1e3 such products round off 1e-13.
    """
    shape, box = (1 if kind == "flat" else 3, 9, 14), (5e-9, 4e-9, 3e-9)
    kernel = DemagnetisingKernel(shape, box)
    if kind == "current":
        kernel = OerstedKernel(Grid(None, shape, np.zeros(3), box), 3e-9)
    boxes, middle = np.arange(np.prod(shape)), 60
    place = boxes // shape[2] % shape[1] / shape[1] if along_x else boxes % shape[2] / shape[2]
    # Each rank has a share in a part of them, and all in one more.
    shares = [(place * comm.size).astype(int) == rank for rank in range(comm.size)]
    for share in shares:
        share[middle] = True
    values = np.random.default_rng(2).normal(size=(comm.size, 3, len(boxes)))
    whole = sum(np.where(share, part, 0.0) for share, part in zip(shares, values, strict=True))
    expected, turned = convolved(MPI.COMM_SELF, shape, boxes, kernel, whole)
    assert not turned
    monkeypatch.setattr(slabs, "_SPREAD", most)
    mine = boxes[shares[comm.rank]]
    found, turned = convolved(comm, shape, mine, kernel, values[comm.rank][:, mine])
    assert turned == (comm.size > 1 and not along_x)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found, expected[:, mine], rtol=0, atol=1e-12 * scale)


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", ["flat", "thick", "current"])
def test_turned_grid_has_the_same_field(monkeypatch, kind):
    """On one rank, that else has no reason to turn; to round-off as above."""
    shape, box = (1 if kind == "flat" else 3, 9, 14), (5e-9, 4e-9, 3e-9)
    kernel = DemagnetisingKernel(shape, box)
    if kind == "current":
        kernel = OerstedKernel(Grid(None, shape, np.zeros(3), box), 3e-9)
    boxes = np.arange(np.prod(shape))
    values = np.random.default_rng(2).normal(size=(3, len(boxes)))
    expected, turned = convolved(MPI.COMM_SELF, shape, boxes, kernel, values)
    assert not turned
    # 1 over each side in place of 1: less along y, the longer one.
    monkeypatch.setattr(slabs, "_held", lambda spread: 1)
    found, turned = convolved(MPI.COMM_SELF, shape, boxes, kernel, values)
    assert turned
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
