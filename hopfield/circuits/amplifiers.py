"""Amplifiers that run by themselves: the continuous network of Hopfield."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, expm1
from typing import Any

import numpy as np

from hebbfilm.common.arguments import check_number
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.circuits.attached import AttachedCircuit
from hebbfilm.hopfield.circuits.circuit import Circuit
from hebbfilm.hopfield.circuits.inputs import Inputs
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern, PatternLike

MOST_TIME_CONSTANTS = 20
"""In a period: the film follows amplifiers in parts of each, and is looked at once a period."""
_USUAL = 5
_HIGHEST_GAIN = 1e20
"""In 1/A: of a current far below the charge of an electron in a second."""
_NOISE_TICKS = 10
"""In a time constant at least, so that what noise does is white: the amplifier passes 1/(2πτ)."""


@dataclass(frozen=True, kw_only=True)
class Amplifiers(Circuit):
    """All free neurons at once: τ dx_i/dt = -x_i + gain h_i and V_i = V tanh x_i.

    That is the continuous network of Hopfield (PNAS 81, 3088 (1984)) with w_ij = G_ij - G_ref,ij.
    A neuron is at its own voltage and so sees (G_ii - G_ref,ii) V_i of itself, which holds it, or
    keeps it from its end: `ResistorNetwork.balanced` takes that away. States are told apart if
    gain V λ > 1, λ the largest eigenvalue of w. It begins at x_i = ±1, and has come to rest when no
    V_i has moved by more than the tolerance in a period.

    Args:
        voltage: V in V.
        period: in s, of a few time constants.
        gain: in 1/A.
        time_constant: τ in s, a twentieth of the period or longer.
        tolerance: of V, by which voltages at rest may move in a period.
        resistors: compared with, beside the reference film if there is one; or None.
        gain_spread, mismatch, offset, noise, seed: how badly currents are compared: see
            `hebbfilm.hopfield.circuits.inputs.Comparison`. The noise is white far beyond 1/τ: its
            spectral density is noise sqrt(2 period) in A/√Hz.

    Raises:
        InputError: a value out of its range.

    Example:
        >>> import numpy as np
        >>> loop = Amplifiers(voltage=1e-3, period=1e-9, gain=1e9, time_constant=2e-10)
        >>> circuit = loop.attached(["a", "b"], "+-", clamped=["b"])
        >>> [round(volts, 6) for volts in circuit(0.0, np.zeros(2), np.zeros(2))]
        [0.000762, -0.001]
    """

    gain: float
    time_constant: float
    tolerance: float = 1e-3

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("gain", self.gain, "1/A", above=0, below=_HIGHEST_GAIN)
        check_number("time_constant", self.time_constant, "s", above=0)
        if self.period > MOST_TIME_CONSTANTS * self.time_constant:
            raise InputError(
                f"time_constant = {self.time_constant:g}: must be {1 / MOST_TIME_CONSTANTS:g} of "
                f"the period, {self.period:g} s, or longer, in s; a period is of a few of them: "
                f"did you mean period = {_USUAL * self.time_constant:g}?"
            )
        check_number("tolerance", self.tolerance, "", above=0, below=1)

    @property
    def pace(self) -> float:
        """See `Circuit.pace`."""
        return self.time_constant

    def _at(
        self, neurons: Neurons, start: PatternLike, clamped: Sequence[str], number: int
    ) -> AttachedAmplifiers:
        return AttachedAmplifiers(self, neurons, start, clamped, number)


class AttachedAmplifiers(AttachedCircuit):
    """See `Amplifiers`, and `AttachedCircuit` for what is not said here."""

    moves_within_ticks = True

    def __init__(
        self,
        circuit: Amplifiers,
        neurons: Neurons,
        start: PatternLike,
        clamped: Sequence[str],
        number: int,
    ) -> None:
        ticks = ceil(_NOISE_TICKS * circuit.period / circuit.time_constant) if circuit.noise else 1
        inputs = Inputs(circuit, neurons, number)
        super().__init__(inputs, neurons, start, clamped, circuit.period / ticks, ticks)
        self._circuit = circuit
        self._x: FloatArray = self.start.astype(float)
        self._looked: FloatArray = self._voltages()
        self._noise: FloatArray = inputs.noise(0, ticks)

    def state(self) -> dict[str, Any]:
        """All that it remembers."""
        return super().state() | {"x": self._x.tolist(), "looked": self._looked.tolist()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        super().restore(state)
        self._x, self._looked = np.array(state["x"]), np.array(state["looked"])
        self._noise = self._inputs.noise(self._ticks, self._per_period)

    def _voltages(self) -> FloatArray:
        found: FloatArray = np.where(self._free, np.tanh(self._x), self.start)
        return self._circuit.voltage * found

    def _begin(self) -> None:
        """Nothing is to be done: the amplifiers run on."""

    def _pass(self, passed: float, inputs: FloatArray) -> None:
        # Exact where the current stays: it is held from one renewal to the next.
        share = -expm1(-passed / self._circuit.time_constant)
        ends = self._circuit.gain * (inputs + self._noise)
        self._x = np.where(self._free, self._x + share * (ends - self._x), self._x)
        self._switch(self._signs_now())

    def _signs_now(self) -> Pattern:
        return np.where(self._x == 0, self._signs, np.sign(self._x)).astype(np.int8)

    def _end_tick(self) -> None:
        self._noise = self._inputs.noise(self._ticks, self._per_period)
        if self._ticks % self._per_period == 0:
            voltages = self._voltages()
            moved = float(np.abs(voltages - self._looked).max())
            self.settled = moved <= self._circuit.tolerance * self._circuit.voltage
            self._looked = voltages
