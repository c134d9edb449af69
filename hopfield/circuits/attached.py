"""A circuit at the contacts of a film: what it remembers while the film evolves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from math import ulp
from typing import Any

import numpy as np

from hebbfilm.common.arguments import check_names
from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.hopfield.circuits.inputs import ACCURACY, Inputs
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern, PatternLike

_NEAR = 8
"""Units in the last place of the time, up to which it counts as the end of a tick."""
_BACK = 1e-6
"""Of a tick, by which the time has to go back for another segment to have begun."""


class AttachedCircuit(ABC):
    """A circuit function for a `Segment`: the voltages of all contacts.

    It goes on from one segment to the next; a tick ends with a segment at the latest.

    Args:
        inputs: what is compared.
        neurons: of the film.
        start: state in which it begins, of N signs.
        clamped: names of neurons that keep their voltage.
        tick: time in s between two moments at which it may jump.
        ticks_per_period: after how many of them it is asked whether it has come to rest.

    Raises:
        InputError: a start or neurons that are none, or nothing is free.

    Attributes:
        moves_within_ticks: whether its voltages also change between the moments at which it jumps.
        accuracy: relative error of the current density with which it has to be told of currents,
            of which it compares small differences.
        start: as given.
        switches: how often a neuron has changed its sign.
        settled: whether it has come to rest; then it looks no more.
        time: s that it took until then.
        energy: J that all contacts have fed into the film until then.
    """

    accuracy = ACCURACY
    moves_within_ticks = False

    def __init__(
        self,
        inputs: Inputs,
        neurons: Neurons,
        start: PatternLike,
        clamped: Sequence[str],
        tick: float,
        ticks_per_period: int = 1,
    ) -> None:
        self._inputs, self._neurons = inputs, neurons
        self.start = neurons.pattern(start)
        self._free = free_neurons(neurons.names, clamped)
        self._tick, self._per_period = tick, ticks_per_period
        self._signs = self.start.copy()
        self._since, self._ticks, self._ticks_here = 0.0, 0, 0
        self.switches, self.settled = 0, False
        self.time, self.energy = 0.0, 0.0

    @property
    def pattern(self) -> Pattern:
        """The signs of the neurons, (N,)."""
        return self._signs.copy()

    @property
    def periods(self) -> int:
        """How many have passed."""
        return self._ticks // self._per_period

    def breakpoints(self, duration: float) -> list[float]:
        """Ends of ticks in s: see `Segment`."""
        return [(k + 1) * self._tick for k in range(round(duration / self._tick))]

    def __call__(self, time: float, currents: FloatArray, voltages: FloatArray) -> list[float]:
        """The voltages of the contacts at a time, for what flowed until then: see `Segment`."""
        if time < self._since - _BACK * self._tick:
            self._since, self._ticks_here = 0.0, 0
            self._begin()
        passed, self._since = max(time - self._since, 0.0), time
        if not self.settled:
            self._take(passed, currents, voltages)
        return [float(volts) for volts in self._neurons.recalling(self._voltages())]

    def state(self) -> dict[str, Any]:
        """All that it remembers."""
        return {
            "since": self._since,
            "ticks": self._ticks,
            "ticks_here": self._ticks_here,
            "signs": self._signs.tolist(),
            "switches": self.switches,
            "settled": self.settled,
            "time": self.time,
            "energy": self.energy,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._since = state["since"]
        self._ticks, self._ticks_here = state["ticks"], state["ticks_here"]
        self._signs = np.array(state["signs"], dtype=np.int8)
        self.switches, self.settled = state["switches"], state["settled"]
        self.time, self.energy = state["time"], state["energy"]

    @abstractmethod
    def _voltages(self) -> FloatArray:
        """Of the neurons in V, (N,)."""

    @abstractmethod
    def _pass(self, passed: float, inputs: FloatArray) -> None:
        """So many s have passed, in which this came in but for noise, in A, (N,)."""

    @abstractmethod
    def _begin(self) -> None:
        """Another segment begins, and with it a tick."""

    @abstractmethod
    def _end_tick(self) -> None:
        """A tick ends, the last of `self._ticks`."""

    def _switch(self, signs: Pattern) -> None:
        """Neurons take these signs, (N,)."""
        self.switches += int((signs != self._signs).sum())
        self._signs = signs

    def _take(self, passed: float, currents: FloatArray, voltages: FloatArray) -> None:
        self.time += passed
        self.energy += passed * float(currents @ voltages)
        self._pass(passed, self._inputs.differences(currents, voltages))
        end = (self._ticks_here + 1) * self._tick
        if self._since >= end - _NEAR * ulp(end):
            self._ticks += 1
            self._ticks_here += 1
            self._end_tick()


def free_neurons(names: Sequence[str], clamped: Sequence[str], what: str = "clamped") -> BoolArray:
    """Which of the neurons are free, (N,).

    Args:
        names: of all.
        clamped: of those that keep their voltage.
        what: tells of these, for the message.

    Raises:
        InputError: one that is none, or none that is free.
    """
    check_names(what, clamped)
    for name in clamped:
        if name not in names:
            raise InputError(f"{what}: neuron {shown(name)}: {allowed_are(name, names)}")
        if list(clamped).count(name) > 1:
            raise InputError(f"{what}: neuron {shown(name)} is there twice")
    free = np.array([name not in clamped for name in names])
    if not free.any():
        raise InputError(f"{what} has all neurons: at least one must be free to recall anything")
    return free
