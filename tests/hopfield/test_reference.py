"""What conductances are compared with, and at which moments: hand-made matrices, small films."""

import re

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import HopfieldFilm, Neuron, Reference, Step, Training, conductance_weights
from hebbfilm.hopfield.contact_pairs import conductance_matrix
from hebbfilm.hopfield.reference import FORMULAS, MEANINGS
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Film, Material

UPPER = np.triu_indices(3, k=1)
G = {
    "untrained": [1.0, 2.0, 4.0],
    "formed": [1.5, 2.0, 4.0],
    "after A": [2.0, 3.0, 4.0],
    "after -A": [3.0, 2.0, 5.0],
    "trained": [2.0, 2.5, 4.5],
    "uniform": [1.0, 1.0, 2.0],
}
READINGS = {label: conductance_matrix(np.array(g), 3) for label, g in G.items()}
REFERENCE_FILM = {
    "after A": conductance_matrix(np.array([1.0, 1.0, 1.0]), 3),
    "after -A": conductance_matrix(np.array([2.0, 1.0, 1.0]), 3),
}
BOTH = ("after A", "after -A")


def _named(reference):
    return f"{reference.rule} {reference.moments()}".replace(" ", "_")


def weights(reference):
    before, after = reference.matrices(READINGS, REFERENCE_FILM)
    return conductance_weights(before, after, reference)[UPPER]


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        # By hand; all numbers are exact in binary, but for thirds and their sums.
        (Reference("absolute"), [-1 / 3, 1 / 6, 1 / 6]),
        # Changes 0.5, 1, 0.
        (Reference("absolute", since="formed", of="after A"), [0.0, -0.5, 0.5]),
        # The mean of both readings is 2.5, 2.5, 4.5; changes 1.5, 0.5, 0.5.
        (Reference("absolute", of=BOTH), [-2 / 3, 1 / 3, 1 / 3]),
        (Reference("absolute_offset", 0.5, of=BOTH), [-1.0, 0.0, 0.0]),
        (Reference("untrained", of=BOTH), [-1.5 + 1.875 / 3, -0.25 + 0.625, -0.125 + 0.625]),
        (Reference("untrained_offset", 0.25, of=BOTH), [-1.25, 0.0, 0.125]),
        # Since the uniform film: 1.5, 1.5, 2.5.
        (Reference("absolute_offset", 0.0, since="uniform", of=BOTH), [-1.5, -1.5, -2.5]),
        # The reference film, whose mean at the same moments is 1.5, 1, 1.
        (Reference("absolute_offset", 0.0, since="reference_film", of=BOTH), [-1, -1.5, -3.5]),
        (Reference("absolute_offset", 0.0, since="reference_film", of="after A"), [-1, -2, -3]),
        # Of the sum 9.5; before 1, 2, 4 and, uniform, 1, 1, 2.
        (Reference("scaled", of=BOTH), [9.5 / 7 - 2.5, 19 / 7 - 2.5, 38 / 7 - 4.5]),
        (Reference("scaled", since="uniform", of=BOTH), [-0.125, -0.125, 0.25]),
        (Reference("mean", of=BOTH), [9.5 / 3 - 2.5, 9.5 / 3 - 2.5, 9.5 / 3 - 4.5]),
        (Reference("offset", 0.5), [-1.5, -2.0, -4.0]),
        (Reference("offset", 0.5, of=["after A"]), [-1.5, -2.5, -3.5]),
    ],
    ids=lambda value: _named(value) if isinstance(value, Reference) else None,
)
def test_weights_are_of_the_moments_asked_for(reference, expected):
    # Sums and quotients of numbers below 10, each rounded a few times.
    assert weights(reference) == pytest.approx(expected, rel=0, abs=1e-14)


@pytest.mark.analytic
def test_what_depends_on_the_polarity_leaves_the_mean_of_both():
    """g = g0 + a (1 - xi xi') + p b, p = +-1: the mean of both readings has Hebb's signs alone."""
    xi = np.array([1, 1, -1, -1])
    opposite = (np.outer(xi, xi) < 0)[np.triu_indices(4, 1)]
    rng = np.random.default_rng(3)
    g0, b = rng.uniform(2e-3, 3e-3, 6), rng.normal(scale=2e-4, size=6)
    made = {
        "untrained": conductance_matrix(g0, 4),
        "A": conductance_matrix(g0 + 1e-4 * opposite + b, 4),
        "-A": conductance_matrix(g0 + 1e-4 * opposite - b, 4),
    }
    for of, learnt in ((("A",), False), (("-A",), False), (("A", "-A"), True)):
        reference = Reference("absolute", of=of)
        w = conductance_weights(*reference.matrices(made), reference)[np.triu_indices(4, 1)]
        assert np.array_equal(w < 0, opposite) == learnt


def test_each_rule_is_told_in_words():
    assert set(MEANINGS) == set(FORMULAS)
    told = Reference("absolute", since="formed", of=BOTH).describe()
    assert told.endswith(", of the mean of after A and after -A since formed")
    assert Reference("mean", of=BOTH).describe().endswith(", of the mean of after A and after -A")
    assert {Reference(rule, 0.0).unit for rule in FORMULAS if rule.endswith("offset")} == {"1", "S"}


