"""Networks of measured strips: exactly those they come from, drawn as they should be."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.composed import Trials, composed_stored, ideal_stored
from hebbfilm.hopfield.contact_pairs import conductance_matrix
from hebbfilm.hopfield.fitted_rules import contrastive_weights, max_margin_weights
from hebbfilm.hopfield.graphs import parse_graph
from hebbfilm.hopfield.ideal import hebb_weights, ideal_networks, storkey_weights
from hebbfilm.hopfield.judging import judge
from hebbfilm.hopfield.letter_sets import letter_sets, try_letter_sets
from hebbfilm.hopfield.letters import ALPHABET, letter_patterns, letter_rows
from hebbfilm.hopfield.overlapping import overlapping_patterns, worst_overlap
from hebbfilm.hopfield.patterns import random_patterns
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.strips import (
    Strips,
    class_of,
    composed_weights,
    drawn_strips,
    finest_level_needed,
    resampled,
    strip_signs,
    with_quiet_strips,
)
from hebbfilm.hopfield.weights import conductance_weights

OFFSET = Reference("untrained_offset", 0.02)


def pool_of(patterns, coupled, change, spread=0.0, seed=0):
    """Strips of a network that changed by `change` for each pattern that drives them."""
    rng = np.random.default_rng(seed)
    signs = strip_signs(patterns, coupled)
    before = rng.uniform(0.9e-3, 1.1e-3, len(signs))
    noise = rng.normal(scale=spread, size=len(signs))
    return Strips(signs, before, before * (1 + change * np.abs(signs).sum(axis=1) + noise))


@pytest.mark.analytic
def test_strips_without_spread_make_the_network_of_hebb():
    """r = c n and an offset of p c/2 give w = c (p/2 − n) = c/2 Σ ξ_i ξ_j, on any other graph."""
    source, graph = parse_graph("complete:12"), parse_graph("pixels:7x5")
    pool = pool_of(random_patterns(2, 12, seed=1), source.coupled, 0.02)
    patterns = random_patterns(2, 35, seed=2)
    rng = np.random.default_rng(3)
    w = composed_weights(pool, patterns, graph.coupled, OFFSET, rng, level="count")
    hebb = ideal_networks(patterns, graph.coupled)["hebb"]
    # Quotients of rounded conductances: a few ε of 1.
    assert w == pytest.approx(hebb * 35 * 0.02 / 2, abs=8 * np.finfo(float).eps)


@pytest.mark.analytic
def test_network_of_its_own_strips_is_itself():
    """Where each sequence of signs was on one strip alone, there is nothing to draw."""
    patterns = np.array([[1, 1, -1], [1, -1, -1]], dtype=np.int8)
    every = np.ones(3, dtype=bool)
    pool = pool_of(patterns, every, 0.01, spread=0.02)
    assert len(np.unique(class_of(pool.signs, "signed"))) == 3
    before, after = (conductance_matrix(g, 3) for g in (pool.before, pool.after))
    for reference in (Reference("untrained"), OFFSET, Reference("absolute")):
        w = composed_weights(pool, patterns, every, reference, np.random.default_rng(4))
        assert np.array_equal(w, conductance_weights(before, after, reference))


@pytest.mark.analytic
def test_strips_in_parallel_have_less_spread():
    """The mean of four independent changes has half their deviation; 5 standard errors of it."""
    graph = parse_graph("complete:35")
    patterns = random_patterns(1, 35, seed=5)
    pool = pool_of(random_patterns(1, 60, seed=6), parse_graph("complete:60").coupled, 0.0, 0.01)
    deviations = []
    for parallel in (1, 4):
        rng = np.random.default_rng(7)
        w = composed_weights(
            pool, patterns, graph.coupled, OFFSET, rng, level="count", parallel=parallel
        )
        deviations.append((0.02 - w[np.triu_indices(35, k=1)]).std())
    assert deviations[1] / deviations[0] == pytest.approx(0.5, rel=5 / np.sqrt(595))


@pytest.mark.analytic
def test_only_strips_of_the_wanted_class_are_drawn():
    there = np.array([4, 4, 7, 9, 9, 9])
    rng = np.random.default_rng(8)
    drawn = drawn_strips(there, np.array([9, 4, 7]), 200, rng)
    assert [set(row.tolist()) for row in drawn] == [{3, 4, 5}, {0, 1}, {2}]
    with pytest.raises(InputError, match="1 of the sequences of signs"):
        drawn_strips(there, np.array([9, 5]), 1, rng)


@pytest.mark.analytic
def test_a_resample_keeps_the_size_of_every_class():
    pool = pool_of(random_patterns(3, 19, seed=9), parse_graph("hexagons:2").coupled, 0.01, 0.01)
    for level in ("signed", "unsigned", "count"):
        again = resampled(pool, level, np.random.default_rng(10))
        sizes = [
            np.unique(class_of(each.signs, level), return_counts=True) for each in (pool, again)
        ]
        assert np.array_equal(sizes[0], sizes[1])


@pytest.mark.analytic
def test_strips_that_nothing_drives_belong_to_all_pools():
    """Of two and three nodes: one and two strips are driven by no pattern, or by some."""
    one = Strips(np.array([[0], [1]]), np.array([1.0, 2.0]), np.array([1.0, 2.5]))
    two = Strips(np.array([[1, 0], [1, 1]]), np.array([3.0, 4.0]), np.array([3.5, 4.5]))
    found = with_quiet_strips({1: one, 2: two})
    assert found[1].before.tolist() == [1, 2]
    assert found[2].before.tolist() == [3, 4, 1]
    assert found[2].signs.tolist() == [[1, 0], [1, 1], [0, 0]]


@pytest.mark.analytic
def test_level_follows_what_the_strips_show():
    """A first pattern that changes less forbids to count patterns, but not to turn signs."""
    graph = parse_graph("complete:20")
    patterns = random_patterns(2, 20, seed=11)
    even = pool_of(patterns, graph.coupled, 0.02, spread=0.004)
    assert finest_level_needed(even) == "count"
    weaker = even.after - 0.01 * even.before * np.abs(even.signs[:, 0])
    assert finest_level_needed(Strips(even.signs, even.before, weaker)) == "unsigned"
    odd = even.after + 0.01 * even.before * even.signs[:, 0]
    assert finest_level_needed(Strips(even.signs, even.before, odd)) == "signed"


@pytest.mark.cross_method
def test_perfect_strips_store_what_hebb_does():
    graph = parse_graph("complete:9")
    sets = [random_patterns(2, 9, seed=seed) for seed in range(12)]
    pool = pool_of(random_patterns(2, 12, seed=1), parse_graph("complete:12").coupled, 0.02)
    trials = Trials(resamples=20, starts=5, level="count")
    rng = np.random.default_rng(12)
    film = composed_stored(pool, sets, graph.coupled, OFFSET, trials, rng)
    hebb = ideal_stored(sets, graph.coupled, trials, rng)["hebb"]
    # Rounded weights break ties, so that what is firm is the same, and what is stable may not be.
    assert film.firm.value == hebb.firm.value
    low, high = film.firm.interval
    assert low <= film.firm.value <= high


@pytest.mark.analytic
def test_interval_counts_strips_and_not_draws():
    """From a pool of few strips the interval stays wide, however many networks are drawn."""
    graph = parse_graph("complete:20")
    sets = [random_patterns(2, 20, seed=seed) for seed in range(10)]
    widths = []
    for size in (8, 40):
        source = parse_graph(f"complete:{size}")
        pool = pool_of(random_patterns(2, size, seed=3), source.coupled, 0.02, spread=0.02)
        found = composed_stored(
            pool,
            sets,
            graph.coupled,
            OFFSET,
            Trials(resamples=60, starts=5, level="count"),
            np.random.default_rng(0),
        )
        widths.append(np.ptp(found.recalled.interval))
    assert widths[0] > widths[1]


@pytest.mark.analytic
def test_judging_agrees_with_each_network_alone():
    patterns = np.array([random_patterns(2, 9, seed=seed) for seed in range(6)])
    w = np.array([storkey_weights(each) for each in patterns])
    found = judge(w, patterns, 0.0, 3, np.random.default_rng(1), exact=True)
    along = [xi * (xi.astype(float) @ own) for xi, own in zip(patterns, w, strict=True)]
    # Weights of Storkey's rule are of order 1/9; a tie is one to rounding.
    assert np.array_equal(found.firm, [(each > 1e-12).all(axis=1) for each in along])
    assert np.array_equal(found.stable, [(each > -1e-12).all(axis=1) for each in along])
    # Without flips a fixed point is where it starts.
    assert np.array_equal(found.recalled == 1, found.stable)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("text", "units", "strips"),
    [
        ("complete:35", 35, 595),
        ("pixels:7x5", 35, 106),
        ("pixels:7x5:1", 35, 58),
        ("pixels:7x5:2.3", 35, 228),
        ("pixels:3x3:9", 9, 36),
        ("diagonals:3x3", 9, 16),
        ("hexagons:1", 7, 12),
        ("hexagons:2", 19, 42),
        ("hexagons:3", 37, 90),
    ],
)
def test_graphs_by_hand(text, units, strips):
    graph = parse_graph(text)
    assert (graph.units, graph.strips) == (units, strips)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("complet:35", "did you mean complete"),
        ("pixels:7", "allowed are complete:N"),
        ("complete:1", "has 1 units"),
        ("complete:99999999", "allowed are 2 to 500"),
        ("pixels:7x5:0.5", "joins no pair"),
        ("hexagons:0", "has 1 units"),
    ],
)
def test_bad_graphs_are_refused(text, told):
    with pytest.raises(InputError, match=told):
        parse_graph(text)


@pytest.mark.analytic
@pytest.mark.parametrize("size", [9, 19, 35, 37])
@pytest.mark.parametrize("overlap", [0.0, 0.2, 0.4, 0.6, 0.8])
def test_overlap_of_two_is_the_nearest_there_is(size, overlap):
    """q N has the parity of N, and is at most N − 2."""
    xi = overlapping_patterns(2, size, overlap, seed=1).astype(int)
    there = np.arange(-size + 2, size - 1, 2)
    nearest = np.abs(there - overlap * size).min()
    assert abs(xi[0] @ xi[1] - overlap * size) == pytest.approx(nearest, abs=1e-9)


@pytest.mark.analytic
@pytest.mark.parametrize("overlap", [0.0, 0.2, 0.6])
def test_overlaps_of_three_are_the_nearest_there_are(overlap):
    """Against all ways to give 15 units one of the four columns that begin with +."""
    columns = np.array([[1, 1, 1], [1, 1, -1], [1, -1, 1], [1, -1, -1]])
    products = np.array([columns[:, 0] * columns[:, 1], columns[:, 0] * columns[:, 2],
                         columns[:, 1] * columns[:, 2]])  # fmt: skip
    best = min(
        np.abs(products @ np.array([a, b, c, 15 - a - b - c]) - overlap * 15).sum()
        for a in range(16)
        for b in range(16 - a)
        for c in range(16 - a - b)
    )
    xi = overlapping_patterns(3, 15, overlap, seed=2).astype(int)
    own = np.abs((xi @ xi.T)[np.triu_indices(3, k=1)] - overlap * 15).sum()
    assert own == pytest.approx(best, abs=1e-9)


@pytest.mark.analytic
def test_overlapping_patterns_differ_and_follow_their_seed():
    first, again, other = (overlapping_patterns(4, 19, 0.8, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert worst_overlap(first) < 1
    for count, size, overlap in ((0, 9, 0.0), (6, 9, 0.0), (2, 9, 1.0), (2, 9, -0.2), (5, 2, 0.0)):
        with pytest.raises(InputError, match=f"{count} patterns of {size} signs"):
            overlapping_patterns(count, size, overlap, seed=1)


@pytest.mark.analytic
def test_letters_are_distinct_and_drawn_from_below():
    patterns = letter_patterns(ALPHABET)
    assert patterns.shape == (26, 35)
    assert worst_overlap(patterns) < 1
    assert np.array_equal(letter_patterns("L")[0].reshape(7, 5)[::-1][-1], np.ones(5))
    assert {len(row) for letter in ALPHABET for row in letter_rows(letter)} == {5}
    assert len(letter_sets(2, 1000, 0)) == 325
    assert letter_sets(4, 50, 1) == letter_sets(4, 50, 1) != letter_sets(4, 50, 2)
    for wrong in ("", "AA", "aB", "A1"):
        with pytest.raises(InputError, match="letter"):
            letter_patterns(wrong)


@pytest.mark.analytic
def test_largest_margin_is_at_least_that_of_every_rule():
    """It is the best of all symmetric weights, Hebb's scaled to |w| ≤ 1 among them."""
    graph = parse_graph("pixels:7x5:2.3")
    patterns = letter_patterns("ATZ")
    degree = np.array([_row.sum() for _row in _mask(graph)])

    def margin(w):
        return (patterns * (patterns @ w) / degree).min() / np.abs(w).max()

    best = margin(max_margin_weights(patterns, graph.coupled))
    for w in ideal_networks(patterns, graph.coupled).values():
        assert margin(w) <= best + 1e-9
    assert best > 0


