"""What a circuit compares: currents of the film and of a reference, and how badly it does."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from hebbfilm.common.arguments import LARGEST_SEED, check_count, check_kind, check_number
from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.circuits.resistors import ResistorNetwork
from hebbfilm.hopfield.neurons import Neurons

ACCURACY = 1e-6
"""Relative error of the current density with which a circuit has to be told of currents, as it
compares small differences of them."""
_LARGEST = 10.0
"""Of faults, in A or by what they are parts of: beyond, a circuit compares nothing."""
_BUILD, _NOISE = 1, 2
"""What a seed draws, each by generators of its own."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How a circuit compares the current of a neuron with that of a reference.

    h_i = a_i [(1 + m_i) I_i - I_ref,i] + offset + noise. The reference is the film of
    `Neuron.reference`, resistors, or both, side by side.

    Args:
        period: in s; after each it is asked whether the circuit has come to rest.
        resistors: compared with, or None.
        gain_spread: standard deviation of a_i about 1, from neuron to neuron.
        mismatch: that of m_i: how unlike the paths of both currents are. What they differ by is a
            few percent of either, so a mismatch of one percent is a large one.
        offset: in A, of all neurons.
        noise: standard deviation in A of the mean of the white noise over one period.
        seed: of a_i and m_i; and, with the number of the recall, of noise and order.

    Raises:
        InputError: a value out of its range.
    """

    period: float
    resistors: ResistorNetwork | None = None
    gain_spread: float = 0.0
    mismatch: float = 0.0
    offset: float = 0.0
    noise: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_number("period", self.period, "s", above=0)
        check_kind("resistors", self.resistors, ResistorNetwork, optional=True)
        check_number("gain_spread", self.gain_spread, "", least=0, below=_LARGEST)
        check_number("mismatch", self.mismatch, "", least=0, below=_LARGEST)
        check_number("offset", self.offset, "A", above=-_LARGEST, below=_LARGEST)
        check_number("noise", self.noise, "A", least=0, below=_LARGEST)
        check_count("seed", self.seed, 0, LARGEST_SEED)


class Inputs:
    """The currents of N neurons as a circuit compares them.

    Args:
        comparison: how.
        neurons: of the film.
        number: of the recall.

    Raises:
        InputError: resistors of another number of neurons.
    """

    def __init__(self, comparison: Comparison, neurons: Neurons, number: int) -> None:
        self._comparison, self._neurons, self._number = comparison, neurons, number
        tied, resistors = neurons.tied, comparison.resistors
        if resistors is not None:
            resistors.require_size(len(tied))
        self._shares = neurons.shares
        drawn = np.random.default_rng([comparison.seed, _BUILD]).standard_normal((2, len(tied)))
        self._gain = 1 + comparison.gain_spread * drawn[0]
        self._path = 1 + comparison.mismatch * drawn[1]

    def differences(self, currents: FloatArray, voltages: FloatArray) -> FloatArray:
        """The h_i but for the noise in A, (N,), for currents and voltages of the contacts, (C,)."""
        reference = self._neurons.reference @ currents
        if self._comparison.resistors is not None:
            reference = reference + self._comparison.resistors.currents(self._shares @ voltages)
        film = self._path * (self._neurons.tied @ currents)
        found: FloatArray = self._gain * (film - reference) + self._comparison.offset
        return found

    def noise(self, tick: int, ticks_per_period: int = 1) -> FloatArray:
        """Mean noise in A, (N,), over the tick of that number: always the same."""
        if not self._comparison.noise:
            return np.zeros(len(self._gain))
        entropy = [self._comparison.seed, _NOISE, self._number, tick]
        size = self._comparison.noise * sqrt(ticks_per_period)
        return size * np.random.default_rng(entropy).standard_normal(len(self._gain))
