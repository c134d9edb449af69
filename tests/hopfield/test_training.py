"""Training schedules: what the contacts do, in which order."""

import re

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Neuron, Neurons, Step, Training, format_pattern
from hebbfilm.hopfield.presenting import PRESENTATIONS
from hebbfilm.solvers import Current

CONTACTS = ("rim_1", "rim_2", "rim_3", "centre")
A, B = "+,+,-,-", "+,-,+,-"
MINUS_A, MINUS_B = "-,-,+,+", "-,+,-,+"


def labels(training):
    return [segment.label for segment in training.segments(CONTACTS)]


def test_schedule_presents_patterns_in_order_and_rests():
    training = Training(("++--", "+-+-"), voltage=0.04, duration=2e-9, repeats=2, rest=1e-9)
    segments = training.segments(CONTACTS)
    assert [s.label for s in segments] == ["+,+,-,-", "+,-,+,-"] * 2 + ["rest"]
    assert segments[0].drives == (0.04, 0.04, -0.04, -0.04)
    assert segments[-1].drives is None


def test_alternating_schedule_reverses_the_voltages():
    training = Training(
        ("++--",), duration=4e-9, presentation="alternating", half_period=1e-9, rest=0.0
    )
    segments = training.segments(CONTACTS)
    assert [s.drives[0] for s in segments] == [0.05, -0.05, 0.05, -0.05]


@pytest.mark.parametrize(
    ("presentation", "cycle"),
    [
        ("constant", [A, B]),
        ("bipolar", [A, MINUS_A, B, MINUS_B]),
        ("quadrature", [A, B, MINUS_A, MINUS_B]),
    ],
)
def test_order_of_presentations(presentation, cycle):
    training = Training((A, B), 0.04, 2e-9, presentation, repeats=2)
    segments = training.segments(CONTACTS)
    assert [s.label for s in segments] == [*cycle, *cycle, "rest"]
    assert {s.duration for s in segments[:-1]} == {2e-9}
    for segment in segments[:-1]:
        signs = segment.label.split(",")
        assert segment.drives == tuple(0.04 if sign == "+" else -0.04 for sign in signs)
    assert training.last_voltages(CONTACTS) == list(segments[-2].drives)


def test_contacts_open_between_presentations():
    training = Training((A, B), presentation="quadrature", repeats=2, pause=1e-9, rest=4e-9)
    segments = training.segments(CONTACTS)
    assert [s.label for s in segments[::2]] == [A, B, MINUS_A, MINUS_B] * 2
    pauses = segments[1:-1:2]
    assert {(s.label, s.drives, s.duration) for s in pauses} == {("pause", None, 1e-9)}
    assert (segments[-1].label, segments[-1].duration) == ("rest", 4e-9)
    # An alternation is one presentation.
    training = Training((A, B), presentation="alternating", pause=1e-9, rest=0.0)
    assert labels(training) == [A] * 6 + ["pause"] + [B] * 6


def test_steps_are_followed():
    steps = (Step(1), Step("+-+-", -1, 0.02), Step(rest=2e-9), Step(1, -1, duration=3e-9))
    training = Training((A, B), 0.04, 1e-9, steps=steps, repeats=2, rest=0.0)
    cycle = [
        (A, (0.04, 0.04, -0.04, -0.04), 1e-9),
        (MINUS_B, (-0.02, 0.02, -0.02, 0.02), 1e-9),
        ("rest", None, 2e-9),
        (MINUS_A, (-0.04, -0.04, 0.04, 0.04), 3e-9),
    ]
    assert [(s.label, s.drives, s.duration) for s in training.segments(CONTACTS)] == 2 * cycle


def test_patterns_are_those_of_the_steps_up_to_the_sign():
    steps = (Step(A), Step(MINUS_B), Step(rest=1e-9), Step(MINUS_A), Step(B))
    parsed = Training(steps=steps).parsed(CONTACTS)
    assert [pattern.tolist() for pattern in parsed] == [[1, 1, -1, -1], [-1, 1, -1, 1]]


