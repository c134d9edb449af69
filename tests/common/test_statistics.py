"""Confidence intervals against published ones."""

import numpy as np
import pytest

from hebbfilm.common.statistics import (
    expanded_percentile,
    expanded_percentiles,
    mean_interval,
    rate_interval,
    wilson_interval,
)


@pytest.mark.published
def test_interval_of_a_fraction():
    """Newcombe, Stat. Med. 17, 857 (1998), table I, method 3."""
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@pytest.mark.published
def test_interval_of_a_mean():
    """Tables of Student's t, quantiles of 0.975: 12.706 for one degree of freedom, 2.262 for 9."""
    assert mean_interval(np.array([1.0, 3.0])) == pytest.approx((2 - 12.706, 2 + 12.706), abs=1e-3)
    ten = np.arange(10.0)
    reach = 2.262 * np.sqrt(110 / 12) / np.sqrt(10)
    assert mean_interval(ten) == pytest.approx((4.5 - reach, 4.5 + reach), abs=1e-3)


@pytest.mark.published
def test_interval_of_a_rate():
    """Garwood, Biometrika 28, 437 (1936), as tables print it; for none the rule of three."""
    assert rate_interval(1, 1.0) == pytest.approx((0.0253, 5.5716), abs=5e-5)
    assert rate_interval(10, 2.0) == pytest.approx((4.7954 / 2, 18.3904 / 2), abs=5e-5)
    assert rate_interval(0, 1e-6) == pytest.approx((0.0, -np.log(0.05) / 1e-6), rel=1e-12)


@pytest.mark.analytic
def test_percentiles_of_a_bootstrap_are_wider_for_few():
    """Of many samples they are the usual ones; of two, t = 12.706 √2 leaves nothing outside."""
    assert expanded_percentiles(10**7) == pytest.approx((2.5, 97.5), abs=1e-4)
    assert expanded_percentile(10**7) == pytest.approx(95.0, abs=1e-4)
    assert expanded_percentiles(2) == pytest.approx((0.0, 100.0), abs=1e-12)
    # t = 2.7764 for four degrees of freedom, times √(5/4) = 3.1042: of the normal one 99.905 %.
    assert expanded_percentiles(5) == pytest.approx((0.095, 99.905), abs=1e-3)
