"""Explicit schemes of Runge-Kutta whose stages reach far along the spectrum of the precession.

Stages 1 to s with the rates k of m, at the times c_j dt after the start:

    m_1 = m,  m_(j+1) = m + a_j dt k_j,  c_(j+1) = a_j;  at the end  m + dt (b_1 k_1 + b_s k_s).

Each stage needs no more than the one before and m (P. J. van der Houwen, Numer. Math. 20, 149
(1972)). The last three, a_(s-2) = 1/3 and a_(s-1) = 2/3 with b = 1/4, 3/4, are Heun's formula and
make a scheme one of third order for any equation; those before are free, one for each further
coefficient of the polynomial by which a step turns a linear mode. a_(s-3) = 1/4 makes it exact to
the fourth order, as waves of small damping ask for: else a step damps them by some |λ dt|⁴/100.
The others were chosen so that it stays below 1 as far as possible along the eigenvalues that a
damping leaves, by linear programming as D. I. Ketcheson and A. J. Ahmadia, Commun. Appl. Math.
Comput. Sci. 7, 247 (2012) do, and below 1 - min(α/2, 0.05) where |λ dt| > 2. On the imaginary axis
s stages reach no further than s - 1 (I. P. E. Kinnmark and W. G. Gray, Math. Comput. Simul. 26, 181
(1984)).

With noise, the last is a_(s-1) = 1/2 with b = 0, 1, second order like the midpoint rule, whose
equation the stages iterate; the others were chosen so that noise leaves kT/2 in all modes as far as
possible, see `stability.thermal_radius`.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from hebbfilm.common.arrays import FloatArray

_HEUN, _HEUN_OUTER = (1 / 3, 2 / 3), (1 / 4, 3 / 4)
_MIDPOINT, _MIDPOINT_OUTER = (1 / 2,), (0.0, 1.0)


@dataclass(frozen=True)
class Scheme:
    """An explicit scheme of s stages.

    Args:
        shifts: a_1 to a_(s-1).
        outer: b_1 and b_s.

    Example:
        >>> Scheme((1 / 2,), (0.0, 1.0)).polynomial
        (1.0, 1.0, 0.5)
    """

    shifts: tuple[float, ...]
    outer: tuple[float, float]

    @property
    def stages(self) -> int:
        """s, as many as a step has evaluations."""
        return len(self.shifts) + 1

    @cached_property
    def polynomial(self) -> tuple[float, ...]:
        """Coefficients of 1, z, … zˢ, by which a step turns a mode of z = λ dt."""
        first, last = self.outer
        rest = last * np.cumprod(self.shifts[::-1])
        return (1.0, first + last, *map(float, rest))


def third_order(*shifts: float) -> Scheme:
    """The scheme whose first stages have those shifts."""
    return Scheme((*shifts, *_HEUN), _HEUN_OUTER)


def thermal(*shifts: float) -> Scheme:
    """The scheme for steps with noise whose first stages have those shifts."""
    return Scheme((*shifts, *_MIDPOINT), _MIDPOINT_OUTER)


@dataclass(frozen=True)
class Estimate:
    """How a scheme of third order knows its error from the rate at the end, k_(s+1).

    From rates of stages before it k_(s+1) is foretold to the third order in dt. How far off that is
    stands for the error of the step, in relation as the conditions of fourth order that both miss
    (E. Hairer, S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I (1993),
    sections II.2 and II.4).

    Args:
        weights: of k_1, k_(s-2), k_(s-1) and k_s in what is foretold.
        error: of the step, in relation to dt times what that is off.
    """

    weights: tuple[float, float, float, float]
    error: float


NO_ESTIMATE = Estimate((0.0, 0.0, 0.0, 0.0), 0.0)
"""For steps that are fixed."""


@cache
def estimate_of(scheme: Scheme) -> Estimate:
    """The estimate of a scheme of third order with at least four stages."""
    stages = np.array([0, scheme.stages - 3, scheme.stages - 2, scheme.stages - 1, scheme.stages])
    times, twice, fourth = _conditions(scheme)
    third = np.array([np.ones_like(times), times, times**2, twice])[:, stages]
    weights = np.linalg.svd(third)[2][-1]
    weights /= weights[-1]
    first, last = scheme.outer
    missed = first * fourth[:, 0] + last * fourth[:, -2] - _EXACT
    error = np.linalg.norm(missed) / np.linalg.norm(fourth[:, stages] @ weights)
    first, earlier, later, last = map(float, -weights[:-1])
    return Estimate((first, earlier, later, last), float(error))


_EXACT = np.array([1 / 4 / 6, 1 / 8, 1 / 12 / 2, 1 / 24])


def _conditions(scheme: Scheme) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each stage and of the end c, A c, and c³/6, c A c, A c²/2 and A A c (4, stages)."""
    first, last = scheme.outer
    before = np.array([0.0, *scheme.shifts])
    times = before
    along = _after(before, times)
    times = np.append(times, first + last)
    twice = np.append(along, first * times[0] + last * times[-2])
    square = np.append(_after(before, times**2), first * times[0] ** 2 + last * times[-2] ** 2)
    thrice = np.append(_after(before, twice), first * twice[0] + last * twice[-2])
    return times, twice, np.array([times**3 / 6, times * twice, square / 2, thrice])


def _after(shifts: FloatArray, values: FloatArray) -> FloatArray:
    """a_(j-1) times the value at the stage before, for the stages 1 to s."""
    moved: FloatArray = np.concatenate([[0.0], values[: len(shifts) - 1]])
    return shifts * moved
