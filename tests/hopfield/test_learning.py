"""Films that learn: the network wrapper on real films."""

import numpy as np
import pytest

from hopfield import HopfieldFilm, Training, read_disturbance, recall_success, recall_table
from meshing import mesh_film, wheel
from meshing.errors import InputError
from solvers import Film, Material

CONTACTS = ("rim_1", "rim_2", "rim_3", "centre")


@pytest.mark.oracle
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
def test_untrained_film_has_no_weights(comm):
    network = HopfieldFilm(Film(mesh_film(wheel(mesh_size=40e-9), comm)))
    with pytest.raises(InputError, match="has not been trained"):
        _ = network.weights


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
    ("options", "message"),
    [
        ({"patterns": ()}, "patterns is empty"),
        ({"patterns": ("++++",)}, "same voltage"),
        ({"voltage": 0.0}, r"training\.voltage = 0"),
        ({"duration": -1.0}, r"training\.duration = -1\.0: must be positive"),
        ({"presentation": "quadratur"}, "allowed are constant, alternating"),
        ({"presentation": "alternating", "half_period": 1.0}, r"training\.half_period"),
        ({"repeats": 0}, r"training\.repeats = 0"),
        ({"rest": -1.0}, r"training\.rest = -1\.0"),
    ],
)
def test_impossible_schedule_is_named(options, message):
    with pytest.raises(InputError, match=message):
        Training(**{"patterns": ("++--",)} | options)


def test_pattern_of_another_length_is_named():
    with pytest.raises(InputError, match=r"has 3 signs; the film has 4 contacts \(rim_1"):
        Training(("++-",)).segments(CONTACTS)
