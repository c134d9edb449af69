"""Patterns: reading, writing, counting and comparing them."""

import inspect
import math

import numpy as np
import pytest

import hebbfilm
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.criteria import storage_criteria
from hebbfilm.hopfield.fixed_points import largest_fixed_points
from hebbfilm.hopfield.flips import flip_correction
from hebbfilm.hopfield.forming import Forming
from hebbfilm.hopfield.ideal import (
    hebb_weights,
    ideal_networks,
    oja_weights,
    pseudo_inverse_weights,
    storkey_weights,
)
from hebbfilm.hopfield.noisy_recall import recall_from_flips
from hebbfilm.hopfield.patterns import (
    all_states,
    flip,
    format_pattern,
    hamming_distance,
    overlap,
    parse_pattern,
    parse_patterns,
    random_patterns,
    require_drivable,
    same_up_to_sign,
)
from hebbfilm.hopfield.recall_ends import recall_table
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.robustness import under_read_noise, under_weight_noise, with_few_levels
from hebbfilm.hopfield.storable import best_stability
from hebbfilm.hopfield.training import Training
from hebbfilm.hopfield.weights import hebb_correlation

CONTACTS = ("rim_1", "rim_2", "rim_3", "centre")


@pytest.mark.parametrize(
    "value",
    [
        "+,-,-,+",
        "+--+",
        "+ - - +",
        "(+, −, −, +)",
        "1,-1,-1,1",
        "+1 -1 -1 +1",
        [1, -1, -1, 1],
        (1.0, -1.0, -1.0, 1.0),
        ["+", "-", "-", "+"],
        np.array([1, -1, -1, 1], dtype=np.int8),
    ],
)
def test_every_spelling_reads_as_the_same_pattern(value):
    pattern = parse_pattern(value, names=CONTACTS)
    assert pattern.dtype == np.int8
    assert pattern.tolist() == [1, -1, -1, 1]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("+,-,+", "pattern '+,-,+' has 3 signs; the film has 4 contacts (rim_1, rim_2, rim_3, "),
        ("+", "has 1 sign; the film has 4 contacts"),
        ("+,0,-,+", "entry 2 is '0'; allowed are + and - (or 1 and -1); patterns are not 0/1"),
        ([1, 0, 0, 1], "entry 2 is 0; allowed are + and - (or 1 and -1); patterns are not 0/1"),
        ([True, False, True, True], "entry 1 is True"),
        ("+,-,,+", "entry 3 is ''"),
        ("++,--", "entry 1 is '++'; allowed are + and - (or 1 and -1); put a comma after each"),
        ("1-1-11", "entry 1 is '1-1-11'"),
        ([0.05, -0.05, -0.05, 0.05], "entry 1 is 0.05"),
        ([[1, -1, -1, 1]], "did you give several patterns where one is wanted?"),
        (np.ones((2, 4)), "did you give several patterns where one is wanted?"),
        (["++--", "+-+-"], "entry 1 is '++--'"),
        ("", "pattern '' has no signs"),
        ([], "pattern [] has no signs"),
        (1, "pattern 1 has no signs"),
        ({1, -1}, "has no signs"),
    ],
)
def test_what_is_not_a_pattern_is_refused_in_one_line(value, message):
    with pytest.raises(InputError) as refused:
        parse_pattern(value, names=CONTACTS)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_size_alone_is_enough_to_check_the_length():
    with pytest.raises(InputError, match=r"has 2 signs; the film has 4 contacts$"):
        parse_pattern("+-", size=4)


def test_equal_signs_drive_no_current():
    require_drivable(parse_pattern("+-++"))
    for pattern in ("++++", "----"):
        with pytest.raises(InputError, match="no current flows"):
            require_drivable(parse_pattern(pattern))


@pytest.mark.cross_method
def test_written_patterns_read_back():
    for state in all_states(5):
        assert np.array_equal(parse_pattern(format_pattern(state)), state)


@pytest.mark.analytic
def test_all_states_are_all_different_and_in_order():
    states = all_states(4)
    assert states.shape == (16, 4)
    assert states.dtype == np.int8
    assert len(np.unique(states, axis=0)) == 16
    assert [format_pattern(states[k]) for k in (0, 1, 15)] == ["+,+,+,+", "+,+,+,-", "-,-,-,-"]
    with pytest.raises(InputError, match="allowed are 1 to 20"):
        all_states(21)


@pytest.mark.analytic
def test_distances_from_one_state_are_binomial():
    states = all_states(6)
    distances = [hamming_distance(states[11], state) for state in states]
    assert np.bincount(distances).tolist() == [math.comb(6, d) for d in range(7)]
    for state, distance in zip(states, distances, strict=True):
        # a·b/N, in exact binary fractions only when N is a power of two: one rounding is allowed
        direct = int(states[11].astype(int) @ state) / 6
        assert overlap(states[11], state) == pytest.approx(direct, abs=np.finfo(float).eps)
        assert same_up_to_sign(states[11], state) == (distance in (0, 6))


