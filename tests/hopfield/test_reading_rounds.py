"""Readings at the same time: each strip sees what it would if contacts were read in turn."""

import numpy as np
import pytest

from hebbfilm import pixel_lattice, strip_network, wheel
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.reading import read_disturbance
from hebbfilm.hopfield.reading_rounds import reading_rounds, rounds
from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.families.joined import joined_pairs
from hebbfilm.solvers import Electrodes, Film

NM = 1e-9


def neighbours_of(layout):
    names = layout.contact_names
    found = np.zeros((len(names),) * 2, dtype=bool)
    for a, b in joined_pairs(layout):
        found[names.index(a), names.index(b)] = found[names.index(b), names.index(a)] = True
    return found


@pytest.mark.analytic
@pytest.mark.parametrize(("reach", "expected"), [(1, 2), (1.5, 4), (8, 7)])
def test_each_strip_is_read_from_either_end(reach, expected):
    """A square lattice has two colours, that of the king's moves four; 35 = (7 over 3) sets."""
    neighbours = neighbours_of(pixel_lattice(rows=7, columns=5, reach=reach))
    found = rounds(neighbours, in_pairs=True)
    assert len(found) == expected
    one_alone = (found[:, :, None] & ~found[:, None, :]).any(axis=0)
    assert one_alone[neighbours].all()
    if expected <= 4:
        # As in turn: each contact once, and no neighbour with it.
        assert (found.sum(axis=0) == 1).all()
        assert not (found[:, :, None] & found[:, None, :]).any(axis=0)[neighbours].any()


def chain(comm, **options):
    places = {name: (k * 400 * NM, 0) for k, name in enumerate("abcd")}
    layout = strip_network(
        places,
        [("a", "b"), ("b", "c"), ("c", "d")],
        strip_width=40 * NM,
        strip_length=100 * NM,
        mesh_size=10 * NM,
    )
    film = Film(mesh_film(layout, comm), **options)
    film.randomise(seed=4)
    return film


@pytest.mark.analytic
def test_contacts_that_share_film_are_read_one_by_one(comm):
    film = Film(mesh_film(wheel(mesh_size=40 * NM), comm))
    found = reading_rounds(film, Neurons(film.contacts))
    assert (found.sum(axis=0) == 1).all()
    assert (found.sum(axis=1) == 1).all()


@pytest.mark.analytic
def test_behind_leads_every_contact_is_read_by_itself(comm):
    """There a node's own current changes what its neighbours' neighbours see."""
    alone, shared = chain(comm, electrodes=Electrodes(lead_resistance=50.0)), chain(comm)
    assert reading_rounds(alone, Neurons(alone.contacts)).sum() == 4
    assert len(reading_rounds(alone, Neurons(alone.contacts))) == 4
    assert len(reading_rounds(shared, Neurons(shared.contacts))) == 2


@pytest.mark.analytic
def test_time_goes_with_the_rounds(comm):
    """Two rounds, and as long without: four parts of one duration."""
    told = []
    read_disturbance(chain(comm), duration=2e-12, observer=lambda _, passed: told.append(passed))
    np.testing.assert_allclose(told, 2e-12 * np.arange(1, 5), rtol=1e-9)
