"""Recall by the matrix that a circuit compares: what it would do without faults, on no film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.circuits.circuit import MOST_PERIODS, Circuit, at_start
from hebbfilm.hopfield.circuits.held_recall import go_on
from hebbfilm.hopfield.patterns import Pattern, PatternLike


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
        InputError: arguments that do not fit each other.
    """
    ideal = replace(circuit, resistors=None, gain_spread=0.0, mismatch=0.0, offset=0.0, noise=0.0)
    attached = at_start(
        ideal, neurons, start, clamped=clamped, number=number, most_periods=most_periods
    )
    go_on(attached, differences, most_periods * ideal.period)
    return attached.pattern
