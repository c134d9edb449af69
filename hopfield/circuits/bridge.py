"""Dummy resistors that a circuit balances against a film by itself: a nulling bridge.

An untrained film has no two equal conductances, as its texture is a maze. What it learns are
changes of these, so what its currents are compared with has to be as it was. A bridge makes it so
without anybody reading a number: the contacts are probed in turn, and each dummy resistor is
trimmed by the charge that the difference of the two currents leaves, until there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hebbfilm.common.arguments import check_kind, check_number, check_truth
from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.circuits.inputs import ACCURACY
from hebbfilm.hopfield.circuits.resistors import ResistorNetwork
from hebbfilm.hopfield.contact_pairs import CONDUCTANCE_TOLERANCE, conductance_matrix
from hebbfilm.hopfield.neurons import Neurons

PROBE = 2e-11
"""How long a neuron is probed in s: long against a time step, so that a current is well known."""


class Bridge:
    """A circuit that drives all contacts, and trims one dummy resistor for each pair of neurons.

    In one round each of the N neurons is at the voltage once while all others are at ground. There
    the current of the film, -g_ij V, and that of the dummies are compared, and their difference is
    integrated. At the end of the round the dummies are trimmed by it: each one by that of its own
    pair, or all by the mean, as one knob does that they share. The first nulls all currents of a
    film; the second those of a film that has learnt since, on average over pairs, so that in recall
    neurons see which pairs have changed by more than the mean, and which by less.

    Args:
        neurons: of the film, or names of its contacts where each is one.
        resistors: what the dummies are at first; None: they do not conduct.
        together: whether all are trimmed by the mean.
        voltage: of a probe in V; so low that m stays as it is.
        probe: time in s for which a neuron is probed.

    Raises:
        InputError: a voltage or time that is not positive.

    Attributes:
        dummies: conductance of each between its neurons in S, (N, N).
        accuracy: relative error with which currents have to be known.

    Example:
        >>> from mpi4py import MPI
        >>> film = Film(mesh_film(wheel(mesh_size=2e-8), MPI.COMM_WORLD), Material())
        >>> bridge = Bridge(film.contacts, probe=1e-13)
        >>> film.evolve([Segment(bridge.round_time, bridge)])
        >>> own = -film.conductance_matrix()[0, 1]
        >>> bool(abs(bridge.dummies[0, 1] / own - 1) < 1e-3)
        True
    """

    accuracy = ACCURACY

    def __init__(
        self,
        neurons: Sequence[str] | Neurons,
        resistors: ResistorNetwork | None = None,
        *,
        together: bool = False,
        voltage: float = 2e-3,
        probe: float = PROBE,
    ) -> None:
        check_number("voltage of a bridge", voltage, "V", above=0)
        check_number("probe of a bridge", probe, "s", above=0)
        check_truth("together", together)
        check_kind("resistors", resistors, ResistorNetwork, optional=True)
        self.neurons, self.voltage, self.probe = Neurons.of(neurons), voltage, probe
        count = len(self.neurons.names)
        self._together = together
        self.dummies: FloatArray = np.zeros((count, count))
        if resistors is not None:
            resistors.require_size(count)
            self.dummies -= resistors.conductance
            np.fill_diagonal(self.dummies, 0.0)
        self._charges: FloatArray = np.zeros((count, count))
        self._time = 0.0

    @property
    def round_time(self) -> float:
        """How long all probes take in s."""
        return len(self.dummies) * self.probe

    @property
    def resistors(self) -> ResistorNetwork:
        """The dummies, for a circuit that recalls."""
        upper = np.triu_indices(len(self.dummies), k=1)
        return ResistorNetwork(conductance_matrix(self.dummies[upper], len(self.dummies)))

    def breakpoints(self, duration: float) -> list[float]:
        """When one probe ends and another begins, in s."""
        return [k * self.probe for k in range(1, round(duration / self.probe))]

    def __call__(self, time: float, currents: FloatArray, voltages: FloatArray) -> list[float]:
        """The voltage of each contact in V, while one neuron is probed."""
        last, now = self._probes(self._time), self._probes(time)
        passed = time - self._time
        if passed > 0:
            probed = last % len(self.dummies)
            through_dummies = -self.voltage * self.dummies[:, probed]
            difference = self.neurons.currents(currents) - through_dummies
            difference[probed] = 0.0
            self._charges[:, probed] += difference * passed
        if passed > 0 and now // len(self.dummies) > last // len(self.dummies):
            self._trim()
        self._time = time
        contacts = self.neurons.recalling(self.voltage * np.eye(len(self.dummies)))
        return [float(each) for each in contacts[now % len(self.dummies)]]

    def state(self) -> Mapping[str, Any]:
        """What the dummies and the integrators hold."""
        return {
            "dummies": self.dummies.tolist(),
            "charges": self._charges.tolist(),
            "time": self._time,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Hold it again."""
        self.dummies = np.array(state["dummies"])
        self._charges = np.array(state["charges"])
        self._time = float(state["time"])

    def _probes(self, time: float) -> int:
        """How many probes are over; times of breakpoints are rounded."""
        return int(time / self.probe + 1e-6)

    def _trim(self) -> None:
        lacking = -(self._charges + self._charges.T) / (2 * self.voltage * self.probe)
        if self._together:
            # Where neurons are not coupled there is nothing to trim.
            there = self.dummies > CONDUCTANCE_TOLERANCE * self.dummies.max()
            lacking = np.where(there, lacking[there].mean(), 0.0)
        self.dummies = self.dummies + lacking
        self._charges = np.zeros_like(self._charges)
