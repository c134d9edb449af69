"""What a weak current does to the conductances of a film, to first order and before any dynamics.

The texture turns so that the film conducts better along the current that flows: the conductivity
changes by δσ = κ E⊗E with κ > 0. The part of it that has no direction, as that of a texture whose
|m∥|² stays, would be one more constant here.

With unit potentials φ_i (contact i at 1 V, the others at 0 V) the conductances of a symmetric σ are
G_ij = ∫ ∇φ_i · σ ∇φ_j, at a stationary point with respect to all φ: a change δσ alters them by

    δG_ij = ∫ ∇φ_i · δσ ∇φ_j = κ ∫ (∇φ_i · E) (∇φ_j · E),

to first order, also through resistive contacts (with Hall effect ∇φ_i is that for σᵀ, the
conductivity at -m), and pair conductances g_ij = -G_ij by the opposite.
Where current flows from i to j, φ_j falls as φ_i rises: δg_ij > 0.

At the ends of an ideal contact along a straight edge E² goes as 1/r and the integral as ln(1/h):
there the mesh size h is part of the answer. Layouts are compared at one mesh size.
"""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.conduction.conduction import Conduction

_CELLS_AT_ONCE = 16_384


def conductance_response(conduction: Conduction, voltages: FloatArray) -> FloatArray:
    """δG/κ under each set of voltages, for the conductivity that `conduction` has; collective.

    Args:
        conduction: `update`d with the m of its film.
        voltages: of the nodes at the film in V, (n_sets, N).

    Returns:
        ∫ (∇φ_i · E) (∇φ_j · E) dV in V²/m, (n_sets, N, N), each symmetric with row sums of zero;
        with Hall effect the symmetric part of it.

    Raises:
        SolverError: no convergence.
    """
    operators, units = conduction.operators, conduction.unit_potentials()
    both = [units] if conduction.symmetric else [units, conduction.adjoint_potentials()]
    strips, fields = conduction.strips, len(units)
    in_fields = strips.of_fields(voltages)
    total = np.zeros((*in_fields.shape, fields))
    # Layers have no texture that could turn.
    magnetic = np.arange(len(operators.cells))[conduction.film_cells]
    for start in range(0, len(magnetic), _CELLS_AT_ONCE):
        part = magnetic[start : start + _CELLS_AT_ONCE]
        slopes, *others = (
            np.einsum("cad,nca->ncd", operators.gradients_in(part), each[:, operators.cells[part]])
            for each in both
        )
        volumes, strip = operators.volumes[part], strips.of_vertex[operators.cells[part, 0]]
        for response, voltage in zip(total, in_fields, strict=True):
            field = -np.einsum("cn,ncd->cd", voltage[strip], slopes)
            along = np.einsum("ncd,cd->nc", slopes, field)
            adjoint = np.einsum("ncd,cd->nc", others[0], field) if others else along
            response += strips.products(adjoint * volumes, along, strip)
    summed = strips.matrix(operators.comm.allreduce(total))
    return summed if conduction.symmetric else (summed + summed.transpose(0, 2, 1)) / 2
