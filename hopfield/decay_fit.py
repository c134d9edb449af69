"""How fast what films know decays, and which form of decay foretells it best.

The shape of the decay is that of all films of a kind; each film has an amplitude of its own, which
least squares find in closed form. Which form is best, only a film that had no part in its fit can
say: its shape comes from the others, its amplitude from the first half of its own course, and it
errs on the second half. Intervals come from films that are drawn anew with replacement (bootstrap),
at percentiles that are right for few films, too: T. C. Hesterberg, Am. Stat. 69, 371 (2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import expanded_percentile, expanded_percentiles
from hebbfilm.hopfield.decay_bounds import likely_rates
from hebbfilm.hopfield.decay_forms import EXPONENTIAL, FORMS, DecayForm, half_limits, rates

RESAMPLED = 4000
"""Draws of a bootstrap."""
_SEED = 1
_FEWEST = 8
"""Samples of a film: four for its amplitude, four to be foretold."""


@dataclass(frozen=True, eq=False)
class Course:
    """What one film knows, over the time.

    Attributes:
        time: in s since the beginning of the fit, (n,), rising.
        value: what decays, in any unit, (n,).
    """

    time: FloatArray
    value: FloatArray


@dataclass(frozen=True)
class FormFit:
    """A form of decay, fitted to films of a kind.

    Attributes:
        form: that was fitted.
        parameters: those with the least squares.
        half: s from the beginning of the fit until half is left; inf: never, or later than can be
            told; 0: sooner than can be told.
        half_interval: of 95 %; to inf where draws of films do not decay, from 0 where they do
            sooner than can be told.
        half_limits: the shortest and the longest half time that can be told, s.
        held_out: root mean square error of the later halves of films held out, in relation to the
            root mean square of all values; nan where all values are 0.
        behind: how much more that is than of the best form.
        behind_error: standard error of that, from its spread over films.
    """

    form: DecayForm
    parameters: tuple[float, ...]
    half: float
    half_interval: tuple[float, float]
    half_limits: tuple[float, float]
    held_out: float
    behind: float
    behind_error: float


@dataclass(frozen=True)
class Rate:
    """The rate of an exponential decay, in 1/s.

    Attributes:
        value: with the least squares; 0: no decay; inf: faster than can be told.
        interval: of 95 %; to inf where draws of films decay faster than can be told.
        bound: which it stays below with 95 % confidence, above 0; None: there is none.
    """

    value: float
    interval: tuple[float, float]
    bound: float | None

    @property
    def decays(self) -> bool:
        """Whether the films decay at all, at this confidence."""
        return self.interval[0] > 0


def span_of(courses: Sequence[Course]) -> float:
    """The longest time in s of films that can be fitted.

    Raises:
        InputError: fewer than two films, or too few samples of one.
    """
    if len(courses) < 2:
        raise InputError("one film of a kind: give two or more, to hold one out of the fit")
    least = min(len(course.time) for course in courses)
    if least < _FEWEST:
        raise InputError(f"{least} samples of a film to fit: allowed are {_FEWEST} or more")
    return float(max(course.time[-1] for course in courses))


def rank_forms(courses: Sequence[Course]) -> list[FormFit]:
    """Fit all forms of decay to films of a kind.

    Args:
        courses: one a film, two or more.

    Returns:
        The forms, that with the least error where films are held out first.

    Raises:
        InputError: as `span_of`.
    """
    span = span_of(courses)
    errors = [_held_out(form, courses, span) for form in FORMS]
    best = errors[int(np.argmin([error.mean() for error in errors]))]
    scale = float(np.mean([np.mean(course.value**2) for course in courses]))
    if not scale > 0:
        return [_fitted(form, courses, span, np.nan, 0.0, 0.0) for form in FORMS]
    # An error of the mean square, handed on to that of its root.
    found = []
    for form, error in zip(FORMS, errors, strict=True):
        root, least = (float(np.sqrt(e.mean() / scale)) for e in (error, best))
        spread = (error - best).std(ddof=1) / np.sqrt(len(error)) / scale
        behind = spread / (root + least) if root > least else 0.0
        found.append(_fitted(form, courses, span, root, root - least, float(behind)))
    return sorted(found, key=lambda each: each.held_out)


def decay_rate(courses: Sequence[Course]) -> Rate:
    """The rate of an exponential decay that films of a kind share.

    Args:
        courses: one a film, two or more.

    Raises:
        InputError: as `span_of`.

    Example:
        >>> time = np.linspace(0.0, 50e-9, 26)
        >>> films = [Course(time, a * np.exp(-2e7 * time)) for a in (0.02, 0.03, 0.025)]
        >>> rate = decay_rate(films)
        >>> abs(rate.value / 2e7 - 1) < 0.05 and rate.decays
        True
    """
    span = span_of(courses)
    tried = rates(span)
    table = squares(EXPONENTIAL, courses, tried[:, None])
    drawn = resampled(table).argmin(axis=1)
    least = int(table.mean(axis=0).argmin())
    # Faster than the fastest that is tried may be any.
    open_above = np.where(np.arange(len(tried)) < len(tried) - 1, tried, np.inf)
    levels = expanded_percentiles(len(courses))
    low = float(np.percentile(tried[drawn], levels[0]))
    high = _percentile(open_above[drawn], levels[1])
    bound = _percentile(open_above[drawn], expanded_percentile(len(courses)))
    # Films alone exclude too much if they are few: what their scatter allows is held, too.
    left = np.array([len(course.time) for course in courses]) @ table
    residuals = _residuals(courses, tried[least])
    slow, fast = likely_rates(tried, left, residuals, 0.975)
    bound = max(bound, likely_rates(tried, left, residuals)[1])
    return Rate(
        float(open_above[least]),
        (min(low, slow), max(high, fast)),
        bound if np.isfinite(bound) else None,
    )


def _residuals(courses: Sequence[Course], rate: float) -> list[FloatArray]:
    """What an exponential decay leaves of each film."""
    found = []
    for course in courses:
        (shape,) = EXPONENTIAL.course(course.time, np.array([[rate]]))
        found.append(course.value - (shape @ course.value) / (shape @ shape) * shape)
    return found


def _percentile(values: FloatArray, level: float) -> float:
    """Between a number and infinity lies none."""
    method = "linear" if np.isfinite(values).all() else "higher"
    return float(np.percentile(values, level, method=method))  # type: ignore[call-overload]


def squares(form: DecayForm, courses: Sequence[Course], parameters: FloatArray) -> FloatArray:
    """Mean square error of each film, with the best amplitude of its own, (films, P)."""
    found = []
    for course in courses:
        shape = form.course(course.time, parameters)
        square = np.einsum("pt,pt->p", shape, shape)
        overlap = shape @ course.value
        # What has decayed ahead of the first sample explains nothing.
        explained = np.divide(overlap**2, square, out=np.zeros_like(square), where=square > 0)
        found.append((course.value @ course.value - explained) / len(course.value))
    return np.array(found)


def resampled(table: FloatArray, count: int = RESAMPLED, seed: int = _SEED) -> FloatArray:
    """Means over films drawn anew with replacement, (count, P), of a table (films, P)."""
    films = len(table)
    drawn = np.random.default_rng(seed).multinomial(films, np.full(films, 1 / films), size=count)
    means: FloatArray = drawn @ table / films
    return means


def _fitted(
    form: DecayForm,
    courses: Sequence[Course],
    span: float,
    held_out: float,
    behind: float,
    error: float,
) -> FormFit:
    tried = form.grid(span)
    table = squares(form, courses, tried)
    best = int(table.mean(axis=0).argmin())
    half, (shortest, longest) = form.half(tried), half_limits(span)
    # Ends that can be told: a later one is none, and an earlier one begins at 0.
    latest = np.where(half > longest, np.inf, np.maximum(half, shortest))
    earliest = np.where(np.isinf(half), half, np.minimum(half, longest))
    earliest = np.where(half < shortest, 0.0, earliest)
    drawn = resampled(table).argmin(axis=1)
    low, high = expanded_percentiles(len(courses))
    # Beyond any time, percentiles between numbers would be no numbers.
    interval = (
        float(np.percentile(earliest[drawn], low, method="nearest")),
        float(np.percentile(latest[drawn], high, method="nearest")),
    )
    told = earliest[best] if half[best] < shortest else latest[best]
    return FormFit(
        form,
        tuple(map(float, tried[best])),
        float(told),
        interval,
        (shortest, longest),
        held_out,
        behind,
        error,
    )


def _held_out(form: DecayForm, courses: Sequence[Course], span: float) -> FloatArray:
    """Mean square error of the later half of each film, (films,)."""
    tried = form.grid(span)
    table = squares(form, courses, tried)
    found = []
    for number, course in enumerate(courses):
        others = np.delete(table, number, axis=0).mean(axis=0)
        shape = form.course(course.time, tried[[int(others.argmin())]])[0]
        early, late = np.split(np.arange(len(shape)), [len(shape) // 2])
        square = float(shape[early] @ shape[early])
        amplitude = float(shape[early] @ course.value[early]) / square if square > 0 else 0.0
        found.append(np.mean((course.value[late] - amplitude * shape[late]) ** 2))
    return np.array(found)
