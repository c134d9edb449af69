"""Confidence intervals of 95 % that tables and pictures have in common.

scipy.stats takes longer to load than most of what runs load, and few of them need it.
"""

import numpy as np

from hebbfilm.common.arrays import FloatArray

_CONFIDENCE = 0.95


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's interval of a fraction (J. Am. Stat. Assoc. 22, 209)."""
    from scipy.stats import binomtest

    interval = binomtest(successes, trials).proportion_ci(_CONFIDENCE, method="wilson")
    return float(interval.low), float(interval.high)


def mean_interval(values: FloatArray) -> tuple[float, float]:
    """Student's interval of the mean of two or more values, (n,)."""
    from scipy.stats import t as student

    quantile = student.ppf((1 + _CONFIDENCE) / 2, len(values) - 1)
    mean, reach = values.mean(), quantile * values.std(ddof=1) / np.sqrt(len(values))
    return float(mean - reach), float(mean + reach)
