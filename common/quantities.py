"""Numbers with a unit: what a key of a case is counted in, and texts like "14 nm" read as SI.

A type such as `Length` marks a number of a case, so that the schema of case files knows its unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler

UNIT = "unit"
"""The key of a JSON schema that holds the unit."""
DIFFERENCE = "difference"
"""The key of a JSON schema that says that a number with a unit is a difference."""
WRITTEN_AS = "written_as"
"""The key of a JSON schema that names a part of it, in whose place it stands."""

_NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*")
_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s.].*|1\s*/.*)")
"""A number, and behind it a unit."""
_FACTOR = r"(?:°?[^\W\d_]+|[%‰°]|1)(?:\s*(?:\^|\*\*)\s*-?[1-9](?!\d)|⁻?[¹²³⁴])?"
_BY = r"(?:\s*[*/·]\s*|\s+)"
_PRODUCT = rf"{_FACTOR}(?:{_BY}{_FACTOR})*"
_UNIT = re.compile(rf"(?:{_FACTOR}|\({_PRODUCT}\))(?:{_BY}(?:{_FACTOR}|\({_PRODUCT}\)))*")
"""Products of names with powers of one digit; of what else Pint reads, some takes for ever."""
_BARE_POWER = re.compile(r"[^\W\d_]\d")
_LONGEST = 60
"""Characters of a unit."""
_DEFINED = (
    "radian = [angle] = rad",
    "count = [count]",
    "bit = [information]",
    "emu = 1e-3 * ampere * meter ** 2",
)
"""Units as we take them. To Pint the first are plain numbers, with which 1 rad/s would be 1 Hz."""
_PARTS = {"percent", "permille", "ppm", "pi"}
"""Names of plain numbers that may be in a unit; not so logarithms, like dB, and constants."""


@dataclass(frozen=True)
class Unit:
    """Marks a number by its unit, in `Annotated`.

    Args:
        symbol: as it is written, like "J/m²"; "" for a plain number.
        difference: whether it is one, as of temperatures, for which 1 °C is 1 K.
    """

    symbol: str
    difference: bool = False

    def __get_pydantic_json_schema__(
        self, core: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema of the number, with its unit."""
        marked = {DIFFERENCE: True} if self.difference else {}
        return {**handler(core), UNIT: self.symbol, **marked}


