"""Fit the forms of the learning rule to trajectories of conductance, and compare them.

A form is fitted to the changes themselves, not to their rates, by least squares. Which form is
best, only trajectories that had no part in its fit can say: groups of them are held out in turn
(cross-validation). Their residuals are correlated, so that standard errors come from the spread of
those fits too (the jackknife over groups), not from the number of samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import least_squares

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.learning_rule import Form
from hebbfilm.hopfield.trajectories import Trajectories, driven_alike

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

    def predict(self, trajectories: Trajectories) -> FloatArray:
        """The change r of every sample, (n, C)."""
        return self.values[0] * self.form.shape(trajectories, np.array(self.values[1:]))


@dataclass(frozen=True)
class Comparison:
    """What became of one form.

    Attributes:
        fit: to all trajectories.
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


def fit_form(form: Form, trajectories: Trajectories) -> Fit:
    """Fit one form.

    Raises:
        InputError: no trajectory was driven.
    """
    scale = float(trajectories.dose.max(initial=0.0))
    if not scale > 0:
        raise InputError("no voltage in any of these trajectories: there is no rule to fit")
    units = scale ** np.array([parameter.time_power for parameter in form.parameters], dtype=float)
    trajectories, weight = _means(trajectories)
    known = weight > 0
    root = np.sqrt(weight[known])
    measured = root * trajectories.change[known]

    def shape(values: FloatArray) -> FloatArray:
        return root * form.shape(trajectories, values * units)[known]

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


def compare(
    forms: Sequence[Form], trajectories: Trajectories, groups: Sequence[int]
) -> list[Comparison]:
    """Fit the forms and hold out each group of trajectories in turn.

    Args:
        forms: to compare.
        trajectories: C of them.
        groups: the group of each trajectory, (C,).

    Returns:
        The forms, that with the least error where held out first.

    Raises:
        InputError: fewer than two groups, or no trajectory was driven.
    """
    group = np.asarray(groups)
    names = np.unique(group)
    if len(names) < 2:
        raise InputError("one group of trajectories: give two or more, to hold one out of the fit")
    found = [_compare(form, trajectories, group, names) for form in forms]
    return sorted(found, key=lambda comparison: comparison.held_out)


def least_error(trajectories: Trajectories) -> float:
    """Root mean square of r, over all samples, about the mean of the trajectories driven alike.

    No form that knows the drive alone can be fitted to these trajectories with less, as the mean is
    the best prediction of each kind of drive. Nor can it err less where held out: least squares of
    all trajectories are at most those with any other parameters, such as the fit without a group
    has. Trajectories that no other was driven like count as if a form could meet them exactly. NaN
    where no two were driven alike.
    """
    means, weight = _means(trajectories)
    if not np.any(weight > 1):
        return float("nan")
    known = np.isfinite(trajectories.change)
    square = float(np.sum(trajectories.change[known] ** 2))
    square -= float(np.nansum(weight * means.change**2))
    return float(np.sqrt(max(square, 0.0) / known.sum()))


def _means(trajectories: Trajectories) -> tuple[Trajectories, FloatArray]:
    """One trajectory for each history of voltages: mean changes, and the number of samples in each.

    Squares about any prediction from voltages differ from those of all trajectories by a constant.
    """
    kinds = driven_alike(trajectories)
    weight = np.array([np.isfinite(trajectories.change[:, kind]).sum(axis=1) for kind in kinds]).T
    total = np.array([np.nansum(trajectories.change[:, kind], axis=1) for kind in kinds]).T
    first = np.array([kind[0] for kind in kinds])
    mean = np.where(weight > 0, total / np.maximum(weight, 1), np.nan)
    return Trajectories(
        trajectories.step[:, first],
        trajectories.drive[:, first],
        trajectories.driven[:, first],
        mean,
    ), weight.astype(np.float64)


def _compare(
    form: Form, trajectories: Trajectories, group: FloatArray, names: FloatArray
) -> Comparison:
    whole = fit_form(form, trajectories)
    parts = [fit_form(form, trajectories.only(group != name)) for name in names]
    errors = [
        _errors(part, trajectories.only(group == name))
        for part, name in zip(parts, names, strict=True)
    ]
    every = np.concatenate(errors)
    measured = trajectories.change[np.isfinite(trajectories.change)]
    values = np.array([part.values for part in parts])
    squares, counts = (np.array([f(e) for e in errors]) for f in (_sum_of_squares, len))
    left_out = np.sqrt((squares.sum() - squares) / (counts.sum() - counts))
    return Comparison(
        whole,
        tuple(map(float, _jackknife(values))),
        _rms(_errors(whole, trajectories)),
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


def _errors(fit: Fit, trajectories: Trajectories) -> FloatArray:
    difference = fit.predict(trajectories) - trajectories.change
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
