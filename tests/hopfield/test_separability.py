"""Margins between pairs that should be strengthened and pairs that should not."""

import numpy as np
import pytest

from hopfield.patterns import parse_pattern, same_up_to_sign
from hopfield.recall import recall_success, recall_table
from hopfield.separability import distinct_patterns, separations
from hopfield.weights import pairs
from meshing import disc, mesh_film, square, wheel
from meshing.errors import InputError
from solvers import Conduction, Material
from solvers.linear_response import conductance_response
from solvers.operators import VertexOperators


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
    """All patterns on a film along z."""
    operators = VertexOperators(mesh_film(layout, comm))
    conduction = Conduction(operators, Material())
    conduction.update(operators.halo(np.tile([0.0, 0.0, 1.0], (operators.owned, 1))))
    G = conduction.conductance_matrix()
    patterns = distinct_patterns(len(G))
    return separations(G, conductance_response(conduction, patterns.astype(float)), patterns)


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


@pytest.mark.oracle
def test_the_planar_wheel_separates_all_patterns(comm):
    """As the prototype of square cells that learnt all seven; ring and spokes differ in length.

    Without the spokes under voltage all three ring strips differ in their mesh alone, and the
    other way round: half a mesh size of 190 nm, and E² of r, gives 5 %.
    """
    found = film_separations(wheel(mesh_size=10e-9), comm)
    assert len(found) == 7
    assert min(item.margin for item in found) > 0.5
    best = max(found, key=lambda item: item.margin)
    assert same_up_to_sign(best.pattern, parse_pattern("+++-"))
    assert best.margin == pytest.approx(1, abs=0.05)


@pytest.mark.oracle
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
    found = {tuple(item.pattern): item for item in film_separations(layout, comm)}
    neighbours = found[1, 1, -1, -1]
    assert 0 < neighbours.margin < 0.08
    # Diagonals cross in the middle, which all share.
    assert neighbours.weakest_opposite in ((0, 2), (1, 3))
    assert neighbours.strongest_equal in ((0, 1), (2, 3))
    # One contact against the others keeps them further apart.
    assert found[1, 1, 1, -1].margin > 2 * neighbours.margin


@pytest.mark.oracle
def test_short_contacts_on_a_rim_do_not_part_neighbours_at_all(comm):
    found = film_separations(square(300e-9, 4, 30e-9, mesh_size=8e-9), comm)
    margins = {tuple(item.pattern): item.margin for item in found}
    assert margins[1, 1, -1, -1] < 0
    assert margins[1, -1, -1, 1] < 0
    assert min(margin for key, margin in margins.items() if sum(key)) > 0.5
