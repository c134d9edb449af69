"""Confidence intervals against published ones."""

import numpy as np
import pytest

from hebbfilm.common.statistics import mean_interval, wilson_interval


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
