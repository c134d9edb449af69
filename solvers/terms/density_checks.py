"""What an expression in UFL must be, to be the density of an energy."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from mpi4py import MPI

import numpy as np
import ufl
from ufl.corealg.traversal import unique_pre_traversal
from ufl.differentiation import Curl, Div, Grad, NablaDiv, NablaGrad
from ufl.domain import extract_domains
from ufl.geometry import GeometricFacetQuantity
from ufl.restriction import Restricted

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import first_unlike
from hebbfilm.common.errors import RAISED, InputError
from hebbfilm.common.messages import reason
from hebbfilm.solvers.terms.energy import Expression

_COMPLEX = (ufl.constantvalue.ComplexValue, ufl.algebra.Imag)
_SLOPES = (Grad, Div, Curl, NablaGrad, NablaDiv)
_OF_FACETS = (Restricted, GeometricFacetQuantity, ufl.averaging.FacetAvg)


def require_density(name: str, density: Expression, m: ufl.Coefficient) -> None:
    """Raise InputError, with the name of a term, for what is no density of an energy.

    Args:
        name: of the term.
        density: in UFL.
        m: the magnetisation, a function of the first order on the mesh of the film.
    """
    if problem := _problem_of(density, m):
        raise InputError(f"{name}: {problem}")


def _problem_of(density: Expression, m: ufl.Coefficient) -> str | None:
    if not isinstance(density, ufl.core.expr.Expr):
        return f"its density is a {type(density).__name__}: must be an expression in UFL"
    nodes = list(unique_pre_traversal(density))
    if density.ufl_shape != ():
        return f"a density of shape {density.ufl_shape}: must be one number, in J/m³"
    if density.ufl_free_indices:
        return "its density has an index that is not summed over: must be one number, in J/m³"
    if is_complex(density):
        return "its density has complex numbers: must be real"
    if found := numbers_not_finite(density):
        return f"its density has a number that is not finite: {found[0]}"
    if ufl.algorithms.extract_arguments(density):
        return "its density has a test or trial function: must be one of m"
    if any(isinstance(each, _OF_FACETS) for each in nodes):
        return (
            "its density has what only facets have, like a normal or a jump: must be one of cells"
        )
    if set(extract_domains(density)) - set(extract_domains(m)):
        return "its density has a function on another mesh than that of the film"
    if any(_has_slope_of(each.ufl_operands[0], m) for each in nodes if isinstance(each, _SLOPES)):
        return "its density has second derivatives of m, which vanish in a cell: must have first"
    return None


def is_complex(expression: Expression) -> bool:
    """Whether complex numbers occur in it."""
    return any(isinstance(each, _COMPLEX) for each in unique_pre_traversal(expression))


def numbers_not_finite(expression: Expression) -> list[float]:
    """The numbers in it that are infinite, or none at all: C has no names for them."""
    nodes = unique_pre_traversal(expression)
    numbers = [float(each) for each in nodes if isinstance(each, ufl.constantvalue.RealValue)]
    return [each for each in numbers if not np.isfinite(each)]


def has_slopes(expression: Expression) -> bool:
    """Whether derivatives in space occur in it."""
    return any(isinstance(each, _SLOPES) for each in unique_pre_traversal(expression))


def _has_slope_of(operand: Expression, m: ufl.Coefficient) -> bool:
    slopes = [each for each in unique_pre_traversal(operand) if isinstance(each, _SLOPES)]
    return any(m in ufl.algorithms.extract_coefficients(each) for each in slopes)


@contextmanager
def naming(names: Sequence[str]) -> Iterator[None]:
    """Raise InputError with the names of terms for whatever UFL or its compiler refuse."""
    try:
        yield
    except InputError:
        raise
    except RAISED as error:
        raise InputError(
            f"{' or '.join(names)}: its density cannot be compiled: {reason(error)}"
        ) from error


def require_finite(
    comm: MPI.Intracomm, names: Sequence[str], values: FloatArray, what: str = "density"
) -> None:
    """Raise InputError, on all ranks, if energies of these names are not finite somewhere."""
    if comm.allreduce(not np.isfinite(values).all(), MPI.LOR):
        currentless = ", also without a current" if what == "torque" else ""
        raise InputError(
            f"{' or '.join(names)}: the {what} is not finite somewhere in the film: must be "
            f"a number everywhere, whatever m is{currentless}"
        )


def require_one_form(comm: MPI.Intracomm, energies: Mapping[str, ufl.Form]) -> None:
    """Raise InputError, on all ranks, if an energy is another form on some rank; collective.

    Args:
        comm: the ranks.
        energies: by the names of their terms, which are the same on all ranks.
    """
    if comm.size == 1:
        return
    with naming(list(energies)):
        own = [form.signature() for form in energies.values()]
    if unlike := first_unlike(comm, own):
        first, other, rank = unlike
        name = next(n for n, one, two in zip(energies, first, other, strict=True) if one != two)
        raise InputError(
            f"{name}: its density on rank {rank} is another than on rank 0: must be the same "
            "expression, with the same numbers, on all ranks"
        )
