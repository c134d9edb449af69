"""What a layer of metal below or above the film is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.solvers.materials.parameter import Parameter, problem_of_uniform
from hebbfilm.solvers.materials.parameter_set import ParameterSet

Side: TypeAlias = Literal["below", "above"]
"""Of the film: towards -z or towards +z."""

LARGEST_EFFICIENCY = 5.0
"""Above those of topological insulators at room temperature, 1 to 3; per cent lie above it."""
LARGEST_THICKNESS = 1e-4
"""In m: far beyond what is laid on a film of nanometres."""
_LEAST_SLIP = 0.01
"""From which on it may be meant in nm: that of a tenth of an atom."""
_POSITIVE = ("thickness", "conductivity", "volumetric_heat_capacity", "thermal_conductivity")


def problem_of(name: str, value: float) -> str | None:
    """What a parameter of that name must be, where one of its values is not; None if it may be."""
    if name in _POSITIVE and not value > 0:
        return "positive"
    if name == "thickness" and value > LARGEST_THICKNESS:
        meant = f": did you mean {1e-9 * value:g}, for nanometres?" if value >= _LEAST_SLIP else ""
        return f"{LARGEST_THICKNESS:g} or less, in m{meant}"
    if name == "spin_hall_magnetoresistance" and not value > -1:
        return "above -1 (the resistivity is positive)"
    if name.endswith("_efficiency") and abs(value) > LARGEST_EFFICIENCY:
        return f"from -5 to 5, a ratio: did you mean {value / 100:g}, for {value:g} per cent?"
    return None


@dataclass(frozen=True, eq=False, repr=False)
class Layer(ParameterSet):
    """A layer of a metal that is not magnetic; the defaults of heat are those of platinum.

    In a film of triangles all layers share the electric field in the plane, E: that is the limit of
    layers much thinner than all that varies in the plane, with interfaces that let a current pass.
    Each carries σE. All but name, side and thickness may differ from place to place, as in
    `Material`.

    Args:
        name: of the layer: letters, digits and underscores; "film" is reserved.
        thickness: d of the layer in m.
        conductivity: σ of the layer in S/m.
        side: of the film on which it lies; of several layers on one side the first that is given
            is nearest to the film.
        damping_like_efficiency: ξ_DL of the spin-orbit torque that its current exerts on the film,
            without unit: the spin Hall angle times the transparency of the interface. Positive for
            platinum, whether it lies below or above. In two dimensions it acts in full, also
            through layers between the film and this one: it is to contain what is lost there. In
            three, only layers that touch the film may have one.
        field_like_efficiency: ξ_FL of the same, without unit.
        spin_hall_magnetoresistance: Δρ/ρ by which its resistivity grows where m is not along ẑ × j,
            without unit.
        temperature_coefficient: a of σ(T) = σ/(1 + a (T - T₀)) in 1/K, T₀ that of the substrate.
        volumetric_heat_capacity: c of the layer in J/(m³ K).
        thermal_conductivity: κ of the layer in W/(m K).

    Raises:
        InputError: a value outside its range.

    Example:
        >>> platinum = Layer("pt", 3e-9, conductivity=4e6, damping_like_efficiency=0.1)
        >>> platinum.side, platinum.thermal_conductivity
        ('below', 30.0)
    """

    name: str
    thickness: float
    conductivity: Parameter
    side: Side = "below"
    damping_like_efficiency: Parameter = 0.0
    field_like_efficiency: Parameter = 0.0
    spin_hall_magnetoresistance: Parameter = 0.0
    temperature_coefficient: Parameter = 0.0
    volumetric_heat_capacity: Parameter = 2.8e6
    thermal_conductivity: Parameter = 30.0

    def __post_init__(self) -> None:
        named = isinstance(self.name, str) and self.name.isascii() and self.name.isidentifier()
        if not named or self.name == "film":
            raise InputError(
                f"layers: name = {shown(self.name)}: must be a word of letters, digits and "
                "underscores, other than film"
            )
        if self.side not in get_args(Side):
            raise InputError(
                f"layers.{self.name}.side = {shown(self.side)}: must be below or above"
            )
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if field.name == "side":
                continue
            uniform_alone = field.name == "thickness"
            if problem := problem_of_uniform(value, field.name, problem_of, uniform_alone):
                raise InputError(f"layers.{self.name}.{field.name} = {shown(value)}: {problem}")


def require_layers_apart(layers: Sequence[Layer]) -> None:
    """Raise InputError if two layers have one name."""
    for name, count in Counter(layer.name for layer in layers).items():
        if count > 1:
            raise InputError(f"layers: {count} are called {name}: give each a name of its own")
