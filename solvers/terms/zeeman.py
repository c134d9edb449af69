"""A uniform applied field."""

from dataclasses import dataclass

import numpy as np

from solvers.constants import VACUUM_PERMEABILITY
from solvers.operators import FloatArray, VertexOperators


@dataclass(frozen=True)
class Zeeman:
    """E = -μ₀ M_s ∫ m · H.

    Args:
        field: H in A/m, (3,).
    """

    field: tuple[float, float, float]
    name = "zeeman"

    def energy(self, operators: VertexOperators, m: FloatArray, saturation: float) -> float:
        """E in J of m (owned or more, 3), for M_s in A/m; collective."""
        moment = operators.vertex_volumes @ (m[: operators.owned] @ np.asarray(self.field))
        return -VACUUM_PERMEABILITY * saturation * operators.comm.allreduce(float(moment))
