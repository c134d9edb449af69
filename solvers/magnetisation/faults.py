"""Which term is to blame where numbers are no longer finite; looked for only then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray, RealArray
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms.binding import BoundTerms


def require_finite_energies(
    operators: VertexOperators, energies: Mapping[str, float], time: float, m: FloatArray
) -> None:
    """Raise SolverError for energies that are not finite; collective.

    Args:
        operators: of the film.
        energies: in J, by their names; the same on all ranks.
        time: in s.
        m: (columns, 3), of which they are.
    """
    lost = [name for name, energy in energies.items() if not np.isfinite(energy)]
    if not lost:
        return
    if operators.comm.allreduce(not np.isfinite(m[: operators.owned]).all(), MPI.LOR):
        raise SolverError(f"the magnetisation is no longer finite at {time:.4g} s")
    raise SolverError(
        f"{' and '.join(lost)}: the energy is not finite at {time:.4g} s, for the present m"
    )


def too_strong(terms: BoundTerms, moments: VertexMoments, m: FloatArray) -> InputError:
    """The error of fields at which arithmetic ends, with the name of the strongest; collective.

    Args:
        terms: of the film.
        moments: of its vertices.
        m: (columns, 3).
    """
    comm, least = terms.densities.operators.comm, moments.magnetic.min(initial=np.inf)
    sizes: dict[str, float] = {}
    for name in terms.quadratic.parts:
        form = terms.quadratic.assembled([name])
        sizes[name] = _largest((form.exchange, form.moriya, form.onsite)) / least
    for name, field in terms.fields:
        found = np.zeros((len(moments.magnetic), 3))
        field.add_field(0.0, m, found)
        sizes[name] = max(sizes.get(name, 0.0), _largest([found]))
    everywhere = {name: comm.allreduce(size, MPI.MAX) for name, size in sizes.items()}
    strongest = max(everywhere, key=lambda name: everywhere[name])
    return InputError(
        f"{strongest}: a field of {everywhere[strongest]:.1g} A/m, with which nothing can be "
        "calculated: is a power of ten wrong?"
    )


def _largest(arrays: Iterable[RealArray]) -> float:
    return max(float(np.abs(each).max(initial=0.0)) for each in arrays)
