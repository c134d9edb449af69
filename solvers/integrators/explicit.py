"""Explicit schemes within their measured limit of stability, with an error estimate at no cost.

The rate at the end of a step is the first of the next one. The schemes, and what the rate at the
end tells about the error, are those of `solvers.schemes`.
"""

from itertools import pairwise
from typing import NamedTuple

from mpi4py import MPI

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.integrators.failed_step import failed_step, require_step
from hebbfilm.solvers.integrators.interface import Advance, Integrator, StepControl
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.magnetisation.dynamics import Dynamics, rows
from hebbfilm.solvers.magnetisation.slow_fields import Moment
from hebbfilm.solvers.schemes.limits import cheapest, limits, thermal_limits
from hebbfilm.solvers.schemes.scheme import NO_ESTIMATE, Estimate, Scheme, estimate_of

_ESTIMATE_ORDER = 4
_SHARE = 0.25
"""Of the tolerance, that a step may err by: errors of steps after one another add up, and steps
that are as long as the tolerance allows leave no slack for that."""
_SMALLEST_STEP = 1e-6
"""In relation to the limit of stability."""
_MARGIN = 1.1
"""Of the limit of stability, which itself stays below it by 1/0.85, for the field along m."""


class _Argument(NamedTuple):
    """m at a stage: the vector whose ghosts are fetched, and its values (columns, 3)."""

    vector: la.Vector
    m: FloatArray


class Plan(NamedTuple):
    """A step in s by a scheme."""

    scheme: Scheme
    dt: float


