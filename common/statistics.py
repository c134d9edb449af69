"""Confidence intervals of 95 % that tables and pictures have in common."""

import numpy as np
from scipy.stats import binomtest
from scipy.stats import t as student

from hebbfilm.common.arrays import FloatArray

_CONFIDENCE = 0.95


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's interval of a fraction (J. Am. Stat. Assoc. 22, 209)."""
    interval = binomtest(successes, trials).proportion_ci(_CONFIDENCE, method="wilson")
    return float(interval.low), float(interval.high)


def mean_interval(values: FloatArray) -> tuple[float, float]:
    """Student's interval of the mean of two or more values, (n,)."""
    quantile = student.ppf((1 + _CONFIDENCE) / 2, len(values) - 1)
    mean, reach = values.mean(), quantile * values.std(ddof=1) / np.sqrt(len(values))
    return float(mean - reach), float(mean + reach)
