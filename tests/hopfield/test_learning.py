"""Films that learn: the network wrapper on real films."""

import pickle

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import HopfieldFilm, read_disturbance, recall_success, recall_table
from hebbfilm.hopfield.reading_time import disturbance_time
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Film, Material, rest


@pytest.mark.peer
def test_coarse_wheel_learns_a_pattern(comm):
    """As the published four-node wheel: opposite pairs rise by 2 to 5 %, equal ones stay.

    Its 7.5 nm cells learn too; 8 nm triangles are about as coarse.
    """
    film = Film(mesh_film(wheel(mesh_size=8e-9), comm), Material())
    film.randomise(seed=1)
    film.relax(3e-9)
    network = HopfieldFilm(film)
    pattern = np.array([1, -1, -1, 1])
    network.train([pattern], voltage=0.05, duration=3e-9, rest=1e-9)
    w = network.weights
    assert recall_success(recall_table(w, [pattern], orders=4)) == 1.0
    assert network.hebb_correlation > 0.7
    before, after = network.before, network.after
    change = after[np.triu_indices(4, 1)] / before[np.triu_indices(4, 1)] - 1
    opposite = np.outer(pattern, pattern)[np.triu_indices(4, 1)] < 0
    assert 0.02 < change[opposite].mean() < 0.05
    assert abs(change[~opposite].mean()) < 0.01
    # Reading does less to a weight than learning did, by far.
    reading = read_disturbance(film)
    assert reading.largest_change_of_conductance < 0.01 * np.abs(w).max()


@pytest.mark.analytic
def test_readings_on_trial_tell_how_far_they_are(comm):
    """Four contacts, and four times as long without: eight parts of one duration."""
    film = Film(mesh_film(wheel(mesh_size=40e-9), comm))
    film.randomise(seed=1)
    film.evolve(rest(1e-12))
    told = []
    read_disturbance(film, duration=2e-12, observer=lambda _, passed: told.append(passed))
    np.testing.assert_allclose(told, 2e-12 * np.arange(1, 9), rtol=1e-9)
    assert told[-1] == pytest.approx(disturbance_time(4, 2e-12))
    assert film.time == 1e-12


@pytest.mark.analytic
def test_untrained_film_has_no_weights(comm):
    network = HopfieldFilm(Film(mesh_film(wheel(mesh_size=40e-9), comm)))
    with pytest.raises(InputError, match="has not been trained"):
        _ = network.weights


def test_second_training_is_compared_with_the_film_before_the_first(comm):
    film = Film(mesh_film(wheel(mesh_size=40e-9), comm))
    film.randomise(seed=1)
    untrained = film.conductance_matrix()
    network = HopfieldFilm(film)
    for pattern in ("++--", "+-+-"):
        network.train([pattern], duration=2e-12, rest=0.0)
    # Read twice, each to 1e-10; training changes it by much more.
    np.testing.assert_allclose(network.before, untrained, rtol=1e-8)
    assert np.abs(network.after / untrained - 1).max() > 1e-4


@pytest.mark.parametrize("one", ["++--", [1, 1, -1, -1]])
def test_network_is_not_trained_with_one_pattern_in_place_of_a_list(comm, one):
    network = HopfieldFilm(Film(mesh_film(wheel(mesh_size=40e-9), comm)))
    with pytest.raises(InputError, match=r"^patterns = .*: must be a list of patterns; for one, w"):
        network.train(one)


def test_network_is_made_of_a_film_and_a_reference(comm):
    film = Film(mesh_film(wheel(mesh_size=40e-9), comm))
    for made in (1, film.film_mesh, None):
        with pytest.raises(InputError, match=r"^film = .*: must be a Film"):
            HopfieldFilm(made)
    with pytest.raises(InputError, match=r"^reference = 0.1: must be a Reference"):
        HopfieldFilm(film, 0.1)


def test_tables_are_equal_to_themselves_alone():
    """And == raises nothing, though they hold arrays."""
    table = recall_table(np.zeros((4, 4)), ["++--"])
    again = pickle.loads(pickle.dumps(table))
    assert str(again) == str(table)
    assert (again == table, table == table) == (False, True)
