"""What functions that drive contacts remember, kept with the state of a film."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from mpi4py import MPI

from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.solvers.drives.drive import name_of
from hebbfilm.solvers.state.part import Entry

_PREFIX = "drive function "
"""Of the names of their entries, by number, so that two of one class do not mix."""


def remembers(function: Any) -> bool:
    """Whether a function has a state that can be kept and restored."""
    return callable(getattr(function, "state", None)) and callable(
        getattr(function, "restore", None)
    )


class Memory:
    """All functions of the drive that a film follows, as far as they remember something.

    Args:
        comm: the ranks; each has the same functions.
        on_trial: whether `undo` will be called.
    """

    def __init__(self, comm: MPI.Intracomm, *, on_trial: bool = False) -> None:
        self._comm = comm
        self._parts: list[Any] = []
        self._loaded: Mapping[str, Entry] = {}
        self._to_undo: list[tuple[list[Any], dict[str, Entry]]] | None = [] if on_trial else None

    @contextmanager
    def of(self, functions: Iterable[Callable[..., Any]], going_on: bool) -> Iterator[None]:
        """Inside, a drive is followed; collective.

        Args:
            functions: of all its segments, in order.
            going_on: whether it begins on the way, where `restore` has brought it.
        """
        found: dict[int, Any] = {id(each): each for each in functions if remembers(each)}
        self._parts = list(found.values())
        if self._to_undo is not None:
            self._to_undo.append((self._parts, self.state()))
        if going_on:
            self._restore(self._parts, self._loaded)
        self._loaded = {}
        try:
            yield
        finally:
            self._parts = []

    def state(self) -> dict[str, Entry]:
        """What all of them remember, or what they will get when the drive goes on; collective."""

        def states() -> dict[str, Entry]:
            return {
                f"{_PREFIX}{number}: {name}": _plain(part, name, value)
                for number, part in enumerate(self._parts, start=1)
                for name, value in part.state().items()
            }

        return on_every_rank(self._comm, states) if self._parts else dict(self._loaded)

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave, at once or when its drive goes on; collective."""
        if self._parts:
            self._restore(self._parts, state)
        else:
            self._loaded = {name: each for name, each in state.items() if name.startswith(_PREFIX)}

    def undo(self) -> None:
        """Take back what was remembered here, on trial; collective."""
        for parts, state in reversed(self._to_undo or []):
            self._restore(parts, state)

    def _restore(self, parts: list[Any], state: Mapping[str, Entry]) -> None:
        def restored() -> None:
            for number, part in enumerate(parts, start=1):
                own = f"{_PREFIX}{number}: "
                found = {n.removeprefix(own): v for n, v in state.items() if n.startswith(own)}
                if found:
                    part.restore(found)

        if parts:
            on_every_rank(self._comm, restored)


def _plain(part: Any, name: str, value: Any) -> Entry:
    """A copy of an entry of a state."""
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        raise InputError(
            f"drive {name_of(part)}: state {name} = {shown(value)}: must be what JSON can hold; "
            "did you mean a list, as tolist() makes it?"
        ) from None
    return deepcopy(value)
