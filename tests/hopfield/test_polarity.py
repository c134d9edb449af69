"""With which of its two signs a pattern is presented."""

import itertools
import re

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import HopfieldFilm, Neuron, Neurons, Step, Training, format_pattern
from hebbfilm.hopfield.polarity import in_polarity
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Film

CONTACTS = ("ring_1", "ring_2", "ring_3", "centre")


def training(*patterns, **options):
    return Training(patterns, polarity="most_negative", rest=0.0, **options)


def shown(schedule):
    """What the voltages of each segment show, and what it is called."""
    segments = schedule.segments(CONTACTS)
    signs = [format_pattern(np.sign(segment.drives)) for segment in segments]
    return signs, [(format_pattern(segment.stored), segment.sign) for segment in segments]


@pytest.mark.analytic
@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_one_of_both_signs_is_the_most_negative(size):
    for signs in itertools.product((1, -1), repeat=size):
        pattern = np.array(signs, dtype=np.int8)
        chosen = in_polarity(pattern, "most_negative")
        np.testing.assert_array_equal(in_polarity(-pattern, "most_negative"), chosen)
        assert abs(int(chosen @ pattern)) == size
        positive = np.count_nonzero(chosen > 0)
        assert positive < size / 2 or (2 * positive == size and chosen[-1] < 0)
        assert in_polarity(pattern, "as_given") is pattern


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("pattern", "presented", "sign"),
    [
        ("+,+,+,-", "-,-,-,+", -1),
        ("+,-,+,+", "-,+,-,-", -1),
        ("-,+,-,-", "-,+,-,-", 1),
        ("+,+,-,-", "+,+,-,-", 1),
        ("+,-,-,+", "-,+,+,-", -1),
    ],
)
def test_pattern_is_presented_most_negative_and_stays_what_is_stored(pattern, presented, sign):
    schedule = training(pattern)
    assert shown(schedule) == ([presented], [(pattern, sign)])
    assert [format_pattern(each) for each in schedule.parsed()] == [pattern]
    assert np.sign(schedule.last_voltages(CONTACTS)).tolist() == list(
        schedule.segments(CONTACTS)[0].presented
    )


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("presentation", "signs"),
    [
        ("constant", ["-,-,-,+", "+,+,-,-"]),
        ("bipolar", ["-,-,-,+", "+,+,+,-", "+,+,-,-", "-,-,+,+"]),
        ("quadrature", ["-,-,-,+", "+,+,-,-", "+,+,+,-", "-,-,+,+"]),
        ("alternating", ["-,-,-,+", "+,+,+,-", "+,+,-,-", "-,-,+,+"]),
    ],
)
def test_most_negative_of_two_comes_first(presentation, signs):
    options = {"presentation": presentation, "duration": 2e-9}
    schedule = training("+++-", "--++", **options)
    found, called = shown(schedule)
    assert found == signs
    by_name = {"+,+,+,-": ("+,+,+,-", 1), "-,-,-,+": ("+,+,+,-", -1)}
    by_name |= {"-,-,+,+": ("-,-,+,+", 1), "+,+,-,-": ("-,-,+,+", -1)}
    assert called == [by_name[each] for each in signs]
    segments = schedule.segments(CONTACTS)
    total = sum(segment.duration for segment in segments)
    assert schedule.extent() == (len(segments), pytest.approx(total))


@pytest.mark.analytic
def test_sign_of_a_step_is_against_the_polarity():
    steps = (Step(1), Step(1, -1), Step("+--+"), Step("-++-", -1))
    found, called = shown(training("+++-", "+--+", steps=steps))
    assert found == ["-,-,-,+", "+,+,+,-", "-,+,+,-", "+,-,-,+"]
    assert called == [("+,+,+,-", -1), ("+,+,+,-", 1), ("+,-,-,+", -1), ("+,-,-,+", 1)]


@pytest.mark.analytic
def test_polarity_counts_neurons_and_negative_voltage_turns_them():
    assert shown(training("+++-", voltage=-0.05)) == (["+,+,+,-"], [("+,+,+,-", 1)])
    twins = Neurons(["a", "b", "c", "d"], {"x": Neuron(("a", "-c")), "y": Neuron(("b", "-d"))})
    (segment,) = training("-+").segments(twins)
    assert segment.drives == (0.05, -0.05, -0.05, 0.05)
    assert (segment.stored, segment.sign) == ((-1, 1), -1)


def test_polarity_that_is_none_is_named():
    message = "training.polarity = 'most_negativ': allowed are as_given, most_negative; did you"
    with pytest.raises(InputError, match=re.escape(message)):
        Training(("++--",), polarity="most_negativ")


@pytest.mark.analytic
def test_film_keeps_the_pattern_and_sees_its_negative(comm):
    """The same drive, to the last bit, as of a network that is given the negative."""
    left = []
    for pattern, polarity in (("+++-", "most_negative"), ("---+", "as_given")):
        film = Film(mesh_film(wheel(mesh_size=40e-9), comm))
        film.randomise(seed=1)
        network = HopfieldFilm(film)
        network.train([pattern], duration=2e-12, rest=0.0, polarity=polarity)
        assert format_pattern(network.patterns[0]) == ",".join(pattern)
        left.append(film.m)
    np.testing.assert_array_equal(*left)
