"""How m moves from one sample to the next, while the current follows it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from math import ulp

from solvers.dynamics import Dynamics
from solvers.integrators import Integrator
from solvers.renewal import CurrentRenewal

_GAP = 8
"""Units in the last place by which a step stops short of a kink: the field may jump there, and
the last stage of the step belongs to the time before. In these 1e-23 s nothing moves."""


def move(
    dynamics: Dynamics,
    current: CurrentRenewal,
    integrator: Integrator,
    interval: float,
    kinks: Sequence[float] = (),
) -> float:
    """Let m move; collective.

    Args:
        dynamics: whose m is moved.
        current: that acts on it.
        integrator: what moves it.
        interval: how long, in s; met exactly.
        kinks: times in s, in order, at which fields have kinks or jumps: steps end there.

    Returns:
        Energy in J that the current dissipated.
    """
    current.renew(dynamics.time)
    start, energy = dynamics.time, 0.0
    for begin, end, following in _smooth_parts(start, interval, kinks):
        dynamics.time = begin
        integrator.begin()
        elapsed, duration = 0.0, end - begin
        while elapsed < duration:
            power, remaining = current.power, duration - elapsed
            step, change = integrator.advance(remaining, current.magnetisation_at_renewal)
            elapsed = duration if step == remaining else elapsed + step
            energy += step * power
            dynamics.time = following if elapsed == duration else begin + elapsed
            current.follow(change, dynamics.time)
    return energy


def _smooth_parts(
    start: float, interval: float, kinks: Sequence[float]
) -> Iterator[tuple[float, float, float]]:
    """Start and end in s of each part between two kinks, and the time from which to go on."""
    finish = start + interval
    gap = _GAP * ulp(finish)
    for kink in kinks[bisect_right(kinks, start) : bisect_right(kinks, finish + gap)]:
        end, following = kink - gap, kink if kink < finish - gap else finish
        if end > start:
            yield start, end, following
        start = following
    if start < finish:
        yield start, finish, finish
