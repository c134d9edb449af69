"""What is done to a film before the first pattern is presented to it."""

import re

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Forming, HopfieldFilm, Neuron, Neurons, Step, Training
from hebbfilm.hopfield.pattern_segments import PatternSegment
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Film

CONTACTS = ("rim_1", "rim_2", "rim_3", "centre")
NEURONS = Neurons(CONTACTS)


@pytest.mark.analytic
@pytest.mark.parametrize("neurons", [2, 3, 4, 5, 8])
def test_all_patterns_are_all_up_to_the_sign(neurons):
    patterns = Forming().parsed(neurons)
    assert len(patterns) == 2 ** (neurons - 1) - 1
    assert all(-neurons < int(np.sum(pattern, dtype=int)) < neurons for pattern in patterns)
    both = {tuple(map(int, sign * p)) for p in patterns for sign in (1, -1)}
    assert len(both) == 2 * len(patterns)


@pytest.mark.analytic
def test_each_amplitude_shows_each_pattern_in_both_polarities():
    forming = Forming(("++--", (1, -1, 1, -1)), (1.0, 0.5), 2e-9, 3e-9)
    *shown, end = forming.segments(NEURONS, -0.04)
    a, b = np.array([1, 1, -1, -1]), np.array([1, -1, 1, -1])
    expected = [-0.04 * f * s * p for f in (1, 0.5) for p in (a, b) for s in (1, -1)]
    np.testing.assert_array_equal([segment.drives for segment in shown], expected)
    assert {segment.duration for segment in shown} == {2e-9}
    assert (end.drives, end.duration) == (None, 3e-9)
    # What is seen on average: nothing, to round-off.
    assert np.abs(np.sum([segment.drives for segment in shown], axis=0)).max() < 1e-16


@pytest.mark.analytic
@pytest.mark.parametrize("rest", [0.0, 1e-9])
@pytest.mark.parametrize("patterns", ["all", ("+---",)])
def test_extent_is_that_of_the_segments_none_of_which_is_a_presentation(patterns, rest):
    forming = Forming(patterns, (1.0, 0.7, 0.4), 0.5e-9, rest)
    segments = forming.segments(NEURONS, 0.05)
    number, time = forming.extent(4)
    assert number == len(segments)
    assert time == pytest.approx(sum(segment.duration for segment in segments), rel=1e-12)
    assert not any(isinstance(segment, PatternSegment) for segment in segments)


@pytest.mark.analytic
def test_contacts_of_a_neuron_are_formed_with_their_signs():
    twins = Neurons(["a", "b", "c", "d"], {"x": Neuron(("a", "-c")), "y": Neuron(("b", "-d"))})
    one, other = Forming("all", (1.0,), rest=0.0).segments(twins, 0.05)
    assert one.drives == (0.05, -0.05, -0.05, 0.05)
    assert other.drives == (-0.05, 0.05, 0.05, -0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patterns": "every"}, "training.forming.patterns = 'every': must be 'all', or a list"),
        ({"patterns": ()}, "training.forming.patterns = (): must be 'all', or a list of patterns"),
        ({"patterns": (1, -1)}, "training.forming.patterns = (1, -1): must be a list of patterns"),
        ({"patterns": ("++++",)}, "same voltage"),
        ({"patterns": ("+0--",)}, "allowed are + and -"),
        ({"amplitudes": ()}, "training.forming.amplitudes = []: must be factors of the voltage"),
        ({"amplitudes": (1.0, 0.0)}, "training.forming.amplitudes = [1.0, 0.0]: must be factors"),
        ({"duration": 0.0}, "training.forming.duration = 0.0: must be positive"),
        ({"rest": -1.0}, "training.forming.rest = -1.0: must be zero or positive"),
    ],
)
def test_impossible_forming_is_named(options, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Forming(**options)
    assert "\n" not in str(caught.value)


def test_all_patterns_of_many_neurons_are_refused():
    message = "'all': of 9 neurons there are 255, and 8 neurons are the most of which all are taken"
    with pytest.raises(InputError, match=re.escape(message)):
        Forming().extent(9)
    assert Forming(("++++++++-",)).extent(9)[0] == 9


FORMING = Forming(("++--", "+-+-"), (1.0, 0.5), 1e-9, 2e-9)
"""Eight segments and a rest."""


@pytest.mark.analytic
@pytest.mark.parametrize(
    "options",
    [
        {"repeats": 3, "pause": 1e-9},
        {"presentation": "bipolar", "read_each": True, "pause": 1e-9},
        {"steps": (Step("+---"), Step(read="A"), Step(rest=1e-9))},
    ],
)
def test_film_is_formed_once_before_it_is_trained(options):
    plain = Training(("+---",), **options)
    training = Training(("+---",), forming=FORMING, **options)
    forming, rest = FORMING.segments(NEURONS, 0.05), plain.segments(CONTACTS)
    assert training.segments(CONTACTS) == forming + rest
    assert training.parsed()[0].tolist() == [1, -1, -1, -1]
    later = {label: 9 + count for label, count in plain.moments(CONTACTS).items()}
    assert training.moments(CONTACTS) == {"formed": 9} | later
    assert training.labels() == list(training.moments(CONTACTS))
    assert training.reading_count == len(training.labels())
    number, time = training.extent()
    assert number == 9 + len(rest)
    assert time == pytest.approx(10e-9 + plain.extent()[1], rel=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patterns": (("+" * 8 + "-"),), "forming": Forming()}, "of 9 neurons there are 255"),
        ({"patterns": ("++-",), "forming": FORMING}, "of 4 signs; the patterns of the"),
        (
            {"steps": (Step("++--"), Step(read="formed")), "forming": FORMING},
            "read = 'formed' beside training.forming",
        ),
    ],
)
def test_forming_that_does_not_fit_is_named(options, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Training(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.analytic
def test_film_is_read_when_formed_and_nothing_is_stored_by_it(comm):
    """Read as if forming and training had been done by hand, one after the other."""
    film = Film(mesh_film(wheel(mesh_size=40e-9), comm))
    film.randomise(seed=1)
    begun = film.m.copy()
    forming = Forming(("+-+-",), (1.0, 0.5), 1e-12, 0.0)
    network = HopfieldFilm(film)
    network.train(["++--"], duration=2e-12, rest=0.0, forming=forming)
    assert list(network.readings) == ["untrained", "formed", "trained"]
    assert [pattern.tolist() for pattern in network.patterns] == [[1, 1, -1, -1]]
    trained = film.m.copy()
    film.set_magnetisation(begun)
    film.evolve(forming.segments(network.neurons, 0.05))
    by_hand = HopfieldFilm(film)
    by_hand.train(["++--"], duration=2e-12, rest=0.0)
    # Each reading is solved to 1e-10, and from another first guess.
    np.testing.assert_allclose(by_hand.before, network.readings["formed"], rtol=1e-8)
    np.testing.assert_allclose(by_hand.after, network.after, rtol=1e-8)
    assert np.abs(network.readings["formed"] / network.before - 1).max() > 1e-4
    np.testing.assert_allclose(film.m, trained, atol=1e-6)
