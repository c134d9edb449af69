"""Recall by a circuit at the contacts of a film, which evolves meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from hebbfilm.common.arguments import check_kind, check_number
from hebbfilm.hopfield.circuits.attached import AttachedCircuit
from hebbfilm.hopfield.circuits.circuit import MOST_PERIODS, Circuit, at_start
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern, PatternLike
from hebbfilm.solvers import Film, Segment
from hebbfilm.solvers.drives.schedule import START, Position

LABEL = "recall"
"""Of the segment of a recall."""


@dataclass(frozen=True, eq=False)
class ChipRecall:
    """How a recall by a circuit went.

    Attributes:
        start: first state, (N,).
        end: signs of the neurons at the end, (N,).
        time: until it came to rest in s.
        energy: which the contacts fed into the film meanwhile in J: ∫ Σ V I dt, with contact
            resistances, layers and the reference film; without resistors.
        periods: of the circuit that passed.
        switches: how often a neuron changed its sign.
        settled: whether it came to rest.
    """

    start: Pattern
    end: Pattern
    time: float
    energy: float
    periods: int
    switches: int
    settled: bool

    @classmethod
    def of(cls, circuit: AttachedCircuit) -> ChipRecall:
        """How it went so far."""
        return cls(
            circuit.start,
            circuit.pattern,
            circuit.time,
            circuit.energy,
            circuit.periods,
            circuit.switches,
            circuit.settled,
        )


def recall_on_chip(
    film: Film,
    neurons: Sequence[str] | Neurons,
    circuit: Circuit,
    start: PatternLike,
    *,
    clamped: Sequence[str] = (),
    number: int = 0,
    most_periods: int = MOST_PERIODS,
    position: Position = START,
    observer: Callable[[Film], None] | None = None,
    longest_interval: float | None = None,
    between: Callable[[Film], None] | None = None,
) -> ChipRecall:
    """Let a circuit at the contacts of a film recall a state; collective.

    Film and circuit go on together until the circuit has come to rest; no weight is calculated. The
    film is moved as by `Film.evolve`: by the torque of the current, its heat and its noise.

    Args:
        film: with contacts, usually trained.
        neurons: of the film, or names of its contacts where each is one.
        circuit: at the contacts.
        start: first state, of N signs.
        clamped: neurons that keep their voltage.
        number: of the recall, so that no two have the same noise and order.
        most_periods: periods of the circuit after which it is given up.
        position: that of a state saved on the way, to go on from there.
        observer: called with the film after each period; from there the state can be saved.
        longest_interval: in s, so that no more passes until `observer` or `between` is called.
        between: likewise, within a period that is longer; from there, too, the state can be saved.

    Raises:
        InputError: arguments that do not fit the film.
        SolverError: a solver failed.

    Example:
        >>> from mpi4py import MPI
        >>> film = Film(mesh_film(wheel(mesh_size=2e-8), MPI.COMM_WORLD), Material())
        >>> like = ResistorNetwork.like(film.conductance_matrix(), relative=0.02)
        >>> clock = Comparators(voltage=1e-4, period=1e-13, resistors=like)
        >>> recall_on_chip(film, film.contacts, clock, "++--").settled
        True
    """
    check_kind("film", film, Film)
    check_kind("position", position, Position)
    attached = at_start(
        circuit, neurons, start, clamped=clamped, number=number, most_periods=most_periods
    )
    parts = _parts(circuit.period, longest_interval)
    interval = circuit.period / parts

    def look(film: Film) -> None:
        within = round(film.position.elapsed / interval) % parts
        if (called := between if within else observer) is not None:
            called(film)

    film.evolve(
        [Segment(most_periods * circuit.period, attached, LABEL)],
        start=position,
        sample_interval=interval,
        observer=look,
        until=lambda _: attached.settled,
    )
    return ChipRecall.of(attached)


def _parts(period: float, longest: float | None) -> int:
    """Of a period, so that none is longer; times in s."""
    if longest is None:
        return 1
    check_number("longest_interval", longest, "s", above=0)
    return ceil(period / longest * (1 - 1e-9))
