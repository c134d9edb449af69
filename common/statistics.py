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


def expanded_percentiles(samples: int) -> tuple[float, float]:
    """The percentiles of bootstrapped estimates that bound an interval of 95 %.

    Of few samples a bootstrap is too narrow, by the square root of (n - 1)/n and by how Student's
    distribution is wider than the normal one; these percentiles are wider by both:
    T. C. Hesterberg, Am. Stat. 69, 371 (2015).

    Args:
        samples: n, two or more.

    Example:
        >>> [round(each, 2) for each in expanded_percentiles(20)]
        [1.59, 98.41]
    """
    high = _expanded(samples, (1 + _CONFIDENCE) / 2)
    return 100.0 - high, high


def expanded_percentile(samples: int) -> float:
    """The same of a bound on one side, with 95 % confidence."""
    return _expanded(samples, _CONFIDENCE)


def _expanded(samples: int, level: float) -> float:
    from scipy.stats import norm
    from scipy.stats import t as student

    wider = student.ppf(level, samples - 1) * np.sqrt(samples / (samples - 1))
    return float(100 * norm.cdf(wider))


def rate_interval(events: int, exposure: float) -> tuple[float, float]:
    """Interval of the rate of rare events of which so many were seen in a time.

    Garwood's exact interval (Biometrika 28, 437); where none was seen it begins at 0 and ends at
    3.00 over the exposure, the bound of 95 % on one side ("rule of three").

    Args:
        events: seen.
        exposure: time over which they could be seen, s, above 0.

    Returns:
        In 1/s.

    Example:
        >>> rate_interval(0, 1e-6)[1]
        2995732.27...
    """
    from scipy.stats import chi2

    tail = (1 - _CONFIDENCE) / (2 if events else 1)
    low = chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    return float(low / exposure), float(chi2.ppf(1 - tail, 2 * events + 2) / 2 / exposure)
