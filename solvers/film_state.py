"""Everything that decides how a film goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.drives.drive import Drives
from hebbfilm.solvers.drives.schedule import START, Position
from hebbfilm.solvers.heating import Heating
from hebbfilm.solvers.renewal import RenewalRecord

if TYPE_CHECKING:
    from hebbfilm.solvers.film import Film


@dataclass
class FilmState:
    """A film between two steps of `Film.evolve`; the rest is calculated from it.

    Args:
        m: (owned, 3) unit vectors, to the last bit.
        time: in s.
        position: in the drive that it follows.
        drives: of the contacts, None if all are open.
        heating: by the current so far.
        renewals: of the current so far.
        integrator_step: that the integrator would try next, in s.
        thermal_steps: of noise, drawn so far.
    """

    m: FloatArray
    time: float
    position: Position
    drives: Drives | None
    heating: Heating
    renewals: RenewalRecord
    integrator_step: float
    thermal_steps: int

    @classmethod
    def of(cls, film: Film) -> FilmState:
        """A copy of the present state."""
        return cls(
            m=film.m.copy(),
            time=film.time,
            position=film.position,
            drives=film.current.drives,
            heating=replace(film.heating),
            renewals=replace(film.current.record),
            integrator_step=film.integrator.step,
            thermal_steps=film.thermal.steps if film.thermal is not None else 0,
        )

    def restore(self, film: Film) -> None:
        """Bring a film of the same mesh on the same ranks to this state; collective."""
        film.dynamics.m[: film.operators.owned] = self.m
        film.dynamics.fetch_ghosts()
        film.time = self.time
        film.position = self.position
        film.heating = replace(self.heating)
        film.current.apply(self.drives)
        film.current.record = replace(self.renewals)
        film.integrator.step = self.integrator_step
        if film.thermal is not None:
            film.thermal.steps = self.thermal_steps


@contextmanager
def trial(film: Film) -> Iterator[None]:
    """Whatever happens to the film inside is undone at the end; see `Film.on_trial`."""
    state, gilbert, thermal = FilmState.of(film), film.dynamics.gilbert, film.dynamics.thermal
    conduction, current = film.conduction, film.current
    film.conduction = conduction.beside() if conduction is not None else None
    film.current = current.beside(film.conduction)
    film.position, moves = START, film.moves
    film.moves = False
    try:
        yield
    finally:
        film.conduction, film.current, film.moves = conduction, current, moves
        state.restore(film)
        film.current.act()
        film.dynamics.gilbert, film.dynamics.thermal = gilbert, thermal
