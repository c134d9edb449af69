"""Joule heat as a lumped estimate: one temperature for the whole film."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp, expm1, inf

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.state.part import Entry


@dataclass
class Heating:
    """How warm the film gets: C dΔT/dt = P - K ΔT; it does not act back on the material.

    Args:
        capacity: C = ∫ c dV in J/K, with that of layers.
        conductance: K = ∫ h dA in W/K to a substrate that stays cold, over the area on which the
            film lies; 0 keeps all heat in the film.

    Attributes:
        energy: in J, released so far.
        temperature_rise: ΔT in K.
        peak_temperature_rise: the largest so far, in K.
        peak_power: the largest so far, in W.
        lead_energy: in J, released in the leads so far: none of it warms the film.
        power, lead_power: in W, of the current that was taken last.
    """

    capacity: float
    conductance: float = 0.0
    energy: float = 0.0
    temperature_rise: float = 0.0
    peak_temperature_rise: float = 0.0
    peak_power: float = 0.0
    lead_energy: float = 0.0

    def __post_init__(self) -> None:
        # No field: it is found anew with the current.
        self.power = self.lead_power = 0.0

    @classmethod
    def of_film(
        cls,
        material: FilmMaterial,
        operators: VertexOperators,
        layers: Sequence[FilmLayer] = (),
    ) -> "Heating":
        """Of a film and its layers at the temperature of the substrate; collective."""
        capacity = material["volumetric_heat_capacity"].integral(operators)
        for layer in layers:
            by_area = layer["volumetric_heat_capacity"].integral(operators, over_area=True)
            capacity += layer.thickness * by_area
        if "heat_transfer_coefficient" not in material:
            return cls(capacity)
        transfer = material["heat_transfer_coefficient"]
        return cls(capacity, transfer.integral(operators, over_area=True))

    @property
    def time_constant(self) -> float:
        """C/K in s, infinite if no heat leaves the film."""
        return self.capacity / self.conductance if self.conductance else inf

    def state(self) -> dict[str, Entry]:
        """All of it."""
        return {"heating": asdict(self)}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave."""
        vars(self).update(state["heating"])

    def take_current(self, current: Conduction | None) -> None:
        """See `hebbfilm.solvers.followers.FollowsCurrent`."""
        # Where nothing flows V·I is round-off of either sign, and would cool the film.
        self.power = 0.0 if current is None else max(current.power, 0.0)
        self.lead_power = 0.0 if current is None else current.lead_power

    def begin(self, time: float) -> None:
        """Nothing is to be done: see `hebbfilm.solvers.followers.FollowsTime`."""

    def pass_time(self, duration: float) -> None:
        """Release the heat of the current for so many s."""
        self.release(self.power, duration)
        self.lead_energy += self.lead_power * duration

    def finish(self) -> None:
        """Nothing is to be done: it is up to date."""

    def release(self, power: float, duration: float) -> None:
        """Heat with a constant power in W for a time in s: the exact solution."""
        x = duration / self.time_constant
        # Where x is tiny or 0, the quotient is 1.
        effective = -expm1(-x) / x if x else 1.0
        self.temperature_rise *= exp(-x)
        self.temperature_rise += effective * power * duration / self.capacity
        self.energy += power * duration
        # Between its ends ΔT has no peak.
        self.peak_temperature_rise = max(self.peak_temperature_rise, self.temperature_rise)
        self.peak_power = max(self.peak_power, power)


def peak_temperature_rise(
    time: FloatArray, power: FloatArray, *, capacity: float, conductance: float
) -> float:
    """Largest ΔT in K, from a table of powers.

    The power of a row counts for the time since the row before.

    Args:
        time: s, (n,), ascending.
        power: W, (n,).
        capacity: C in J/K, see `Heating`.
        conductance: K in W/K.
    """
    heating = Heating(capacity, conductance)
    for released, interval in zip(power, np.diff(time, prepend=time[0]), strict=True):
        heating.release(float(released), float(interval))
    return heating.peak_temperature_rise
