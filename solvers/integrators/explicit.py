"""Runge-Kutta 4 within its measured limit of stability, with an error estimate at no cost.

The classical stages k₁ … k₄ and the rate k₅ at the end of the step, which is k₁ of the next one,
contain a third-order formula with the weights 1/6, 1/3, 1/3, 0, 1/6. Its distance from the step,
dt (k₄ - k₅)/6, estimates the error; embedded formulas of this kind stand in E. Hairer,
S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I (1993), section II.4.
"""

from itertools import pairwise
from typing import NamedTuple

from mpi4py import MPI

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.integrators.failed_step import failed_step, require_step
from hebbfilm.solvers.integrators.interface import Advance, Integrator, StepControl, equal_part
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.magnetisation.dynamics import Dynamics, rows
from hebbfilm.solvers.magnetisation.slow_fields import Moment

_ESTIMATE_ORDER = 4
_INNER_SHIFTS = 1 / 2, 1
"""Shifts to the next stage of the two stages at half time, in steps."""
_OUTER_WEIGHT = 1 / 6
_SMALLEST_STEP = 1e-6
"""In relation to the limit of stability."""
_MARGIN = 1.1
"""Of the limit of stability, which itself stays below it by 1/0.85, for the field along m."""
_THERMAL_FRACTION = 0.2
"""Of the limit of stability: 2 % less than kT in the fastest mode, and less in all others."""


class _Argument(NamedTuple):
    """m at a stage: the vector whose ghosts are fetched, and its values (columns, 3)."""

    vector: la.Vector
    m: FloatArray


class Explicit(Integrator):
    """Runge-Kutta 4, renormalised after each step; see `hebbfilm.solvers.integrators.Integrator`.

    Args:
        dynamics: whose m is moved.
        tolerance: largest estimated error of a step.
    """

    name = "explicit"

    def __init__(self, dynamics: Dynamics, tolerance: float) -> None:
        self._dynamics = dynamics
        self._control = StepControl(tolerance, _ESTIMATE_ORDER)
        operators = dynamics.operators
        vectors = [operators.vector(3) for _ in range(3)]
        self._arguments = [_Argument(vector, rows(vector)) for vector in vectors]
        self._rate = np.zeros((operators.owned, 3))
        self._rate_version: int | None = None
        self._limit = dynamics.largest_step()
        self.step = self._limit

    def begin(self) -> None:
        """Measure the limit of stability anew; with thermal noise, choose the step."""
        dynamics = self._dynamics
        dynamics.fields.slow.forget()
        dynamics.evaluate_fields(dynamics.time, dynamics.m)
        dynamics.measure_stiffness()
        self._limit = require_step(dynamics, dynamics.largest_step() * self._share_of_limit())
        if dynamics.thermal is not None:
            longest = dynamics.thermal.longest_step(dynamics.gilbert)
            self.step = min(_THERMAL_FRACTION * self._limit, longest)

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
            return self._fixed_step(equal_part(remaining, self.step), since)
        # The drift may have been renewed since the rate at the end of the last step was taken.
        if self._rate_version != dynamics.drift_version:
            self._update_rate("start")
        while True:
            dt = equal_part(remaining, min(self.step, self._limit))
            change = self._stages(dt, since)
            change, error, missed = self._maxima(change, *self._errors(dt))
            error += missed if slow.foreseen else 0.0
            following = self._control.next_step(dt, error)
            if self._control.accepts(error):
                if slow.accept(missed, self._control.tolerance):
                    break
                following = dt
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

    def _fixed_step(self, dt: float, since: FloatArray) -> Advance:
        dynamics = self._dynamics
        dynamics.draw_noise(dt)
        dynamics.update_fields(dynamics.time, dynamics.m)
        first = self._arguments[0].m
        llg.predict(dynamics.couplings, dynamics.gilbert, dynamics.m, dynamics.m, dt / 2, first)
        change = self._maxima(self._later_stages(dt, since))[0]
        if not np.isfinite(change):
            self._go_back()
        # However short a step is: an event asks for that, and no error.
        self._require_step(self._limit, change, dt)
        self._dynamics.time += dt
        return Advance(dt, change)

    def _update_rate(self, moment: Moment) -> None:
        dynamics = self._dynamics
        dynamics.update_fields(dynamics.time, dynamics.m, moment)
        llg.rate(dynamics.couplings, dynamics.gilbert, dynamics.m, self._rate)

    def _stages(self, dt: float, since: FloatArray) -> float:
        """Move m; the largest |m - since|² of this rank."""
        llg.move(self._dynamics.m, self._rate, dt / 2, self._arguments[0].m)
        return self._later_stages(dt, since)

    def _later_stages(self, dt: float, since: FloatArray) -> float:
        """Move m once the first stage has led to the argument of the second."""
        dynamics, arguments = self._dynamics, self._arguments
        couplings, gilbert, m = dynamics.couplings, dynamics.gilbert, dynamics.m
        arguments[0].vector.scatter_forward()
        for shift, (argument, out) in zip(_INNER_SHIFTS, pairwise(arguments), strict=True):
            dynamics.update_fields(dynamics.time + dt / 2, argument.m)
            llg.predict(couplings, gilbert, argument.m, m, shift * dt, out.m)
            out.vector.scatter_forward()
        dynamics.update_fields(dynamics.time + dt, arguments[-1].m)
        change = llg.finish(
            couplings, gilbert, [argument.m for argument in arguments], dt, since, m, self._rate
        )
        dynamics.fetch_ghosts()
        return change

    def _go_back(self) -> None:
        """Take the last step back; collective."""
        dynamics = self._dynamics
        owned = len(self._rate)
        dynamics.m[:owned] = self._arguments[0].m[:owned]
        dynamics.fetch_ghosts()

    def _errors(self, dt: float) -> tuple[float, float]:
        """Squares of two errors on this rank; the rate at the end is kept.

        That of the step, as it is estimated, and that by slow fields which are foreseen.
        """
        dynamics = self._dynamics
        end = dynamics.time + dt
        dynamics.update_fields(end, dynamics.m, "end")
        difference = llg.replace_rate(dynamics.couplings, dynamics.gilbert, dynamics.m, self._rate)
        return (_OUTER_WEIGHT * dt) ** 2 * difference, dynamics.fields.slow.missed(end) ** 2

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
