"""What expressions in UFL at the vertices of a film are made of, and its values there."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.energy import Expression, Surroundings
from hebbfilm.solvers.terms.point_expression import PointExpression, point_symbol

_UP = np.array([0.0, 0.0, 1.0])


class VertexSymbols:
    """Symbols for the state of a film at its vertices, with their values; made collectively.

    What lies in cells is at a vertex its mean over the cells around it, by volume.

    Args:
        conditions: of the film.
        saturation: M_s in A/m.

    Attributes:
        operators: of the film.
        m: the magnetisation.
        at: what surrounds it.
        moving: those whose values change while the film moves.
        field_per_energy: -1/(μ₀ M_s) in A/m per J/m³.
        values: of all symbols but m: of one value, or one for each vertex that this rank owns.
    """

    def __init__(self, conditions: Conditions, saturation: ParameterOnFilm) -> None:
        self.operators = operators = conditions.operators
        self.values: dict[Expression, FloatArray] = {}
        self._saturation = saturation
        self.m = point_symbol(3)
        self._time = np.zeros(())
        self._magnetisation = magnetisation = self._values_of(saturation)
        self._per_energy = np.array(-1 / (VACUUM_PERMEABILITY * magnetisation))
        self.at = Surroundings(
            position=self.add(operators.film_mesh.coordinates[: operators.owned], 3),
            time=self.add(self._time),
            temperature=self.add(conditions.temperature),
            saturation_magnetisation=self.add(magnetisation),
            dimension=operators.dimension,
        )
        self.moving = [self.at.time, self.at.temperature]
        self.field_per_energy = self.add(self._per_energy)

    def add(self, values: FloatArray, *shape: int) -> Expression:
        """A new symbol of a shape, with one value (…) for all vertices or (owned, …).

        Contiguous arrays are not copied: what is written into them later is seen.
        """
        symbol = point_symbol(*shape)
        self.values[symbol] = np.ascontiguousarray(values).reshape(np.shape(values))
        return symbol

    def add_parameter(self, parameter: ParameterOnFilm) -> Expression:
        """A new symbol with the values of a parameter; collective."""
        return self.add(self._values_of(parameter), *parameter.shape)

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`: of an M_s that changes in place."""
        self._magnetisation[...] = self._values_of(self._saturation)
        self._per_energy[...] = -1 / (VACUUM_PERMEABILITY * self._magnetisation)

    def set_time(self, time: float) -> None:
        """Take the time in s."""
        self._time[...] = time

    def expression(self, made: Expression) -> PointExpression:
        """What evaluates an expression of these symbols and m; collective.

        Where m is not given by `PointExpression.take` it is +z everywhere.
        """
        return PointExpression(self.operators.comm, made, self.values | {self.m: _UP})

    def _values_of(self, parameter: ParameterOnFilm) -> FloatArray:
        if parameter.value is not None:
            return np.array(parameter.value, dtype=float)
        return parameter.at_vertices(self.operators)
