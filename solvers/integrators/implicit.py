"""The implicit midpoint rule: second order, and stable at any step.

m₁ - m₀ = dt f((m₀ + m₁)/2) keeps |m|, lets the energy of quadratic terms and constant fields fall
as the damping asks for, whatever the step (M. d'Aquino, C. Serpico and G. Miano, J. Comput. Phys.
209, 730 (2005)), and with a thermal field leaves kT/2 in every mode of a linear system, whatever
the step. Newton's method is preconditioned as F. Alouges et al., Numer. Math. 128, 407 (2014) do
for tangent plane schemes, by what happens at a vertex alone.
"""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.integrators.failed_step import failed_step, require_step
from hebbfilm.solvers.integrators.interface import Advance, Integrator, StepControl, equal_part
from hebbfilm.solvers.integrators.midpoint_system import MidpointSystem
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.kernels import midpoint as loops
from hebbfilm.solvers.magnetisation.dynamics import Dynamics

_ESTIMATE_ORDER = 3
_LEAST_REDUCTION, _REDUCTION = 0.3, 1e-2
"""Of the residual, by the linear solver in each Newton step."""
_NEWTON_STEPS = 10
_ACCURACY = 0.1
"""Of the midpoint equation, in relation to the tolerance of a step."""
_CONTRACTION = 0.5
"""Of the first Newton step where fields vary that its Jacobian does not know."""
_ERROR_CONSTANT = 1 / 12
"""|m(t + dt) - m₁| = dt³ |m'''|/12 for a linear equation."""
_SMALLEST_STEP = 1e-6
"""In relation to the step that is tried first."""
_SUDDEN = 0.1
"""Of the last step, below which an event that is so close is no part of its course."""
_FIRST_TURN = 2.4
"""In rad, of the fastest mode, in that step: where an explicit one would be stable."""
_THERMAL_TURN = 0.2
"""In rad, by the fields on single vertices in a step with noise."""


