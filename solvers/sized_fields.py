"""How strongly each energy and each torque turns m, all as fields, to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import largest, total
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.field_names import DAMPING_LIKE, DRIFT, FIELD_LIKE
from hebbfilm.solvers.terms.binding import AnisotropicCoupling
from hebbfilm.solvers.terms.interface import PartlyLocalField, TwistingField


class EffectiveField(NamedTuple):
    """|m × H| in A/m over a film, of what turns m as a field H does.

    Attributes:
        largest: over the vertices.
        mean: over the moments of the film.
    """

    largest: float
    mean: float


class _Film(Protocol):
    """What of a film is asked."""

    dynamics: Dynamics


def effective_fields(film: _Film) -> dict[str, EffectiveField]:
    """|m × H| of each energy and torque by its name, for the present m and current; collective.

    Of the torque τ of Zhang and Li it is |τ|/γ₀ = √(1 + β²) |(u·∇)m|/γ₀; the spin-orbit torque has
    two parts. The thermal field, whose size depends on the step, is left out.

    Args:
        film: a `Film`.

    Example:
        >>> from mpi4py import MPI
        >>> from hebbfilm import Film, Material, mesh_film, strip
        >>> film_mesh = mesh_film(strip(length=200e-9, mesh_size=2e-8), MPI.COMM_WORLD)
        >>> film = Film(film_mesh, Material(interfacial_dmi=0.0), applied_field=(3e4, 4e4, 0.0))
        >>> film.set_magnetisation([1, 0, 0])
        >>> found = effective_fields(film)
        >>> {name: f"{field.largest:.3g}" for name, field in found.items() if field.largest > 1}
        {'zeeman': '4e+04'}
    """
    sums: dict[str, FloatArray] = {}
    dynamics = film.dynamics
    for name, field in _each(dynamics):
        sums[name] = sums[name] + field if name in sums else field
    return {name: _sized(dynamics, field) for name, field in sums.items()}


def _each(dynamics: Dynamics) -> Iterator[tuple[str, FloatArray]]:
    """Fields in A/m, (owned, 3), some of one name; what is along m in them does not count."""
    m, time = dynamics.m, dynamics.time
    per_moment = -1 / dynamics.moments.magnetic[:, None]
    for name, gradient in dynamics.terms.quadratic.gradients(m):
        yield name, per_moment * gradient
    for name, bound in dynamics.fields.named:
        if isinstance(bound, AnisotropicCoupling):
            continue  # its gradient is whole
        if isinstance(bound, PartlyLocalField):
            yield name, per_moment * bound.local_form.gradient(m)
        if isinstance(bound, TwistingField):
            yield from _parts(bound, m)
            continue
        field: FloatArray = np.zeros((len(per_moment), 3))
        bound.add_field(time, m, field)
        yield name, field
    yield DRIFT, _drift(dynamics)


def _parts(bound: TwistingField, m: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """The two parts of the spin-orbit torque, by their names."""
    if bound.twist is not None:
        field = np.asarray(np.cross(m[: len(bound.twist)], bound.twist), dtype=np.float64)
        yield DAMPING_LIKE, field
    if bound.steady is not None:
        yield FIELD_LIKE, bound.steady


def _drift(dynamics: Dynamics) -> FloatArray:
    """A field in A/m, (owned, 3), as strong as the torque of Zhang and Li, across m as it is."""
    gilbert = dynamics.gilbert
    _, drift = fields = np.empty((2, dynamics.operators.owned, 3))
    llg.linear_field(dynamics.couplings, dynamics.m, *fields)
    per_rate = np.sqrt(1 + np.square(gilbert.nonadiabaticity)) / gilbert.gyromagnetic_ratio
    found: FloatArray = np.reshape(per_rate, (-1, 1)) * drift
    return found


def _sized(dynamics: Dynamics, field: FloatArray) -> EffectiveField:
    comm, moments = dynamics.operators.comm, dynamics.moments
    across = np.linalg.norm(np.cross(dynamics.m[: len(field)], field), axis=1)
    mean = total(comm, float(moments.volumes @ across)) / dynamics.operators.volume
    return EffectiveField(largest(comm, float(across.max(initial=0.0))), mean)
