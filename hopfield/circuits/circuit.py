"""What all circuits at contacts have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from hebbfilm.common.arguments import check_count, check_kind, check_number
from hebbfilm.hopfield.circuits.attached import AttachedCircuit
from hebbfilm.hopfield.circuits.inputs import Comparison
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import PatternLike

MOST_PERIODS = 200
"""After which a recall is given up."""
_HIGHEST = 100.0
"""Voltage in V, far above any that a film stands."""


@dataclass(frozen=True, kw_only=True)
class Circuit(Comparison, ABC):
    """A voltage for each neuron by the current that it sees; see `Comparison`, too.

    Args:
        voltage: V of a neuron that is wholly on, in V.

    Raises:
        InputError: a value out of its range.
    """

    voltage: float

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("voltage", self.voltage, "V", above=0, below=_HIGHEST)

    @property
    def pace(self) -> float:
        """How long it takes in s until it does something, so that much goes on in as long."""
        return self.period

    def attached(
        self,
        neurons: Sequence[str] | Neurons,
        start: PatternLike,
        *,
        clamped: Sequence[str] = (),
        number: int = 0,
    ) -> AttachedCircuit:
        """The circuit at the contacts of a film: what a `Segment` takes.

        Args:
            neurons: of that film, or names of its contacts where each is one.
            start: state in which it begins, of N signs.
            clamped: neurons that keep their voltage.
            number: of the recall, so that no two have the same noise and order.

        Raises:
            InputError: a start or neurons that are none, or nothing is free.
        """
        return self._at(Neurons.of(neurons), start, clamped, number)

    @abstractmethod
    def _at(
        self, neurons: Neurons, start: PatternLike, clamped: Sequence[str], number: int
    ) -> AttachedCircuit:
        """The same."""


def at_start(
    circuit: Circuit,
    neurons: Sequence[str] | Neurons,
    start: PatternLike,
    *,
    clamped: Sequence[str],
    number: int,
    most_periods: int,
) -> AttachedCircuit:
    """A circuit at the contacts, about to recall: what recalls on all films begin with.

    Args:
        circuit: at the contacts.
        neurons: of a film, or names of its contacts where each is one.
        start: first state, of N signs.
        clamped: neurons that keep their voltage.
        number: of the recall, so that no two have the same noise and order.
        most_periods: periods of the circuit after which it is given up.

    Raises:
        InputError: arguments that do not fit each other.
    """
    check_kind("circuit", circuit, Circuit)
    check_count("most_periods", most_periods, 1)
    check_count("number", number, 0)
    return circuit.attached(neurons, start, clamped=clamped, number=number)
