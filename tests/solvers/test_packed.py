"""Current in packed networks: what strips conduct alone, in whatever network they are."""

import numpy as np
import pytest

from hebbfilm import Film, Material, mesh_film
from hebbfilm.meshing.families import joined_pairs, pixel_lattice, square_lattice, strip_network

NM = 1e-9
WIRES = 2
STRIP = {"strip_width": 110 * NM, "wires": WIRES, "slit_width": 30 * NM, "strip_length": 150 * NM,
         "contact_length": 15 * NM, "mesh_size": 15 * NM}  # fmt: skip
MATERIAL = Material(amr_ratio=0.5)
# Of currents that are solved to 1e-10 of the largest, and of two solutions of them.
PRECISION = 1e-8


def film_of(layout, comm):
    return Film(mesh_film(layout, comm), MATERIAL)


def pair_conductances(film, layout):
    matrix, names = film.conductance_matrix(), list(layout.contact_names)
    return [-matrix[names.index(a), names.index(b)] for a, b in joined_pairs(layout)]


def alone(comm):
    ends = {"a": (0.0, 0.0), "b": (0.0, 0.0)}
    layout = strip_network(ends, [("a", "b")], packed=True, **STRIP)
    return film_of(layout, comm), layout


@pytest.mark.cross_method
@pytest.mark.parametrize("texture", ["one for all", "one for each"])
def test_strips_of_a_packed_network_conduct_as_alone(comm, texture):
    """Directions at random at all vertices; numbers go wire by wire, in the order of the strips."""
    layout = pixel_lattice(rows=2, columns=2, **STRIP)
    together, (single, one) = film_of(layout, comm), alone(comm)
    pairs, size = joined_pairs(layout), single.film_mesh.numbering.size
    assert together.film_mesh.numbering.size == len(pairs) * size
    directions = np.random.default_rng(3).normal(size=(len(pairs), size, 3))
    if texture == "one for all":
        directions[:] = directions[0]
    directions /= np.linalg.norm(directions, axis=2, keepdims=True)
    put(together, directions.reshape(-1, 3))
    expected = []
    for each in directions:
        put(single, each)
        expected += pair_conductances(single, one)
    found = pair_conductances(together, layout)
    np.testing.assert_allclose(found, expected, rtol=PRECISION)
    if texture == "one for each":
        assert np.ptp(found) > 1e-3 * found[0]


@pytest.mark.cross_method
def test_packed_and_drawn_networks_have_one_conductance_matrix(comm):
    """Uniform along z: every wire is a resistor between its ends, however it is meshed."""
    drawn = square_lattice(rows=2, columns=2, spacing=500 * NM, **STRIP)
    packed = square_lattice(rows=2, columns=2, packed=True, **STRIP)
    matrices = []
    for layout in (drawn, packed):
        film = film_of(layout, comm)
        film.set_magnetisation((0.0, 0.0, 1.0))
        matrices.append(film.conductance_matrix())
    np.testing.assert_allclose(matrices[1], matrices[0], atol=PRECISION * matrices[0].max())


@pytest.mark.analytic
def test_strips_without_a_texture_are_alike(comm):
    """σ w t/L of each wire; all of one mesh, so that they differ by round-off of the solver."""
    layout = pixel_lattice(rows=2, columns=3, **STRIP)
    film = film_of(layout, comm)
    film.set_magnetisation((0.0, 0.0, 1.0))
    found = pair_conductances(film, layout)
    wire = (110 * NM - 30 * NM) / WIRES
    expected = WIRES * MATERIAL.conductivity * wire * layout.thickness / (150 * NM)
    np.testing.assert_allclose(found, expected, rtol=PRECISION)
    assert np.ptp(found) < 1e-11 * found[0]


def put(film, directions):
    numbering, owned = film.film_mesh.numbering, film.operators.owned
    table = directions if film.comm.rank == 0 else None
    film.set_magnetisation(numbering.scatter(table)[:owned])
