"""One step of the temperature in time, of second order and L-stable."""

from __future__ import annotations

from dataclasses import dataclass

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import total
from hebbfilm.solvers.heat.network import ThermalNetwork

_GAMMA = 1 - 1 / np.sqrt(2)


@dataclass(frozen=True, eq=False)
class HeatStep:
    """What a step came to.

    Args:
        rise: θ at its end in K, (owned,).
        rate: ∂θ/∂t at its end in K/s, (owned,).
        error: of θ in K, the largest: how far the embedded solution of first order is away.
        fastest: the largest |∂θ/∂t| at its end in K/s.
        heat: that left in J, to the substrate and to each sink.
    """

    rise: FloatArray
    rate: FloatArray
    error: float
    fastest: float
    heat: FloatArray


def heat_step(
    network: ThermalNetwork,
    rise: FloatArray,
    source: FloatArray,
    duration: float,
    guess: FloatArray,
) -> HeatStep:
    """Two implicit stages with γ = 1 - 1/√2; collective.

    R. Alexander, SIAM J. Numer. Anal. 14, 1006 (1977). What leaves the body is summed up with the
    weights of the stages, so that no heat is lost.

    Args:
        network: what conducts.
        rise: θ at the start in K, (owned,).
        source: Q in W, (owned,), its mean over the step.
        duration: of the step in s.
        guess: of ∂θ/∂t in K/s, (owned,).

    Raises:
        SolverError: no convergence.
    """
    halfway = _stage(network, rise, source, duration, guess)
    base = rise + (1 - _GAMMA) * duration * halfway.rate
    last = _stage(network, base, source, duration, halfway.rate)
    largest = np.array([0.0, 0.0])
    differing = _GAMMA * duration * (last.rate - halfway.rate)
    sizes = [np.abs(each).max(initial=0.0) for each in (differing, last.rate)]
    network.operators.comm.Allreduce(np.array(sizes), largest, MPI.MAX)
    flow = (1 - _GAMMA) * halfway.flow + _GAMMA * last.flow
    heat = total(network.operators.comm, duration * flow)
    return HeatStep(last.rise, last.rate, float(largest[0]), float(largest[1]), heat)


@dataclass(frozen=True, eq=False)
class _Stage:
    """θ in K and its rate in K/s, both (owned,), and what leaves this rank meanwhile in W."""

    rise: FloatArray
    rate: FloatArray
    flow: FloatArray


def _stage(
    network: ThermalNetwork, base: FloatArray, source: FloatArray, duration: float, rate: FloatArray
) -> _Stage:
    """C k = Q + B - A θ at θ + γ Δt k, from a first guess of k; collective."""
    span = _GAMMA * duration
    for _ in range(network.passes):
        network.conduct_at(base + span * rate)
        rate = network.system.solve(span, network.missing(base, source), rate)
    rise = base + span * rate
    return _Stage(rise, rate, network.outlets.flows(rise, network.missing(rise, source)))
