"""Energies without derivatives of m that are not quadratic in it, or change in time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import ufl

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm
from hebbfilm.solvers.terms.energy import Energy, Expression, density_of
from hebbfilm.solvers.terms.point_expression import is_of_symbols, point_symbol
from hebbfilm.solvers.terms.point_field import PointField
from hebbfilm.solvers.terms.vertex_symbols import VertexSymbols


class LocalEnergy(PointField):
    """E = Σ V_i w(m_i), with the lumped volume V_i of each vertex; made collectively.

    Its field is H = -(1/μ₀ M_s) ∂w/∂m at each vertex: that of the discrete energy, to the last bit
    of the derivative. Parameters and M_s are means over the cells around a vertex.

    Args:
        term: the energy.
        parameters: of the term on the film, by their names.
        symbols: at the vertices.

    Raises:
        RuntimeError: the density has what FFCx cannot compile.
    """

    def __init__(
        self, term: Energy, parameters: Mapping[str, ParameterOnFilm], symbols: VertexSymbols
    ) -> None:
        found = {each: symbols.add_parameter(each) for each in parameters.values()}

        def density(m: Expression) -> Expression:
            return ufl.as_ufl(density_of(term, parameters, found.__getitem__, m, symbols.at))

        def field(m: Expression) -> Expression:
            return symbols.field_per_energy * ufl.diff(density(m), m)

        super().__init__(symbols, field)
        self._density = symbols.expression(density(symbols.m))
        self._densities = np.zeros(symbols.operators.owned)

    @staticmethod
    def can_be(
        term: Energy, parameters: Mapping[str, ParameterOnFilm], symbols: VertexSymbols
    ) -> bool:
        """Whether nothing in the density of a term lives on the mesh; arguments as above."""

        def symbol(parameter: ParameterOnFilm) -> Expression:
            return point_symbol(*parameter.shape)

        return is_of_symbols(density_of(term, parameters, symbol, symbols.m, symbols.at))

    def own_energy(self, time: float, m: FloatArray) -> float:
        """Energy in J at the vertices of this rank, of m (owned or more, 3) at `time` in s."""
        self._symbols.set_time(time)
        self._density.take(self._symbols.m, m)
        self._densities[:] = 0
        self._density.add(self._densities)
        return float(self._symbols.operators.vertex_volumes @ self._densities)
