"""The sheets below and above a film in three dimensions, which share its outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.bounds import check_length, check_names


@dataclass(frozen=True)
class Slab:
    """A sheet of tetrahedra on the bottom or on the top of a film, or of what lies there already.

    Args:
        name: letters, digits and underscores; "film" is reserved.
        thickness: m.
        side: "below" the film, towards -z, or "above" it; of several on one side the first that is
            given is nearest to the film.
        elements: of tetrahedra over its thickness.

    Raises:
        LayoutError: a name, a thickness, a side or a number of elements that cannot be.

    Example:
        >>> Slab("pt", 3e-9).side
        'below'
    """

    name: str
    thickness: float
    side: Literal["below", "above"] = "below"
    elements: int = 1

    def __post_init__(self) -> None:
        check_names([self.name], "layer")
        check_length(f"thickness of layer {self.name!r}", self.thickness)
        if self.side not in ("below", "above"):
            raise LayoutError(
                f"layer {self.name!r}: side {shown(self.side)} is neither 'below' nor 'above'"
            )
        if isinstance(self.elements, bool) or not isinstance(self.elements, int):
            raise LayoutError(f"layer {self.name!r}: elements {shown(self.elements)} is no integer")
        if self.elements < 1:
            raise LayoutError(f"layer {self.name!r}: elements {self.elements} is not 1 or more")


def check_slabs(slabs: Sequence[Slab]) -> tuple[Slab, ...]:
    """The same as a tuple.

    Raises:
        LayoutError: what is no slab, or two of one name.
    """
    for each in slabs:
        if not isinstance(each, Slab):
            raise LayoutError(f"slabs: {shown(each)} is no Slab")
    check_names([slab.name for slab in slabs], "layer")
    return tuple(slabs)
