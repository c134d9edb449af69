"""What boxes of uniform magnetisation miss of a film of one layer that varies within them.

Boxes have charges on the faces between them, which a smooth texture has not. What oscillates within
boxes h much wider than the film is thick, t, has N ≈ kt/2 with k ≈ 2π/h, beside N ≈ kt/2 with the
small k of the texture itself: an error of first order in h. For a uniform slope it is a sawtooth,
and its energy one of differences between neighbours, which the kernel can take away.
"""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.convolution.box_block import BoxBlock

_WAVES = 20_000
"""Harmonics of a sawtooth; the rest add less than 1/20 000 to 1."""


def vertex_tensor(own: FloatArray, layers: int) -> FloatArray:
    """The part of a box's own tensor (6,) that acts on the vertices instead of through the grid.

    In one layer that is the limit of a thin film, -M_z, nearly all of the field: it is not blurred.
    In the plane nothing is local, and the lumping at the vertices would err to first order as well.
    """
    return np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]) if layers == 1 else own


def sawtooth(spacing: float, thickness: float) -> float:
    """⟨δNδ⟩/⟨δ²⟩ = a of a longitudinal sawtooth of that period; 1 - a of one along z.

    From N = 1 - (1 - e^-q)/q, q = kt, of each of its harmonics, weighted by 1/n².
    """
    n = np.arange(1, _WAVES + 1)
    q = 2 * np.pi * n * thickness / spacing
    return float(6 / np.pi**2 * np.sum((1 + np.expm1(-q) / q) / n**2))


def neighbour_tensors(shape: tuple[int, int, int], box: tuple[float, float, float]) -> FloatArray:
    """Tensors c of neighbours along x and y, (2, 6), in -½ Σ (M - M')·c·(M - M') over the pairs.

    A slope of M leaves a sawtooth δ with ⟨δ²⟩ = h² (∂M)²/12 = (M - M')²/12 in the boxes. If it is
    longitudinal, ½ a⟨δ²⟩ too much comes from the charges between boxes. Of δ_z the boxes give
    ½ (1 - a)⟨δ²⟩ and the vertices ½⟨δ²⟩, where the field -M_z of the film asks for ⟨δ²⟩.

    Args:
        shape: number of layers, of boxes along x and along y.
        box: edges of a box in m.
    """
    result = np.zeros((2, 6))
    for axis in (0, 1):
        if shape[0] == 1 and shape[axis + 1] > 1:
            along = sawtooth(box[axis], box[2])
            result[axis, axis], result[axis, 2] = along / 12, -along / 12
    return result


def edge_correction(block: BoxBlock, fractions: FloatArray, tensors: FloatArray) -> FloatArray:
    """Tensor (boxes, 6) to add to a box's own where neighbours are missing or not full.

    Those of a block of one layer; collective.

    Args:
        block: of this rank.
        fractions: share of each of its boxes that the film fills, (boxes,).
        tensors: see `neighbour_tensors`.
    """
    around, last = block.around(fractions), block.places.shape[1] - 1
    missing = [
        2 * fractions - block.next_to(around, axis, 1) - block.next_to(around, axis, -1)
        for axis in (0, last)
    ]
    return np.column_stack([fractions * part for part in missing]) @ tensors