@pytest.mark.parametrize(
    ("steps", "options", "message"),
    [
        ([Step(A)], {"presentation": "bipolar"}, "beside training.steps"),
        ([Step(A), Step(rest=1e-9)], {"pause": 1e-9}, "training.pause = 1e-09 beside steps"),
        ([Step(A)], {"patterns": (A, B)}, f"has '{B}', which no step"),
        ([Step(rest=1e-9)], {}, "training.patterns is empty"),
        ([Step(A), Step()], {}, "step 2 of training.steps: pattern is missing"),
        ([Step(A, 2)], {}, "step 1 of training.steps: sign = 2: must be 1 or -1"),
        ([Step(A, voltage=0)], {}, "step 1 of training.steps: voltage = 0"),
        ([Step(A, duration=-1.0)], {}, "step 1 of training.steps: duration = -1.0"),
        ([Step(A), Step(rest=0.0)], {}, "step 2 of training.steps: rest = 0.0"),
        ([Step(A, rest=1e-9)], {}, "a rest has neither pattern"),
        ([Step("++++")], {}, "same voltage"),
        ([Step(3)], {"patterns": (A, B)}, "pattern = 3: allowed are 1 to 2"),
        ([Step(1)], {}, "pattern = 1: allowed are none without training.patterns"),
        ([Step(A), Step("+-")], {}, "has 2 signs; the film has 4"),
        ([Step(A)], {"half_period": 2e-9}, "training.half_period = 2e-09: of presentation"),
        (
            [Step(A, duration=1e-9), Step(rest=1e-9), Step(drives={"rim_1": 1.0}, duration=1e-9)],
            {"duration": 2e-9},
            "training.duration = 2e-09: every step of training.steps has a duration of its own",
        ),
        (
            [Step(A, voltage=0.1), Step(drives={"rim_1": 1.0})],
            {"voltage": 0.02},
            "training.voltage = 0.02: every step of training.steps has a voltage of its own",
        ),
    ],
)
def test_impossible_step_is_named(steps, options, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Training(steps=tuple(steps), **options).segments(CONTACTS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patterns": ()}, "patterns is empty"),
        ({"patterns": ("++++",)}, "same voltage"),
        ({"voltage": 0.0}, r"training\.voltage = 0"),
        ({"duration": -1.0}, r"training\.duration = -1\.0: must be positive"),
        ({"presentation": "quadratur"}, "quadrature, all_orders; did you mean quadrature?"),
        ({"presentation": "alternating", "half_period": 1.0}, r"training\.half_period"),
        ({"repeats": 0}, r"training\.repeats = 0"),
        ({"rest": -1.0}, r"training\.rest = -1\.0"),
        ({"pause": -1.0}, r"training\.pause = -1\.0"),
        ({"pause": 1e-9}, r"training\.pause = 1e-09: a pause lies between presentations"),
    ],
)
def test_impossible_schedule_is_named(options, message):
    with pytest.raises(InputError, match=message):
        Training(**{"patterns": ("++--",)} | options)


@pytest.mark.parametrize(
    "options",
    [
        {"patterns": ("++--",), "pause": 1e-9, "read_each": True},
        {"patterns": ("++--",), "pause": 1e-9, "repeats": 2},
        {"steps": (Step(A, voltage=0.1),), "voltage": 0.02, "forming": {}},
        {"steps": (Step(A, duration=1e-9), Step(drives={"rim_1": 1.0})), "duration": 2e-9},
        {"steps": (Step(A, duration=1e-9), Step(B)), "voltage": 0.02, "duration": 2e-9},
    ],
)
def test_what_anything_heeds_is_taken(options):
    segments, time = Training(**options).extent()
    assert segments > 1
    assert time > 5e-9


def test_pattern_of_another_length_is_named():
    with pytest.raises(InputError, match=r"has 3 signs; the film has 4 contacts \(rim_1"):
        Training(("++-",)).segments(CONTACTS)


@pytest.mark.analytic
@pytest.mark.parametrize("presentation", PRESENTATIONS)
@pytest.mark.parametrize("voltage", [0.05, -0.05])
def test_segments_say_which_pattern_they_show(presentation, voltage):
    training = Training(("++--", "+-+-"), voltage, presentation=presentation, pause=1e-9, repeats=2)
    shown = [s for s in training.segments(CONTACTS) if s.drives is not None]
    assert {segment.stored for segment in shown} == {(1, 1, -1, -1), (1, -1, 1, -1)}
    for segment in shown:
        stored = np.array(segment.stored)
        assert segment.drives == tuple(abs(voltage) * segment.sign * stored)
        assert segment.label == format_pattern(np.array(segment.presented))
        assert segment.presented in (tuple(stored), tuple(-stored))
    alternates = presentation == "alternating"
    assert shown[0].presents_as(shown[1]) == alternates
    assert not any(shown[0].presents_as(s) for s in training.segments(CONTACTS) if not s.drives)