def _mask(graph):
    mask = np.zeros((graph.units, graph.units))
    mask[np.triu_indices(graph.units, k=1)] = graph.coupled
    return mask + mask.T


@pytest.mark.analytic
def test_contrastive_learning_stops_where_nothing_is_wrong():
    """Orthogonal Hebbian patterns are recalled, so that ends and patterns cancel."""
    every = np.ones(120, dtype=bool)
    hadamard = np.array([[1]])
    for _ in range(4):
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    patterns = hadamard[1:2].astype(np.int8)
    w = contrastive_weights(patterns, every, 0.1, np.random.default_rng(1), rounds=5)
    assert w == pytest.approx(hebb_weights(patterns) * 16, abs=1e-12)


@pytest.mark.regression
def test_best_letters_are_tried_again():
    graph = parse_graph("complete:35")
    sets = letter_sets(2, 30, 0)
    found = try_letter_sets(
        sets,
        lambda xi: ideal_networks(xi, graph.coupled)["storkey"],
        Trials(starts=5),
        np.random.default_rng(0),
        best=3,
    )
    assert (found.tried, len(found.best)) == (30, 3)
    assert found.recalled <= found.stable <= 30
    worst = [min(one.recalled) for one in found.best]
    assert worst == sorted(worst, reverse=True)
