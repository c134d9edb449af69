"""Convolution of a vector field on a grid, by real FFT."""

from collections.abc import Callable
from functools import partial

from mpi4py import MPI

import numpy as np
import pyfftw

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.kernels.compiled import complex_numbers, integers, loops, new, reals
from hebbfilm.solvers.terms.convolution.kernel import Kernel, TurnedKernel, spectrum
from hebbfilm.solvers.terms.convolution.lengths import padded_length
from hebbfilm.solvers.terms.convolution.plans import make_plans
from hebbfilm.solvers.terms.convolution.slabs import Slabs, shares

_BLOCK = 200_000
"""Bytes of the columns that are transformed at once: they and a copy stay in a core's cache."""


class Convolution:
    """k * v on a grid; nothing is allocated to apply it.

    What is called x and y here may be y and x of the grid: see `Slabs`.

    The axes are transformed one by one, so that the empty part of the padded grid costs little: y
    on the planes of x that this rank holds, then x and z on the columns of its wave numbers along
    y. A block of columns goes through all of this, and back, while it is in the cache.

    Args:
        comm: of the film.
        shape: number of layers, of boxes along x and along y.
        touched: boxes in which this rank has a share, see `Slabs`.
        kernel: k, on that grid.

    Attributes:
        slabs: the planes of each rank.
        moments: v, (3, places of `slabs`).
        field: k * v, (3, places of `slabs`).
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        shape: tuple[int, int, int],
        touched: IntArray,
        kernel: Kernel,
    ) -> None:
        self.slabs = Slabs(comm, shape, touched)
        shape, turned = self.slabs.shape, self.slabs.turned
        padded = (padded_length(shape[0]), padded_length(shape[1]), padded_length(shape[2]))
        layers, row = shape[0], padded[2]
        self._exchange = _Transpose(comm, layers, self.slabs.ranges, row // 2 + 1)
        self.moments, self.field = (
            pyfftw.zeros_aligned((3, self.slabs.places), dtype=np.float64) for _ in range(2)
        )
        planes = self.slabs.last - self.slabs.first
        # FFTW writes each wave number along y apart: what goes to one rank is in one piece.
        waves = self._exchange.rows.reshape(row // 2 + 1, 3, layers, planes).transpose(1, 2, 3, 0)
        to_rows = [
            values[:, : layers * planes * row].reshape(3, layers, planes, row)
            for values in (self.moments, self.field)
        ]
        # The zeros behind the film are never written anew.
        self._forward = make_plans([(to_rows[0], waves, 3)], "FFTW_FORWARD", keep_source=True)
        self._backward = make_plans([(waves, to_rows[1], 3)], "FFTW_BACKWARD")
        found = spectrum(comm, TurnedKernel(kernel) if turned else kernel, shape, padded)
        multiply = partial(kernel.multiply, turned)
        self._columns = _Columns(self._exchange, layers, padded, multiply, found)
        self.moments[:] = 0

    def apply(self) -> None:
        """Set `field` to k * v of the moments; collective."""
        self.slabs.add_up(self.moments)
        for plan in self._forward:
            plan.execute()
        self._exchange.to_columns()
        self._columns.apply()
        self._exchange.to_rows()
        for plan in self._backward:
            plan.execute()
        self.slabs.hand_out(self.field)


class _Transpose:
    """From planes of x to wave numbers along y, each shared out over the ranks, and back.

    Args:
        comm: of the film.
        layers: of the grid.
        ranges: (ranks, 2) the planes of each rank; where several hold one, they are added up.
        waves: number of wave numbers along y.

    Attributes:
        ranges: as they were given.
        first, last: the wave numbers of this rank, without the last.
        rows: (waves, 3, layers, planes of this rank), flat.
        columns: of each rank in turn (wave numbers of this rank, 3, layers, planes), flat.
    """

    def __init__(self, comm: MPI.Intracomm, layers: int, ranges: IntArray, waves: int) -> None:
        self._comm = comm
        self.ranges, starts = ranges, shares(waves, comm.size)
        self.first, self.last = (int(k) for k in starts[comm.rank : comm.rank + 2])
        planes = ranges[:, 1] - ranges[:, 0]
        # Two real numbers make a complex one.
        self._row_counts = 6 * layers * planes[comm.rank] * np.diff(starts)
        self._column_counts = 6 * layers * planes * (self.last - self.first)
        self.rows = pyfftw.empty_aligned(self._row_counts.sum() // 2, dtype=np.complex128)
        self.columns = self.rows
        if comm.size > 1:
            size = self._column_counts.sum() // 2
            self.columns = pyfftw.empty_aligned(size, dtype=np.complex128)

    def to_columns(self) -> None:
        """Collective."""
        if self._comm.size > 1:
            self._comm.Alltoallv(
                [self.rows.view(np.float64), self._row_counts],
                [self.columns.view(np.float64), self._column_counts],
            )

    def to_rows(self) -> None:
        """Collective."""
        if self._comm.size > 1:
            self._comm.Alltoallv(
                [self.columns.view(np.float64), self._column_counts],
                [self.rows.view(np.float64), self._row_counts],
            )


class _Columns:
    """The part of a convolution along x and z, block by block.

    Args:
        exchange: where the columns are, without padding.
        layers: of the grid.
        padded: lengths along z, x and y.
        multiply: multiplies by what is made of `spectrum`.
        spectrum: the transform of the kernel at the wave numbers of this rank.
    """

    def __init__(
        self,
        exchange: _Transpose,
        layers: int,
        padded: tuple[int, int, int],
        multiply: Callable[..., None],
        spectrum: FloatArray,
    ) -> None:
        self._waves = waves = exchange.last - exchange.first
        blocks = max(1, round(waves * 48 * padded[0] * padded[1] / _BLOCK))
        self._size = max(1, -(-waves // blocks))
        self._starts = range(0, waves, self._size)
        self._kernel = spectrum
        self._multiply = multiply
        block = (self._size, 3, layers, padded[1])
        self._block = pyfftw.zeros_aligned(block, dtype=np.complex128)
        self._spectrum = pyfftw.zeros_aligned((*block[:2], *padded[:2]), dtype=np.complex128)
        stages = [(self._block, self._spectrum[:, :, :layers], 3)]
        if layers > 1:
            stages.append((self._spectrum, self._spectrum, 2))
        self._forward = make_plans(stages, "FFTW_FORWARD")
        self._backward = make_plans([(b, a, axis) for a, b, axis in stages[::-1]], "FFTW_BACKWARD")
        # The structure points to both without keeping them.
        self._ranges, self._values = exchange.ranges.astype(np.int32), exchange.columns
        self._columns = new(
            "Columns *",
            {
                "waves": waves,
                "lines": 3 * layers,
                "ranks": len(self._ranges),
                "ranges": integers(self._ranges),
                "values": complex_numbers(self._values),
            },
        )

    def apply(self) -> None:
        """Convolve the columns along x and z, and multiply them by the kernel."""
        (size, _, layers, length), block = self._block.shape, complex_numbers(self._block)
        for start in self._starts:
            loops.pad(self._columns, start, size, length, block)
            self._spectrum[:, :, layers:] = 0
            for plan in self._forward:
                plan.execute()
            self._multiply(
                self._waves,
                self._spectrum.shape[2],
                length,
                reals(self._kernel),
                start,
                size,
                complex_numbers(self._spectrum),
            )
            for plan in self._backward:
                plan.execute()
            loops.crop(self._columns, start, size, length, block)
