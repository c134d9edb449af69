"""Clocked comparators: one neuron after another takes the sign of its current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ulp
from typing import Any, Literal, get_args

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.hopfield.circuits.attached import AttachedCircuit
from hebbfilm.hopfield.circuits.circuit import Circuit, Inputs
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern, PatternLike

Order = Literal["random", "in_turn"]
_NEAR = 8
"""Units in the last place of the time, up to which it counts as the end of a tick."""


@dataclass(frozen=True, kw_only=True)
class Comparators(Circuit):
    """A clock, at each tick of which one free neuron is looked at.

    It is held at virtual ground, 0 V, for the tick, so its current is I_i = Σ_j≠i G_ij V_j, without
    a part of its own. What that differs by from the reference's is integrated, and the sign is
    latched at the end: V_i = ±V. At exactly zero it keeps its sign. So this is the asynchronous
    recall of a network with w_ij = G_ij - G_ref,ij. It has come to rest once a sweep over all free
    neurons has changed none.

    Args:
        order: "random", a new one in each sweep, or "in_turn".

    The others are those of a `Circuit`; a period is a tick.

    Example:
        >>> import numpy as np
        >>> clock = Comparators(voltage=1e-3, period=1e-10, noise=1e-8, order="in_turn")
        >>> circuit = clock.attached(["a", "b", "c"], "+--", clamped=["c"])
        >>> circuit(0.0, np.zeros(3), np.zeros(3))
        [0.0, -0.001, -0.001]
    """

    order: Order = "random"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.order not in get_args(Order):
            raise InputError(f"order = {self.order!r}: {allowed_are(self.order, get_args(Order))}")

    def orders(self, number: int = 0) -> np.random.Generator:
        """What draws the random orders of a recall, as `recall_asynchronous` takes it."""
        return np.random.default_rng([self.seed, number])

    def attached(
        self,
        neurons: Sequence[str] | Neurons,
        start: PatternLike,
        *,
        clamped: Sequence[str] = (),
        number: int = 0,
    ) -> AttachedComparators:
        """See `Circuit.attached`."""
        return AttachedComparators(self, Neurons.of(neurons), start, clamped, number)


class AttachedComparators(AttachedCircuit):
    """See `Comparators`, and `AttachedCircuit` for what is not said here."""

    def __init__(
        self,
        circuit: Comparators,
        neurons: Neurons,
        start: PatternLike,
        clamped: Sequence[str],
        number: int,
    ) -> None:
        super().__init__(neurons, start, clamped)
        self._circuit, self._inputs = circuit, Inputs(circuit, neurons, number)
        self._orders, self._drawn = circuit.orders(number), list[IntArray]()
        self._signs = self.start.copy()
        self._charge = 0.0
        self._ticks = 0
        self._changed = False

    @property
    def pattern(self) -> Pattern:
        """The signs that are latched, (N,)."""
        return self._signs.copy()

    def breakpoints(self, duration: float) -> list[float]:
        """Ends of ticks in s."""
        ticks = int(duration / self._circuit.period + 0.5)
        return [(k + 1) * self._circuit.period for k in range(ticks)]

    def state(self) -> dict[str, Any]:
        """All that it remembers."""
        own = {
            "signs": self._signs.tolist(),
            "charge": self._charge,
            "ticks": self._ticks,
            "changed": self._changed,
        }
        return super().state() | own

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        super().restore(state)
        self._signs = np.array(state["signs"], dtype=np.int8)
        self._charge, self._ticks = state["charge"], state["ticks"]
        self._changed = state["changed"]

    def _voltages(self) -> FloatArray:
        found: FloatArray = self._circuit.voltage * self._signs.astype(float)
        if not self.settled:
            found[self._asked] = 0.0
        return found

    @property
    def _asked(self) -> int:
        """The neuron at virtual ground."""
        sweep, place = divmod(self.periods, int(self._free.sum()))
        if self._circuit.order == "in_turn":
            return int(np.flatnonzero(self._free)[place])
        while len(self._drawn) <= sweep:
            self._drawn.append(self._orders.permutation(len(self._free)))
        order = self._drawn[sweep]
        return int(order[self._free[order]][place])

    def _begin(self) -> None:
        self._charge, self._ticks = 0.0, 0

    def _pass(self, passed: float, currents: FloatArray, voltages: FloatArray) -> None:
        self._charge += passed * float(self._inputs.differences(currents, voltages)[self._asked])
        end = (self._ticks + 1) * self._circuit.period
        if self._since >= end - _NEAR * ulp(end):
            self._latch()

    def _latch(self) -> None:
        asked, period = self._asked, self._circuit.period
        mean = self._charge / period + self._inputs.noise(self.periods)[asked]
        self._charge = 0.0
        self._ticks += 1
        if mean * self._signs[asked] < 0:
            self._signs[asked] *= -1
            self.switches += 1
            self._changed = True
        self.periods += 1
        if self.periods % int(self._free.sum()) == 0:
            self.settled = not self._changed
            self._changed = False
