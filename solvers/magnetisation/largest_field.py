"""The largest field that a deviation of m can raise on itself: what limits explicit steps."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import largest, total
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.kernels.couplings import Couplings
from hebbfilm.solvers.magnetisation.faults import too_strong
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm
from hebbfilm.solvers.terms.binding import BoundTerms
from hebbfilm.solvers.terms.interface import GrowingField, LinearField, StiffField

_ITERATIONS = 100


def largest_linear_field(
    couplings: Couplings,
    terms: BoundTerms,
    moments: VertexMoments,
    gyromagnetic_ratio: ParameterOnFilm,
    m: FloatArray,
) -> float:
    """The largest field in A/m that a deviation of m can raise on itself; collective.

    A field counts by γ₀ at its vertex, in units of the largest one. By power iteration on the
    linear part of the field, which is symmetric in the scalar product weighted by moment over
    γ₀. The rest counts as strong as it is at time 0 and may become.

    Args:
        couplings: of the vertices.
        terms: whose fields are counted.
        moments: of the vertices.
        gyromagnetic_ratio: γ₀ in m/(A s).
        m: (columns, 3).

    Raises:
        InputError: a field that is too strong.
    """
    operators = terms.densities.operators
    share = gyromagnetic_ratio.at_vertices(operators)[:, None] / gyromagnetic_ratio.largest
    fields = [field for _, field in terms.fields]
    linear_fields = [field for field in fields if isinstance(field, LinearField)]
    weights = moments.volumes[:, None] / share
    vector = operators.vector(3)
    v = vector.array.reshape(-1, 3)
    own = v[: operators.owned]
    # From one seed and in the order of the mesh file, so that no partition changes the step.
    own[:] = operators.random_normal(seed=0)
    field, drift = np.empty_like(own), np.empty_like(own)
    comm, found = operators.comm, 0.0
    for _ in range(_ITERATIONS):
        own /= np.sqrt(total(comm, float(np.sum(weights * own * own))))
        vector.scatter_forward()
        llg.linear_field(couplings, v, field, drift)
        for linear_field in linear_fields:
            linear_field.add_linear_field(v, field)
        field *= share
        found = float(np.sqrt(total(comm, float(np.sum(weights * field * field)))))
        if found == 0.0:
            break
        own[:] = field
    field[:] = 0
    for each in fields:
        if not isinstance(each, LinearField | StiffField):
            each.add_field(0.0, m, field)
    external = float(np.linalg.norm(share * field, axis=1).max(initial=0.0))
    external += sum(each.largest_growth for each in fields if isinstance(each, GrowingField))
    # A free moment without any field still needs some finite step.
    found = max(found + largest(comm, external), 1.0)
    if not np.isfinite(found):
        raise too_strong(terms, moments, m)
    return found