class Explicit(Integrator):
    """Of third order, renormalised after each step; see `hebbfilm.solvers.integrators.Integrator`.

    Each step is taken by the scheme with the fewest evaluations in relation to its length, which is
    limited by stability, the tolerance, and the next event. With thermal noise the steps are fixed:
    noise then leaves as much energy in all modes as kT asks for, but for 2 % in the fastest.

    Args:
        dynamics: whose m is moved.
        tolerance: largest estimated error of a step.
    """

    name = "explicit"

    def __init__(self, dynamics: Dynamics, tolerance: float) -> None:
        self._dynamics = dynamics
        self._control = StepControl(_SHARE * tolerance, _ESTIMATE_ORDER)
        operators = dynamics.operators
        vectors = [operators.vector(3) for _ in range(2)]
        # Of a stage and of the next; after a step the second holds m as it was before.
        self._arguments = [_Argument(vector, rows(vector)) for vector in vectors]
        self._rate = np.zeros((operators.owned, 3))
        self._rate_version: int | None = None
        self._limits = limits(dynamics.spectrum())
        self.step = self._limit = max(limit for _, limit in self._limits)

    @property
    def pace(self) -> float:
        """Simulated time in s an evaluation, in steps that nothing but `step` cuts short."""
        scheme, dt = self.plan(self.step)
        return dt / scheme.stages

    def begin(self) -> None:
        """Measure the limits of stability anew; with thermal noise, choose the step."""
        dynamics = self._dynamics
        dynamics.fields.slow.forget()
        dynamics.evaluate_fields(dynamics.time, dynamics.m)
        dynamics.measure_stiffness()
        spectrum, share = dynamics.spectrum(), self._share_of_limit()
        chosen = limits(spectrum) if dynamics.thermal is None else thermal_limits(spectrum)
        self._limits = [(scheme, share * limit) for scheme, limit in chosen]
        self._limit = require_step(dynamics, max(limit for _, limit in self._limits))
        if dynamics.thermal is not None:
            longest = dynamics.thermal.longest_step(dynamics.gilbert)
            self.step = min(self._limit, longest)

    def plan(self, remaining: float) -> Plan:
        """The step that is to be taken towards an event."""
        limits = [(scheme, min(self.step, limit)) for scheme, limit in self._limits]
        return Plan(*cheapest(limits, remaining))

    def _share_of_limit(self) -> float:
        """Of the limit of stability, for the present m; collective.

        A deviation from m turns in the field that it raises, and in the field along m. On meshes
        that hardly resolve the texture DMI makes the latter as large as the former.
        """
        dynamics = self._dynamics
        self._rate_version = None
        field, drift = self._rate, np.empty_like(self._rate)
        llg.linear_field(dynamics.couplings, dynamics.m, field, drift)
        along = np.einsum("ij,ij->i", field, dynamics.m[: len(field)]).max(initial=0.0)
        return min(1.0, _MARGIN / (1 + dynamics.maximum(float(along)) / dynamics.largest_field))

    def advance(self, remaining: float, since: FloatArray) -> Advance:
        """Take one step within the tolerance and the limit of stability; collective."""
        dynamics, slow = self._dynamics, self._dynamics.fields.slow
        if dynamics.thermal is not None:
            return self.fixed_step(self.plan(remaining), since)
        # The drift may have been renewed since the rate at the end of the last step was taken.
        if self._rate_version != dynamics.drift_version:
            self._update_rate("start")
        while True:
            plan = self.plan(remaining)
            dt, estimate = plan.dt, estimate_of(plan.scheme)
            change = self._stages(plan, estimate, since)
            change, error, missed = self._maxima(change, *self._errors(dt, estimate))
            error += missed if slow.foreseen else 0.0
            tolerance = self._control.tolerance
            following = self._control.next_step(dt, max(error, slow.error(missed, tolerance)))
            if self._control.accepts(error) and slow.accept(missed, tolerance):
                break
            self._go_back()
            self._require_step(following, error, dt)
            self.step = following
            self._update_rate("start")
        # That a step was cut short to meet an event says nothing against a longer one.
        self.step = min(max(following, self.step) if dt < self.step else following, self._limit)
        dynamics.time += dt
        slow.keep(dynamics.time)
        self._rate_version = dynamics.drift_version
        return Advance(dt, change)

    def fixed_step(self, plan: Plan, since: FloatArray) -> Advance:
        """Take that step whatever its error, with noise if it acts; collective.

        `begin` before another kind of step: what the rate was then is not known.

        Args:
            plan: by a scheme for steps with noise.
            since: (owned, 3) m to compare with.
        """
        dynamics, shift = self._dynamics, plan.scheme.shifts[0] * plan.dt
        dynamics.draw_noise(plan.dt)
        dynamics.update_fields(dynamics.time, dynamics.m)
        first = self._arguments[0].m
        llg.predict(dynamics.couplings, dynamics.gilbert, dynamics.m, dynamics.m, shift, first)
        change = self._maxima(self._later_stages(plan, None, since))[0]
        if not np.isfinite(change):
            self._go_back()
        # However short a step is: an event asks for that, and no error.
        self._require_step(self._limit, change, plan.dt)
        self._dynamics.time += plan.dt
        return Advance(plan.dt, change)

    def _update_rate(self, moment: Moment) -> None:
        dynamics = self._dynamics
        dynamics.update_fields(dynamics.time, dynamics.m, moment)
        llg.rate(dynamics.couplings, dynamics.gilbert, dynamics.m, self._rate)

    def _stages(self, plan: Plan, estimate: Estimate, since: FloatArray) -> float:
        """Move m, and foretell the rate there; the largest |m - since|² of this rank."""
        shift = plan.scheme.shifts[0] * plan.dt
        llg.move(self._dynamics.m, self._rate, shift, self._arguments[0].m)
        return self._later_stages(plan, estimate, since)

    def _later_stages(self, plan: Plan, estimate: Estimate | None, since: FloatArray) -> float:
        """The same once the first stage has led to the argument of the second.

        Without an estimate nothing is foretold.
        """
        dynamics, (now, following) = self._dynamics, self._arguments
        couplings, gilbert, m = dynamics.couplings, dynamics.gilbert, dynamics.m
        now.vector.scatter_forward()
        shifts = [shift * plan.dt for shift in plan.scheme.shifts]
        for elapsed, shift in pairwise(shifts):
            dynamics.update_fields(dynamics.time + elapsed, now.m)
            llg.predict(couplings, gilbert, now.m, m, shift, following.m)
            following.vector.scatter_forward()
            now, following = following, now
        self._arguments = [now, following]
        dynamics.update_fields(dynamics.time + shifts[-1], now.m)
        weights = _weights(plan, estimate or NO_ESTIMATE)
        rate = self._rate if estimate else None
        change = llg.finish(couplings, gilbert, weights, following.m, now.m, since, m, rate)
        dynamics.fetch_ghosts()
        return change

    def _go_back(self) -> None:
        """Take the last step back; collective."""
        dynamics = self._dynamics
        owned = len(self._rate)
        dynamics.m[:owned] = self._arguments[1].m[:owned]
        dynamics.fetch_ghosts()

    def _errors(self, dt: float, estimate: Estimate) -> tuple[float, float]:
        """Squares of two errors on this rank; the rate at the end is kept.

        That of the step, as it is estimated, and that by slow fields which are foreseen.
        """
        dynamics = self._dynamics
        end = dynamics.time + dt
        dynamics.update_fields(end, dynamics.m, "end")
        off = llg.replace_rate(dynamics.couplings, dynamics.gilbert, dynamics.m, self._rate)
        return (estimate.error * dt) ** 2 * off, dynamics.fields.slow.missed(end) ** 2

    def _maxima(self, *squares: float) -> tuple[float, ...]:
        """Square roots of the largest over all ranks; infinite for what is not a number."""
        values = np.array(squares)
        values[np.isnan(values)] = np.inf
        self._dynamics.operators.comm.Allreduce(MPI.IN_PLACE, values, MPI.MAX)
        return tuple(map(float, np.sqrt(values)))

    def _require_step(self, step: float, found: float, failed: float) -> None:
        if step >= _SMALLEST_STEP * self._limit and self._dynamics.thermal is None:
            return
        if not np.isfinite(found):
            reason = "the magnetisation is no longer finite"
        elif step < _SMALLEST_STEP * self._limit:
            reason = "no step is small enough for the tolerance"
        else:
            return
        raise failed_step(self._dynamics, reason, failed)


def _weights(plan: Plan, estimate: Estimate) -> FloatArray:
    """Those of `llg.finish`."""
    scheme, dt = plan
    first, earlier, later, last = estimate.weights
    shifts = [shift * dt for shift in scheme.shifts[-2:]]
    outer = [weight * dt for weight in scheme.outer]
    return np.array([*outer, first, earlier / shifts[0], later / shifts[1], last])