def test_the_summary_gets_the_moments():
    reference = Reference("absolute", of=BOTH)
    found = reference.as_dict(*reference.matrices(READINGS))
    assert (found["since"], found["of"], found["level_unit"]) == ("untrained", BOTH, "S")
    assert found["level"] == pytest.approx(2.5 / 3, rel=1e-14)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of": ()}, "reference of = []: must be one moment, or several that differ"),
        ({"of": ("a", "a")}, "reference of = ['a', 'a']: must be one moment"),
        ({"of": "uniform"}, "of = 'uniform': is there to compare with; did you mean since ="),
        ({"since": "trained"}, "since = 'trained': is the moment that is read, too"),
        ({"rule": "mean", "since": "formed"}, "rule 'mean' compares with no other film"),
    ],
)
def test_moments_that_cannot_be_compared_are_named(options, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Reference(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            Reference(since="forme"),
            "reference.since = 'forme': nothing is read then; allowed are untrained, formed, "
            "after A, after -A, trained, uniform; did you mean formed?",
        ),
        (
            Reference(of="A"),
            "reference.of = 'A': nothing is read then; allowed are untrained, formed, after A, "
            "after -A, trained",
        ),
        (Reference(since="reference_film"), "no neuron has a reference; nothing is read then"),
    ],
)
def test_moments_that_are_not_read_are_named(reference, message):
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        reference.matrices(READINGS)
    assert "\n" not in str(caught.value)


@pytest.fixture
def film(comm):
    film = Film(mesh_film(wheel(mesh_size=40e-9), comm), Material())
    film.randomise(seed=1)
    return film


@pytest.mark.cross_method
def test_film_is_read_at_each_step_that_says_so(film, comm):
    """As if it was trained in parts, and read by hand between them, to the precision of a solve."""
    network = HopfieldFilm(film, Reference("absolute", since="formed", of=("A", "trained")))
    steps = [Step("++--", duration=2e-12), Step("++--", -1, duration=1e-12)]
    reads = [Step(read="formed"), Step(read="A")]
    whole = (reads[0], steps[0], reads[1], steps[1])
    with film.on_trial():
        network.run(Training(steps=whole, rest=0.0))
    assert list(network.readings) == ["untrained", "formed", "A", "trained"]
    by_hand = HopfieldFilm(film)
    assert np.array_equal(by_hand.read("formed"), network.readings["formed"])
    by_hand.run(Training(steps=(steps[0],), rest=0.0))
    by_hand.read("A")
    by_hand.run(Training(("++--",), rest=0.0, steps=(steps[1],)))
    assert list(by_hand.readings) == ["formed", "untrained", "trained", "A"]
    # Conductances are found to 1e-10, and the current is found anew where a training begins.
    for label in ("A", "trained"):
        np.testing.assert_allclose(by_hand.readings[label], network.readings[label], rtol=1e-6)
    w = by_hand.weights_by(network.reference)
    scale = np.abs(w).max()
    np.testing.assert_allclose(network.weights, w, rtol=0, atol=1e-3 * scale)
    assert np.abs(network.weights - by_hand.weights_by(Reference("absolute"))).max() > 0.1 * scale
    with pytest.raises(InputError, match=r"^label = 'trained': is the film after it already"):
        network.read("trained")


@pytest.mark.analytic
def test_uniform_film_is_read_on_trial_and_has_no_anisotropic_resistance(comm):
    """With m along z, across the film, its conductances are those without AMR: ρ⊥ everywhere."""
    mesh = mesh_film(wheel(mesh_size=40e-9), comm)
    film, plain = Film(mesh, Material()), Film(mesh, Material(amr_ratio=0.0))
    film.randomise(seed=1)
    m = film.m.copy()
    network = HopfieldFilm(film, Reference("absolute", since="uniform"))
    found = network.read_uniform()
    assert np.array_equal(film.m, m)
    network.readings.clear()
    network.train(["++--"], duration=1e-13, rest=0.0)
    assert np.array_equal(network.readings["uniform"], found)
    # Both are solved to 1e-10.
    np.testing.assert_allclose(found, plain.conductance_matrix(), rtol=1e-8)
    assert np.abs(network.after / found - 1).max() > 1e-4
    change = network.after - found
    expected = change[np.triu_indices(4, 1)]
    assert network.weights[np.triu_indices(4, 1)] == pytest.approx(expected - expected.mean())


def test_film_that_is_compared_with_is_read_at_the_same_moments(film):
    contacts = film.contacts
    pairs = {"a": Neuron(contacts[:1], contacts[1:2]), "b": Neuron(contacts[2:3], contacts[3:])}
    network = HopfieldFilm(film, neurons=pairs)
    network.train(["+-"], duration=1e-13, rest=0.0)
    assert list(network.reference_film) == list(network.readings) == ["untrained", "trained"]
    g = film.conductance_matrix()
    rows = [1, 3]
    assert np.array_equal(network.reference_film["trained"], g[np.ix_(rows, rows)])