def test_patterns_of_different_length_do_not_compare():
    with pytest.raises(InputError, match="3 and 2 signs"):
        hamming_distance(parse_pattern("+-+"), parse_pattern("+-"))


@pytest.mark.analytic
def test_flip_changes_the_named_sites_of_a_copy():
    pattern = parse_pattern("++--")
    flipped = flip(pattern, [0, 3, 3])
    assert format_pattern(flipped) == "-,+,-,+"
    assert format_pattern(pattern) == "+,+,-,-"
    assert hamming_distance(pattern, flipped) == 2
    for site in (4, -1):
        with pytest.raises(InputError, match="allowed are 0 to 3"):
            flip(pattern, [site])


@pytest.mark.analytic
@pytest.mark.parametrize(("count", "size"), [(7, 4), (1, 2), (40, 9), (5, 70)])
def test_random_patterns_differ_up_to_sign_and_drive_a_current(count, size):
    patterns = random_patterns(count, size, seed=3)
    assert patterns.shape == (count, size)
    assert np.array_equal(patterns, random_patterns(count, size, seed=3))
    for k, pattern in enumerate(patterns):
        require_drivable(pattern)
        assert not any(same_up_to_sign(pattern, other) for other in patterns[:k])


@pytest.mark.parametrize(("count", "size", "message"), [(8, 4, "only 7 differ"), (0, 4, "1 or")])
def test_more_random_patterns_than_exist_are_refused(count, size, message):
    with pytest.raises(InputError, match=message):
        random_patterns(count, size, seed=0)


W = hebb_weights(["++--"])
TAKE_PATTERNS = {
    "hebb_weights": hebb_weights,
    "oja_weights": oja_weights,
    "pseudo_inverse_weights": pseudo_inverse_weights,
    "storkey_weights": storkey_weights,
    "ideal_networks": ideal_networks,
    "recall_table": lambda patterns: recall_table(W, patterns),
    "starts of recall_table": lambda starts: recall_table(W, ["++--"], starts=starts),
    "storage_criteria": lambda patterns: storage_criteria(W, patterns),
    "flip_correction": lambda patterns: flip_correction(W, patterns),
    "hebb_correlation": lambda patterns: hebb_correlation(W, patterns),
    "largest_fixed_points": lambda patterns: largest_fixed_points(W, patterns),
    "under_weight_noise": lambda patterns: under_weight_noise(W, patterns, draws=1),
    "under_read_noise": lambda patterns: under_read_noise(W, W, Reference(), patterns, draws=1),
    "with_few_levels": lambda patterns: with_few_levels(W, patterns, draws=1),
    "recall_from_flips": lambda patterns: recall_from_flips(W, patterns, trials=2),
    "best_stability": best_stability,
    "Training": Training,
    "Forming": Forming,
}


@pytest.mark.parametrize("take", TAKE_PATTERNS.values(), ids=TAKE_PATTERNS)
@pytest.mark.parametrize(
    ("one", "told"),
    [
        ("++--", "'++--'"),
        ("+,+,-,-", "'+,+,-,-'"),
        ([1, 1, -1, -1], "[1, 1, -1, -1]"),
        ((1, 1, -1, -1), "(1, 1, -1, -1)"),
        (["+", "+", "-", "-"], "['+', '+', '-', '-']"),
        (np.array([1, 1, -1, -1]), "[1, 1, -1, -1]"),
        (4, "4"),
    ],
    ids=str,
)
def test_one_pattern_where_a_list_is_wanted_is_refused_with_what_to_write(take, one, told):
    with pytest.raises(InputError) as refused:
        take(one)
    what, _, rest = str(refused.value).partition(" = ")
    allowed = ("patterns", "starts", "training.patterns", "training.forming.patterns")
    assert what in allowed
    assert rest == f"{told}: must be a list of patterns; for one, write [{told}]"


def test_all_that_takes_patterns_is_tried_with_one():
    things = {name: getattr(hebbfilm, name) for name in hebbfilm.__all__}
    takes = {
        name
        for name, thing in things.items()
        if not (inspect.isclass(thing) and issubclass(thing, Exception))
        and "patterns" in inspect.signature(thing).parameters
    }
    assert len(takes) > 8
    assert takes - {"RecallTable"} <= set(TAKE_PATTERNS)


@pytest.mark.parametrize(
    "several",
    [["++--"], ("++--", "+-+-"), [[1, 1, -1, -1]], np.array([[1, 1, -1, -1]]), iter(["++--"])],
)
def test_lists_of_patterns_are_read(several):
    assert all(pattern.shape == (4,) for pattern in parse_patterns(several, size=4))
