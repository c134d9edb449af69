"""A network of strips that learns, against each of its strips as a film of its own."""

import numpy as np
import pytest

from hebbfilm import alternating, strip_network
from hebbfilm.meshing import mesh_film
from hebbfilm.solvers import Film, Material

NM, WIRES = 1e-9, 2
EDGES = [("a", "b"), ("b", "c"), ("a", "c")]
VOLTAGES = {"a": 0.05, "b": -0.05, "c": 0.05}


def packed(edges):
    return strip_network(
        dict.fromkeys(sorted({name for edge in edges for name in edge}), (0, 0)),
        edges,
        strip_width=110 * NM,
        wires=WIRES,
        slit_width=10 * NM,
        strip_length=120 * NM,
        mesh_size=10 * NM,
        packed=True,
    )


def driven(film):
    """G in S before and after a drive and its reverse, of 0.15 ns each."""
    before = film.conductance_matrix()
    voltages = [VOLTAGES[name] for name in film.contacts]
    film.evolve(alternating(voltages, half_period=1.5e-10, cycles=1))
    return before, film.conductance_matrix()


@pytest.mark.cross_method
def test_strips_of_a_network_learn_as_if_alone(comm):
    """From the same texture, at the same voltages.

    At first to the precision of readings, 1e-10 times the root of the number of vertices, some 1e3.

    In the network all strips take the steps that one of them needs, and their current is renewed
    when one of them asks for it. The current errs by `renewal_tolerance`, 0.04, at most where it
    does most, just before it is renewed: over cells and time by less than a fifth of that. What is
    learnt is some 1.5e-2 of a conductance, and two runs may differ by twice 0.008 of it, 2e-4.
    """
    film = Film(mesh_film(packed(EDGES), comm), Material())
    film.randomise(seed=3)
    film.relax(3e-10)
    wires = film.film_mesh.numbering.gather(film.m[: film.operators.owned])
    before, after = driven(film)
    learnt = 0.0
    for k, pair in enumerate(EDGES):
        alone = Film(mesh_film(packed([pair]), comm), Material())
        own = None
        if comm.rank == 0:
            own = np.concatenate(np.split(wires, len(EDGES) * WIRES)[WIRES * k : WIRES * (k + 1)])
        m = alone.film_mesh.numbering.scatter(own)
        alone.set_magnetisation(m[: alone.operators.owned])
        first, last = driven(alone)
        i, j = sorted(film.contacts.index(name) for name in pair)
        assert before[i, j] == pytest.approx(first[0, 1], rel=1e-8)
        assert after[i, j] == pytest.approx(last[0, 1], rel=2e-4)
        learnt = max(learnt, abs(after[i, j] / before[i, j] - 1))
    assert learnt > 5e-3
