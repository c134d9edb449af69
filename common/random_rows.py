"""Random rows of a table that is shared out over ranks, those of one generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray

if TYPE_CHECKING:
    from mpi4py import MPI


def normal_rows(comm: MPI.Intracomm, seed: int, wanted: BoolArray) -> FloatArray:
    """Normally distributed vectors of the rows of this rank's block, (rows, 3); collective.

    They are what one generator draws for all rows that are wanted, one after another: how many
    random words a number takes differs, so each rank takes the generator over from the one before.

    Args:
        comm: ranks that share the table, in the order of their blocks.
        seed: of the generator.
        wanted: (rows,) which of this rank; others are zero.
    """
    generator = np.random.default_rng(seed)
    if comm.rank > 0:
        generator.bit_generator.state = comm.recv(source=comm.rank - 1)
    rows = np.zeros((len(wanted), 3))
    rows[wanted] = generator.standard_normal((int(np.count_nonzero(wanted)), 3))
    if comm.rank + 1 < comm.size:
        comm.send(generator.bit_generator.state, dest=comm.rank + 1)
    return rows
