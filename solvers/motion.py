"""How m moves from one sample to the next, while the current follows it."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import ulp

from hebbfilm.solvers.drives.pace import Paces
from hebbfilm.solvers.followers import FollowsTime
from hebbfilm.solvers.integrators import Integrator
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.renewal import CurrentRenewal

_GAP = 8
"""Units in the last place by which a step stops short of a kink: the field may jump there, and
the last stage of the step belongs to the time before. In these 1e-23 s nothing moves."""


def move(
    dynamics: Dynamics,
    current: CurrentRenewal,
    integrator: Integrator,
    processes: Sequence[FollowsTime],
    interval: float,
    kinks: Sequence[float],
    paces: Paces,
    elapsed: float,
    count: Callable[[float], None],
) -> None:
    """Let m move; collective.

    Args:
        dynamics: whose m is moved.
        current: that acts on it.
        integrator: what moves it.
        processes: what goes on meanwhile, like heating.
        interval: how long, in s; met exactly.
        kinks: times in s, in order, at which fields have kinks or jumps: steps end there.
        paces: how far steps may go by fields.
        elapsed: time in s since the drive of the contacts began.
        count: told how many s each step took.
    """
    for each in processes:
        each.begin(dynamics.time)
    current.begin(dynamics.time, elapsed)
    kinks = current.kinks(sorted({*kinks, *paces.jumps}))
    for begin, end, following in _smooth_parts(dynamics.time, interval, kinks):
        dynamics.time = begin
        integrator.begin()
        limits, passed, duration = dynamics.limits_version, 0.0, end - begin
        while passed < duration:
            remaining = duration - passed
            allowed = paces.longest_step(begin + passed, remaining)
            wanted = min(integrator.step, allowed)
            longest = min(current.longest_step(begin + passed, remaining, wanted), allowed)
            step, change = integrator.advance(longest, current.magnetisation_at_renewal)
            passed = duration if step == remaining else passed + step
            for each in processes:
                each.pass_time(step)
            count(step)
            dynamics.time = following if passed == duration else begin + passed
            current.follow(change, dynamics.time)
            if dynamics.limits_version != limits:
                integrator.begin()
                limits = dynamics.limits_version
    for each in processes:
        each.finish()
    current.end(dynamics.time)


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