@pytest.mark.analytic
def test_step_that_shows_no_stored_pattern_counts_as_its_own():
    steps = (Step("++--"), Step("-+-+"), Step("+--+", sign=-1), Step(2, sign=-1))
    shown = Training(("++--", "+-+-"), steps=steps).segments(CONTACTS)[:4]
    assert [(s.stored, s.sign) for s in shown] == [
        ((1, 1, -1, -1), 1),
        ((1, -1, 1, -1), -1),
        ((-1, 1, 1, -1), 1),
        ((1, -1, 1, -1), -1),
    ]


def test_schedule_of_arrays_is_that_of_numbers():
    """As `random_patterns` makes them; schedules are compared, and arrays cannot be."""
    of_arrays = Training(np.array([[1, 1, -1, -1], [1, -1, 1, -1]]))
    assert of_arrays == Training(((1, 1, -1, -1), (1, -1, 1, -1)))
    assert len({of_arrays, Training([np.array([1, 1, -1, -1]), (1, -1, 1, -1)])}) == 1


@pytest.mark.regression
def test_steps_may_drive_contacts_by_their_names():
    drives = {"rim_1": 0.05, "rim_2": {"current": -1e-5}, "rim_3": "float"}
    steps = (Step(A), Step(drives=drives, duration=1e-9), Step(rest=2e-9))
    training = Training(steps=steps, duration=3e-9, rest=0.0)
    shown, driven, _ = training.segments(CONTACTS)
    assert driven.drives == (0.05, Current(-1e-5), None, None)
    assert (driven.duration, shown.duration) == (1e-9, 3e-9)
    assert training.extent() == (3, pytest.approx(6e-9))
    assert [format_pattern(pattern) for pattern in training.parsed(CONTACTS)] == [A]
    assert training.last_voltages(CONTACTS) == [0.05, 0.05, -0.05, -0.05]


@pytest.mark.regression
@pytest.mark.parametrize(
    ("step", "message"),
    [
        (Step(A, drives={"rim_1": 0.1}), "drives by name have neither pattern, sign nor voltage"),
        (Step(drives={"rim_1": 0.1}, rest=1e-9), "a rest has neither pattern"),
        (Step(drives={"rim_1": 0.1}, duration=0.0), "duration = 0.0: must be positive"),
        (Step(drives={}), "no contact has a voltage or a current"),
        (Step(drives={"rim_1": None}), "no contact has a voltage or a current"),
        (Step(drives={"rim_1": "0.1"}), r"drives\.rim_1 = '0\.1': must be a voltage in V"),
    ],
)
def test_drives_of_a_step_that_cannot_be(step, message):
    with pytest.raises(InputError, match=rf"^step 2 of training\.steps: .*{message}"):
        Training(steps=(Step(A), step))


@pytest.mark.regression
def test_drives_of_a_step_are_of_the_contacts_of_the_film():
    training = Training(steps=(Step(A), Step(drives={"rim_4": 0.1})))
    with pytest.raises(InputError, match=r"drives: no contact rim_4 .*did you mean rim_"):
        training.require_fit(CONTACTS)


@pytest.mark.regression
def test_training_without_a_pattern_is_a_protocol():
    with pytest.raises(InputError, match=r"patterns is empty.*has a \[protocol\] in place"):
        Training(steps=(Step(drives={"rim_1": 0.1}),))


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"first": 0, "after A": 1, "last": 3}),
        # A pause lies between what is presented, so behind a reading.
        ({"pause": 1e-9}, {"first": 0, "after A": 1, "last": 5}),
    ],
)
def test_readings_stand_between_segments(options, expected):
    steps = (Step(read="first"), Step(A), Step(read="after A"), Step(B), Step(A), Step(read="last"))
    training = Training(steps=steps, **options)
    assert training.moments(CONTACTS) == expected
    assert training.labels() == list(expected)
    plain = Training(steps=tuple(s for s in steps if s.read is None), **options)
    assert training.segments(CONTACTS) == plain.segments(CONTACTS)
    assert training.extent() == plain.extent()
    assert [p.tolist() for p in training.parsed()] == [p.tolist() for p in plain.parsed()]


