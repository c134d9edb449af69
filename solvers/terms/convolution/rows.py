"""A sparse matrix between the mesh of a film and a grid, as compiled loops read it."""

import numpy as np
from scipy import sparse

from hebbfilm.solvers.kernels.compiled import integers, new, reals


class Rows:
    """A sparse matrix for `loops.deposit` and `loops.collect`.

    Args:
        matrix: whose entries are kept as they are.

    Attributes:
        pointer: to it; what it points to lives as long as this.
    """

    def __init__(self, matrix: sparse.csr_array) -> None:
        self._starts, self._columns = (x.astype(np.int32) for x in (matrix.indptr, matrix.indices))
        self._values = matrix.data
        self.pointer = new(
            "Rows *",
            {
                "rows": matrix.shape[0],
                "starts": integers(self._starts),
                "columns": integers(self._columns),
                "values": reals(self._values),
            },
        )
