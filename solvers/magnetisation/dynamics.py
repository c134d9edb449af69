"""The Landau-Lifshitz-Gilbert equation on the vertices of a film."""

from collections.abc import Mapping, Sequence

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray, RealArray
from hebbfilm.common.reductions import largest, total
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.kernels.couplings import Couplings
from hebbfilm.solvers.kernels.gilbert import Gilbert
from hebbfilm.solvers.magnetisation.faults import require_finite_energies
from hebbfilm.solvers.magnetisation.field_sum import FieldSum
from hebbfilm.solvers.magnetisation.largest_field import largest_linear_field
from hebbfilm.solvers.magnetisation.slow_fields import Moment
from hebbfilm.solvers.magnetisation.thermal import ThermalField
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm
from hebbfilm.solvers.schemes.limits import longest_step
from hebbfilm.solvers.schemes.stability import Spectrum
from hebbfilm.solvers.state.part import Entry
from hebbfilm.solvers.terms.binding import bind
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.interface import (
    DifferentiableField,
    Term,
    TwistingField,
    require_names_apart,
)
from hebbfilm.solvers.torques.binding import FilmTorque, bind_torques


class Dynamics:
    """m and the torques that turn it.

    Fields are H_i = -(1/(μ₀ ∫ M_s λ_i dV)) ∂E/∂m_i of the discrete energy, so natural boundary
    conditions and the decay of the energy hold by construction, also where M_s jumps.

    Args:
        operators: the P1 operators of the film.
        material: M_s, γ₀, α and β are used here.
        terms: energies and fields.
        torques: what turns m besides; no two of them, or of the terms, have one name.
        temperature: in K, on which they may depend.
        uneven_temperature: whether it may come to differ from place to place, and in time.

    Raises:
        InputError: two terms of one name, or one whose field is too strong.

    Attributes:
        moments: of the vertices.
        conditions: the temperature, and the current as torques see it.
        m: (columns, 3) unit vectors; call `synchronise` after writing to the owned ones.
        time: in s.
        fields: all beyond the quadratic terms.
        fields_vary: whether any field depends on time or on m beyond the quadratic terms.
        fields_known: whether the derivatives by m of those that vary are.
        thermal: a fluctuating field, drawn at every step; None for the dynamics without noise.
        largest_field: in A/m, that m can raise where γ₀ is largest, or as strong for the turn of m:
            what limits the steps of explicit methods.
        self_exchange: (owned,) field in A/m that each vertex raises on itself by exchange.
        drift_version: how often the drift, or the couplings, have been changed.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: FilmMaterial,
        terms: Sequence[Term],
        torques: Sequence[FilmTorque] = (),
        temperature: float = 0.0,
        *,
        uneven_temperature: bool = False,
    ) -> None:
        self.operators = operators
        self.material = material
        self.time = 0.0
        require_names_apart([*terms, *torques])
        self.conditions = Conditions(operators, temperature, uneven=uneven_temperature)
        self.moments = VertexMoments.of_film(operators, material)
        self.terms = bind(self.conditions, material, terms, self.moments)
        bound = bind_torques(self.conditions, material, self.moments, torques)
        self.fields = FieldSum(operators, material, self.terms.fields, bound)
        varying = [field for _, field in bound if not isinstance(field, TwistingField)]
        self.fields_vary = self.terms.vary or bool(varying)
        self.fields_known = self.terms.known and all(
            isinstance(field, DifferentiableField) for field in varying
        )
        self._m = operators.vector(3)
        self.m: FloatArray = rows(self._m)
        self.m[:] = [0.0, 0.0, 1.0]
        self.thermal: ThermalField | None = None
        self.drift_version = self._renewals = 0
        self.couplings = self._coupled()
        self._still = self.couplings.external
        names = "gyromagnetic_ratio", "damping", "nonadiabaticity"
        self.gilbert = Gilbert(*(_at_vertices(material[name], operators) for name in names))
        self.evaluate_fields(self.time, self.m)
        with np.errstate(over="ignore", invalid="ignore"):
            self._linear_field = largest_linear_field(
                self.couplings, self.terms, self.moments, material["gyromagnetic_ratio"], self.m
            )
        self._growth = 1.0
        self.measure_stiffness()

    @property
    def limits_version(self) -> int:
        """How often what limits the steps has changed: they are then to be chosen anew."""
        return self._renewals + (self.thermal.warmings if self.thermal is not None else 0)

    def renew_material(self, growth: float) -> None:
        """Take up parameters of the material that have changed in place; collective.

        The drift is zero then, until another is set.

        Args:
            growth: of fields by energies, at most, in relation to those at the very first.
        """
        self.moments.renew(self.operators, self.material)
        self.terms.renew_material()
        for each in self.fields.of_material:
            each.renew_material()
        self.couplings.take(*self._acting())
        self.drift_version += 1
        self._renewals += 1
        self._growth = growth
        self.fields.slow.forget()
        self._set_twist()
        self.evaluate_fields(self.time, self.m)

    def _coupled(self) -> Couplings:
        on, acting = self.operators, self._acting()
        self.terms.quadratic.forget()  # the loops have it
        return Couplings(on.indptr, on.indices, on.vertex_volumes, *acting)

    def _acting(self) -> tuple[FloatArray, RealArray, FloatArray, FloatArray]:
        """Exchange, Moriya vectors, on-site tensors and field per energy, as of `Couplings`."""
        operators, moments = self.operators, self.moments
        form = self.terms.total()
        per_moment = -1 / moments.magnetic
        self.self_exchange = per_moment * form.exchange[operators.diagonal]
        onsite = per_moment[:, None] * form.onsite
        with np.errstate(over="ignore"):
            self._onsite_field = np.linalg.norm(onsite, axis=1)
        per_energy = -1 / (VACUUM_PERMEABILITY * moments.magnetisation)
        return form.exchange, form.moriya, onsite, per_energy

    def evaluate_fields(self, time: float, m: FloatArray) -> None:
        """Set the fields at `time` in s for m (columns, 3), without noise; collective."""
        self.fields.add(time, m, self._no_field())

    def renew_fields(self) -> None:
        """Set fields that do not vary, but follow the current; collective."""
        if not self.fields.followers:
            return
        self.fields.slow.follow_current()
        self._set_twist()
        if not self.fields_vary:
            self.evaluate_fields(self.time, self.m)

    def _set_twist(self) -> None:
        self.couplings.twist[:] = 0
        self.couplings.let_twist_act(self.fields.add_twist(self.couplings.twist))

    def draw_noise(self, dt: float) -> None:
        """Begin a step of `dt` s: draw the thermal field that acts during it, if there is one."""
        if self.thermal is not None and self.fields_vary:
            self.thermal.draw(dt, self.gilbert)
        elif self.thermal is not None:
            self.thermal.draw(dt, self.gilbert, self._still if self.fields else None)
            self.couplings.let_act(self.thermal.field)

    def update_fields(self, time: float, m: FloatArray, moment: Moment = "within") -> None:
        """Fields at a stage of a step, or another moment, if any of them varies; collective.

        They are those at `time` in s, of m (columns, 3) with its ghosts.
        """
        if not self.fields_vary:
            return
        self.fields.add_at(moment, time, m, self._no_field())
        if self.thermal is not None:
            self._still += self.thermal.field
            self.couplings.let_external_act(True)

    def evaluate_energy(self, m: FloatArray) -> float:
        """Set the fields for m (columns, 3), and return their energy in J; collective.

        What is local and quadratic is left out: who needs this sums it up on the way.
        """
        return sum(self._field_energies(m))

    def _field_energies(self, m: FloatArray) -> list[float]:
        """Energy in J of each field; sets their sum for m."""
        magnetic = VACUUM_PERMEABILITY * self.moments.mean
        return self.fields.energies(self.time, m, self._no_field(), self.moments.volumes, magnetic)

    def _no_field(self) -> FloatArray:
        """Where the fields are summed up, (owned, 3), now zero."""
        self._still[:] = 0
        self.couplings.external = self._still
        self.couplings.let_external_act(bool(self.fields))
        return self._still

    def synchronise(self) -> None:
        """Normalise the owned part of m and fetch the ghosts; collective."""
        own = self.m[: self.operators.owned]
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        self.fetch_ghosts()

    def fetch_ghosts(self) -> None:
        """Take m of the ghosts from their owners; collective."""
        self._m.scatter_forward()

    def state(self) -> dict[str, Entry]:
        """The owned part of m, to the last bit, and the time."""
        return {"m": self.m[: self.operators.owned].copy(), "time": self.time}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave; collective."""
        self.m[: self.operators.owned], self.time = state["m"], state["time"]
        self.fetch_ghosts()

    def set_drift(self, advection: FloatArray | None) -> None:
        """Take ∫ λ_i u · ∇λ_j (nnz,) in m³/s as the drift by the current; None for no current."""
        self.drift_version += 1
        if advection is None:
            advection = np.zeros(self.operators.indices.size)
        self.couplings.set_drift(advection)

    def linearise(self, time: float, m: FloatArray) -> None:
        """Take the derivative of fields that know it, at `time` in s and m (columns, 3)."""
        self.fields.linearise(time, m)

    def add_change(self, change: FloatArray, out: FloatArray) -> None:
        """Add that times a change of m (columns, 3) to `out` (owned, 3) in A/m; collective."""
        self.fields.add_change(change, out)

    def torque_fields(self) -> dict[str, float]:
        """The largest |m × H| in A/m of each torque, by its name; collective."""
        return self.fields.torque_fields(self.time, self.m)

    def measure_stiffness(self) -> None:
        """Let `largest_field` hold for the present time and m; collective."""
        self.largest_field = self._growth * self._linear_field
        self.largest_field += self.fields.stiffness(self.time, self.m)

    def spectrum(self) -> Spectrum:
        """Of the modes for the present drift and damping; collective."""
        least = -self.maximum(float(np.max(np.negative(self.gilbert.damping), initial=-np.inf)))
        most = self.maximum(float(np.max(self.gilbert.damping, initial=0.0)))
        drift_rate = self.maximum(self.couplings.largest_drift())
        field_rate = self.material["gyromagnetic_ratio"].largest * self.largest_field
        beta = self.material["nonadiabaticity"].largest_size
        rate = (field_rate + drift_rate * (1 + beta)) / np.sqrt(1 + least**2)
        return Spectrum(least, most, float(rate), self.largest_local_rate())

    def largest_step(self) -> float:
        """Longest stable step in s of any explicit scheme, as things are; collective."""
        return longest_step(self.spectrum())

    def largest_local_rate(self) -> float:
        """γ₀ H in 1/s of what acts at single vertices, without exchange, where it is largest."""
        acting = self.couplings.external, self.couplings.twist
        field = self._onsite_field + sum(np.linalg.norm(each, axis=1) for each in acting)
        # A free moment without any field still needs some finite step.
        rate = self.gilbert.gyromagnetic_ratio * np.maximum(field, 1.0)
        return self.maximum(float(rate.max(initial=0.0)))

    def largest_torque(self) -> float:
        """Largest |m × H_eff| in A/m; collective."""
        torque = np.cross(self.m[: self.operators.owned], self.effective_field())
        return self.maximum(float(np.linalg.norm(torque, axis=1).max(initial=0.0)))

    def largest_deviation_from_unit_length(self) -> float:
        """Largest ||m| - 1|; collective."""
        length = np.linalg.norm(self.m[: self.operators.owned], axis=1)
        return self.maximum(float(np.abs(length - 1).max(initial=0.0)))

    def effective_field(self) -> FloatArray:
        """H_eff in A/m, (owned, 3); collective."""
        self.evaluate_fields(self.time, self.m)
        field = np.empty((self.operators.owned, 3))
        llg.effective_field(self.couplings, self.m, field)
        return field

    def energies(self) -> dict[str, float]:
        """Energy in J of each term by its name; collective; SolverError if one is not finite."""
        energies = self.terms.quadratic_energies(self.m)
        for (name, _), energy in zip(self.terms.fields, self._field_energies(self.m), strict=True):
            energies[name] = energies.get(name, 0.0) + energy
        require_finite_energies(self.operators, energies, self.time, self.m)
        return energies

    def mean_magnetisation(self) -> FloatArray:
        """The moment of the film by that of a saturated one, (3,); collective.

        Where M_s is uniform that is the volume average of m; else m counts by M_s.
        """
        local = self.moments.volumes @ self.m[: self.operators.owned]
        moment = total(self.operators.comm, local)
        moment /= self.operators.volume
        return moment

    def maximum(self, value: float) -> float:
        """The largest of the values on all ranks."""
        return largest(self.operators.comm, value)


def _at_vertices(parameter: ParameterOnFilm, operators: VertexOperators) -> float | FloatArray:
    found: float | FloatArray = parameter.at_vertices(operators)
    return found if parameter.value is None else float(parameter.value)


def rows(vector: la.Vector) -> FloatArray:
    """The values of a vector of `VertexOperators` as (columns, 3)."""
    return vector.array.reshape(-1, 3)
