"""Everything that decides how a film goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Protocol

from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.drives.schedule import START, Position
from hebbfilm.solvers.renewal import CurrentRenewal
from hebbfilm.solvers.state.part import Entry, Part


class _Film(Protocol):
    """What of a film is put back after a trial; see `Film`."""

    conduction: Conduction | None
    current: CurrentRenewal
    position: Position
    moves: bool

    @property
    def parts(self) -> Sequence[Part]: ...


@dataclass(frozen=True)
class FilmState:
    """A film between two steps of `Film.evolve`; the rest is calculated from it.

    Args:
        entries: of all its parts, by their names.
    """

    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, film: _Film) -> FilmState:
        """A copy of the present state.

        Raises:
            ValueError: two parts have a name in common.
        """
        entries: dict[str, Entry] = {"position": asdict(film.position)}
        for part in film.parts:
            state = part.state()
            if both := entries.keys() & state.keys():
                raise ValueError(f"two parts of a film remember {', '.join(sorted(both))}")
            entries |= state
        return cls(entries)

    def restore(self, film: _Film) -> None:
        """Bring a film of the same mesh on the same ranks to this state; collective."""
        film.position = Position(**self.entries["position"])
        for part in film.parts:
            part.restore(self.entries)


@contextmanager
def trial(film: _Film) -> Iterator[None]:
    """Whatever happens to the film inside is undone at the end; see `Film.on_trial`."""
    state = FilmState.of(film)
    # The current that was found last is kept as it is: to find it again would change its last bits.
    conduction, current, moves = film.conduction, film.current, film.moves
    film.conduction = conduction.beside() if conduction is not None else None
    film.current = current.beside(film.conduction)
    film.position, film.moves = START, False
    try:
        yield
    finally:
        film.current.memory.undo()
        film.conduction, film.current, film.moves = conduction, current, moves
        state.restore(film)
        film.current.act()
