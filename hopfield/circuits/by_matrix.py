"""Recall by the matrix that a circuit compares: what it would do without faults, on no film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.circuits.circuit import MOST_PERIODS, Circuit
from hebbfilm.hopfield.patterns import Pattern, PatternLike

_STEPS = 100
"""In a period: far more than of a time constant of any circuit, or of the parts of a tick."""


def recall_by_matrix(
    differences: FloatArray,
    neurons: Sequence[str],
    circuit: Circuit,
    start: PatternLike,
    *,
    clamped: Sequence[str] = (),
    number: int = 0,
    most_periods: int = MOST_PERIODS,
) -> Pattern:
    """The state where a circuit ends whose neurons get h_i = Σ_j w_ij V_j, and nothing else.

    By the same rule, in the same order of visits, and where a field is zero a neuron keeps its sign
    there, too; without noise, offset, or what differs from neuron to neuron.

    Args:
        differences: w = G - G_ref in S, (N, N).
        neurons: their names.
        circuit: that recalls on a film.
        start: first state, of N signs.
        clamped: neurons that keep their voltage.
        number: of the recall.
        most_periods: periods of the circuit after which it is given up.

    Raises:
        InputError: a start that is none, or nothing is free.
    """
    ideal = replace(circuit, resistors=None, gain_spread=0.0, mismatch=0.0, offset=0.0, noise=0.0)
    attached = ideal.attached(neurons, start, clamped=clamped, number=number)
    nothing = np.zeros(len(differences))
    voltages = np.array(attached(0.0, nothing, nothing))
    for step in range(1, most_periods * _STEPS + 1):
        time = (step / _STEPS) * ideal.period
        voltages = np.array(attached(time, differences @ voltages, voltages))
        if attached.settled:
            break
    return attached.pattern
