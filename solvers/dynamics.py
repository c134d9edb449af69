"""The Landau-Lifshitz-Gilbert equation on the vertices of a film, stepped by Runge-Kutta 4."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from mpi4py import MPI

import numpy as np

from solvers import kernel
from solvers.constants import VACUUM_PERMEABILITY
from solvers.errors import SolverError
from solvers.kernel import DRIFT, EXCHANGE, MORIYA, Couplings, Gilbert
from solvers.material import Material
from solvers.operators import FloatArray, VertexOperators
from solvers.quadratic import QuadraticForm
from solvers.stability import runge_kutta_4_radius

_STEP_FRACTION = 0.85
_STAGES = ((1 / 6, 1 / 2), (1 / 3, 1 / 2), (1 / 3, 1))
"""(weight in the step, shift to the next stage) of the first three stages."""
_LAST_WEIGHT = 1 / 6


class QuadraticTerm(Protocol):
    """An energy that is local and quadratic in m: assembled once, then part of one operator."""

    name: str

    def quadratic_form(self, operators: VertexOperators) -> QuadraticForm:
        """The energy in J as a form on the vertices."""


@runtime_checkable
class FieldTerm(Protocol):
    """Any other field: evaluated at every stage if it varies, else once."""

    name: str

    @property
    def varies(self) -> bool:
        """Whether it depends on time or on m."""

    def bind(self, operators: VertexOperators, material: Material) -> "BoundField":
        """The term on one film; collective."""


class BoundField(Protocol):
    """A `FieldTerm` on one film; its methods are collective."""

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3), of m (columns, 3) with its ghosts."""

    def energy(self, time: float, m: FloatArray) -> float:
        """E in J."""


@runtime_checkable
class GrowingField(Protocol):
    """A `BoundField` that may become stronger than it is at the start."""

    largest_growth: float
    """Upper bound on how much |H| grows, in A/m."""


