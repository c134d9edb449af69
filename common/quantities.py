"""Numbers with a unit: what a key of a case is counted in, and texts like "14 nm" read as SI.

A type such as `Length` marks a number of a case, so that the schema of case files knows its unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler

UNIT = "unit"
"""The key of a JSON schema that holds the unit."""

_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s.].*|1\s*/.*)")
"""A number, and behind it a unit."""
_TOWER = re.compile(r"(\^|\*\*)[^a-zA-Z]*(\^|\*\*|\d\d)")
"""Powers of powers, and high ones, which would take for ever."""


@dataclass(frozen=True)
class Unit:
    """Marks a number by its unit, in `Annotated`.

    Args:
        symbol: as it is written, like "J/m²"; "" for a plain number.
    """

    symbol: str

    def __get_pydantic_json_schema__(
        self, core: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema of the number, with its unit."""
        return {**handler(core), UNIT: self.symbol}


Plain: TypeAlias = Annotated[float, Unit("")]
Length: TypeAlias = Annotated[float, Unit("m")]
Time: TypeAlias = Annotated[float, Unit("s")]
Voltage: TypeAlias = Annotated[float, Unit("V")]
Current: TypeAlias = Annotated[float, Unit("A")]
Temperature: TypeAlias = Annotated[float, Unit("K")]
Angle: TypeAlias = Annotated[float, Unit("degrees")]
Frequency: TypeAlias = Annotated[float, Unit("Hz")]
FieldStrength: TypeAlias = Annotated[float, Unit("A/m")]
Conductivity: TypeAlias = Annotated[float, Unit("S/m")]


def si(text: str, unit: str) -> float:
    """A quantity in SI units.

    Args:
        text: a number and its unit, like "14 nm"; prefixes and products as Pint reads them.
        unit: in which to give it, like "m" or "J/m²".

    Raises:
        InputError: no quantity, or one of another dimension.

    Example:
        >>> si("14 nm", "m"), si("3 mJ/m^2", "J/m²"), si("200 mT", "T")
        (1.4e-08, 0.003, 0.2)
    """
    # Pint takes a while to load, which those who write plain numbers need not wait for.
    from pint.errors import PintError

    parts = _QUANTITY.fullmatch(text)
    wanted = f"must be a quantity in {unit}" if unit else "must be a number"
    if parts is None or _TOWER.search(parts[2]):
        raise InputError(f"{shown(text)}: {wanted}")
    units = _units()
    try:
        found = units.Quantity(float(parts[1]), parts[2].strip())
        number = float(found.to(unit or "dimensionless").magnitude)
    except (PintError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError):
        raise InputError(f"{shown(text)}: {wanted}") from None
    if not math.isfinite(number):
        raise InputError(f"{shown(text)}: must be finite")
    # 14 nm is 1.4e-08, and not the 1.4000000000000001e-08 of a product in binary.
    return float(f"{number:.15g}")


@cache
def _units() -> Any:
    from pint import UnitRegistry

    return UnitRegistry(cache_folder=None)
