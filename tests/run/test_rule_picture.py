"""What the panels of the picture of the learning rule are called."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.hopfield.trajectories import Trajectories
from hebbfilm.run.analysis.trajectories import Record
from hebbfilm.run.pictures.learning_rule import _titles

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone draws")


def record(*drives):
    """Trajectories of these drives in steps of 0.625 ns."""
    drive = np.array(drives, dtype=float).T
    trajectories = Trajectories(
        np.full(drive.shape, 0.625e-9),
        drive,
        np.ones(drive.shape, dtype=bool),
        np.zeros(drive.shape),
    )
    number = np.arange(drive.shape[1])
    return Record((), trajectories, number, number, number, "pair", 0.05)


@pytest.mark.parametrize(
    ("drives", "titles"),
    [
        (([1, 1, 1, 1], [0, 0, 0, 0]), ["±0.05 V, constant (1)", "equal signs (1)"]),
        (([1, -1, 0, 0], [1, 1, -1, -1]),
         ["±0.05 V, reversed after 0.625 ns (1)", "±0.05 V, reversed after 1.25 ns (1)"]),
        (([1, -1, 1, -1], [1, -1, -1, 1], [0, 1, 0, -1]),
         ["±0.05 V, reversed after 0.625 ns\nfrom 0 ns: + − + − (1)",
          "±0.05 V, reversed after 0.625 ns\nfrom 0 ns: + − + (1)",
          "±0.05 V, reversed after 0.625 ns\nfrom 0.625 ns: + − (1)"]),
        (([1, -1, 0, 0], [1, 0, -1, 0]),
         ["±0.05 V, reversed after 0.625 ns\nfrom 0 ns: + −, drive 1 (1)",
          "±0.05 V, reversed after 0.625 ns\nfrom 0 ns: + −, drive 2 (1)"]),
    ],
)  # fmt: skip
def test_titles_tell_drives_apart(drives, titles):
    kinds = [np.array([number]) for number in range(len(drives))]
    assert _titles(record(*drives), kinds) == titles
