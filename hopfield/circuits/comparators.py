"""Clocked comparators: one neuron after another takes the sign of its current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from hebbfilm.common.arguments import check_truth
from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.hopfield.circuits.attached import AttachedCircuit
from hebbfilm.hopfield.circuits.circuit import Circuit
from hebbfilm.hopfield.circuits.inputs import Inputs
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import PatternLike

Order = Literal["random", "in_turn"]


@dataclass(frozen=True, kw_only=True)
class Comparators(Circuit):
    """A clock, in each period of which one free neuron is looked at.

    It is held at virtual ground, 0 V, all the time, so its current is I_i = Σ_j≠i G_ij V_j, without
    a part of its own. What that differs by from the reference's is integrated, and the sign is
    latched at the end: V_i = ±V. At exactly zero it keeps its sign. So this is the asynchronous
    recall of a network with w_ij = G_ij - G_ref,ij. It has come to rest once a sweep over all free
    neurons has changed none.

    Args:
        voltage: V in V.
        period: in s.
        resistors: compared with, beside the reference film if there is one; or None.
        gain_spread, mismatch, offset, noise, seed: how badly currents are compared: see
            `hebbfilm.hopfield.circuits.inputs.Comparison`.
        order: "random", a new one in each sweep, or "in_turn".
        chopped: whether all voltages change their sign in the middle of each period, and with them
            the sense in which currents count. Walls are then dragged to and fro in place of away,
            and what alternates fast teaches a film nothing; and offsets cancel.

    Raises:
        InputError: a value out of its range.

    Example:
        >>> import numpy as np
        >>> clock = Comparators(voltage=1e-3, period=1e-10, noise=1e-8, order="in_turn")
        >>> circuit = clock.attached(["a", "b", "c"], "+--", clamped=["c"])
        >>> circuit(0.0, np.zeros(3), np.zeros(3))
        [0.0, -0.001, -0.001]
    """

    order: Order = "random"
    chopped: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_truth("chopped", self.chopped)
        if self.order not in get_args(Order):
            raise InputError(f"order = {self.order!r}: {allowed_are(self.order, get_args(Order))}")

    def orders(self, number: int = 0) -> np.random.Generator:
        """What draws the random orders of a recall, as `recall_asynchronous` takes it."""
        return np.random.default_rng([self.seed, number])

    def _at(
        self, neurons: Neurons, start: PatternLike, clamped: Sequence[str], number: int
    ) -> AttachedComparators:
        return AttachedComparators(self, neurons, start, clamped, number)


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
        self._halves = 2 if circuit.chopped else 1
        tick, inputs = circuit.period / self._halves, Inputs(circuit, neurons, number)
        super().__init__(inputs, neurons, start, clamped, tick, self._halves)
        self._circuit = circuit
        self._orders, self._drawn = circuit.orders(number), list[IntArray]()
        self._charge, self._changed = 0.0, False

    def state(self) -> dict[str, Any]:
        """All that it remembers."""
        return super().state() | {"charge": self._charge, "changed": self._changed}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        super().restore(state)
        self._charge, self._changed = state["charge"], state["changed"]

    def _voltages(self) -> FloatArray:
        found: FloatArray = self._sense * self._circuit.voltage * self._signs.astype(float)
        if not self.settled:
            found[self._asked(self.periods)] = 0.0
        return found

    @property
    def _sense(self) -> int:
        """-1 in the second half of a period that is chopped, else 1."""
        return -1 if self._ticks % self._halves else 1

    def _asked(self, period: int) -> int:
        """The neuron at virtual ground in the period of that number."""
        sweep, place = divmod(period, int(self._free.sum()))
        if self._circuit.order == "in_turn":
            return int(np.flatnonzero(self._free)[place])
        while len(self._drawn) <= sweep:
            self._drawn.append(self._orders.permutation(len(self._free)))
        order = self._drawn[sweep]
        return int(order[self._free[order]][place])

    def _begin(self) -> None:
        self._charge = 0.0

    def _pass(self, passed: float, inputs: FloatArray) -> None:
        self._charge += self._sense * passed * float(inputs[self._asked(self.periods)])

    def _end_tick(self) -> None:
        if self._ticks % self._halves:
            return
        period = self.periods - 1
        asked = self._asked(period)
        mean = self._charge / self._circuit.period + self._inputs.noise(period)[asked]
        self._charge = 0.0
        if mean * self._signs[asked] < 0:
            signs = self.pattern
            signs[asked] *= -1
            self._switch(signs)
            self._changed = True
        if self.periods % int(self._free.sum()) == 0:
            self.settled = not self._changed
            self._changed = False
