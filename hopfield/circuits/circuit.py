"""What circuits at contacts have in common: what they compare, and how badly."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arguments import LARGEST_SEED, check_count, check_kind, check_number
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.circuits.attached import AttachedCircuit
from hebbfilm.hopfield.circuits.resistors import ResistorNetwork
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import PatternLike

_BUILD, _NOISE = 1, 2
"""What a seed draws, each by generators of its own."""


@dataclass(frozen=True, kw_only=True)
class Circuit(ABC):
    """A voltage for each neuron by the current that it sees, less that of a reference.

    The current of neuron i is compared as h_i = a_i [(1 + m_i) I_i - I_ref,i] + offset + noise. The
    reference is the film of `Neuron.reference`, resistors, or both, side by side.

    Args:
        voltage: V of a neuron that is wholly on, in V.
        period: in s; after each it is asked whether it has come to rest.
        resistors: compared with, or None.
        gain_spread: standard deviation of a_i about 1, from neuron to neuron.
        mismatch: that of m_i: how unlike the paths of both currents are. What they differ by is a
            few percent of either, so a mismatch of one percent is a large one.
        offset: in A, of all neurons.
        noise: standard deviation in A of the mean of the noise over one period.
        seed: of a_i and m_i; and, with the number of the recall, of noise and order.

    Raises:
        InputError: a value out of its range.
    """

    voltage: float
    period: float
    resistors: ResistorNetwork | None = None
    gain_spread: float = 0.0
    mismatch: float = 0.0
    offset: float = 0.0
    noise: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_number("voltage", self.voltage, "V", above=0)
        check_number("period", self.period, "s", above=0)
        check_kind("resistors", self.resistors, ResistorNetwork, optional=True)
        check_number("gain_spread", self.gain_spread, "", least=0)
        check_number("mismatch", self.mismatch, "", least=0)
        check_number("offset", self.offset, "A")
        check_number("noise", self.noise, "A", least=0)
        check_count("seed", self.seed, 0, LARGEST_SEED)

    @abstractmethod
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


class Inputs:
    """The currents of N neurons as a circuit compares them.

    Args:
        circuit: that does.
        neurons: of the film.
        number: of the recall.
    """

    def __init__(self, circuit: Circuit, neurons: Neurons, number: int) -> None:
        self._circuit, self._neurons, self._number = circuit, neurons, number
        tied, resistors = neurons.tied, circuit.resistors
        if resistors is not None and len(resistors.conductance) != len(tied):
            raise InputError(
                f"resistors: of {len(resistors.conductance)} neurons, not of {len(tied)}"
            )
        self._share = tied / tied.sum(axis=1, keepdims=True)
        drawn = np.random.default_rng([circuit.seed, _BUILD]).standard_normal((2, len(tied)))
        self._gain = 1 + circuit.gain_spread * drawn[0]
        self._path = 1 + circuit.mismatch * drawn[1]

    def differences(self, currents: FloatArray, voltages: FloatArray) -> FloatArray:
        """The h_i but for the noise in A, (N,), for currents and voltages of the contacts, (C,)."""
        reference = self._neurons.reference @ currents
        if self._circuit.resistors is not None:
            reference = reference + self._circuit.resistors.currents(self._share @ voltages)
        film = self._path * (self._neurons.tied @ currents)
        found: FloatArray = self._gain * (film - reference) + self._circuit.offset
        return found

    def noise(self, period: int) -> FloatArray:
        """Mean noise in A, (N,), over the period of that number: always the same."""
        if not self._circuit.noise:
            return np.zeros(len(self._gain))
        entropy = [self._circuit.seed, _NOISE, self._number, period]
        drawn: FloatArray = np.random.default_rng(entropy).standard_normal(len(self._gain))
        return self._circuit.noise * drawn
