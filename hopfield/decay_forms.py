"""How what a film knows may decay with the time since the contacts were opened.

Each form is 1 at the time 0, and the amplitude of a film multiplies it. What is fitted is searched
for on a grid, so that a fit has no start and no local minimum, and thousands of resampled ones cost
a product of matrices.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray

_SLOWEST, _FASTEST = 1e-4, 30.0
"""Rates that are tried, in decays over the span of the data: slower ones are none, and of faster
ones nothing is left to see."""
_RATES = 801
_FEWER = 81
"""Rates of a form with a second parameter."""
_EXPONENTS = np.array([0.15, 0.25, 0.35, 0.5, 0.65, 0.8, 0.9])
"""Of stretched exponentials; 1 is the exponential."""
_LOSSES = np.array([0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0])
"""Of logarithmic decays, in each factor of e of the time."""
_POWERS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5])


@dataclass(frozen=True)
class DecayForm:
    """A form of decay g with g(0) = 1.

    Attributes:
        name: in tables.
        formula: of g.
        parameters: their names, with units.
        grid: takes the span of the data in s, gives the parameters that are tried, (P, n).
        course: takes times in s, (T,), and parameters, (P, n); gives g, (P, T).
        half: takes parameters, (P, n), gives the times in s at which g is a half, (P,).
    """

    name: str
    formula: str
    parameters: tuple[str, ...]
    grid: Callable[[float], FloatArray]
    course: Callable[[FloatArray, FloatArray], FloatArray]
    half: Callable[[FloatArray], FloatArray]


def rates(span: float, count: int = _RATES) -> FloatArray:
    """Rates in 1/s that are tried on data over `span` in s, evenly in their logarithm; first 0."""
    return np.concatenate(([0.0], np.geomspace(_SLOWEST, _FASTEST, count - 1) / span))


def half_limits(span: float) -> tuple[float, float]:
    """The half times in s that data over `span` in s can tell: those of the rates that are tried.

    Example:
        >>> [round(each, 3) for each in half_limits(1.0)]
        [0.023, 6931.472]
    """
    return float(np.log(2) / _FASTEST * span), float(np.log(2) / _SLOWEST * span)


def exponential(time: FloatArray, parameters: FloatArray) -> FloatArray:
    """exp(-kt) at times in s, (T,), for rates in 1/s, (P, 1): (P, T).

    Example:
        >>> exponential(np.array([0.0, 1e-9]), np.array([[1e9]])).round(3).tolist()
        [[1.0, 0.368]]
    """
    found: FloatArray = np.exp(-parameters[:, :1] * time)
    return found


def _constant(time: FloatArray, parameters: FloatArray) -> FloatArray:
    return np.ones((len(parameters), len(time)))


def _stretched(time: FloatArray, parameters: FloatArray) -> FloatArray:
    found: FloatArray = np.exp(-((parameters[:, :1] * time) ** parameters[:, 1:]))
    return found


def _power(time: FloatArray, parameters: FloatArray) -> FloatArray:
    found: FloatArray = (1 + parameters[:, :1] * time) ** -parameters[:, 1:]
    return found


def _logarithmic(time: FloatArray, parameters: FloatArray) -> FloatArray:
    # Down to nothing: beyond, it would fit with a negative amplitude to what grows.
    found: FloatArray = np.maximum(1 - parameters[:, 1:] * np.log1p(parameters[:, :1] * time), 0.0)
    return found


def _with_rates(second: FloatArray) -> Callable[[float], FloatArray]:
    """All pairs of a rate above 0 and a second parameter."""

    def grid(span: float) -> FloatArray:
        first = rates(span, _FEWER)[1:]
        pairs = np.meshgrid(first, second, indexing="ij")
        return np.column_stack([values.ravel() for values in pairs])

    return grid


def _over_rate(value: FloatArray, parameters: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        found: FloatArray = value / parameters[:, 0]
    return found


CONSTANT = DecayForm(
    "constant",
    "1",
    (),
    lambda span: np.zeros((1, 0)),
    _constant,
    lambda p: np.full(len(p), np.inf),
)
EXPONENTIAL = DecayForm(
    "exponential",
    "exp(-kt)",
    ("k / 1/s",),
    lambda span: rates(span)[:, None],
    exponential,
    lambda p: _over_rate(np.full(len(p), np.log(2.0)), p),
)
STRETCHED = DecayForm(
    "stretched exponential",
    "exp(-(kt)^b)",
    ("k / 1/s", "b"),
    _with_rates(_EXPONENTS),
    _stretched,
    lambda p: _over_rate(np.log(2.0) ** (1 / p[:, 1]), p),
)
POWER = DecayForm(
    "power",
    "(1 + kt)^-b",
    ("k / 1/s", "b"),
    _with_rates(_POWERS),
    _power,
    lambda p: _over_rate(2.0 ** (1 / p[:, 1]) - 1, p),
)
LOGARITHMIC = DecayForm(
    "logarithmic",
    "max(1 - s ln(1 + kt), 0)",
    ("k / 1/s", "s"),
    _with_rates(_LOSSES),
    _logarithmic,
    lambda p: _over_rate(np.expm1(0.5 / p[:, 1]), p),
)
FORMS = (CONSTANT, EXPONENTIAL, STRETCHED, POWER, LOGARITHMIC)
