"""What the linear response of a film tells of its learning, before any dynamics."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.contact_pairs import pair_conductances
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.separability import Separation, separations
from hebbfilm.solvers import Film
from hebbfilm.solvers.conduction.linear_response import conductance_response


def predicted_separations(film: Film, patterns: Pattern) -> list[Separation]:
    """How well a film, with the m that it has, tells the pairs of each pattern apart; collective.

    Args:
        film: as it is; with Hall effect, of the symmetric part of G.
        patterns: (n_patterns, N).

    Raises:
        InputError: a pattern drives no current.
        SolverError: no convergence.
    """
    matrix = film.conductance_matrix()
    responses = conductance_response(film.read(), patterns.astype(float))
    return separations(matrix, responses, patterns)


def predicted_rates(film: Film, voltages: FloatArray) -> FloatArray:
    """First rates of relative change of all pairs, up to one positive factor; collective.

    Args:
        film: with the m that it has; with Hall effect, of the symmetric part of G.
        voltages: of its nodes in V, (N,).

    Returns:
        (P,) in the order of `pairs`; of no meaning for pairs that are not coupled.

    Raises:
        SolverError: no convergence.
    """
    g = pair_conductances(film.conductance_matrix())
    (response,) = conductance_response(film.read(), voltages[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        change: FloatArray = -response[np.triu_indices(len(response), k=1)] / g
    return change
