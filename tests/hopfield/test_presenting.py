"""Both signs of a pattern at unlike voltages and times, and alternations that die away."""

import re

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Training, format_pattern

CONTACTS = ("rim_1", "rim_2", "rim_3", "centre")
A, B = "+,+,-,-", "+,-,+,-"
MINUS_A, MINUS_B = "-,-,+,+", "-,+,-,+"


def driven(**options):
    """What the contacts are at in V, and for how long in s, where they are driven."""
    training = Training(**{"patterns": (A,), "rest": 0.0} | options)
    segments = training.segments(CONTACTS)
    assert training.extent() == (len(segments), pytest.approx(sum(s.duration for s in segments)))
    return [s for s in segments if s.drives is not None]


@pytest.mark.analytic
@pytest.mark.parametrize("decay", [1.0, 0.9, 0.5])
@pytest.mark.parametrize("voltage", [0.05, -0.05])
def test_each_half_period_decays_by_a_factor(decay, voltage):
    halves = driven(
        presentation="alternating", duration=6e-9, half_period=1e-9, decay=decay, voltage=voltage
    )
    expected = [voltage * (-decay) ** k for k in range(6)]
    # Powers are rounded once each.
    np.testing.assert_allclose([s.drives[0] for s in halves], expected, rtol=1e-15)
    assert all(s.drives == tuple(s.drives[0] * np.array([1, 1, -1, -1])) for s in halves)
    # One presentation, whose voltages show ξ and -ξ in turn.
    assert all(halves[0].presents_as(s) for s in halves)
    assert [s.sign for s in halves] == 3 * [int(np.sign(voltage)), -int(np.sign(voltage))]


@pytest.mark.analytic
def test_decay_begins_anew_with_each_presentation_and_leaves_patterns_as_they_are():
    options = {"patterns": ("+++-", B), "polarity": "most_negative", "decay": 0.5, "repeats": 2}
    halves = driven(presentation="alternating", duration=2e-9, half_period=0.5e-9, **options)
    amplitudes = [max(s.drives) for s in halves]
    assert amplitudes == 4 * [0.05, 0.025, 0.0125, 0.00625]
    assert [s.drives[-1] > 0 for s in halves[:6]] == [True, False, True, False, False, True]


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("presentation", "cycle"),
    [("bipolar", [A, MINUS_A, B, MINUS_B]), ("quadrature", [A, B, MINUS_A, MINUS_B])],
)
def test_negatives_have_a_voltage_and_a_time_of_their_own(presentation, cycle):
    segments = driven(
        patterns=(A, B),
        presentation=presentation,
        duration=2e-9,
        negative_voltage=0.02,
        negative_duration=5e-9,
        repeats=2,
        pause=1e-9,
    )
    assert [s.label for s in segments] == 2 * cycle
    for segment in segments:
        negative = segment.label in (MINUS_A, MINUS_B)
        assert segment.duration == (5e-9 if negative else 2e-9)
        assert max(segment.drives) == (0.02 if negative else 0.05)
        assert segment.sign == (-1 if negative else 1)
        assert format_pattern(np.sign(segment.drives)) == segment.label


@pytest.mark.analytic
def test_negative_is_what_polarity_does_not_take():
    first, second = driven(
        patterns=("+++-",), polarity="most_negative", presentation="bipolar", negative_voltage=0.02
    )
    assert (first.drives, second.drives) == ((-0.05, -0.05, -0.05, 0.05), (0.02, 0.02, 0.02, -0.02))
    assert (first.sign, second.sign) == (-1, 1)


@pytest.mark.analytic
def test_halves_of_an_alternation_may_be_unlike():
    halves = driven(
        presentation="alternating",
        duration=7e-9,
        half_period=0.5e-9,
        negative_voltage=0.02,
        negative_duration=2e-9,
        decay=0.9,
    )
    # 7 ns are nearest to three periods of 2.5 ns.
    assert [s.duration for s in halves] == 3 * [0.5e-9, 2e-9]
    expected = [(-0.02 if k % 2 else 0.05) * 0.9**k for k in range(6)]
    np.testing.assert_allclose([s.drives[0] for s in halves], expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"decay": 0.9}, "decay = 0.9: of presentation = 'constant' nothing alternates"),
        *(
            (
                {"presentation": each, "half_period": 2e-9},
                f"half_period = 2e-09: of presentation = '{each}' nothing alternates; leave it",
            )
            for each in ("constant", "bipolar", "quadrature", "all_orders")
        ),
        ({"decay": 0.0}, "decay = 0.0: must lie above 0 and be 1 at most"),
        ({"decay": 90.0}, "decay = 90.0: must lie above 0 and be 1 at most"),
        (
            {"presentation": "alternating", "duration": 100e-9, "decay": 0.8},
            "decay = 0.8: 100 half periods would end at 1e-11 V, below 1e-09 V",
        ),
        (
            {"negative_voltage": 0.02},
            "negative_voltage = 0.02: of presentation = 'constant' nothing is presented as its",
        ),
        (
            {"presentation": "bipolar", "negative_voltage": -0.02},
            "negative_voltage = -0.02: must have the sign of training.voltage = 0.05",
        ),
        ({"presentation": "bipolar", "negative_voltage": 0.0}, "negative_voltage = 0.0: must have"),
        (
            {"presentation": "quadrature", "negative_duration": 0.0},
            "negative_duration = 0.0: must be positive",
        ),
        (
            {"presentation": "alternating", "duration": 3e-9, "negative_duration": 2.5e-9},
            "half_period = 1e-09: must be positive, and with negative_duration = 2.5e-09 fit into",
        ),
    ],
)
def test_what_cannot_be_presented_is_named(options, message):
    with pytest.raises(InputError, match=re.escape(f"training.{message}")) as caught:
        driven(**options)
    assert "\n" not in str(caught.value)