def test_readings_of_repeated_steps_are_numbered():
    training = Training(steps=(Step(A), Step(read="A"), Step(B)), repeats=2, rest=0.0)
    assert training.moments(CONTACTS) == {"A 1": 1, "A 2": 3}
    training.require_fit(CONTACTS)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([Step(A, read="x")], "step 1 of training.steps: a reading, read = 'x', has its label"),
        (
            [Step(A), Step(read="trained")],
            "step 2 of training.steps: read = 'trained': is the film after it already",
        ),
        (
            [Step(A), Step(read="recalled")],
            "step 2 of training.steps: read = 'recalled': is the film after a circuit has recalled",
        ),
        ([Step(A), Step(read="")], "step 2 of training.steps: read = '': must be a label"),
        ([Step(A), Step(read="-A")], "read = '-A': must be a label"),
        ([Step(A), Step(read="A\nB")], "must be a label in one line"),
        ([Step(A), Step(read=61 * "A")], "must have 60 characters at most"),
        (
            [Step(read="x"), Step(A), Step(read="x")],
            "step 3 of training.steps: read = 'x': is the label of an earlier step",
        ),
        ([Step(read="x")], "training.patterns is empty"),
    ],
)
def test_impossible_reading_is_named(steps, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Training(steps=tuple(steps))
    assert "\n" not in str(caught.value)


@pytest.mark.analytic
@pytest.mark.parametrize("pause", [0.0, 1e-9])
def test_film_is_read_after_each_presentation_and_its_pause(pause):
    options = {"presentation": "bipolar", "repeats": 2, "pause": pause, "rest": 3e-9}
    training = Training((A,), read_each=True, **options)
    each = 2 if pause else 1
    moments = {f"after {k}": k * each for k in range(1, 5)}
    assert training.moments(CONTACTS) == moments
    assert training.labels() == list(moments)
    assert training.reading_count == 4
    segments = training.segments(CONTACTS)
    assert [s.label for s in segments[::each][:4]] == [A, MINUS_A, A, MINUS_A]
    assert {s.label for s in segments[1::2]} >= ({"pause"} if pause else {MINUS_A})
    assert training.extent() == (len(segments), pytest.approx(sum(s.duration for s in segments)))
    # Without readings the last is followed by the rest at once.
    assert len(segments) - len(Training((A,), **options).segments(CONTACTS)) == bool(pause)


def test_alternation_is_read_once_at_its_end():
    training = Training((A, B), presentation="alternating", read_each=True, rest=0.0)
    assert training.moments(CONTACTS) == {"after 1": 6, "after 2": 12}


def test_steps_say_themselves_when_the_film_is_read():
    with pytest.raises(InputError, match=r"^training\.read_each beside training\.steps: the steps"):
        Training(steps=(Step(A),), read_each=True)


def test_labels_of_absurd_repeats_are_no_work():
    assert Training(("++--",), repeats=10**15).labels() == []


REFERENCED = Neurons(
    ("a", "b", "c", "ref_a", "ref_b", "ref_c"),
    {name: Neuron((name,), (f"ref_{name}",)) for name in "abc"},
)


@pytest.mark.analytic
def test_only_the_reference_film_gets_what_is_unlearnt():
    """Its contacts are at sign V ξ, those of the film at 0 V; what is unlearnt is not stored."""
    training = Training(
        ("++-",),
        0.05,
        steps=(
            Step(1),
            Step(unlearn="+-+", sign=-1, voltage=0.02, duration=1e-9),
            Step(unlearn=1),
        ),
        rest=0.0,
    )
    segments = training.segments(REFERENCED)
    assert [s.drives for s in segments] == [
        (0.05, 0.05, -0.05, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, -0.02, 0.02, -0.02),
        (0.0, 0.0, 0.0, 0.05, 0.05, -0.05),
    ]
    assert [s.duration for s in segments] == [6e-9, 1e-9, 6e-9]
    assert training.extent() == (3, pytest.approx(13e-9))
    assert len(training.parsed(REFERENCED)) == 1


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (Step(unlearn="+-+"), "no reference film"),
        (Step(pattern=1, unlearn="+-+"), "step 2 of training.steps: pattern beside unlearn"),
        (Step(unlearn=2), "step 2 of training.steps: unlearn = 2: allowed are 1 to 1"),
        (Step(unlearn="+++"), "same voltage"),
        (Step(unlearn="+-"), "2 signs"),
    ],
)
def test_impossible_unlearning_is_named(step, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Training(("++-",), steps=(Step(1), step)).segments("abc")
    assert "\n" not in str(caught.value)
