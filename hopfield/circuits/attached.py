"""A circuit at the contacts of a film: what it remembers while the film evolves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern, PatternLike, parse_pattern


class AttachedCircuit(ABC):
    """A circuit function for a `Segment`: the voltages of all contacts.

    It goes on from one segment to the next. See `Circuit.attached` for the arguments.

    Attributes:
        accuracy: relative error of the current density with which it has to be told of currents,
            of which it compares small differences.
        start: as given.
        periods: that have passed.
        switches: how often a neuron has changed its sign.
        settled: whether it has come to rest; then it looks no more.
        time: s that it took until then.
        energy: J that all contacts have fed into the film until then.
    """

    accuracy = 1e-6

    def __init__(
        self, neurons: Sequence[str] | Neurons, start: PatternLike, clamped: Sequence[str]
    ) -> None:
        self._neurons = Neurons.of(neurons)
        names = self._neurons.names
        self.start = parse_pattern(start, names=names)
        self._free = _free(names, clamped)
        self._since = 0.0
        self.periods, self.switches, self.settled = 0, 0, False
        self.time, self.energy = 0.0, 0.0

    @property
    @abstractmethod
    def pattern(self) -> Pattern:
        """The signs of the neurons, (N,)."""

    @abstractmethod
    def breakpoints(self, duration: float) -> list[float]:
        """See `Segment`."""

    @abstractmethod
    def _voltages(self) -> FloatArray:
        """Of the neurons in V, (N,)."""

    @abstractmethod
    def _begin(self) -> None:
        """A segment begins."""

    @abstractmethod
    def _pass(self, passed: float, currents: FloatArray, voltages: FloatArray) -> None:
        """So many s have passed, in which this flowed, up to `self._since` in the segment."""

    def __call__(self, time: float, currents: FloatArray, voltages: FloatArray) -> list[float]:
        """The voltages of the contacts at a time, for what flowed until then: see `Segment`."""
        if time < self._since:
            self._since = 0.0
            self._begin()
        passed, self._since = time - self._since, time
        if not self.settled:
            self.time += passed
            self.energy += passed * float(currents @ voltages)
            self._pass(passed, currents, voltages)
        return [float(volts) for volts in self._neurons.recalling(self._voltages())]

    def state(self) -> dict[str, Any]:
        """All that it remembers."""
        return {
            "since": self._since,
            "periods": self.periods,
            "switches": self.switches,
            "settled": self.settled,
            "time": self.time,
            "energy": self.energy,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._since = state["since"]
        self.periods, self.switches = state["periods"], state["switches"]
        self.settled, self.time, self.energy = state["settled"], state["time"], state["energy"]


def _free(names: Sequence[str], clamped: Sequence[str]) -> BoolArray:
    """Which of the neurons are free, (N,)."""
    if isinstance(clamped, str):
        raise InputError(f"clamped = {shown(clamped)}: must be a list; for one, [{shown(clamped)}]")
    for name in clamped:
        if name not in names:
            raise InputError(f"clamped: neuron {shown(name)}: {allowed_are(name, names)}")
    free = np.array([name not in clamped for name in names])
    if not free.any():
        raise InputError("clamped: all neurons are: at least one must be free to recall anything")
    return free
