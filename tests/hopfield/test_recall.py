"""Recall: descent of the energy, cycles, ties, temperature, and the table."""

import itertools

import numpy as np
import pytest

from hebbfilm.common.errors import InputError, RecallError
from hebbfilm.hopfield.ideal import hebb_weights
from hebbfilm.hopfield.patterns import (
    all_states,
    hamming_distance,
    parse_pattern,
    random_patterns,
    same_up_to_sign,
)
from hebbfilm.hopfield.recall import (
    asynchronous_path,
    recall_asynchronous,
    recall_synchronous,
    recall_thermal,
)
from hebbfilm.hopfield.recall_ends import recall_success, recall_table
from hebbfilm.hopfield.states import energy, is_fixed_point


def random_weights(n, seed):
    w = np.random.default_rng(seed).normal(size=(n, n))
    w = w + w.T
    np.fill_diagonal(w, 0)
    return w


@pytest.mark.analytic
@pytest.mark.parametrize(("n", "seed"), list(itertools.product([2, 3, 5, 8], range(4))))
def test_every_flip_lowers_the_energy_until_none_can(n, seed):
    w = random_weights(n, seed)
    for start in all_states(n):
        path = list(asynchronous_path(w, start, rng=seed))
        energies = [energy(w, state) for state in path]
        assert np.all(np.diff(energies) < 0)
        assert all(np.sum(a != b) == 1 for a, b in itertools.pairwise(path))
        assert is_fixed_point(w, path[-1])
        assert np.array_equal(recall_asynchronous(w, start, rng=seed), path[-1])


@pytest.mark.cross_method
def test_fixed_points_are_the_states_that_no_flip_betters():
    w = random_weights(6, seed=9)
    for state in all_states(6):
        neighbours = np.where(np.eye(6, dtype=bool), -state, state)
        lowest = min(energy(w, neighbour) for neighbour in neighbours)
        assert is_fixed_point(w, state) == (lowest > energy(w, state))


@pytest.mark.analytic
def test_the_lowest_energy_of_one_pattern_is_at_the_pattern():
    # E = −½ Σ_{i≠j} ξ_i² ξ_j²/N = −(N−1)/2
    assert energy(hebb_weights(["++--"]), parse_pattern("++--")) == -1.5


@pytest.mark.analytic
@pytest.mark.parametrize("last", [1, -1])
def test_a_field_that_is_zero_but_for_rounding_keeps_the_sign(last):
    """Three units hold each other; the fourth feels 0.1 + 0.2 − 0.3: zero, not in floating point.

    Whichever sign the rounding has, one of the two states would flip if it counted.
    """
    assert 0.1 + 0.2 - 0.3 != 0
    w = np.ones((4, 4)) - np.eye(4)
    w[3, :3] = w[:3, 3] = [0.1, 0.2, -0.3]
    state = np.array([1, 1, 1, last])
    assert is_fixed_point(w, state)
    assert np.array_equal(recall_asynchronous(w, state), state)
    end, period = recall_synchronous(w, state)
    assert period == 1
    assert np.array_equal(end, state)


@pytest.mark.analytic
def test_two_units_updated_at_once_alternate_for_ever():
    w = np.array([[0, 1], [1, 0]])
    end, period = recall_synchronous(w, "+-")
    assert period == 2
    assert end.tolist() == [1, -1]
    # Both states of the cycle are ±ξ of "+-", and yet it is not recalled: it does not stay.
    table = recall_table(w, ["+-"], rule="synchronous")
    assert not any(row.recalled for row in table)
    assert [row.oscillates for row in table] == [False, True, True, False]
    *rows, oscillating, recalled = str(table).splitlines()
    assert [row.split()[2] for row in rows[1:]] == ["no", "oscillates", "oscillates", "no"]
    assert oscillating.startswith("2 of 4 end at no fixed point but oscillate")
    assert recalled == "0 of 4 recalled"
    # Of the four starts, ++ and -- stay.
    assert recall_success(recall_table(w, ["++"], rule="synchronous")) == 0.5
    assert recall_success(recall_table(w, ["++"])) == 1


@pytest.mark.cross_method
@pytest.mark.parametrize("seed", range(6))
def test_synchronous_recall_has_period_one_or_two_even_with_ties(seed):
    w = np.triu(np.random.default_rng(seed).integers(-1, 2, size=(6, 6)), k=1)
    w = w + w.T
    for start in all_states(6):
        end, period = recall_synchronous(w, start)
        state = end.astype(int)
        for _ in range(period):
            field = w @ state
            state = np.where(field == 0, state, np.sign(field))
        assert np.array_equal(state, end)
        assert (period == 1) == is_fixed_point(w, end)


@pytest.mark.analytic
def test_thermal_recall_visits_states_as_boltzmann_has_them():
    w, temperature = random_weights(3, seed=4), 1.5
    states = all_states(3)
    boltzmann = np.exp([-energy(w, state) / temperature for state in states])
    boltzmann /= boltzmann.sum()
    rng, state = np.random.default_rng(5), states[0]
    visits = np.zeros((100, 8))
    for batch in visits:
        for _ in range(100):
            state = recall_thermal(w, state, temperature, sweeps=1, rng=rng)
            batch[np.flatnonzero((states == state).all(axis=1))[0]] += 1
    frequency = visits / 100
    # Standard error from the spread of batches far longer than the correlation time of a sweep or
    # two; 8 states within 4 standard errors fail by chance in less than 1 of 1000 seeds.
    error = frequency.std(axis=0, ddof=1) / np.sqrt(len(frequency))
    assert np.all(np.abs(frequency.mean(axis=0) - boltzmann) < 4 * error)