class Dynamics:
    """m and the torques that turn it.

    Fields are H_i = -(1/(μ₀ M_s V_i)) ∂E/∂m_i of the discrete energy, so natural boundary
    conditions and the decay of the energy hold by construction.

    Args:
        operators: the P1 operators of the film.
        material: M_s, γ₀, α and β are used here.
        terms: energies and fields, each name once.

    Attributes:
        m: (columns, 3) unit vectors; call `synchronise` after writing to the owned ones.
        time: in s.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: Material,
        terms: Sequence[QuadraticTerm | FieldTerm],
    ) -> None:
        self.operators = operators
        self.material = material
        self.time = 0.0
        fields = [term for term in terms if isinstance(term, FieldTerm)]
        self._fields = {term.name: term.bind(operators, material) for term in fields}
        self._fields_vary = any(term.varies for term in fields)
        self._forms = {
            term.name: term.quadratic_form(operators)
            for term in terms
            if not isinstance(term, FieldTerm)
        }
        self._m, self._stage, self._other = (operators.vector(3) for _ in range(3))
        self.m: FloatArray = self._m.array.reshape(-1, 3)
        self.m[:] = [0.0, 0.0, 1.0]
        self._total = np.zeros((operators.owned, 3))
        self.couplings = self._couple()
        self.gilbert = Gilbert(
            material.gyromagnetic_ratio, material.damping, material.nonadiabaticity
        )
        self._evaluate_fields(self.time, self.m)
        self._field_rate = self._largest_field_rate()

    def _couple(self) -> Couplings:
        operators = self.operators
        form = sum(self._forms.values(), start=QuadraticForm.zero(operators))
        magnetic = VACUUM_PERMEABILITY * self.material.saturation_magnetisation
        per_moment = -1 / (magnetic * operators.vertex_volumes)
        per_pair = np.repeat(per_moment, np.diff(operators.indptr))[:, None]
        pairs = np.zeros((operators.indices.size, 5))
        pairs[:, EXCHANGE] = form.exchange * per_pair[:, 0]
        pairs[:, MORIYA] = form.moriya * per_pair
        onsite = form.onsite * per_moment[:, None]
        external = np.zeros((operators.owned, 3))
        return Couplings(operators.indptr, operators.indices, pairs, onsite, external)

    def _evaluate_fields(self, time: float, m: FloatArray) -> None:
        self.couplings.external[:] = 0
        for field in self._fields.values():
            field.add_field(time, m, self.couplings.external)

    def synchronise(self) -> None:
        """Normalise the owned part of m and fetch the ghosts; collective."""
        own = self.m[: self.operators.owned]
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        self._m.scatter_forward()

    def set_drift(self, advection: FloatArray | None) -> None:
        """Take ∫ λ_i u · ∇λ_j (nnz,) in m³/s as the drift by the current; None for no current."""
        drift = self.couplings.pairs[:, DRIFT]
        if advection is None:
            drift[:] = 0
            return
        counts = np.diff(self.operators.indptr)
        drift[:] = advection / np.repeat(self.operators.vertex_volumes, counts)

    def with_damping(self, damping: float) -> Gilbert:
        """The present Gilbert parameters, after which α is `damping`."""
        before = self.gilbert
        self.gilbert = before._replace(damping=damping)
        return before

    def largest_step(self) -> float:
        """Longest stable time step in s for the present drift and damping; collective."""
        alpha = self.gilbert.damping
        starts = self.operators.indptr[:-1]
        drift = np.add.reduceat(np.abs(self.couplings.pairs[:, DRIFT]), starts)
        drift_rate = self._maximum(float(drift.max(initial=0.0)))
        rate = (self._field_rate + drift_rate * (1 + self.gilbert.nonadiabaticity)) / np.sqrt(
            1 + alpha**2
        )
        return _STEP_FRACTION * runge_kutta_4_radius(alpha) / rate

    def _largest_field_rate(self, iterations: int = 100) -> float:
        """γ₀ times the largest field that a deviation of m can raise on itself, in 1/s.

        By power iteration on the linear part of the field, which is symmetric in the scalar product
        weighted by volume.
        """
        operators, volumes = self.operators, self.operators.vertex_volumes[:, None]
        linear = self.couplings._replace(external=np.zeros((operators.owned, 3)))
        vector = operators.vector(3)
        v = vector.array.reshape(-1, 3)
        own = v[: operators.owned]
        # From one seed and in the order of the mesh file, so that no partition changes the step.
        own[:] = operators.random_normal(seed=0)
        field = np.empty_like(own)
        largest = 0.0
        for _ in range(iterations):
            norm = np.sqrt(operators.comm.allreduce(float(np.sum(volumes * own * own))))
            own /= norm
            vector.scatter_forward()
            kernel.effective_field(linear, v, field)
            largest = np.sqrt(operators.comm.allreduce(float(np.sum(volumes * field * field))))
            if largest == 0.0:
                break
            own[:] = field
        external = np.linalg.norm(self.couplings.external, axis=1).max(initial=0.0)
        external += sum(
            field.largest_growth
            for field in self._fields.values()
            if isinstance(field, GrowingField)
        )
        # A free moment without any field still needs some finite step.
        return self.material.gyromagnetic_ratio * max(largest + self._maximum(external), 1.0)

    def step(self, dt: float, since: FloatArray) -> float:
        """Advance m by `dt` in s; returns the largest |m - since| (owned, 3); collective."""
        argument, out, elapsed = self._m, self._stage, 0.0
        for weight, shift in _STAGES:
            if self._fields_vary:
                self._evaluate_fields(self.time + elapsed, _rows(argument))
            elapsed = shift * dt
            kernel.predict(
                self.couplings, self.gilbert, _rows(argument), self.m, self._total,
                weight, shift * dt, _rows(out),
            )  # fmt: skip
            out.scatter_forward()
            argument, out = out, (self._other if out is self._stage else self._stage)
        if self._fields_vary:
            self._evaluate_fields(self.time + dt, _rows(argument))
        change = kernel.finish(
            self.couplings, self.gilbert, _rows(argument), self._total,
            _LAST_WEIGHT, dt, since, self.m,
        )  # fmt: skip
        self._m.scatter_forward()
        self.time += dt
        largest = self._maximum(np.inf if np.isnan(change) else change)
        if not np.isfinite(largest):
            raise SolverError(f"the magnetisation is no longer finite after a step of {dt:.3g} s")
        return float(np.sqrt(largest))

    def largest_torque(self) -> float:
        """Largest |m × H_eff| in A/m; collective."""
        self._evaluate_fields(self.time, self.m)
        return self._maximum(kernel.largest_torque(self.couplings, self.m, self.operators.owned))

    def largest_deviation_from_unit_length(self) -> float:
        """Largest ||m| - 1|; collective."""
        length = np.linalg.norm(self.m[: self.operators.owned], axis=1)
        return self._maximum(float(np.abs(length - 1).max(initial=0.0)))

    def effective_field(self) -> FloatArray:
        """H_eff in A/m, (owned, 3); collective."""
        self._evaluate_fields(self.time, self.m)
        field = np.empty((self.operators.owned, 3))
        kernel.effective_field(self.couplings, self.m, field)
        return field

    def energies(self) -> dict[str, float]:
        """Energy in J of each term by its name; collective."""
        energies = {name: form.energy(self.m) for name, form in self._forms.items()}
        for name, field in self._fields.items():
            energies[name] = field.energy(self.time, self.m)
        return energies

    def mean_magnetisation(self) -> FloatArray:
        """Volume average of m, (3,); collective."""
        local = self.operators.vertex_volumes @ self.m[: self.operators.owned]
        return self.operators.comm.allreduce(local) / self.operators.volume

    def _maximum(self, value: float) -> float:
        return self.operators.comm.allreduce(value, MPI.MAX)


def _rows(vector) -> FloatArray:  # type: ignore[no-untyped-def]
    return vector.array.reshape(-1, 3)
