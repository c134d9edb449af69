"""Numbers that cannot be meant as they stand, by the unit slip that likely made them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY


@dataclass(frozen=True)
class Plausible:
    """A range wide enough for any film, in SI units.

    Args:
        unit: how the unit is written.
        low, high: bounds of the absolute value; zero always passes.
        slip: factor from the unit that is typed by mistake, like 1e-9 for nanoseconds.
        noun: what the unit is called.
        positive: whether no value below zero has a meaning.
        other_slips: factors from further units, of which the first that fits is told.
    """

    unit: str
    low: float
    high: float
    slip: float
    noun: str
    positive: bool = False
    other_slips: tuple[float, ...] = ()

    def check(self, key: str, value: float) -> None:
        """Raise InputError if the value (in `unit`) lies outside the range."""
        if value == 0 or self.low <= abs(value) <= self.high:
            return
        if self.positive and value < 0:
            raise InputError(
                f"{key} = {f'{value:g} {self.unit}'.strip()}: must be positive, "
                f"{self.low:g} to {self.high:g}"
            )
        meant = [value * factor for factor in (self.slip, *self.other_slips)]
        fitting = [number for number in meant if self.low <= abs(number) <= self.high]
        hint = f": did you mean {fitting[0]:g}?" if fitting else ""
        allowed = f"{self.low:g} to {self.high:g}" + (" of either sign" if value < 0 else "")
        raise InputError(
            f"{key} = {f'{value:g} {self.unit}'.strip()}: allowed are {allowed}, "
            f"{'in ' if self.unit else ''}{self.noun}{hint}"
        )


_EMU_PER_CM3, _ERG_PER_CM = 1e3, 1e-5
_TIME = Plausible("s", 1e-14, 1e-4, 1e-9, "seconds", positive=True)
_TEXTURE_LENGTH = Plausible("m", 1e-10, 1e-3, 1e-9, "metres", positive=True)
_TEXTURE_PLACE = Plausible("m", 1e-12, 1e-2, 1e-9, "metres")
_MOMENT = replace(_TIME, positive=False)
_DMI = Plausible("J/m²", 1e-7, 0.1, 1e-3, "joules per square metre")
_FIELD = Plausible("A/m", 1.0, 1e8, 1 / VACUUM_PERMEABILITY, "amperes per metre")
_DAMPING = Plausible("", 1e-6, 10, 1e-2, "no unit", positive=True)
_FREQUENCY = Plausible("Hz", 1e4, 1e14, 1e9, "hertz", positive=True)
_DIRECTION = Plausible("", 1e-30, 1e30, 1.0, "no unit")
_VOLTAGE = Plausible("V", 1e-9, 10.0, 1e-3, "volts")
_CURRENT = Plausible("A", 1e-12, 1.0, 1e-6, "amperes")
_FAULT = Plausible("", 1e-9, 1.0, 1e-2, "parts, 0.05 for 5 %", positive=True)
_FAULT_CURRENT = Plausible("A", 1e-15, 1e-2, 1e-6, "amperes")
_TEMPERATURE = Plausible("K", 1e-3, 5e3, 1e-3, "kelvin", positive=True)
_INTERFACE = Plausible(
    "W/(m² K)", 1e3, 1e14, 1e6, "watts per square metre and kelvin", positive=True
)
_TORQUE = Plausible("A/m", 1e-6, 1e8, 1.0, "amperes per metre", positive=True)
_PER_KELVIN = Plausible("1/K", 1e-7, 0.1, 1e-2, "per kelvin")
_CONDUCTIVITY = Plausible("S/m", 1e2, 1e9, 1e6, "siemens per metre", positive=True)
_CAPACITY = Plausible("J/(m³ K)", 1e3, 1e8, 1e6, "joules per cubic metre and kelvin", positive=True)
_HEAT_CONDUCTIVITY = Plausible(
    "W/(m K)", 1e-2, 1e4, 1e2, "watts per metre and kelvin", positive=True
)
_EFFICIENCY = Plausible("", 1e-6, 5, 1e-2, "no unit")

PLAUSIBLE: Mapping[str, Plausible] = {
    "material.saturation_magnetisation": Plausible(
        "A/m", 1e3, 1e7, 1e6, "amperes per metre", positive=True, other_slips=(_EMU_PER_CM3,)
    ),
    "material.exchange_stiffness": Plausible(
        "J/m", 1e-14, 1e-9, 1e-12, "joules per metre", positive=True, other_slips=(_ERG_PER_CM,)
    ),
    "material.interfacial_dmi": _DMI,
    "material.bulk_dmi": _DMI,
    "material.uniaxial_anisotropy": Plausible("J/m³", 10, 1e8, 1e6, "joules per cubic metre"),
    "material.easy_axis": _DIRECTION,
    "material.damping": _DAMPING,
    "material.nonadiabaticity": Plausible("", 1e-6, 10, 1e-2, "no unit"),
    "material.g_factor": Plausible("", 0.1, 10, 1.0, "no unit"),
    "material.gyromagnetic_ratio": Plausible(
        "m/(A s)", 1e3, 1e7, VACUUM_PERMEABILITY, "metres per ampere and second", positive=True
    ),
    "material.conductivity": _CONDUCTIVITY,
    "material.amr_ratio": Plausible("", 1e-6, 10, 1e-2, "no unit"),
    "material.anomalous_hall_ratio": Plausible("", 1e-6, 10, 1e-2, "no unit"),
    "material.temperature_coefficient": _PER_KELVIN,
    "material.heat_transfer_coefficient": Plausible(
        "W/(m² K)", 1e3, 1e12, 1e6, "watts per square metre and kelvin", positive=True
    ),
    "material.volumetric_heat_capacity": _CAPACITY,
    "material.thermal_conductivity": _HEAT_CONDUCTIVITY,
    "heat.substrate_temperature": _TEMPERATURE,
    "heat.sinks": _TEMPERATURE,
    "heat.tolerance": Plausible("K", 1e-4, 1e3, 1e-3, "kelvin", positive=True),
    "heat.magnet.curie_temperature": _TEMPERATURE,
    "layers.thickness": Plausible("m", 1e-11, 1e-5, 1e-9, "metres", positive=True),
    "layers.conductivity": Plausible("S/m", 1e3, 1e9, 1e6, "siemens per metre", positive=True),
    "layers.damping_like_efficiency": _EFFICIENCY,
    "layers.field_like_efficiency": _EFFICIENCY,
    "layers.spin_hall_magnetoresistance": _EFFICIENCY,
    "layers.temperature_coefficient": _PER_KELVIN,
    "layers.volumetric_heat_capacity": _CAPACITY,
    "layers.thermal_conductivity": _HEAT_CONDUCTIVITY,
    "contacts.specific_resistance": Plausible(
        "Ω m²", 1e-19, 1e-7, 1e-12, "ohm square metres", positive=True
    ),
    "contacts.lead_resistance": Plausible("Ω", 1e-6, 1e7, 1e3, "ohms", positive=True),
    "training.voltage": _VOLTAGE,
    "training.duration": _TIME,
    "training.half_period": _TIME,
    "training.negative_voltage": _VOLTAGE,
    "training.negative_duration": _TIME,
    "training.forming.duration": _TIME,
    "training.forming.rest": _TIME,
    "training.forming.amplitudes": Plausible("", 1e-4, 10, 1e-2, "factors of the voltage"),
    "training.pause": _TIME,
    "training.rest": _TIME,
    "training.steps.voltage": _VOLTAGE,
    "training.steps.duration": _TIME,
    "training.steps.rest": _TIME,
    "training.steps.drives": _VOLTAGE,
    "protocol.steps.duration": _TIME,
    "protocol.steps.on": _TIME,
    "protocol.steps.off": _TIME,
    "protocol.steps.damping": _DAMPING,
    "protocol.steps.torque_tolerance": _TORQUE,
    "protocol.steps.value": _FIELD,
    "protocol.steps.first": _FIELD,
    "protocol.steps.last": _FIELD,
    "protocol.steps.drives": _VOLTAGE,
    "initial.direction": _DIRECTION,
    "initial.texture.radius": _TEXTURE_LENGTH,
    "initial.texture.core_radius": _TEXTURE_LENGTH,
    "initial.texture.wall_width": _TEXTURE_LENGTH,
    "initial.texture.width": _TEXTURE_LENGTH,
    "initial.texture.period": _TEXTURE_LENGTH,
    "initial.texture.centre": _TEXTURE_PLACE,
    "initial.texture.position": _TEXTURE_PLACE,
    "initial.texture.shift": _TEXTURE_PLACE,
    "initial.relaxation": _TIME,
    "initial.damping": _DAMPING,
    "initial.torque_tolerance": _TORQUE,
    "thermal.temperature": _TEMPERATURE,
    "thermal.equilibration": _TIME,
    "reading.average": _TIME,
    "reading.offset": Plausible("", 1e-9, 1e3, 1e-2, "no unit"),
    "reading.voltage": _VOLTAGE,
    "reading.duration": _TIME,
    "recall.voltage": _VOLTAGE,
    "recall.period": _TIME,
    "recall.time_constant": _TIME,
    "recall.gain": Plausible("1/A", 1.0, 1e18, 1e6, "1 by amperes", positive=True),
    "recall.level": Plausible(
        "", 1e-12, 1.0, 1.0, "siemens (5 µS is 5e-6), or as a part of conductances (5 % is 0.05)"
    ),
    "recall.gain_spread": _FAULT,
    "recall.mismatch": _FAULT,
    "recall.offset": _FAULT_CURRENT,
    "recall.noise": replace(_FAULT_CURRENT, positive=True),
    "output.sample_interval": _TIME,
    "output.field_interval": _TIME,
    "applied_field": _FIELD,
    "applied_field_waveform.amplitude": _FIELD,
    "applied_field_waveform.frequency": _FREQUENCY,
    "applied_field_waveform.cutoff_frequency": _FREQUENCY,
    "applied_field_waveform.duration": _TIME,
    "applied_field_waveform.rise": _TIME,
    "applied_field_waveform.length": _TIME,
    "applied_field_waveform.fall": _TIME,
    "applied_field_waveform.decay_time": _TIME,
    "applied_field_waveform.start": _MOMENT,
    "applied_field_waveform.centre": _MOMENT,
    "applied_field_waveform.phase": Plausible("degrees", 1e-9, 1e4, 1.0, "degrees"),
    "oersted.spacing": Plausible("m", 1e-10, 1e-3, 1e-9, "metres", positive=True),
    "oersted.wires.path": Plausible("m", 1e-12, 1.0, 1e-9, "metres"),
    "disorder.relative_deviation": Plausible("", 1e-6, 3, 1e-2, "no unit", positive=True),
    "disorder.deviations": Plausible("", 1e-6, 3, 1e-2, "no unit"),
    "disorder.grain_diameter": Plausible("m", 1e-10, 1e-3, 1e-9, "metres", positive=True),
}


_OF_DRIVES: Mapping[str, Plausible] = {
    **dict.fromkeys(("duration", "rise", "length", "fall", "decay_time"), _TIME),
    **dict.fromkeys(("start", "centre"), _MOMENT),
    "frequency": _FREQUENCY,
    "cutoff_frequency": _FREQUENCY,
    "phase": Plausible("degrees", 1e-9, 1e4, 1.0, "degrees"),
    "amplitude": _VOLTAGE,
    "amplitude.current": _CURRENT,
    "current": _CURRENT,
    "temperature": _TEMPERATURE,
    "conductance": _INTERFACE,
}
"""What a contact may get that is no number, by the keys of its table; also as a sink of heat."""


def check_plausible(content: Mapping[str, Any], prefix: str = "") -> None:
    """Check every number of a case that has an entry in `PLAUSIBLE`.

    Args:
        content: the case as nested mappings.
        prefix: of the keys, like "material.".

    Raises:
        InputError: naming the key, the value, what is allowed and the likely slip.
    """
    for key, value in content.items():
        if prefix + key == "regions" and isinstance(value, list):
            _check_regions(value)
        elif prefix + key == "layers" and isinstance(value, list):
            _check_layers(value)
        else:
            _check_value(prefix + key, prefix + key, value)


def _check_regions(regions: list[Any]) -> None:
    """What differs in regions, like what is in [material]."""
    for region in regions:
        if isinstance(region, Mapping) and isinstance(region.get("material"), Mapping):
            for key, value in region["material"].items():
                at = f"regions.{region.get('name')}.material.{key}"
                _check_value(f"material.{key}", at, value)


def _check_layers(layers: list[Any]) -> None:
    for layer in layers:
        for key, value in layer.items() if isinstance(layer, Mapping) else []:
            _check_value(f"layers.{key}", f"layers.{layer.get('name')}.{key}", value)


def _check_value(name: str, shown: str, value: Any) -> None:
    if isinstance(value, Mapping) and isinstance(value.get("module"), str):
        return  # what a function is given may be anything
    if isinstance(value, Mapping) and name in PLAUSIBLE:
        for contact, number in value.items():
            if isinstance(number, Mapping):
                _check_drive(f"{name}.{contact}", number)
            else:
                _check_value(name, f"{shown}.{contact}", number)
    elif isinstance(value, Mapping):
        # What is repeated is checked like what is not.
        check_plausible(value, f"{name.replace('.steps.steps', '.steps')}.")
    elif isinstance(value, list):
        for entry in value:
            _check_value(name, shown, entry)
    elif name in PLAUSIBLE and isinstance(value, int | float):
        PLAUSIBLE[name].check(shown, value)


def _check_drive(at: str, table: Mapping[str, Any], inner: str = "") -> None:
    """Check a current, or a waveform, of a contact; what a function is given may be anything."""
    if "module" in table:
        return
    for key, value in table.items():
        if isinstance(value, Mapping):
            _check_drive(at, value, f"{inner}{key}.")
        elif inner + key in _OF_DRIVES and isinstance(value, int | float):
            _OF_DRIVES[inner + key].check(f"{at}.{inner}{key}", value)
