"""The densities of a film in UFL, and which of them are quadratic, linear, or anything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import ufl
from dolfinx import fem
from ufl.algebra import Abs
from ufl.algorithms import expand_derivatives
from ufl.algorithms.analysis import extract_constants
from ufl.algorithms.remove_complex_nodes import remove_complex_nodes
from ufl.conditional import Condition, Conditional, MaxValue, MinValue
from ufl.corealg.traversal import unique_pre_traversal
from ufl.mathfunctions import MathFunction

from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import RAISED
from hebbfilm.solvers.discretisation.forms import compiled
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.density_checks import (
    naming,
    require_density,
    require_finite,
    require_one_form,
)
from hebbfilm.solvers.terms.energy import (
    Energy,
    Expression,
    Surroundings,
    density_of,
    parameters_on_film,
)
from hebbfilm.solvers.terms.own_code import raised

AT_VERTICES = ufl.dx(metadata={"quadrature_rule": "vertex", "quadrature_degree": 1})
"""The measure of all energies: what has no derivatives of m acts at each vertex by itself."""

_OF_PIECES = (Abs, MathFunction, Conditional, Condition, MinValue, MaxValue)


@dataclass(frozen=True)
class Kind:
    """What a density is in m.

    Args:
        quadratic: it has a part that is quadratic in m, and steady.
        linear: it has one that is linear in m, and steady.
        constant: it has one that does not depend on m, and is steady; or it is zero.
        general: it is none of these, or changes in time.
        local: it has no derivatives of m.
    """

    quadratic: bool
    linear: bool
    constant: bool
    general: bool
    local: bool


class Densities:
    """The energies of one film in UFL; made collectively.

    Args:
        operators: of the film.
        material: on the film.
        terms: the energies.
        conditions: of the film; None where no density asks for a temperature.

    Raises:
        InputError: a parameter that does not fit the film, or what is no density.

    Attributes:
        m: the magnetisation, a function on `space`.
        time: a constant in s, to be written.
        temperature: in K, as the conditions have it.
        parameters: of each term on the film, by the term's name.
        energies: of each term in J, by its name: a form, without a value yet.
        kinds: of each term.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: FilmMaterial,
        terms: Sequence[Energy],
        conditions: Conditions | None = None,
    ) -> None:
        mesh = operators.film_mesh.mesh
        self.operators = operators
        self.space = fem.functionspace(mesh, ("Lagrange", 1, (3,)))
        self.m = fem.Function(self.space)
        self.time = fem.Constant(mesh, np.float64(0))
        self.temperature = (conditions or Conditions(operators, 0.0)).temperature_symbol
        x = ufl.SpatialCoordinate(mesh)
        self.surroundings = Surroundings(
            position=ufl.as_vector([x[k] if k < operators.dimension else 0 for k in range(3)]),
            time=self.time,
            temperature=self.temperature,
            saturation_magnetisation=material["saturation_magnetisation"].coefficient,
            dimension=operators.dimension,
        )
        self.parameters: Mapping[str, Mapping[str, ParameterOnFilm]] = {
            term.name: parameters_on_film(term, operators.film_mesh) for term in terms
        }
        self.energies = {term.name: self._energy(term) for term in terms}
        self._constant_forms: dict[str, fem.Form | None] = {}
        require_one_form(operators.comm, self.energies)
        self.kinds = {name: self._kind(name) for name in self.energies}

    def _energy(self, term: Energy) -> ufl.Form:
        found = self.parameters[term.name]
        for each in found.values():
            # Collective the first time, as what a density does is not.
            _coefficient(each)
        density = on_every_rank(self.operators.comm, lambda: self._density(term, found))
        # Of zero, UFL does not know by itself on which mesh it is.
        return self.operators.depth * density * AT_VERTICES(domain=self.operators.film_mesh.mesh)

    def _density(self, term: Energy, found: Mapping[str, ParameterOnFilm]) -> Expression:
        try:
            density = density_of(term, found, _coefficient, self.m, self.surroundings)
            density = ufl.as_ufl(density)
        except RAISED as error:
            raise raised(term.name, "density", error) from error
        require_density(term.name, density, self.m)
        # What UFL writes of the scalar product of complex numbers.
        return remove_complex_nodes(density)

    def _kind(self, name: str) -> Kind:
        with naming([name]):
            return self._kind_of(self.energies[name])

    def _kind_of(self, energy: ufl.Form) -> Kind:
        local = not _has_derivatives(energy)
        second = expand_derivatives(self.hessian(energy))
        if self._moves(energy) or self.m in second.coefficients() or self._has_kinks(energy):
            return Kind(quadratic=False, linear=False, constant=False, general=True, local=local)
        quadratic = not second.empty()
        linear = not self._without_m(self.gradient(energy)).empty()
        return Kind(
            quadratic=quadratic,
            linear=linear,
            constant=not (quadratic or linear) or not self._without_m(energy).empty(),
            general=False,
            local=local,
        )

    def _moves(self, energy: ufl.Form) -> bool:
        symbols = [*extract_constants(energy), *energy.coefficients()]
        return any(each is one for each in symbols for one in (self.time, self.temperature))

    def _without_m(self, form: ufl.Form) -> ufl.Form:
        """It where m is zero."""
        zero = ufl.as_vector([0.0] * 3)
        return expand_derivatives(ufl.replace(expand_derivatives(form), {self.m: zero}))

    def _has_kinks(self, energy: ufl.Form) -> bool:
        """Whether it is of pieces, where derivatives may not tell what it is."""
        return any(
            isinstance(each, _OF_PIECES) and self.m in ufl.algorithms.extract_coefficients(each)
            for each in _nodes(energy)
        )

    def constant(self, name: str) -> float:
        """Energy in J of what does not depend on m in a term; collective.

        Raises:
            InputError: it is not finite.
        """
        comm = self.operators.comm
        if name not in self._constant_forms:
            with naming([name]):
                energy = self._without_m(self.energies[name])
                self._constant_forms[name] = None if energy.empty() else compiled(energy, comm)
        form = self._constant_forms[name]
        found: float = comm.allreduce(0.0 if form is None else fem.assemble_scalar(form))
        require_finite(comm, [name], np.array(found))
        return found

    def gradient(self, energy: ufl.Form) -> ufl.Form:
        """∂E/∂m as a form of one argument."""
        return ufl.derivative(energy, self.m, ufl.TestFunction(self.space))

    def hessian(self, energy: ufl.Form) -> ufl.Form:
        """∂²E/∂m² as a form of two arguments."""
        return ufl.derivative(self.gradient(energy), self.m, ufl.TrialFunction(self.space))


def _coefficient(parameter: ParameterOnFilm) -> Expression:
    return parameter.coefficient


def _nodes(form: ufl.Form) -> Iterator[Expression]:
    for integral in form.integrals():
        yield from unique_pre_traversal(integral.integrand())


def _has_derivatives(energy: ufl.Form) -> bool:
    return any(isinstance(each, ufl.differentiation.Derivative) for each in _nodes(energy))
