"""Numbers of vertices, laid out in the chunks that the compiled loops treat at once."""

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.kernels.compiled import LANES

_ROUND_OFF = 1e-13
"""Up to which numbers of vertices count as the same one."""


def chunked_vertices(owned: int) -> IntArray:
    """The vertices chunk after chunk; the last chunk is filled up with copies of the last one."""
    vertices = np.arange(-(-owned // LANES) * LANES)
    vertices[owned:] = owned - 1
    return vertices


def in_chunks(values: FloatArray) -> FloatArray:
    """(owned[, k]) as (chunks[, k], lanes), or (1[, k], lanes) where they are the same for all."""
    values = values[chunked_vertices(len(values))]
    chunks = values.reshape(-1, LANES, *values.shape[1:])
    if np.ptp(values, axis=0).max(initial=0.0) <= _ROUND_OFF * np.abs(values).max(initial=0.0):
        chunks = chunks[:1]
    return np.ascontiguousarray(np.moveaxis(chunks, 1, -1))


def stride_of(chunks: FloatArray) -> int:
    """From chunk to chunk, in numbers; 0 where one stands for all."""
    return chunks[0].size if len(chunks) > 1 else 0
