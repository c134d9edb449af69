"""A uniform applied field."""

from dataclasses import dataclass

import numpy as np

from solvers.constants import VACUUM_PERMEABILITY
from solvers.material import Material
from solvers.operators import FloatArray, VertexOperators


@dataclass(frozen=True)
class Zeeman:
    """E = -μ₀ M_s ∫ m · H.

    Args:
        field: H in A/m, (3,).
    """

    field: tuple[float, float, float]
    name = "zeeman"
    varies = False

    def bind(self, operators: VertexOperators, material: Material) -> "BoundZeeman":
        """The term on one film."""
        return BoundZeeman(self, operators, material)


class BoundZeeman:
    """A uniform field on one film; see `solvers.dynamics.FieldTerm`.

    Args:
        term: the field.
        operators: of the film.
        material: M_s is used here.
    """

    def __init__(self, term: Zeeman, operators: VertexOperators, material: Material) -> None:
        self._term = term
        self._operators = operators
        self._pressure = VACUUM_PERMEABILITY * material.saturation_magnetisation

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m to `out` (owned, 3)."""
        out += self._term.field

    def energy(self, time: float, m: FloatArray) -> float:
        """E in J of m (columns, 3) at `time` in s; collective."""
        operators = self._operators
        along = m[: operators.owned] @ np.asarray(self._term.field)
        moment = operators.comm.allreduce(float(operators.vertex_volumes @ along))
        return -self._pressure * moment