@dataclass(frozen=True)
class Range:
    """Marks a number, in `Annotated`, by the range that whoever takes it allows; it checks nothing.

    Args:
        least, most: bounds that are allowed.
        above, below: bounds that are not.
    """

    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None

    def __get_pydantic_json_schema__(
        self, core: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema of the number, with its range."""
        bounds = {
            "minimum": self.least,
            "maximum": self.most,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        return handler(core) | {key: value for key, value in bounds.items() if value is not None}


@dataclass(frozen=True)
class OneOf:
    """Marks a text, in `Annotated`, by what whoever takes it allows; it checks nothing.

    Args:
        values: that are allowed.
    """

    values: tuple[str, ...]

    def __get_pydantic_json_schema__(
        self, core: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema of the text, with its values."""
        return handler(core) | {"enum": list(self.values)}


@dataclass(frozen=True)
class WrittenAs:
    """Marks what its owner reads by itself, in `Annotated`, by the name of its part of the schema.

    Args:
        part: see `hebbfilm.run.inputs.case_schema`.
    """

    part: str

    def __get_pydantic_json_schema__(
        self, core: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """A place for that part."""
        return {WRITTEN_AS: self.part}


Plain: TypeAlias = Annotated[float, Unit("")]
Length: TypeAlias = Annotated[float, Unit("m")]
Time: TypeAlias = Annotated[float, Unit("s")]
Voltage: TypeAlias = Annotated[float, Unit("V")]
Current: TypeAlias = Annotated[float, Unit("A")]
Temperature: TypeAlias = Annotated[float, Unit("K")]
Angle: TypeAlias = Annotated[float, Unit("degrees")]
Frequency: TypeAlias = Annotated[float, Unit("Hz")]
FieldStrength: TypeAlias = Annotated[float, Unit("A/m")]
Conductance: TypeAlias = Annotated[float, Unit("S")]
Conductivity: TypeAlias = Annotated[float, Unit("S/m")]


_EXAMPLES = {
    "m": "14 nm",
    "s": "6 ns",
    "V": "50 mV",
    "A": "10 µA",
    "K": "300 K",
    "Hz": "2 GHz",
    "A/m": "80 kA/m",
    "J/m²": "3 mJ/m^2",
    "J/m³": "0.2 MJ/m^3",
    "J/m": "10 pJ/m",
    "S": "5 µS",
    "S/m": "5 MS/m",
    "degrees": "30 degrees",
    "": "5 %",
}


_FLUX_DENSITIES = ("tesla", "gauss", "oersted")


def example(unit: str) -> str:
    """A quantity as a person would write it, in quotes."""
    return f'"{_EXAMPLES.get(unit, f"1 {unit}")}"'


def is_quantity(text: str) -> bool:
    """Whether a text is a number and, behind it, what may be a unit.

    Example:
        >>> is_quantity("4 m"), is_quantity("4e6")
        (True, False)
    """
    return _QUANTITY.fullmatch(text) is not None and not _NUMBER.fullmatch(text)


def si(text: str, unit: str, *, difference: bool = False) -> float:
    """A quantity in SI units.

    Args:
        text: a number and its unit, like "14 nm"; prefixes and products as Pint reads them.
        unit: in which to give it, like "m" or "J/m²". A field H in A/m may be given by B = μ₀H,
            in T, and both in G and Oe; a frequency by its angular frequency, in rad/s or rpm.
        difference: refuse what has a zero of its own, like °C.

    Raises:
        InputError: no quantity, or one of another dimension.

    Example:
        >>> si("14 nm", "m"), si("3 mJ/m^2", "J/m²"), si("200 mT", "T")
        (1.4e-08, 0.003, 0.2)
    """
    # Pint takes a while to load, which those who write plain numbers need not wait for.
    from pint.errors import PintError

    parts = _QUANTITY.fullmatch(text)
    wanted = f"must be a quantity {f'in {unit}' if unit else 'without unit'}, like {example(unit)}"
    unit_text = "" if parts is None else parts[2].strip()
    unit_text = f"1{unit_text}" if unit_text.startswith("/") else unit_text
    if parts is None or len(unit_text) > _LONGEST or not _UNIT.fullmatch(unit_text):
        power = "; powers are written as in m^2 or m²" if _BARE_POWER.search(unit_text) else ""
        raise InputError(f"{shown(text)}: {wanted}{power}")
    units = _units()
    try:
        found = units.Quantity(float(parts[1]), unit_text)
        names = [name for name, _ in found.unit_items()]
        if not {name for name in names if not units.get_dimensionality(name)} <= _PARTS:
            raise ValueError(names)
        if difference:
            found *= units.Quantity(1.0)  # which Pint refuses of units with a zero of their own
        if unit == "Hz" and found.check("[angle]/[time]"):
            found /= units.Quantity(1.0, "turn")  # an angular frequency ω is 2π f
        # H by B = μ₀H, and both in Gaussian units, where electric fields are of one kind with them.
        is_flux = unit == "A/m" and all(name.endswith(_FLUX_DENSITIES) for name in names)
        ways = ["Gaussian"] if is_flux else []
        number = float(found.to(unit or "dimensionless", *ways).magnitude)
    except (PintError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError):
        raise InputError(f"{shown(text)}: {wanted}") from None
    if not math.isfinite(number):
        raise InputError(f"{shown(text)}: must be finite")
    # 14 nm is 1.4e-08, and not the 1.4000000000000001e-08 of a product in binary.
    return float(f"{number:.15g}")


def number_or_si(text: str, unit: str) -> float:
    """A number as it is, or a quantity in SI units: an argument of a command.

    Raises:
        InputError: it is neither.

    Example:
        >>> number_or_si("14e-9", "m") == number_or_si("14 nm", "m")
        True
    """
    try:
        return float(text)
    except ValueError:
        return si(text, unit)


@cache
def _units() -> Any:
    import pint

    units = pint.UnitRegistry(None, on_redefinition="ignore")
    units.load_definitions(str(Path(pint.__file__).with_name("default_en.txt")))
    units.load_definitions(_DEFINED)
    return units