class Implicit(Integrator):
    """The implicit midpoint rule; see `hebbfilm.solvers.integrators.Integrator`.

    The rates in the middle of the last two steps, extrapolated, are the first guess; how far off
    it is gives m''' and with it the error. The first two steps after `begin`, of which nothing is
    known, turn no moment far.

    Args:
        dynamics: whose m is moved.
        tolerance: largest estimated error of a step.
    """

    name = "implicit"

    def __init__(self, dynamics: Dynamics, tolerance: float) -> None:
        self._dynamics = dynamics
        self._control = StepControl(tolerance, _ESTIMATE_ORDER)
        self._accuracy = _ACCURACY * tolerance
        self._system = MidpointSystem(dynamics)
        owned = dynamics.operators.owned
        self._half, self._guess, self._rate, self._rate_before = (
            np.zeros((owned, 3)) for _ in range(4)
        )
        self._steps: list[float] = []
        self._start_limit = np.inf
        self.step = _FIRST_TURN / dynamics.spectrum().rate
        self._smallest = _SMALLEST_STEP * self.step

    @property
    def iterations(self) -> int:
        """Of GMRES, so far."""
        return self._system.iterations

    def begin(self) -> None:
        """Forget the rates of the steps before; with thermal noise, choose the step."""
        dynamics = self._dynamics
        self._steps.clear()
        self._system.begin()
        dynamics.evaluate_fields(dynamics.time, dynamics.m)
        dynamics.measure_stiffness()
        require_step(dynamics, dynamics.largest_step())
        if dynamics.thermal is not None:
            longest = dynamics.thermal.longest_step(dynamics.gilbert)
            self.step = min(longest, _THERMAL_TURN / dynamics.largest_local_rate())
            if self.step == 0.0:
                raise failed_step(
                    dynamics, "no step is short enough for the thermal noise", self.step
                )

    def advance(self, remaining: float, since: FloatArray) -> Advance:
        """Take one step within the tolerance; collective."""
        dynamics = self._dynamics
        if self._steps and remaining < _SUDDEN * self._steps[-1]:
            # Of so short a time to come, steps that long tell nothing.
            self._steps.clear()
        while True:
            dt = equal_part(remaining, min(self.step, self._first_steps()))
            dynamics.draw_noise(dt)
            self._predict(dt)
            error = self._error(dt) if self._solve(dt) else np.inf
            following = self._control.next_step(dt, error) if error else dt
            if self._control.accepts(error):
                break
            self._require(following, dt)
            self.step = following
        if dynamics.thermal is None:
            # That a step was cut short to meet an event says nothing against a longer one.
            self.step = max(following, self.step) if dt < self.step else following
            self._remember(dt)
        change = dynamics.maximum(loops.finish(self._half, since, dynamics.m))
        dynamics.synchronise()
        dynamics.time += dt
        return Advance(dt, float(np.sqrt(change)))

    def _first_steps(self) -> float:
        """What limits the first two steps in s: the error of a precession at the present rate."""
        dynamics = self._dynamics
        if dynamics.thermal is not None or len(self._steps) == 2:
            return np.inf
        if not self._steps:
            dynamics.update_fields(dynamics.time, dynamics.m)
            llg.rate(dynamics.couplings, dynamics.gilbert, dynamics.m, self._rate)
            fastest = np.sqrt(np.einsum("ij,ij->i", self._rate, self._rate).max(initial=0.0))
            turn = (self._control.tolerance / _ERROR_CONSTANT) ** (1 / _ESTIMATE_ORDER)
            self._start_limit = turn / max(dynamics.maximum(float(fastest)), 1.0)
        return self._start_limit

    def _predict(self, dt: float) -> None:
        """The guess at w, from the rates before."""
        if not self._steps:
            self._guess[:] = 0
        else:
            np.multiply(self._rate, dt / 2, out=self._guess)
        if len(self._steps) == 2:
            reach = (self._steps[1] + dt) / sum(self._steps) * dt / 2
            np.multiply(self._rate_before, -reach, out=self._half)
            self._guess += self._half
            np.multiply(self._rate, reach, out=self._half)
            self._guess += self._half
        self._half[:] = self._guess

    def _solve(self, dt: float) -> bool:
        """Newton's method for w; whether it converged."""
        dynamics, before, reduction = self._dynamics, 0.0, _REDUCTION
        for _ in range(_NEWTON_STEPS):
            self._system.evaluate(dt / 2, self._half)
            correction = self._system.solve(reduction)
            if correction is None:
                return False
            size = float(np.sqrt(dynamics.maximum(loops.correct(correction, self._half))))
            if not np.isfinite(size) or size > 1:
                return False
            # Of the first step the contraction is that of GMRES, and of Newton's method.
            first = reduction + size if dynamics.fields_known else _CONTRACTION
            left = size * (size / before if before else first)
            if left <= self._accuracy:
                return True
            before = size
            reduction = min(max(self._accuracy / (2 * left), _REDUCTION), _LEAST_REDUCTION)
        return False

    def _error(self, dt: float) -> float:
        """Estimated error of the step, 0 where nothing is known."""
        if len(self._steps) < 2:
            return 0.0
        self._guess -= self._half
        largest = np.sqrt(np.einsum("ij,ij->i", self._guess, self._guess).max(initial=0.0))
        before, last = self._steps
        reach, spread = (last + dt) / 2, (last + dt) / 2 + (before + last) / 2
        # The extrapolation is off by reach · spread · m'''/2.
        return self._dynamics.maximum(
            float(2 * largest * _ERROR_CONSTANT * dt**2 / (reach * spread / 2))
        )

    def _remember(self, dt: float) -> None:
        self._rate, self._rate_before = self._rate_before, self._rate
        np.multiply(self._half, 2 / dt, out=self._rate)
        self._steps = [*self._steps[-1:], dt]

    def _require(self, step: float, failed: float) -> None:
        """Raise SolverError if no step of `step` s is to be tried after one of `failed` s."""
        lost = float(not np.all(np.isfinite(self._dynamics.m[: len(self._half)])))
        if self._dynamics.maximum(lost):
            reason = "the magnetisation is no longer finite"
        elif step < self._smallest:
            reason = "no step is small enough for the tolerance"
        elif self._dynamics.thermal is not None:
            reason = f"the midpoint rule did not converge in a thermal step of {step:.3g} s"
        else:
            return
        raise failed_step(self._dynamics, reason, failed)
