"""What acts on m in a film and is renewed with its current, as terms and torques see it."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np
from dolfinx import fem

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators


class _Current(Protocol):
    """The current in a film; see `hebbfilm.solvers.conduction.conduction.Conduction`."""

    @property
    def current_density(self) -> FloatArray: ...

    def electric_field(self) -> FloatArray: ...


class Conditions:
    """Temperature, current density and electric field; without a current until one is set.

    Args:
        operators: of the film.
        temperature: in K, until another is taken.
        uneven: whether the temperature may come to differ from place to place, and in time.

    Attributes:
        operators: of the film.
        watched: whether anything depends on the current; if not, it is not taken.
        temperature: in K, (), or at each vertex, (owned,), where it may differ.
    """

    def __init__(
        self, operators: VertexOperators, temperature: float, *, uneven: bool = False
    ) -> None:
        self.operators = operators
        self.watched = False
        self.temperature = np.full(operators.owned if uneven else (), float(temperature))

    # Large, and few films ask for them.
    @cached_property
    def current_density(self) -> FloatArray:
        """J in A/m², the mean over the cells around each vertex by volume, (owned, 3)."""
        return np.zeros((self.operators.owned, 3))

    @cached_property
    def electric_field(self) -> FloatArray:
        """-∇φ in V/m likewise, (owned, 3)."""
        return np.zeros((self.operators.owned, 3))

    @cached_property
    def current_density_in_cells(self) -> FloatArray:
        """J in A/m² in cells, (n_cells, 3)."""
        return np.zeros((len(self.operators.cells), 3))

    @cached_property
    def electric_field_in_cells(self) -> FloatArray:
        """-∇φ in V/m in cells, (n_cells, 3)."""
        return np.zeros((len(self.operators.cells), 3))

    @cached_property
    def temperature_symbol(self) -> fem.Constant | fem.Function:
        """T in UFL: a constant, or a function of the first order; collective at first."""
        if not self.temperature.ndim:
            return fem.Constant(self.operators.film_mesh.mesh, self.temperature)
        function = fem.Function(self.operators.film_mesh.space, name="temperature")
        self._fill(function)
        return function

    def _fill(self, function: fem.Function) -> None:
        function.x.array[: self.operators.owned] = self.temperature
        function.x.scatter_forward()

    def take_temperature(self, temperature: FloatArray) -> None:
        """See `hebbfilm.solvers.followers.FollowsTemperature`."""
        self.temperature[:] = temperature[: self.operators.owned]
        if "temperature_symbol" in vars(self):
            self._fill(self.temperature_symbol)

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
        field = current.electric_field()
        self.current_density_in_cells[:, :d] = current.current_density
        self.electric_field_in_cells[:, :d] = field
        self.current_density[:, :d] = operators.average_to_vertices(current.current_density)
        self.electric_field[:, :d] = operators.average_to_vertices(field)
