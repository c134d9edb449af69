"""The loops of the minimiser over the vertices, compiled from `loops/minimisation.c`.

`magnetisation.minimiser` says what they are for. All arrays are contiguous.
"""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import integers, loops, new, reals


def gradient(
    field: FloatArray, external: FloatArray, m: FloatArray, root_weight: FloatArray, out: FloatArray
) -> tuple[float, float]:
    """Slope of the energy along the spheres, -(1 - m mᵀ) H √w, of all vertices.

    Args:
        field: (owned, 3) H in A/m.
        external: (owned, 3) its part that is not local and quadratic, in A/m.
        m: (columns, 3).
        root_weight: √w, (owned,).
        out: (owned, 3) in A/m.

    Returns:
        -½ Σ w m · (H - H_external) in A/m, and the largest |m × H|² in (A/m)².
    """
    sums = new("double[2]")
    loops.minimiser_gradient(
        len(out), *map(reals, (field, external, m, root_weight, out)), sums, sums + 1
    )
    return sums[0], sums[1]


def project(m: FloatArray, root_weight: FloatArray, vectors: FloatArray) -> float:
    """Vectors √w p (owned, 3) to tangential p in place; the largest |p|²."""
    largest: float = loops.minimiser_project(len(vectors), *map(reals, (m, root_weight, vectors)))
    return largest


def turn(m: FloatArray, direction: FloatArray, length: float, out: FloatArray) -> None:
    """Rows of `out` (columns, 3) = (m + length direction) / |…| for the rows of `direction`."""
    loops.minimiser_turn(len(direction), reals(m), reals(direction), length, reals(out))


def secant(
    m: FloatArray,
    before: FloatArray,
    gradient: FloatArray,
    gradient_before: FloatArray,
    root_weight: FloatArray,
    shift: FloatArray,
    rise: FloatArray,
) -> None:
    """√w (m - before) into `shift` and the difference of the gradients into `rise`.

    Args:
        m: (columns, 3).
        before: (columns, 3) m one step earlier.
        gradient: (owned, 3) in A/m.
        gradient_before: (owned, 3) one step earlier.
        root_weight: √w, (owned,).
        shift: (owned, 3).
        rise: (owned, 3) in A/m.
    """
    loops.minimiser_secant(
        len(shift),
        *map(reals, (m, before, gradient, gradient_before, root_weight, shift, rise)),
    )


def products(table: FloatArray, chosen: Sequence[int]) -> FloatArray:
    """Scalar products of all rows of a table with some of them.

    Args:
        table: (rows, 3 owned).
        chosen: numbers of rows.

    Returns:
        (rows, len(chosen)), in the square of the unit of the table.
    """
    found = np.empty((len(table), len(chosen)))
    numbers = np.array(chosen, dtype=np.int32)
    loops.minimiser_products(
        table.shape[1] // 3,
        len(table),
        reals(table),
        len(chosen),
        integers(numbers),
        reals(found),
    )
    return found
