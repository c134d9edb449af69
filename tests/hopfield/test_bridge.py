"""A bridge trims its dummy resistors by currents alone, until they conduct as the film does.

Without AMR the film is a network of resistors that nothing changes: what a round of probes leaves
has a closed form. The current of such a film is solved by its own factors, to rounding; 1e-6 is
asked for, which is the accuracy that the bridge says it needs.
"""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.circuits import Bridge, ResistorNetwork
from hebbfilm.hopfield.neurons import Neuron, Neurons
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Film, Material, Segment

PROBE = 2e-12
SOLVED = 1e-6
TWINS = {"a": Neuron(("rim_1", "-rim_2")), "b": Neuron(("rim_3",)), "c": Neuron(("centre",))}


@pytest.fixture(scope="module")
def film(comm):
    return Film(mesh_film(wheel(mesh_size=20e-9), comm), Material(amr_ratio=0.0))


def follow(film, bridge, rounds=1):
    film.evolve([Segment(rounds * bridge.round_time, bridge)])


def resistors(pairs):
    return ResistorNetwork(np.diag(pairs.sum(axis=1)) - pairs)


def pair_conductances(film, neurons):
    """Between neurons in S, (N, N), without a diagonal: what dummies are to conduct."""
    found = -neurons.conductance(film.conductance_matrix())
    np.fill_diagonal(found, 0.0)
    return found


@pytest.mark.cross_method
@pytest.mark.parametrize("given", [None, TWINS], ids=["contacts", "tied"])
def test_dummies_come_to_conduct_as_the_film(film, given):
    """Beside the conductance matrix, of which the bridge knows nothing; tied contacts are one."""
    neurons = Neurons(film.contacts, given)
    bridge = Bridge(neurons, probe=PROBE)
    follow(film, bridge)
    expected = pair_conductances(film, neurons)
    assert np.abs(bridge.dummies - expected).max() < SOLVED * expected.max()
    assert np.array_equal(bridge.dummies, bridge.dummies.T)
    rows = bridge.resistors.conductance.sum(axis=1)
    assert np.abs(rows).max() < 1e-12 * expected.max()
    # Nothing is left to trim.
    follow(film, bridge)
    assert np.abs(bridge.dummies - expected).max() < SOLVED * expected.max()


@pytest.mark.analytic
def test_dummies_with_one_knob_are_trimmed_by_the_mean(film):
    """Of what the pairs of a film have gained since, by their mean; what they differ by stays."""
    expected = pair_conductances(film, Neurons(film.contacts))
    gains = np.array([[0, 1, 2, 3], [1, 0, 4, 5], [2, 4, 0, 6], [3, 5, 6, 0]]) * 1e-5
    bridge = Bridge(film.contacts, resistors(expected - gains), together=True, probe=PROBE)
    follow(film, bridge)
    level = np.where(expected > 0, 3.5e-5, 0.0)
    assert np.abs(bridge.dummies - (expected - gains + level)).max() < SOLVED * expected.max()


@pytest.mark.analytic
def test_one_knob_leaves_neurons_alone_that_are_not_coupled(film):
    given = pair_conductances(film, Neurons(film.contacts))
    given[0, 1] = given[1, 0] = 0.0
    bridge = Bridge(film.contacts, resistors(given), together=True, probe=PROBE)
    follow(film, bridge)
    assert bridge.dummies[0, 1] == 0.0


def test_bridge_goes_on_from_what_it_held(film):
    """Cut off within a probe, and in another object."""
    whole, first, second = (Bridge(film.contacts, probe=PROBE) for _ in range(3))
    current = np.array([3e-5, -1e-5, -1.5e-5, -0.5e-5])
    times = np.arange(23) * 0.5e-12
    for time in times:
        whole(time, current, np.zeros(4))
    for time in times[:15]:
        first(time, current, np.zeros(4))
    second.restore(first.state())
    for time in times[15:]:
        second(time, current, np.zeros(4))
    assert second.state() == whole.state()
    assert whole.state()["dummies"] != np.zeros((4, 4)).tolist()


def test_one_neuron_after_another_is_probed():
    bridge = Bridge("abc", voltage=0.001, probe=1e-12)
    shown = [bridge(t, np.zeros(3), np.zeros(3)) for t in (0.0, 0.5e-12, 1e-12, 2.5e-12, 3e-12)]
    assert shown == [[0.001, 0, 0], [0.001, 0, 0], [0, 0.001, 0], [0, 0, 0.001], [0.001, 0, 0]]
    assert bridge.breakpoints(3e-12) == [1e-12, 2e-12]


@pytest.mark.parametrize("key", ["voltage", "probe"])
def test_bridge_that_cannot_be(key):
    with pytest.raises(InputError, match=f"{key} of a bridge = 0.0: must be above 0"):
        Bridge("ab", **{key: 0.0})
