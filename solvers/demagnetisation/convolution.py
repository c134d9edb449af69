"""Convolution of a magnetisation on a grid with the demagnetising tensor, by real FFT."""

import numba
import numpy as np
import pyfftw
from scipy.fft import next_fast_len

from solvers.demagnetisation.newell import tensor
from solvers.operators import FloatArray

# Plans that are measured are up to a quarter faster, but differ from run to run in their round-off.
_FLAGS = ("FFTW_ESTIMATE", "FFTW_DESTROY_INPUT")


class Convolution:
    """N * M on a grid without what each cell does to itself; nothing is allocated to apply it.

    The axes are transformed one by one, so that the empty half of the padded grid costs little:
    y first, on the rows of the grid alone, then x, on its layers alone, then z.

    Args:
        shape: number of layers, of cells along x and along y.
        box: edges of a cell along x, y, z in m.

    Attributes:
        cells: (3, layers, x, padded y), the magnetisation, zero where padded; then the field.
        own: the tensor of a cell on itself, (6,).
    """

    def __init__(self, shape: tuple[int, int, int], box: tuple[float, float, float]) -> None:
        layers, nx, ny = shape
        padded = _padded(layers), _padded(nx), _padded(ny)
        self._layers, self._nx = layers, nx
        self.cells = pyfftw.zeros_aligned((3, layers, nx, padded[2]), dtype=np.float64)
        self._spectrum = pyfftw.zeros_aligned((3, *padded[:2], padded[2] // 2 + 1), complex)
        rows = self._spectrum[:, :layers, :nx]
        planes = self._spectrum[:, :layers]
        stages = [(self.cells, rows, 3), (planes, planes, 2)]
        if layers > 1:
            stages.append((self._spectrum, self._spectrum, 1))
        self._forward = [_plan(a, b, axis, "FFTW_FORWARD") for a, b, axis in stages]
        self._backward = [_plan(b, a, axis, "FFTW_BACKWARD") for a, b, axis in reversed(stages)]
        self.cells[:] = 0
        self._kernel, self.own = _spectrum(shape, padded, box)

    def apply(self) -> None:
        """Replace the magnetisation in `cells` by -N * M but for each cell's own share."""
        self._spectrum[:, self._layers :] = 0
        self._spectrum[:, : self._layers, self._nx :] = 0
        for plan in self._forward:
            plan.execute()
        (_multiply_film if self._layers == 1 else _multiply)(self._kernel, self._spectrum)
        for plan in self._backward:
            plan.execute()


def _padded(cells: int) -> int:
    """A length with small prime factors that keeps periodic images apart."""
    return int(next_fast_len(2 * cells - 1, real=True)) if cells > 1 else 1


def _plan(source: np.ndarray, target: np.ndarray, axis: int, direction: str) -> pyfftw.FFTW:
    return pyfftw.FFTW(source, target, axes=(axis,), direction=direction, flags=_FLAGS, threads=1)


def _spectrum(
    shape: tuple[int, int, int], padded: tuple[int, int, int], box: tuple[float, float, float]
) -> tuple[FloatArray, FloatArray]:
    """The transform of -N, real as N is even, divided by the length of the transforms; and N(0)."""
    steps = [np.rint(np.fft.fftfreq(size) * size) for size in padded]
    lags = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1)
    used = (np.abs(lags) < np.array(shape)).all(axis=-1)
    values = np.zeros((6, *padded))
    values[:, used] = tensor(lags[used][:, [1, 2, 0]] * box, box)
    own = values[:, 0, 0, 0].copy()
    values[:, 0, 0, 0] = 0
    kept = values[:4] if shape[0] == 1 else values
    return -np.fft.rfftn(kept, axes=(1, 2, 3)).real / np.prod(padded), own


@numba.njit(cache=True)
def _multiply_film(kernel, spectrum):  # type: ignore[no-untyped-def]
    """One layer, for which N_xz = N_yz = 0."""
    _, planes, rows, columns = spectrum.shape
    for i in range(planes):
        for j in range(rows):
            for k in range(columns):
                x, y = spectrum[0, i, j, k], spectrum[1, i, j, k]
                mixed = kernel[3, i, j, k]
                spectrum[0, i, j, k] = kernel[0, i, j, k] * x + mixed * y
                spectrum[1, i, j, k] = mixed * x + kernel[1, i, j, k] * y
                spectrum[2, i, j, k] *= kernel[2, i, j, k]


@numba.njit(cache=True)
def _multiply(kernel, spectrum):  # type: ignore[no-untyped-def]
    _, planes, rows, columns = spectrum.shape
    for i in range(planes):
        for j in range(rows):
            for k in range(columns):
                x, y, z = spectrum[0, i, j, k], spectrum[1, i, j, k], spectrum[2, i, j, k]
                xx, yy, zz = kernel[0, i, j, k], kernel[1, i, j, k], kernel[2, i, j, k]
                xy, xz, yz = kernel[3, i, j, k], kernel[4, i, j, k], kernel[5, i, j, k]
                spectrum[0, i, j, k] = xx * x + xy * y + xz * z
                spectrum[1, i, j, k] = xy * x + yy * y + yz * z
                spectrum[2, i, j, k] = xz * x + yz * y + zz * z
