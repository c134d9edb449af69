"""What an energy is: a density in UFL, of m, of what surrounds it, and of parameters with units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, TypeAlias, TypeVar

import ufl

from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm, on_film

Expression: TypeAlias = ufl.core.expr.Expr
"""Of UFL."""
Quantity: TypeAlias = Any
"""A parameter of a term: a `Parameter` as it is given, and within `density` an `Expression`."""
TermT = TypeVar("TermT")


@dataclass(frozen=True)
class Surroundings:
    """What a density may depend on, apart from m and the parameters of its term; all of it UFL.

    Args:
        position: in m, three components, also in two dimensions.
        time: of the film in s.
        temperature: of the film in K; with heat that at each place.
        saturation_magnetisation: M_s in A/m.
        dimension: 2 or 3, of the mesh; a plain number.

    Example:
        >>> def tilted(m, at: Surroundings):
        ...     return 1e3 * m[2] * at.position[0] / 1e-7
    """

    position: Expression
    time: Expression
    temperature: Expression
    saturation_magnetisation: Expression
    dimension: int


def parameter(unit: str, shape: tuple[int, ...] = (), **default: Any) -> Any:
    """A parameter of an `Energy` or a `Torque`: a field of its dataclass, that has a unit.

    It may be given as a number (or a vector) for all of the film; an array of one row for each
    vertex, or each cell, that this rank owns; a function of places (n, 3) in m that returns n of
    them; a DOLFINx function; or a mapping from regions to these, "film" being the rest.

    Args:
        unit: how messages and manifests write its unit, "" for none.
        shape: of one value: () for a number, (3,) for a vector.
        default: `default=…`, if it has one.

    Example:
        >>> parameter("J/m³", default=0.0).metadata["unit"]
        'J/m³'
    """
    return field(metadata={"unit": unit, "shape": shape}, **default)


@dataclass(frozen=True)
class Energy:
    """E = ∫ w(m) dV; a frozen dataclass whose fields are parameters, with a `name` of its own.

    hebbfilm differentiates: H = -(1/μ₀M_s) δE/δm, with the boundary condition that is natural to
    the density. Integrals are sums over the corners of cells, so that what has no derivatives of m
    acts at each vertex by itself. Within `density`, parameters are UFL like m.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True)
        ... class CubicAnisotropy(Energy):
        ...     k1: float = parameter("J/m³")
        ...     name = "cubic_anisotropy"
        ...
        ...     def density(self, m, at):
        ...         x, y, z = (component**2 for component in m)
        ...         return self.k1 * (x * y + y * z + z * x)
        >>> CubicAnisotropy(4.8e4).k1
        48000.0
    """

    name: ClassVar[str]

    def density(self, m: Expression, at: Surroundings) -> Expression:
        """The energy in J/m³ of m, a vector of three components."""
        raise NotImplementedError


def gradient(m: Expression) -> Expression:
    """∂m_i/∂x_k in 1/m as a tensor (3, 3), in two dimensions with ∂/∂z = 0.

    Args:
        m: the magnetisation, as a density is given it.

    Example:
        >>> def chirality(m):
        ...     slope = gradient(m)
        ...     return m[2] * slope[0, 0] - m[0] * slope[2, 0]
    """
    slopes = ufl.grad(m)
    known = slopes.ufl_shape[1]
    return ufl.as_tensor([[slopes[i, k] if k < known else 0 for k in range(3)] for i in range(3)])


def parameters_on_film(term: Any, film_mesh: FilmMesh) -> dict[str, ParameterOnFilm]:
    """The parameters of a term, or of a torque, by their names; collective.

    Raises:
        InputError: one that does not fit the film.
    """
    found = {}
    for each in fields(term):
        if "unit" in each.metadata:
            given, shape = getattr(term, each.name), each.metadata["shape"]
            bound = isinstance(given, ParameterOnFilm)
            name = f"{term.name}.{each.name}"
            found[each.name] = given if bound else on_film(film_mesh, name, given, shape)
    return found


def density_of(
    term: Energy,
    found: Mapping[str, ParameterOnFilm],
    symbol: Callable[[ParameterOnFilm], Expression],
    m: Expression,
    at: Surroundings,
) -> Expression:
    """The density of a term with its parameters in UFL.

    Args:
        term: whose density it is.
        found: its parameters on the film.
        symbol: what stands for each of them.
        m: the magnetisation.
        at: what surrounds it.
    """
    return with_symbols(term, {name: symbol(each) for name, each in found.items()}).density(m, at)


def with_symbols(term: TermT, symbols: Mapping[str, Expression]) -> TermT:
    """A copy of a term, or of a torque, whose parameters of these names are in UFL."""
    bound = copy(term)
    for name, each in symbols.items():
        object.__setattr__(bound, name, each)
    return bound
