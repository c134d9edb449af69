"""The current of a contact, where a source prescribes that and not a voltage."""

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from hebbfilm.common.arguments import check_number
from hebbfilm.common.quantities import Range, Unit

LARGEST_VOLTAGE, LARGEST_CURRENT = 1e9, 1e6
"""In V and A: far beyond any of a film, and beyond what a stiff circuit asks for on trial."""


Ampere: TypeAlias = Annotated[
    float, Unit("A"), Range(above=-LARGEST_CURRENT, below=LARGEST_CURRENT)
]


@dataclass(frozen=True)
class Current:
    """A contact that a current source feeds: an equipotential with this total current.

    Args:
        amperes: into the film in A.

    Raises:
        InputError: not a finite number, or beyond any current.

    Example:
        >>> -Current(1e-6)
        Current(amperes=-1e-06)
    """

    amperes: Ampere

    def __post_init__(self) -> None:
        name = "current of a contact"
        check_number(name, self.amperes, "A")
        check_number(name, self.amperes, "A", above=-LARGEST_CURRENT, below=LARGEST_CURRENT)
        object.__setattr__(self, "amperes", float(self.amperes))

    def __neg__(self) -> "Current":
        return Current(-self.amperes)


def require_voltage(name: str, volts: Any) -> None:
    """Raise InputError unless a voltage in V is a finite number and not beyond any.

    Args:
        name: what messages call it.
        volts: what was given.
    """
    check_number(name, volts, "V")
    check_number(name, volts, "V", above=-LARGEST_VOLTAGE, below=LARGEST_VOLTAGE)
