"""Fit the forms of the learning rule to courses of conductance, and compare them.

A form is fitted to the changes themselves, not to their rates, by least squares. Which form is
best, only courses that had no part in its fit can say: groups of courses are held out in turn.
Their residuals hang together, so that standard errors come from the spread of those fits too (the
jackknife over groups), not from the number of samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import least_squares

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.courses import Courses, driven_alike
from hebbfilm.hopfield.learning_rule import Form

_STARTS = (0.05, 0.5)
"""Places between the bounds at which the search starts, for each parameter."""


@dataclass(frozen=True)
class Fit:
    """A form with its parameters: the amplitude, then those of the shape, in SI units.

    Attributes:
        values: one for each parameter.
        at_bound: names of parameters that the search left at a bound: the data only say that they
            are there or beyond.
        amplitude_follows: whether one of these takes the shape to where it is linear in time or in
            displacement, so that the data tell its product with the amplitude alone.
    """

    form: Form
    values: tuple[float, ...]
    at_bound: tuple[str, ...] = ()
    amplitude_follows: bool = False

    def predict(self, courses: Courses) -> FloatArray:
        """The change r of every sample, (n, C)."""
        return self.values[0] * self.form.shape(courses, np.array(self.values[1:]))


@dataclass(frozen=True)
class Comparison:
    """What became of one form.

    Attributes:
        fit: to all courses.
        errors: standard error of each of its parameters.
        fitted: root mean square error of r in that fit.
        held_out: root mean square error of r where it was held out.
        held_out_error: standard error of that, from its spread over groups.
        r_squared: 1 - Σ(r - prediction)²/Σ(r - mean)² where held out.
        by_group: root mean square error of each group where held out.
        by_others: the same of all groups but each: how the error varies with what was at hand.
    """

    fit: Fit
    errors: tuple[float, ...]
    fitted: float
    held_out: float
    held_out_error: float
    r_squared: float
    by_group: tuple[float, ...]
    by_others: tuple[float, ...]

    def behind(self, other: Comparison) -> tuple[float, float]:
        """How much more this form errs where held out than another, and its standard error.

        What makes a group hard for both does not count.
        """
        difference = np.array(self.by_others) - np.array(other.by_others)
        return self.held_out - other.held_out, float(_jackknife(difference))


def fit_form(form: Form, courses: Courses) -> Fit:
    """Fit one form.

    Raises:
        InputError: no course was driven.
    """
    scale = float(courses.dose.max(initial=0.0))
    if not scale > 0:
        raise InputError("no voltage in any of these courses: there is no rule to fit")
    units = scale ** np.array([parameter.time_power for parameter in form.parameters], dtype=float)
    courses, weight = _means(courses)
    known = weight > 0
    root = np.sqrt(weight[known])
    measured = root * courses.change[known]

    def shape(values: FloatArray) -> FloatArray:
        return root * form.shape(courses, values * units)[known]

    def amplitude(of: FloatArray) -> float:
        square = float(of @ of)
        return float(of @ measured) / square if square > 0 else 0.0

    def residuals(values: FloatArray) -> FloatArray:
        # For each shape the best amplitude is known, and need not be searched for.
        of = shape(values)
        return amplitude(of) * of - measured

    values = _search(form, residuals) if form.parameters else np.empty(0)
    sides = [
        parameter.bound_at(value) for parameter, value in zip(form.parameters, values, strict=True)
    ]
    return Fit(
        form,
        (amplitude(shape(values)), *map(float, values * units)),
        tuple(p.name for p, side in zip(form.parameters, sides, strict=True) if side),
        any(side and side == p.linear_at for p, side in zip(form.parameters, sides, strict=True)),
    )


def compare(forms: Sequence[Form], courses: Courses, groups: Sequence[int]) -> list[Comparison]:
    """Fit the forms and hold out each group of courses in turn.

    Args:
        forms: to compare.
        courses: C of them.
        groups: the group of each course, (C,).

    Returns:
        The forms, that with the least error where held out first.

    Raises:
        InputError: fewer than two groups, or no course was driven.
    """
    group = np.asarray(groups)
    names = np.unique(group)
    if len(names) < 2:
        raise InputError("one group of courses: give two or more, to hold one out of the fit")
    found = [_compare(form, courses, group, names) for form in forms]
    return sorted(found, key=lambda comparison: comparison.held_out)


def least_error(courses: Courses) -> float:
    """Root mean square of r, over all samples, about the mean of the courses driven alike.

    No form that knows the drive alone can be fitted to these courses with less, as the mean is
    the best prediction of each kind of drive. Nor can it err less where held out: least squares of
    all courses are at most those of the courses kept with any other parameters, which the fit
    without a group has. Courses that no other was driven like count as if a form could meet them
    exactly. NaN where no two were driven alike.
    """
    means, weight = _means(courses)
    if not np.any(weight > 1):
        return float("nan")
    known = np.isfinite(courses.change)
    square = float(np.sum(courses.change[known] ** 2))
    square -= float(np.nansum(weight * means.change**2))
    return float(np.sqrt(max(square, 0.0) / known.sum()))


def _means(courses: Courses) -> tuple[Courses, FloatArray]:
    """One course for each history of voltages: mean changes, and the number of samples in each.

    Squares about any prediction from voltages differ from those of all courses by a constant.
    """
    kinds = driven_alike(courses)
    weight = np.array([np.isfinite(courses.change[:, kind]).sum(axis=1) for kind in kinds]).T
    total = np.array([np.nansum(courses.change[:, kind], axis=1) for kind in kinds]).T
    first = np.array([kind[0] for kind in kinds])
    mean = np.where(weight > 0, total / np.maximum(weight, 1), np.nan)
    return Courses(
        courses.step[:, first], courses.drive[:, first], courses.driven[:, first], mean
    ), weight.astype(np.float64)


def _compare(form: Form, courses: Courses, group: FloatArray, names: FloatArray) -> Comparison:
    whole = fit_form(form, courses)
    parts = [fit_form(form, courses.only(group != name)) for name in names]
    errors = [
        _errors(part, courses.only(group == name)) for part, name in zip(parts, names, strict=True)
    ]
    every = np.concatenate(errors)
    measured = courses.change[np.isfinite(courses.change)]
    values = np.array([part.values for part in parts])
    squares, counts = (np.array([f(e) for e in errors]) for f in (_sum_of_squares, len))
    left_out = np.sqrt((squares.sum() - squares) / (counts.sum() - counts))
    return Comparison(
        whole,
        tuple(map(float, _jackknife(values))),
        _rms(_errors(whole, courses)),
        _rms(every),
        float(_jackknife(left_out)),
        float(1 - _sum_of_squares(every) / _sum_of_squares(measured - measured.mean())),
        tuple(_rms(e) for e in errors),
        tuple(map(float, left_out)),
    )


def _search(form: Form, residuals: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Least squares from several starts, positive parameters on a logarithmic scale."""
    low = np.array([parameter.low for parameter in form.parameters])
    high = np.array([parameter.high for parameter in form.parameters])
    logarithmic = low > 0

    def real(x: FloatArray) -> FloatArray:
        return np.where(logarithmic, np.exp(x), x)

    bounds = [np.where(logarithmic, np.log(np.maximum(edge, 1e-300)), edge) for edge in (low, high)]
    best = None
    for places in product(_STARTS, repeat=len(low)):
        start = bounds[0] + np.array(places) * (bounds[1] - bounds[0])
        found = least_squares(
            lambda x: residuals(real(x)), start, bounds=bounds, xtol=1e-10, ftol=1e-12, gtol=1e-12
        )
        if best is None or found.cost < best.cost:
            best = found
    assert best is not None
    return real(best.x)


def _errors(fit: Fit, courses: Courses) -> FloatArray:
    difference = fit.predict(courses) - courses.change
    sampled: FloatArray = difference[np.isfinite(difference)]
    return sampled


def _jackknife(estimates: FloatArray) -> FloatArray:
    """Standard error of an estimate, from those with each group left out, (groups, …)."""
    count = len(estimates)
    spread = ((estimates - estimates.mean(axis=0)) ** 2).sum(axis=0)
    error: FloatArray = np.sqrt((count - 1) / count * spread)
    return error


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _sum_of_squares(values: FloatArray) -> float:
    return float(values @ values)
