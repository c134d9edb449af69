"""Leads: what a film is to the sources that it hangs on by wires with a resistance.

A source at U drives a contact through a lead of resistance R: the contact is at V = U - R I. With
I = G V of the film this is I = G (1 + R G)⁻¹ U, R the diagonal matrix of the resistances. So what
instruments at the sources see is G_out = G (1 + R G)⁻¹ = (1 + G R)⁻¹ G; and G of the film follows
from it by the same formula with -R.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arguments import numbers
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError


def outside_conductance(conductance: ArrayLike, lead_resistance: ArrayLike) -> FloatArray:
    """G in S as it is seen through leads, (N, N): (1 + G R)⁻¹ G.

    Pairs that share no piece of film conduct there, too, by way of nodes that they have in common.

    Args:
        conductance: G of the film in S, (N, N), I = G V with the voltages of its contacts.
        lead_resistance: R of the lead of each node in Ω, (N,). With -R, what was seen through leads
            becomes that of the film again.

    Raises:
        InputError: no (N, N) conductances with N resistances.

    Example:
        >>> import numpy as np
        >>> strip = np.array([[4e-3, -4e-3], [-4e-3, 4e-3]])
        >>> seen = outside_conductance(strip, [125.0, 125.0])
        >>> seen
        array([[ 0.002, -0.002],
               [-0.002,  0.002]])
        >>> bool(np.allclose(outside_conductance(seen, [-125.0, -125.0]), strip))
        True
    """
    matrix = np.asarray(conductance, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise InputError(f"conductance matrix of shape {matrix.shape}: must be (N, N)")
    resistance = numbers("lead_resistance", lead_resistance, len(matrix))
    if not resistance.any():
        return matrix
    found: FloatArray = np.linalg.solve(np.eye(len(matrix)) + matrix * resistance, matrix)
    return found


def contact_voltages(
    conductance: FloatArray, lead_resistance: FloatArray, sources: FloatArray
) -> FloatArray:
    """V in V at the ends of the leads, (…, N), where the sources are at U: (1 + R G)⁻¹ U.

    Args:
        conductance: G of the film in S, (N, N).
        lead_resistance: R in Ω, (N,).
        sources: U in V, (…, N).
    """
    if not lead_resistance.any():
        return sources
    through = np.eye(len(conductance)) + lead_resistance[:, None] * conductance
    return np.asarray(np.linalg.solve(through, sources.T).T, dtype=np.float64)
