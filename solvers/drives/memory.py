"""What functions that drive contacts remember, kept with the state of a film."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mpi4py import MPI

from hebbfilm.common.collective import on_every_rank
from hebbfilm.solvers.state.part import Entry

PREFIX = "drive function "
"""Of the names of their entries, by number, so that two of one class do not mix."""


def remembers(function: Any) -> bool:
    """Whether a function has a state that can be kept and restored."""
    return callable(getattr(function, "state", None)) and callable(
        getattr(function, "restore", None)
    )


class Memory:
    """All functions of a drive that remember something, in the order in which they first act.

    Args:
        comm: the ranks; each has the same functions.
        functions: of all segments; those that remember nothing, and repetitions, are passed over.
    """

    def __init__(self, comm: MPI.Intracomm, functions: Iterable[Callable[..., Any]] = ()) -> None:
        self._comm = comm
        found: dict[int, Any] = {id(each): each for each in functions if remembers(each)}
        self._parts = list(found.values())

    def state(self) -> dict[str, Entry]:
        """What all of them remember; collective."""

        def states() -> dict[str, Entry]:
            return {
                f"{PREFIX}{number}: {name}": value
                for number, part in enumerate(self._parts, start=1)
                for name, value in part.state().items()
            }

        return on_every_rank(self._comm, states) if self._parts else {}

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave; collective."""

        def restored() -> None:
            for number, part in enumerate(self._parts, start=1):
                own = f"{PREFIX}{number}: "
                found = {n.removeprefix(own): v for n, v in state.items() if n.startswith(own)}
                if found:
                    part.restore(found)

        if self._parts:
            on_every_rank(self._comm, restored)