@pytest.mark.analytic
def test_cold_recall_is_at_rest():
    w = random_weights(6, seed=1)
    end = recall_thermal(w, "++++++", 1e-9, sweeps=100)
    assert is_fixed_point(w, end)


@pytest.mark.analytic
def test_the_table_has_every_start_and_its_distance():
    table = recall_table(hebb_weights(["++--"]), ["++--"], orders=4)
    assert len(table) == 64
    # From the nearer of ±ξ: 2 states at 0, 8 at 1, 6 at 2; four orders each.
    assert np.bincount([row.distance for row in table]).tolist() == [8, 32, 24]
    assert all(row.recalled for row in table)
    lines = str(table).splitlines()
    assert lines[0].split() == ["start", "end", "recalled", "distance"]
    assert lines[-1] == "64 of 64 recalled"


@pytest.mark.cross_method
def test_the_same_seed_gives_the_same_table():
    w = random_weights(5, seed=2)
    first, again, other = (
        str(recall_table(w, ["+-+-+"], seed=seed, orders=3)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


@pytest.mark.cross_method
def test_where_a_start_ends_does_not_depend_on_the_others():
    """Alone, repeated, in another order, and with more orders of update: one end for a seed."""
    w, patterns = random_weights(5, seed=2), ["+-+-+"]
    every = recall_table(w, patterns, seed=3)
    ends = {tuple(row.start): tuple(row.end) for row in every}
    for start in all_states(5):
        rows = recall_table(w, patterns, starts=["+++++", start, start], seed=3)
        assert [tuple(row.end) for row in rows][1:] == 2 * [ends[tuple(start)]]
    for row in list(recall_table(w, patterns, seed=3, orders=4))[::4]:
        assert tuple(row.end) == ends[tuple(row.start)]
    # The order matters here: other seeds lead elsewhere from some start.
    assert any(
        [tuple(row.end) for row in recall_table(w, patterns, seed=seed)] != list(ends.values())
        for seed in range(10)
    )


@pytest.mark.analytic
def test_starts_are_those_given_or_sampled_in_larger_networks():
    pattern = "+-" * 6 + "+"
    w = hebb_weights([pattern])
    assert [row.start.tolist() for row in recall_table(w, [pattern], starts=[pattern])] == [
        parse_pattern(pattern).tolist()
    ]
    table = recall_table(w, [pattern])
    assert len(table) == 4096
    assert recall_success(table) == 1


def test_a_recall_that_is_cut_short_raises():
    w = hebb_weights(["++--"])
    with pytest.raises(RecallError, match="not at rest after 1 sweeps"):
        recall_asynchronous(w, "+---", max_sweeps=1)
    with pytest.raises(RecallError, match="within 1 steps"):
        recall_synchronous(w, "+---", max_steps=1)


HEBB = hebb_weights(["++--"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: recall_asynchronous(HEBB[:3], "++--"), r"shape \(3, 4\)"),
        (lambda: recall_asynchronous(HEBB + np.eye(4), "++--"), "diagonal"),
        (lambda: recall_asynchronous(np.triu(HEBB), "++--"), "not symmetric"),
        (lambda: recall_asynchronous(HEBB * np.inf, "++--"), "not finite"),
        (lambda: recall_asynchronous(HEBB, "++-"), "has 3 signs"),
        (lambda: recall_thermal(HEBB, "++--", 0, sweeps=1), "above 0"),
        (lambda: recall_table(HEBB, []), "no stored patterns"),
        (lambda: recall_table(HEBB, ["++-"]), "has 3 signs"),
        (lambda: recall_table(HEBB, ["++--"], starts=[]), "no starts"),
        (lambda: recall_table(HEBB, ["++--"], rule="parallel"), "allowed are asynchronous"),
        (lambda: recall_table(HEBB, ["++--"], orders=0), "0 orders"),
        (lambda: recall_table(HEBB, ["++--"], orders=2, rule="synchronous"), "2 orders"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_what_cannot_be_recalled_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


@pytest.mark.cross_method
@pytest.mark.parametrize("integers", [False, True], ids=["any weights", "many ties"])
def test_many_starts_end_where_each_would_alone(integers):
    """With the generator of each start, order after order, as if no other were recalled with it."""
    drawn = random_weights(13, 8)
    w = np.sign(drawn) if integers else drawn
    starts = random_patterns(40, 13, seed=2)
    table = iter(recall_table(w, [starts[0]], starts=starts, seed=6, orders=3))
    for start in starts:
        rng = np.random.default_rng([6, *np.packbits(start > 0).tobytes()])
        for _ in range(3):
            row = next(table)
            np.testing.assert_array_equal(row.start, start)
            np.testing.assert_array_equal(row.end, recall_asynchronous(w, start, rng=rng))
            assert row.recalled == same_up_to_sign(row.end, starts[0])
            distance = hamming_distance(start, starts[0])
            assert row.distance == min(distance, 13 - distance)
