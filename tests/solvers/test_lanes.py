"""Loops as wide as other processors are, and what they may read."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.common.child_process import environment_of_no_rank
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.kernels import compiled

SCRIPT = Path(__file__).with_name("lanes_of_width.py")


def start(*arguments, **variables):
    environment = environment_of_no_rank() | variables
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=environment, capture_output=True, text=True
    )


def found_with(lanes, folder):
    done = start(SCRIPT, folder / f"{lanes}.npz", HEBBFILM_LANES=str(lanes))
    assert done.returncode == 0, done.stderr
    with np.load(folder / f"{lanes}.npz") as found:
        return dict(found)


@pytest.mark.cross_method
def test_results_do_not_depend_on_the_width(comm, tmp_path):
    """Each vertex and cell has its own lane, so that nothing is summed up in another order.

    Round-off, as compilers fuse other products with sums: 40 products of relative error 1e-16 a
    vertex. Potentials are solved to 1e-10. Noise is the same to the last bit.
    """
    if comm.rank:
        return
    four, eight = (found_with(lanes, tmp_path) for lanes in (4, 8))
    assert (four.pop("lanes"), eight.pop("lanes")) == (4, 8)
    assert len(four) == 15
    for name, expected in four.items():
        tolerance = 1e-9 if name.endswith("conductances") else 1e-12
        size = np.abs(expected).max()
        assert size > 0
        np.testing.assert_allclose(eight[name], expected, rtol=0, atol=tolerance * size)
        if name.endswith("noise"):
            np.testing.assert_array_equal(eight[name], expected)


def test_width_that_no_processor_has(monkeypatch, tmp_path):
    monkeypatch.setenv("HEBBFILM_LANES", "3")
    with pytest.raises(SolverError, match="HEBBFILM_LANES=3: must be 4 or 8, or not set"):
        compiled._load(tmp_path)


BEHIND = """
import ctypes, mmap, sys
import numpy as np
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.kernels.couplings import Couplings
from hebbfilm.solvers.kernels.gilbert import Gilbert
number, page = int(sys.argv[1]), mmap.PAGESIZE
rows = np.arange(number)
pairs = np.stack([rows, (rows + 1) % number, (rows + number - 1) % number], axis=1)
ones = np.ones(number)
onsite = np.zeros((number, 6))
couplings = Couplings(
    3 * np.arange(number + 1), pairs.ravel(), ones, np.ones(3 * number),
    np.ones((3 * number, 3)), onsite, ones,
)
memory = mmap.mmap(-1, 2 * page)
place = ctypes.addressof(ctypes.c_char.from_buffer(memory))
assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(place + page), page, 0) == 0
m = np.frombuffer(memory, count=3 * number, offset=page - 24 * number).reshape(number, 3)
m[:] = [0.0, 0.6, 0.8]
rate = np.empty((number, 3))
llg.rate(couplings, Gilbert(1.0, 0.1, 0.0), m, rate)
assert np.isfinite(rate).all()
"""


@pytest.mark.parametrize("number", [3, 8, 21])
def test_nothing_is_read_behind_the_last_row(comm, number):
    """The page behind it belongs to nobody; a process that touches it is killed."""
    if comm.rank:
        return
    done = start("-c", BEHIND, number)
    assert done.returncode == 0, done.stderr
