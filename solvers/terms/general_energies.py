"""Energies that are not quadratic in m, or change in time, on one film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.densities import Densities
from hebbfilm.solvers.terms.density_checks import naming, require_finite
from hebbfilm.solvers.terms.energy import Energy
from hebbfilm.solvers.terms.gradient_energy import GradientEnergy
from hebbfilm.solvers.terms.interface import BoundField, FieldWithEnergy
from hebbfilm.solvers.terms.local_energy import LocalEnergy
from hebbfilm.solvers.terms.vertex_symbols import VertexSymbols

_AT_FIRST = np.array([0.0, 0.0, 1.0])
"""Where m points in a film that was just made."""


def general_energies(
    terms: Sequence[Energy],
    densities: Densities,
    conditions: Conditions,
    material: FilmMaterial,
    moments: VertexMoments,
) -> list[tuple[str, BoundField]]:
    """The fields of such energies, each with the name of its term; collective.

    Args:
        terms: the energies.
        densities: of the film, with these among them.
        conditions: of the film.
        material: on the film.
        moments: of the vertices.

    Raises:
        InputError: a density that cannot be compiled, or whose field is not finite somewhere.
    """
    symbols = VertexSymbols(conditions, material["saturation_magnetisation"])
    found: list[tuple[str, BoundField]] = []
    for term in terms:
        with naming([term.name]):
            parameters = densities.parameters[term.name]
            local = densities.kinds[term.name].local
            if local and LocalEnergy.can_be(term, parameters, symbols):
                found.append((term.name, LocalEnergy(term, parameters, symbols)))
            else:
                field = GradientEnergy(densities, term.name, moments)
                found.append((term.name, field))
    require_finite_fields(conditions.operators, found, "density")
    return found


def require_finite_fields(
    operators: VertexOperators, fields: Sequence[tuple[str, BoundField]], what: str
) -> None:
    """Raise InputError for one that is not finite somewhere, for m along z, or anywhere.

    Args:
        operators: of the film.
        fields: each with the name of its term or torque.
        what: of that, as messages call it.
    """
    m = operators.random_normal(seed=0)
    anywhere = operators.halo(m / np.linalg.norm(m, axis=1, keepdims=True))
    along_z = np.zeros_like(anywhere) + _AT_FIRST
    for name, field in fields:
        found = np.zeros((operators.owned, 3))
        with np.errstate(all="ignore"):
            for m in (along_z, anywhere):
                field.add_field(0.0, m, found)
                if isinstance(field, FieldWithEnergy):
                    found[:1] += field.own_energy(0.0, m)
        require_finite(operators.comm, [name], found, what)
