"""Recall by a circuit on a film that is held: its conductances stay, and nothing is simulated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.circuits.attached import AttachedCircuit
from hebbfilm.hopfield.circuits.chip_recall import ChipRecall
from hebbfilm.hopfield.circuits.circuit import MOST_PERIODS, Circuit, at_start
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import PatternLike

WITHIN_TICKS = 100
"""Steps in a tick of a circuit whose voltages move all the time."""


def recall_on_held_film(
    conductance: FloatArray,
    neurons: Sequence[str] | Neurons,
    circuit: Circuit,
    start: PatternLike,
    *,
    clamped: Sequence[str] = (),
    number: int = 0,
    most_periods: int = MOST_PERIODS,
) -> ChipRecall:
    """What `recall_on_chip` would find if m stood still: the currents are G V all the time.

    With its faults and its noise. That of comparators is exact: between their ticks nothing moves.
    Of amplifiers steps are a hundredth of a tick.

    Args:
        conductance: G of the contacts as the circuit sees it in S, (C, C), behind leads if there
            are any: see `Film.outside_conductance_matrix`.
        neurons: of the film, or names of its contacts where each is one.
        circuit: at the contacts.
        start: first state, of N signs.
        clamped: neurons that keep their voltage.
        number: of the recall, so that no two have the same noise and order.
        most_periods: periods of the circuit after which it is given up.

    Raises:
        InputError: arguments that do not fit each other.

    Example:
        >>> film = np.array([[2.0, -1, -1], [-1, 2, -1], [-1, -1, 2]])
        >>> like = ResistorNetwork.like(film, relative=0.02)
        >>> clock = Comparators(voltage=2e-3, period=1e-11, resistors=like)
        >>> recall_on_held_film(film, "abc", clock, "++-").end
        array([1, 1, 1], dtype=int8)
    """
    attached = at_start(
        circuit, neurons, start, clamped=clamped, number=number, most_periods=most_periods
    )
    go_on(attached, conductance, most_periods * circuit.period)
    return ChipRecall.of(attached)


def go_on(attached: AttachedCircuit, conductance: FloatArray, most: float) -> None:
    """Let a circuit run at contacts with I = G V, until it is at rest or for `most` in s.

    Args:
        attached: the circuit, at the begin of a segment.
        conductance: G in S, (C, C).
        most: time in s.
    """
    steps = WITHIN_TICKS if attached.moves_within_ticks else 1
    before, nothing = 0.0, np.zeros(len(conductance))
    voltages = np.array(attached(0.0, nothing, nothing))
    for end in attached.breakpoints(most):
        for step in range(1, steps + 1):
            time = before + (end - before) * (step / steps) if step < steps else end
            voltages = np.array(attached(time, conductance @ voltages, voltages))
            if attached.settled:
                return
        before = end
