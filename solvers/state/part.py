"""What every part of a film does that remembers something."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

Entry: TypeAlias = Any
"""Of a state: what JSON can hold, or an array (owned, …) of one row for each vertex."""
OF_CONDUCTOR = ("temperature_rise", "followed_potentials", "followed_magnetisation")
"""Names of arrays with a row for each vertex of the mesh that conducts; others are of the film."""


@runtime_checkable
class Part(Protocol):
    """Remembers something that decides how a film goes on.

    What stands in `Film.parts` is kept in trials and in state files, and taken up again.
    """

    def state(self) -> dict[str, Entry]:
        """A copy of what it remembers, by names that no other part has."""

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave; collective.

        Args:
            state: of all parts of a film; one that had not this part has not its names.
        """
