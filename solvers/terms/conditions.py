"""What acts on m in a film and is renewed with its current, as terms and torques see it."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators


class _Current(Protocol):
    """The current in a film; see `hebbfilm.solvers.conduction.conduction.Conduction`."""

    potential: FloatArray

    @property
    def current_density(self) -> FloatArray: ...


class Conditions:
    """Temperature, current density and electric field; without a current until one is set.

    Args:
        operators: of the film.
        temperature: in K.

    Attributes:
        operators: of the film.
        watched: whether anything depends on the current; if not, it is not taken.
        temperature: in K, ().
        current_density, electric_field: j in A/m² and -∇φ in V/m, the means over the cells around
            each vertex by volume, (owned, 3).
        current_density_in_cells, electric_field_in_cells: the same in cells, (n_cells, 3).
    """

    def __init__(self, operators: VertexOperators, temperature: float) -> None:
        self.operators = operators
        self.watched = False
        self.temperature = np.array(temperature, dtype=float)
        self.current_density, self.electric_field = np.zeros((2, operators.owned, 3))
        self.current_density_in_cells, self.electric_field_in_cells = np.zeros(
            (2, len(operators.cells), 3)
        )

    def take_current(self, current: _Current | None) -> None:
        """Take a current as it was found last, None for none; collective."""
        if not self.watched:
            return
        if current is None:
            for each in (
                self.current_density,
                self.electric_field,
                self.current_density_in_cells,
                self.electric_field_in_cells,
            ):
                each[:] = 0
            return
        operators = self.operators
        d = operators.dimension
        field = -np.einsum("cad,ca->cd", operators.gradients, current.potential[operators.cells])
        self.current_density_in_cells[:, :d] = current.current_density
        self.electric_field_in_cells[:, :d] = field
        self.current_density[:, :d] = operators.average_to_vertices(current.current_density)
        self.electric_field[:, :d] = operators.average_to_vertices(field)
