"""Neurons of several contacts: what they are presented with, and what is read of them."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import HopfieldFilm, Neuron, Neurons, Step, Training, read_disturbance
from hebbfilm.hopfield.patterns import all_states
from hebbfilm.hopfield.prediction import predicted_rates, predicted_separations
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Electrodes, Film, Material

CONTACTS = ("a", "b", "c", "copy_2_a", "copy_2_b", "copy_2_c", "copy_3_a", "copy_3_b", "copy_3_c")
TWINS = {
    name: Neuron((name, f"-copy_2_{name}"), reference=(f"copy_3_{name}",))
    for name in ("a", "b", "c")
}


@pytest.fixture
def twins():
    return Neurons(CONTACTS, TWINS)


def conductance(rng, size):
    """Of a resistor between each pair of contacts, (size, size), S."""
    g = np.triu(rng.random((size, size)), 1)
    return np.diag((g + g.T).sum(axis=1)) - g - g.T


def three_films(rng):
    """G of three films that nothing connects, and of each of them."""
    films = [conductance(rng, 3) for _ in range(3)]
    whole = np.zeros((9, 9))
    for number, each in enumerate(films):
        place = slice(3 * number, 3 * number + 3)
        whole[place, place] = each
    return whole, films


def test_twins_are_presented_with_opposite_signs_and_the_reference_with_none(twins):
    assert twins.presented([1, -1, 1]).tolist() == [1, -1, 1, -1, 1, -1, 0, 0, 0]


def test_all_contacts_of_a_neuron_are_at_one_voltage_in_recall(twins):
    assert twins.recalling([1, -1, 1]).tolist() == 3 * [1, -1, 1]


@pytest.mark.analytic
def test_twins_conduct_in_parallel(twins):
    """Exactly but for one rounding of each sum."""
    whole, (first, second, reference) = three_films(np.random.default_rng(1))
    np.testing.assert_allclose(twins.conductance(whole), first + second, rtol=1e-15)
    np.testing.assert_array_equal(twins.reference_conductance(whole), 2 * reference)


@pytest.mark.analytic
def test_conductances_between_neurons_of_many_matrices_are_those_of_each(twins):
    matrices = np.array([three_films(np.random.default_rng(seed))[0] for seed in range(4)])
    each = [twins.conductance(matrix) for matrix in matrices]
    np.testing.assert_array_equal(twins.conductance(matrices), each)


@pytest.mark.analytic
def test_currents_in_recall_are_those_of_the_difference_to_the_reference(twins):
    """I = G V of all contacts, as a circuit sees it, is (G_twins - 2 G_reference) V of the neurons.

    Nine products are added up in another order: a few roundings of sums of order 1.
    """
    whole, (first, second, reference) = three_films(np.random.default_rng(2))
    voltages = np.array([0.3, -0.7, 0.2])
    currents = twins.currents(whole @ twins.recalling(voltages))
    expected = (first + second - 2 * reference) @ voltages
    np.testing.assert_allclose(currents, expected, atol=1e-14)


@pytest.mark.analytic
def test_like_films_differ_in_nothing_from_the_one_beside(twins):
    """Twins conduct twice what one film does, so its current counts twice; up to rounding."""
    like = np.kron(np.eye(3), conductance(np.random.default_rng(3), 3))
    currents = twins.currents(like @ twins.recalling([0.3, -0.7, 0.2]))
    np.testing.assert_allclose(currents, 0, atol=1e-14)
    difference = twins.conductance(like) - twins.reference_conductance(like)
    np.testing.assert_allclose(difference, 0, atol=1e-14)


def test_reference_counts_alike_in_all_neurons():
    given = {"a": Neuron(("a", "b"), reference=("c",)), "d": Neuron(("d",), reference=("e",))}
    message = r"neurons\.d: has 1 contacts for each of its reference, a 2: must be the same in all"
    with pytest.raises(InputError, match=message):
        Neurons("abcde", given)


@pytest.mark.analytic
@pytest.mark.parametrize("state", all_states(3).tolist())
def test_power_of_twins_is_that_of_both_in_parallel(twins, state):
    """It is even in V: opposite signs in the second film change nothing; up to rounding."""
    whole, (first, second, _) = three_films(np.random.default_rng(3))
    contacts, neurons = twins.presented(state), np.array(state)
    power = contacts @ whole @ contacts
    assert power == pytest.approx(neurons @ (first + second) @ neurons, abs=1e-14)


def test_voltages_of_neurons_are_those_that_they_were_presented_with(twins):
    presented = np.array([[0.02, -0.03, 0.01], [0.0, 0.05, -0.05]])
    np.testing.assert_allclose(twins.voltages(twins.presented(presented)), presented, rtol=1e-15)


def test_each_contact_is_drawn_with_the_name_of_its_neuron(twins):
    assert twins.names_at_contacts() == 3 * ("a", "b", "c")


def test_by_default_each_contact_is_a_neuron():
    neurons = Neurons(("a", "b"))
    assert neurons.are_contacts
    assert not neurons.has_reference
    assert neurons.reference_conductance(np.eye(2)) is None
    assert Neurons.of(("a", "b")).names == neurons.names == ("a", "b")
    assert Neurons.of(neurons) is neurons


@pytest.mark.parametrize(
    "given",
    [
        {"a": Neuron(("-a",)), "b": Neuron(("b",))},
        {"b": Neuron(("b",)), "a": Neuron(("a",))},
        {"a": Neuron(("a", "b"))},
    ],
    ids=["other sign", "other order", "both in one"],
)
def test_contacts_are_no_neurons_by_themselves_if_signs_or_order_differ(given):
    assert not Neurons(("a", "b"), given).are_contacts


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"a": Neuron(("a",)), "b": Neuron(("bb",))},
            "neurons.b: contact 'bb': allowed are a, b; did you mean b?",
        ),
        (
            {"a": Neuron(("a", "b")), "b": Neuron(("b",))},
            "neurons: contact 'b' is of two neurons; must be of one",
        ),
        ({"a": Neuron(("a",))}, "neurons: contact 'b' is of no neuron; must be of one"),
    ],
    ids=["unknown", "twice", "left out"],
)
def test_each_contact_is_of_one_neuron(given, message):
    with pytest.raises(InputError) as caught:
        Neurons(("a", "b"), given)
    assert str(caught.value) == message


def test_all_neurons_have_a_reference_or_none():
    given = {"a": Neuron(("a",), reference=("c",)), "b": Neuron(("b",))}
    with pytest.raises(InputError, match=r"neurons\.b: has no reference, as the others have"):
        Neurons(("a", "b", "c"), given)


@pytest.mark.parametrize(
    ("contacts", "reference", "message"),
    [
        ((), (), "a neuron has no contacts: give at least one, like '+ring_1'"),
        (("+a", "-a"), (), "a neuron has contact 'a' twice"),
        (("a",), ("a",), "a neuron has contact 'a' twice"),
    ],
    ids=["none", "both signs", "also in the reference"],
)
def test_neuron_has_each_of_its_contacts_once(contacts, reference, message):
    with pytest.raises(InputError) as caught:
        Neuron(contacts, reference)
    assert str(caught.value) == message


def test_patterns_of_a_training_are_of_neurons_and_its_voltages_of_contacts(twins):
    training = Training(("+--",), voltage=0.02, presentation="bipolar", rest=1e-9)
    first, second, rest = training.segments(twins)
    expected = 0.02 * np.array([1, -1, -1, -1, 1, 1, 0, 0, 0])
    assert np.array_equal(first.drives, expected)
    assert np.array_equal(second.drives, -expected)
    assert first.presented == (1, -1, -1)
    assert rest.drives is None
    np.testing.assert_array_equal(training.last_voltages(twins), -expected)


def test_steps_present_patterns_of_neurons_and_drive_contacts(twins):
    steps = (
        Step("+--", duration=1e-9),
        Step(drives={"copy_2_b": 0.01, "a": "float"}, duration=1e-9),
    )
    training = Training(steps=steps, voltage=1.0, rest=0.0)
    training.require_fit(twins)
    shown, driven = training.segments(twins)
    assert shown.drives == (1, -1, -1, -1, 1, 1, 0, 0, 0)
    assert driven.drives == (None, None, None, None, 0.01, None, None, None, None)


def test_pattern_has_one_sign_for_each_neuron(twins):
    """And not for each contact."""
    with pytest.raises(InputError) as caught:
        Training(("+++---+++",)).parsed(twins)
    assert "the film has 3 neurons (a, b, c)" in str(caught.value)
    with pytest.raises(InputError, match="the film has 9 contacts"):
        Training(("++-",)).parsed(CONTACTS)


TIED = {
    "left": Neuron(("rim_1", "rim_2")),
    "right": Neuron(("rim_3",)),
    "centre": Neuron(("centre",)),
}


@pytest.fixture(scope="module")
def both(comm):
    """A wheel of which two contacts make one neuron, and another where they are one node."""
    mesh = mesh_film(wheel(mesh_size=25e-9), comm)
    films = (
        Film(mesh, Material()),
        Film(mesh, Material(), electrodes=Electrodes(tied=(("rim_1", "rim_2"),))),
    )
    for film in films:
        film.randomise(seed=3)
    return films


@pytest.mark.cross_method
def test_contacts_of_one_neuron_conduct_as_if_they_were_tied(both):
    """Solved with other boundary values, each to 1e-10."""
    film, tied = both
    network = HopfieldFilm(film, neurons=TIED)
    np.testing.assert_allclose(network.conductance_matrix(), tied.conductance_matrix(), rtol=1e-8)


@pytest.mark.cross_method
def test_predictions_for_neurons_are_those_for_contacts_that_are_tied(both):
    """As above."""
    film, tied = both
    neurons = Neurons(film.contacts, TIED)
    patterns = all_states(3)[1:4]
    expected = predicted_separations(tied, patterns)
    for found, other in zip(predicted_separations(film, patterns, neurons), expected, strict=True):
        np.testing.assert_allclose(found.changes, other.changes, rtol=1e-7, atol=1e-9)
        assert found.margin == pytest.approx(other.margin, abs=1e-7)
    rates = predicted_rates(film, np.array([1.0, 1.0, -1.0, -1.0]), neurons)
    other = predicted_rates(tied, np.array([1.0, -1.0, -1.0]))
    np.testing.assert_allclose(rates, other, atol=1e-7 * np.abs(other).max())


@pytest.mark.cross_method
def test_network_of_neurons_is_read_and_trained_like_one_of_tied_contacts(both, comm):
    """The same m to the tolerances of the solvers: currents to 1e-10, over few steps."""
    film, tied = both
    networks = HopfieldFilm(film, neurons=TIED), HopfieldFilm(tied)
    readings = [
        read_disturbance(each.film, duration=1e-12, neurons=each.neurons) for each in networks
    ]
    assert readings[0].largest_change_of_m == pytest.approx(
        readings[1].largest_change_of_m, rel=1e-4
    )
    for each in networks:
        each.train(["+--"], voltage=0.02, duration=2e-12, rest=0.0)
    np.testing.assert_allclose(networks[0].weights, networks[1].weights, rtol=1e-5, atol=1e-9)
    margins = [each.predicted_margins((0.0, 0.0, 1.0)) for each in networks]
    np.testing.assert_allclose(*margins, atol=1e-7)


def test_neurons_of_another_film_are_refused(both):
    with pytest.raises(InputError, match="neurons of a, b: must be of the contacts of the film"):
        HopfieldFilm(both[0], neurons=Neurons(("a", "b")))
