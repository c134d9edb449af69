"""Margins between pairs that should be strengthened and pairs that should not."""

from dataclasses import astuple

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import coupled_pairs, pairs
from hebbfilm.hopfield.patterns import parse_pattern, same_up_to_sign
from hebbfilm.hopfield.recall_ends import recall_success, recall_table
from hebbfilm.hopfield.separability import distinct_patterns, learnt_changes, separations
from hebbfilm.meshing import disc, mesh_film, square, wheel
from hebbfilm.meshing.families import (
    joined_pairs,
    random_inside,
    rough,
    spoked_polygon,
    square_lattice,
    triangular_lattice,
)
from hebbfilm.solvers import Conduction, Material
from hebbfilm.solvers.conduction.linear_response import conductance_response
from hebbfilm.solvers.discretisation.operators import VertexOperators


def laplacian(values):
    """A matrix like G from −g of each pair."""
    n = int((1 + np.sqrt(1 + 8 * len(values))) / 2)
    G = np.zeros((n, n))
    G[np.triu_indices(n, k=1)] = -np.asarray(values)
    G += G.T
    np.fill_diagonal(G, -G.sum(axis=1))
    return G


def strips(lengths, patterns):
    """G and responses of separate strips: g = 1/L, δg = (ξ_i − ξ_j)²/L³; an infinite L is none."""
    lengths = np.asarray(lengths, dtype=float)
    difference = [[p[i] - p[j] for i, j in pairs(len(p))] for p in patterns]
    responses = [laplacian(np.square(d) / lengths**3) for d in difference]
    return laplacian(1 / lengths), np.array(responses)


def film_separations(layout, comm):
    """G, and all patterns, of a film along z."""
    operators = VertexOperators(mesh_film(layout, comm))
    conduction = Conduction(operators, Material())
    conduction.update(operators.halo(np.tile([0.0, 0.0, 1.0], (operators.owned, 1))))
    G = conduction.conductance_matrix()
    patterns = distinct_patterns(len(G))
    responses = conductance_response(conduction, patterns.astype(float))
    return G, separations(G, responses, patterns)


@pytest.mark.analytic
@pytest.mark.parametrize("n", [2, 3, 4, 8])
def test_patterns_are_listed_once_up_to_sign(n):
    patterns = distinct_patterns(n)
    assert len(patterns) == 2 ** (n - 1) - 1
    assert (patterns[:, 0] == 1).all()
    assert (patterns.min(axis=1) == -1).all()
    assert len(np.unique(patterns, axis=0)) == len(patterns)


@pytest.mark.analytic
def test_separate_strips_part_every_pattern():
    """r_ij = 4/L² or 0: the margin is (shortest/longest)² of the strips under voltage."""
    patterns = distinct_patterns(4)
    lengths = [1.0, 1.0, 2.0, 1.0, 2.0, 2.0]  # a ring of three and spokes twice as long
    for found in separations(*strips(lengths, patterns), patterns):
        alone = same_up_to_sign(found.pattern, parse_pattern("+++-"))
        assert found.margin == pytest.approx(1.0 if alone else 0.25, rel=1e-12)
        # Weights with any level between the classes recall the pattern from everywhere.
        w = laplacian(found.changes - 0.5 * found.margin)
        np.fill_diagonal(w, 0)
        assert recall_success(recall_table(w, [found.pattern])) == 1


@pytest.mark.analytic
def test_pairs_are_named_and_those_not_coupled_left_out():
    patterns = [parse_pattern("++-")]
    (found,) = separations(*strips([1.0, 2.0, np.inf], patterns), patterns)
    assert np.isnan(found.changes[2])
    assert (found.weakest_opposite, found.strongest_equal) == ((0, 2), (0, 1))
    assert found.margin == pytest.approx(1)
    (found,) = separations(*strips([np.inf, 2.0, 1.0], patterns), patterns)
    assert (found.weakest_opposite, found.strongest_equal) == ((0, 2), None)
    assert found.margin == pytest.approx(0.25)


@pytest.mark.analytic
def test_a_pair_of_equal_signs_that_changes_costs_margin():
    G, pattern = laplacian([1.0, 1.0, 1.0]), parse_pattern("++-")
    (found,) = separations(G, np.array([laplacian([0.3, 1.0, 0.8])]), [pattern])
    assert found.margin == pytest.approx(0.8 - 0.3, rel=1e-12)
    (found,) = separations(G, np.array([laplacian([-0.3, 1.0, 0.8])]), [pattern])
    assert found.margin == pytest.approx(0.8 + 0.3, rel=1e-12)
    (found,) = separations(G, np.array([laplacian([0.9, 1.0, 0.8])]), [pattern])
    assert found.margin < 0


def test_what_does_not_fit_is_refused():
    G, responses = strips([1.0, 1.0, 1.0], [[1, 1, -1]])
    with pytest.raises(InputError, match=r"one matrix like G for each pattern"):
        separations(G, responses, distinct_patterns(3))
    with pytest.raises(InputError, match="same voltage"):
        separations(G, responses, [parse_pattern("+++")])


@pytest.mark.peer
def test_the_planar_wheel_separates_all_patterns(comm):
    """As the prototype of square cells that learnt all seven; ring and spokes differ in length.

    Without the spokes under voltage all three ring strips differ in their mesh alone, and the
    other way round: half a mesh size of 190 nm, and E² of r, gives 5 %.
    """
    _, found = film_separations(wheel(mesh_size=10e-9), comm)
    assert len(found) == 7
    assert min(item.margin for item in found) > 0.5
    best = max(found, key=lambda item: item.margin)
    assert same_up_to_sign(best.pattern, parse_pattern("+++-"))
    assert best.margin == pytest.approx(1, abs=0.05)


