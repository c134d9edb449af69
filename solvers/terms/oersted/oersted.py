"""What a user gives for the Oersted field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from hebbfilm.common.arguments import check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Length, Plain, Range
from hebbfilm.solvers.terms.oersted.wire import Wire

_FINEST = 1e-6
"""Of a tolerance: currents are found to 1e-10 at best, and to a hundredth of that of renewals."""


@dataclass(frozen=True)
class Oersted:
    """The field of the current in a film, in its layers and in wires to its contacts.

    H = (1/4π) ∫ j × R/|R|³ dV. In a film of triangles no current flows under an ideal pad, and what
    flows in the metal of pads is left out, as are contacts without a wire; see docs/stack.md.

    Args:
        tolerance: how far the current may be from a multiple of that of which the field was found,
            relative to its size in the mean square, before the field is found anew. Results
            converge as it is tightened.
        wires: that bring the current of contacts, none by default.
        spacing: edge of the boxes in which it is found in m; None for a median edge of a flat mesh
            and 1.25 of tetrahedra, within 8 %.

    Raises:
        InputError: a tolerance that is not from 1e-6 to below 1, or what is no wire.

    Example:
        >>> Oersted(wires=(Wire("left"),)).wires
        (Wire(contact='left', path=()),)
    """

    tolerance: Annotated[Plain, Range(_FINEST, below=1)] = 0.02
    wires: tuple[Wire, ...] = ()
    spacing: Annotated[Length, Range(above=0)] | None = None

    def __post_init__(self) -> None:
        check_number("oersted.tolerance", self.tolerance, "", least=_FINEST, below=1)
        if self.spacing is not None:
            check_number("oersted.spacing", self.spacing, "m", above=0)
        listed = isinstance(self.wires, Sequence) and not isinstance(self.wires, str)
        if not listed or not all(isinstance(wire, Wire) for wire in self.wires):
            raise InputError(
                f"oersted.wires = {shown(self.wires)}: must be a list, like wires=[Wire(…)]"
            )
        object.__setattr__(self, "wires", tuple(self.wires))
