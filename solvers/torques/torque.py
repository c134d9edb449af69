"""Torques in UFL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import ufl

from hebbfilm.common.errors import InputError
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.density_checks import is_complex
from hebbfilm.solvers.terms.energy import (
    Expression,
    Surroundings,
    parameters_on_film,
    with_symbols,
)
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
        film_mesh = symbols.operators.film_mesh
        found = {
            name: symbols.add_parameter(each)
            for name, each in parameters_on_film(torque, film_mesh).items()
        }

        def field(m: Expression) -> Expression:
            return ufl.cross(m, _expression(torque, found, m, symbols)) / symbols.gyromagnetic_ratio

        super().__init__(symbols, field)


def _expression(
    torque: Torque, found: Mapping[str, Expression], m: Expression, symbols: TorqueSymbols
) -> Expression:
    try:
        made = ufl.as_ufl(with_symbols(torque, found).torque(m, symbols.around))
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{torque.name}: its torque raised {type(error).__name__}: {error}"
        ) from error
    if made.ufl_shape != (3,) or made.ufl_free_indices:
        raise InputError(
            f"{torque.name}: a torque of shape {made.ufl_shape}: must be a vector (3,), in 1/s"
        )
    if is_complex(made):
        raise InputError(f"{torque.name}: its torque has complex numbers: must be real")
    return made
