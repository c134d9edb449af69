"""What a person says of the heat in a film."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from hebbfilm.common.arguments import check_kind, check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Range, Temperature, Unit
from hebbfilm.solvers.materials.curie_law import CurieLaw

_CELSIUS = 273.15
MELTED = 3700.0
"""In K; tungsten melts at 3695 K (CRC Handbook), all other metals below."""
_FINEST = 1e-4
"""In K, of a tolerance: the solutions of its systems are no better, and steps would have no end."""
BelowMelting: TypeAlias = Annotated[Temperature, Range(above=0, below=MELTED)]
HeatTransfer: TypeAlias = Annotated[float, Unit("W/(m² K)"), Range(above=0)]


def _check_temperature(name: str, value: float) -> None:
    """Raise InputError unless a value is a temperature at which metals are solid."""
    try:
        check_number(name, value, "K", above=0, below=MELTED)
    except InputError as error:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and value >= MELTED:
            raise InputError(f"{error}, where every metal has melted") from None
        if number and -_CELSIUS < value <= 0:
            raise InputError(f"{error}; did you mean {value + _CELSIUS:g} (K, from °C)?") from None
        raise


@dataclass(frozen=True)
class Sink:
    """A contact that takes heat through an interface.

    Args:
        conductance: of the interface in W/(m² K), over the area of the contact: what a pad covers,
            or the side of the film, without its layers, at an edge contact.
        temperature: behind the interface in K; None for that of the substrate.

    Raises:
        InputError: a value outside its range.

    Example:
        >>> Sink(conductance=1e9).temperature is None
        True
    """

    conductance: HeatTransfer
    temperature: BelowMelting | None = None

    def __post_init__(self) -> None:
        check_number("heat.sinks: conductance", self.conductance, "W/(m² K)", above=0)
        if self.temperature is not None:
            _check_temperature("heat.sinks: temperature", self.temperature)


@dataclass(frozen=True)
class Heat:
    """That a film has a temperature which differs from place to place.

    With h, κ and c of the `Material` and its layers; where the material has no
    `heat_transfer_coefficient`, no heat goes to the substrate.

    Args:
        substrate_temperature: T_s in K, at which the film begins, and T₀ of all that is given for
            one temperature.
        sinks: by the names of contacts the temperature in K at which they are held, or a `Sink`;
            all other contacts insulate.
        tolerance: of T in K, the error of one of its steps, 1e-4 or more. What follows T is told
            when it has moved by ten times as much, or by less, if that is all that it can stand.
        wiedemann_franz: whether κ = L σ T, with L = 2.44e-8 W Ω/K² (Sommerfeld's value) and σ that
            of film and layers for a current across m, in place of what the material has.
        magnet: how M_s, A, K and D follow T; None: they stay as they are.

    Raises:
        InputError: a value outside its range.

    Example:
        >>> Heat(sinks={"left": 300.0, "right": Sink(1e9)}).substrate_temperature
        300.0
    """

    substrate_temperature: BelowMelting = 300.0
    sinks: Mapping[str, BelowMelting | Sink] = field(default_factory=dict)
    tolerance: Annotated[float, Unit("K", difference=True), Range(_FINEST)] = 0.5
    wiedemann_franz: bool = False
    magnet: CurieLaw | None = None

    def __post_init__(self) -> None:
        _check_temperature("heat.substrate_temperature", self.substrate_temperature)
        check_number("heat.tolerance", self.tolerance, "K", least=_FINEST)
        check_kind("heat.wiedemann_franz", self.wiedemann_franz, bool)
        check_kind("heat.magnet", self.magnet, CurieLaw, optional=True)
        if not isinstance(self.sinks, Mapping):
            raise InputError(
                f"heat.sinks = {shown(self.sinks)}: must be temperatures by contact, like "
                "{'left': 300.0}"
            )
        for name, sink in self.sinks.items():
            if not isinstance(sink, Sink):
                _check_temperature(f"heat.sinks.{name}", sink)
        if self.magnet is not None:
            for at, kelvin in self._held().items():
                self.magnet.require_below_limit(at, kelvin)

    def _held(self) -> dict[str, float]:
        """The temperatures in K that what is around the film holds, by their keys."""
        held = {"heat.substrate_temperature": self.substrate_temperature}
        for name, sink in self.sinks.items():
            if not isinstance(sink, Sink):
                held[f"heat.sinks.{name}"] = sink
            elif sink.temperature is not None:
                held[f"heat.sinks.{name}.temperature"] = sink.temperature
        return held

    @property
    def changing(self) -> Collection[str]:
        """Names of the parameters of a `Material` that follow T."""
        return () if self.magnet is None else self.magnet.exponents

    def require_contacts(self, contacts: Sequence[str]) -> None:
        """Raise InputError if a sink is at no contact of a film.

        Args:
            contacts: names of the film's contacts.
        """
        for name in self.sinks:
            if name not in contacts:
                raise InputError(
                    f"heat.sinks: no contact {name} (this film has {', '.join(contacts) or 'none'})"
                    + did_you_mean(name, contacts)
                )

    def require_noise_of(self, temperature: float) -> None:
        """Raise InputError unless the noise has the temperature of the substrate, or is off (0)."""
        if temperature not in (0, self.substrate_temperature):
            raise InputError(
                f"temperature = {temperature:g} of the thermal field: must be 0, or with heat that "
                f"of the substrate, {self.substrate_temperature:g} (heat.substrate_temperature)"
            )
