"""How far the current has displaced the texture, from two states of the film."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from hebbfilm.common.arrays import FloatArray

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators

_LEAST_CURRENT = 0.5
"""Of the mean current density: where less flows, little is dragged and the direction is vague."""
LARGEST_TURN = 0.77
"""Root mean square of Δm up to which a displacement is told from its neighbours: a helix turns by
2 sin(π/8) when it moves by an eighth of its period, and its displacement comes out 5 % too long."""


@dataclass(frozen=True)
class Displacement:
    """Of the texture between two states.

    Args:
        distance: in m, positive along the current.
        explained: share of ∫|Δm|² that this displacement makes, 0 to 1; the rest is a texture that
            changed its shape, or moved elsewhere by another distance.
        turn: root mean square of Δm, the difference of unit vectors.
    """

    distance: float
    explained: float
    turn: float


def fit_displacement(
    operators: VertexOperators, before: FloatArray, after: FloatArray, current_density: FloatArray
) -> Displacement:
    """The d for which Δm = -d ∂m/∂s fits best, with s along the current; collective.

    Least squares over the cells whose current density is at least half of its mean:
    d = -∫ Δm · ∂m/∂s dV / ∫ |∂m/∂s|² dV, with the m halfway between the states, so that the way
    back is exactly the way there.

    Args:
        operators: the P1 operators of the film.
        before: unit magnetisation, (owned and ghosts, 3).
        after: the same, later.
        current_density: j in A/m², (n_cells, d).
    """
    # Here, for who only wants LARGEST_TURN: MPI comes with them.
    from hebbfilm.common.reductions import total
    from hebbfilm.solvers.kernels.compiled import loops, reals

    comm = operators.comm
    size = np.sqrt(np.einsum("cd,cd->c", current_density, current_density))
    mean = total(comm, float(operators.volumes @ size)) / operators.volume
    sums = np.zeros(4)
    loops.displacement_sums(
        operators.cells_pointer,
        reals(before),
        reals(after),
        reals(current_density),
        _LEAST_CURRENT * mean if mean > 0 else np.inf,
        reals(sums),
    )
    product, stiffness, turned, whole = map(float, total(comm, sums))
    if stiffness == 0 or turned == 0:
        return Displacement(0.0, 0.0, sqrt(turned / whole) if whole else 0.0)
    return Displacement(
        -product / stiffness, product**2 / (stiffness * turned), sqrt(turned / whole)
    )
