"""The terms of a film on that film: couplings of the fused loops, and fields beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.densities import Densities
from hebbfilm.solvers.terms.energy import Energy
from hebbfilm.solvers.terms.general_energies import general_energies
from hebbfilm.solvers.terms.interface import (
    BoundField,
    DifferentiableField,
    FieldTerm,
    PartlyLocalField,
    Term,
)
from hebbfilm.solvers.terms.numeric_field import BoundNumericField, NumericField
from hebbfilm.solvers.terms.own_code import raised
from hebbfilm.solvers.terms.quadratic import QuadraticForm
from hebbfilm.solvers.terms.quadratic_energies import QuadraticEnergies, SteadyField


@dataclass(frozen=True)
class BoundTerms:
    """The terms of a film, bound.

    Args:
        densities: of those that are energies in UFL.
        quadratic: their quadratic parts.
        fields: all else, each with the name of its term.
        constants: energy in J of what does not depend on m, by the name of its term.
        vary: whether any field depends on time or on m.
        known: whether the derivatives by m of those that do are.
    """

    densities: Densities
    quadratic: QuadraticEnergies
    fields: Sequence[tuple[str, BoundField]]
    constants: dict[str, float]
    vary: bool
    known: bool

    def renew_material(self) -> None:
        """Take up parameters of the material that have changed in place; collective."""
        self.quadratic.forget()
        for name in self.constants:
            self.constants[name] = self.densities.constant(name)

    def total(self) -> QuadraticForm:
        """What the fused loops take: the sum of all that is local and quadratic."""
        onsite = self.quadratic.total.onsite.copy()
        for _, field in self.fields:
            if isinstance(field, PartlyLocalField):
                onsite += field.local_form.onsite
        return replace(self.quadratic.total, onsite=onsite)

    def quadratic_energies(self, m: FloatArray) -> dict[str, float]:
        """Energy in J, by the name of its term, of what the fused loops do; collective.

        What does not depend on m is in it; what goes beyond the pairs of the loops is not, as that
        is the energy of a field.
        """
        parts = self.quadratic.parts
        found = {name: replace(form, anisotropic=None).energy(m) for name, form in parts.items()}
        for name, energy in self.constants.items():
            found[name] = found.get(name, 0.0) + energy
        for name, field in self.fields:
            if isinstance(field, PartlyLocalField):
                found[name] = found.get(name, 0.0) + field.local_form.energy(m)
        return found


def bind(
    conditions: Conditions, material: FilmMaterial, terms: Sequence[Term], moments: VertexMoments
) -> BoundTerms:
    """Bind the terms of a film; collective.

    Args:
        conditions: of the film.
        material: on the film.
        terms: energies in UFL, and fields.
        moments: of the vertices.

    Raises:
        InputError: a term that does not fit the film.
    """
    operators = conditions.operators
    energies = [term for term in terms if isinstance(term, Energy)]
    densities = Densities(operators, material, energies, conditions)
    kinds = densities.kinds
    names = [name for name, kind in kinds.items() if kind.quadratic]
    quadratic = QuadraticEnergies(densities, names, often=bool(material.changing))
    fields: list[tuple[str, BoundField]] = [
        (name, SteadyField(densities, name, moments)) for name, kind in kinds.items() if kind.linear
    ]
    fields += [
        (name, AnisotropicCoupling(quadratic, name, moments)) for name in quadratic.beyond_pairs()
    ]
    constants = {name: densities.constant(name) for name, kind in kinds.items() if kind.constant}
    vary, known = bool(quadratic.beyond_pairs()), True
    general = [term for term in energies if kinds[term.name].general]
    if general:
        vary = True
        fields += general_energies(general, densities, conditions, material, moments)
    for term in terms:
        if isinstance(term, NumericField):
            fields.append((term.name, BoundNumericField(term, conditions)))
            vary, known = True, False
        elif isinstance(term, FieldTerm):
            try:
                field = term.bind(operators, material)
            except SystemExit as error:
                raise raised(term.name, "bind", error) from error
            fields.append((term.name, field))
            vary |= term.varies
            known &= not term.varies or isinstance(field, DifferentiableField)
    return BoundTerms(densities, quadratic, fields, constants, vary, known)


class AnisotropicCoupling:
    """What pairs do to each other beyond exchange and Dzyaloshinskii-Moriya vectors.

    Args:
        quadratic: the quadratic energies of the film.
        name: of the term whose `anisotropic` acts.
        moments: of the vertices.
    """

    energy_share = 0.5

    def __init__(self, quadratic: QuadraticEnergies, name: str, moments: VertexMoments) -> None:
        self._quadratic, self._name, self._moments = quadratic, name, moments
        self.renew_material()

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`."""
        matrix = self._quadratic.parts[self._name].anisotropic
        assert matrix is not None
        self._matrix, self._per_moment = matrix, -1 / self._moments.magnetic[:, None]

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m of m (columns, 3) to `out` (owned, 3)."""
        self.add_linear_field(m, out)

    def linearise(self, time: float, m: FloatArray) -> None:
        """Nothing is to be done: the derivative is the same everywhere."""

    def add_change(self, change: FloatArray, out: FloatArray) -> None:
        """Add (∂H/∂m) u in A/m to `out` (owned, 3), for u (columns, 3) with its ghosts."""
        self.add_linear_field(change, out)

    def add_linear_field(self, m: FloatArray, out: FloatArray) -> None:
        """The same of any vectors."""
        out += self._per_moment * np.reshape(self._matrix @ m.ravel(), (-1, 3))
