"""Torques in UFL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import ufl

from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import RAISED, InputError
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.density_checks import (
    has_slopes,
    is_complex,
    numbers_not_finite,
)
from hebbfilm.solvers.terms.energy import (
    Expression,
    Surroundings,
    parameters_on_film,
    with_symbols,
)
from hebbfilm.solvers.terms.own_code import raised
from hebbfilm.solvers.terms.point_expression import is_of_symbols, probe
from hebbfilm.solvers.terms.point_field import PointField
from hebbfilm.solvers.terms.vertex_symbols import VertexSymbols


@dataclass(frozen=True)
class TorqueSurroundings(Surroundings):
    """What a torque may depend on, apart from m and its parameters; all of it UFL.

    Args:
        current_density: j in A/m² as it was last renewed, three components.
        electric_field: -∇φ in V/m, three components.
    """

    current_density: Expression
    electric_field: Expression


@dataclass(frozen=True)
class Torque:
    """∂m/∂t = … + α m × ∂m/∂t + τ; a frozen dataclass of parameters, with a `name` of its own.

    The part of τ across m acts, as the field (m × τ)/γ₀. Within `torque`, parameters are UFL like
    m; what lies in cells, as the current density does, is at a vertex its mean over the cells
    around it, by volume. While `Film.relax` goes on there is no current; `Film.minimise` knows
    energies alone, and refuses a film on which a torque acts without a current.

    Example:
        >>> from dataclasses import dataclass
        >>> import ufl
        >>> @dataclass(frozen=True)
        ... class DampingLike(Torque):
        ...     rate_per_current: float = parameter("m²/(A s)")
        ...     name = "damping_like"
        ...
        ...     def torque(self, m, at):
        ...         j = at.current_density
        ...         polarisation = ufl.as_vector([-j[1], j[0], 0])
        ...         return -self.rate_per_current * ufl.cross(m, ufl.cross(m, polarisation))
        >>> DampingLike(0.05).rate_per_current
        0.05
    """

    name: ClassVar[str]

    def torque(self, m: Expression, at: TorqueSurroundings) -> Expression:
        """τ in 1/s of m, a vector of three components."""
        raise NotImplementedError


class TorqueSymbols(VertexSymbols):
    """The symbols of `VertexSymbols`, and what torques depend on besides; made collectively.

    Args:
        conditions: of the film.
        material: on the film.

    Attributes:
        around: what surrounds m.
        gyromagnetic_ratio: γ₀ in m/(A s).
    """

    def __init__(self, conditions: Conditions, material: FilmMaterial) -> None:
        super().__init__(conditions, material["saturation_magnetisation"])
        conditions.watched = True
        self.around = TorqueSurroundings(
            **vars(self.at),
            current_density=self.add(conditions.current_density, 3),
            electric_field=self.add(conditions.electric_field, 3),
        )
        self.moving += [self.around.current_density, self.around.electric_field]
        self.gyromagnetic_ratio = self.add_parameter(material["gyromagnetic_ratio"])


class BoundTorque(PointField):
    """The field (m × τ)/γ₀ of a torque on one film; made collectively.

    Args:
        torque: the torque.
        symbols: at the vertices.

    Raises:
        InputError: a parameter that does not fit the film, or what is no torque.
    """

    def __init__(self, torque: Torque, symbols: TorqueSymbols) -> None:
        parameters = parameters_on_film(torque, symbols.operators.film_mesh)
        comm, dimension = symbols.operators.comm, symbols.around.dimension
        on_every_rank(comm, lambda: _require_no_slopes(torque, parameters, dimension))
        found = {name: symbols.add_parameter(each) for name, each in parameters.items()}

        def field(m: Expression) -> Expression:
            bound = with_symbols(torque, found)
            made = on_every_rank(comm, lambda: _expression(bound, m, symbols.around))
            return ufl.cross(m, made) / symbols.gyromagnetic_ratio

        super().__init__(symbols, field)


def _require_no_slopes(
    torque: Torque, parameters: Mapping[str, ParameterOnFilm], dimension: int
) -> None:
    """Raise InputError for derivatives in space: of symbols at a point they would vanish."""
    around = TorqueSurroundings(
        position=probe(3),
        time=probe(),
        temperature=probe(),
        saturation_magnetisation=probe(),
        dimension=dimension,
        current_density=probe(3),
        electric_field=probe(3),
    )
    tried = with_symbols(torque, {name: probe(*each.shape) for name, each in parameters.items()})
    if has_slopes(_expression(tried, probe(3), around)):
        raise InputError(
            f"{torque.name}: its torque has derivatives in space: it acts at each vertex by itself"
        )


def _expression(torque: Torque, m: Expression, around: TorqueSurroundings) -> Expression:
    try:
        made = torque.torque(m, around)
        components = isinstance(made, list | tuple | np.ndarray)
        made = ufl.as_vector(list(made)) if components else ufl.as_ufl(made)
    except RAISED as error:
        raise raised(torque.name, "torque", error) from error
    if problem := _problem_of(made):
        raise InputError(f"{torque.name}: {problem}")
    return made


def _problem_of(torque: Expression) -> str | None:
    if torque.ufl_shape != (3,) or torque.ufl_free_indices:
        return f"a torque of shape {torque.ufl_shape}: must be a vector (3,), in 1/s"
    if is_complex(torque):
        return "its torque has complex numbers: must be real"
    if found := numbers_not_finite(torque):
        return f"its torque has a number that is not finite: {found[0]}"
    if not is_of_symbols(torque):
        return (
            "its torque has a function, or coordinates, on a mesh: give it what differs from place "
            "to place as a parameter; the place is at.position"
        )
    return None