@pytest.mark.analytic
@pytest.mark.parametrize("wires", [1, 3])
def test_a_network_of_straight_strips_is_known_in_closed_form(comm, wires):
    """g = σwt/L and r = 4/L²: P1 elements hold uniform fields to solver precision."""
    width, slit, size = 100e-9, 20e-9, 10e-9
    layout = spoked_polygon(3, 500e-9, width, wires, slit, mesh_size=size)
    # From a contact to the ends of its strips: w/2 cot θ/2 + 0.75 h/sin θ/2, at least w/2.
    corner, hub = (
        max(width / 2, width / 2 / np.tan(half) + 0.75 * size / np.sin(half))
        for half in np.radians([15, 60])
    )
    ring, spoke = 500e-9 * np.sqrt(3) - 2 * corner, 500e-9 - corner - hub
    lengths = np.array([ring, ring, spoke, ring, spoke, spoke])
    G, found = film_separations(layout, comm)
    expected = laplacian(5e6 * 1e-9 * (width - (wires - 1) * slit) / lengths)
    np.testing.assert_allclose(G, expected, rtol=0, atol=1e-8 * np.abs(expected).max())
    for item in found:
        alone = same_up_to_sign(item.pattern, parse_pattern("+++-"))
        assert item.margin == pytest.approx(1.0 if alone else (spoke / ring) ** 2, rel=1e-7)


@pytest.mark.cross_method
@pytest.mark.parametrize(
    "layout",
    [
        square_lattice(2, 3, 400e-9, mesh_size=15e-9),
        triangular_lattice(2, 3, 450e-9, mesh_size=15e-9),
        rough(square_lattice(3, 2, 400e-9, mesh_size=15e-9), 5e-9, 40e-9),
        random_inside(contacts=4, mesh_size=20e-9),
    ],
)
def test_pairs_that_the_drawing_joins_are_those_that_conduct(comm, layout):
    G, found = film_separations(layout, comm)
    named = [(layout.contact_names[i], layout.contact_names[j]) for i, j in pairs(len(G))]
    coupled = [pair for pair, counts in zip(named, coupled_pairs(G), strict=True) if counts]
    assert coupled == joined_pairs(layout)
    # A strip of its own for each pair that is joined: every pattern is separated.
    if "node_1" in layout.contact_names:
        assert min(item.margin for item in found) > 0.5


@pytest.mark.peer
@pytest.mark.parametrize(
    "layout",
    [
        disc(240e-9, (0, 90, 180, 270), 30, mesh_size=8e-9),
        disc(240e-9, (0, 90, 180, 270), 40, mesh_size=8e-9),
        square(300e-9, 4, 200e-9, mesh_size=8e-9),
    ],
)
def test_four_contacts_on_a_rim_hardly_part_neighbours(comm, layout):
    """(+,+,−,−) as in the prototype: 0.02 to 0.06; 0.02 more for ends where E diverges."""
    found = {tuple(item.pattern): item for item in film_separations(layout, comm)[1]}
    neighbours = found[1, 1, -1, -1]
    assert 0 < neighbours.margin < 0.08
    # Diagonals cross in the middle, which all share.
    assert neighbours.weakest_opposite in ((0, 2), (1, 3))
    assert neighbours.strongest_equal in ((0, 1), (2, 3))
    # One contact against the others keeps them further apart.
    assert found[1, 1, 1, -1].margin > 2 * neighbours.margin


@pytest.mark.peer
def test_short_contacts_on_a_rim_do_not_part_neighbours_at_all(comm):
    _, found = film_separations(square(300e-9, 4, 30e-9, mesh_size=8e-9), comm)
    margins = {tuple(item.pattern): item.margin for item in found}
    assert margins[1, 1, -1, -1] < 0
    assert margins[1, -1, -1, 1] < 0
    assert min(margin for key, margin in margins.items() if sum(key)) > 0.5


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("patterns", "change", "expected"),
    [
        # Pairs 12, 13, 14, 23, 24, 34; opposite signs in 13, 14, 23, 24.
        ([[1, 1, -1, -1]], [0.01, 0.05, 0.03, 0.04, 0.04, -0.01], (0.04, 0.0, 0.02)),
        # Hebb's sums 0, 0, -2, -2, 0, 0: those of -2 should grow more than the others.
        ([[1, 1, -1, -1], [1, -1, 1, -1]], [0.02, 0.02, 0.04, 0.06, 0.06, 0.02],
         (0.05, 0.03, -0.02)),
        # Pairs 14 and 23 are not coupled: 13 and 24 should grow.
        ([[1, 1, -1, -1]], [0.01, 0.05, None, None, 0.04, -0.01], (0.045, 0.0, 0.03)),
        # The same is asked of every pair: to grow stronger, or to stay.
        ([[1, -1]], [0.03], (0.03, None, None)),
        ([[1, 1, -1]], [0.03, None, None], (None, 0.03, None)),
    ],
)  # fmt: skip
def test_margin_is_that_between_the_least_and_the_largest(patterns, change, expected):
    coupled = np.array([value is not None for value in change])
    found = learnt_changes(np.array(change)[coupled].astype(float), np.array(patterns), coupled)
    for value, wanted in zip(astuple(found), expected, strict=True):
        assert value == (None if wanted is None else pytest.approx(wanted, rel=1e-12, abs=1e-15))
