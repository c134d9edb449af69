"""What the linear response of a film tells of its learning, before any dynamics."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.contact_pairs import pair_conductances
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.separability import Separation, separations
from hebbfilm.solvers import Film
from hebbfilm.solvers.conduction.leads import contact_voltages
from hebbfilm.solvers.conduction.linear_response import conductance_response


def predicted_separations(
    film: Film, patterns: Pattern, neurons: Neurons | None = None
) -> list[Separation]:
    """How well a film, with the m that it has, tells the pairs of each pattern apart; collective.

    Args:
        film: as it is; with Hall effect, of the symmetric part of G.
        patterns: (n_patterns, N).
        neurons: N of them, between which the conductances are; None: each contact is one. To
            first order, what a current does is even in it: that twins are presented with opposite
            signs makes no difference.

    Raises:
        InputError: a pattern drives no current.
        SolverError: no convergence.
    """
    made = Neurons.of(neurons or film.contacts)
    whole, responses = _response(film, made.presented(patterns))
    return separations(made.conductance(whole), made.conductance(responses), patterns)


def predicted_rates(film: Film, voltages: FloatArray, neurons: Neurons | None = None) -> FloatArray:
    """First rates of relative change of all pairs, up to one positive factor; collective.

    Args:
        film: with the m that it has; with Hall effect, of the symmetric part of G.
        voltages: of the sources of its nodes in V, (C,).
        neurons: between which the pairs are; None: each contact is one.

    Returns:
        (P,) in the order of `pairs`; of no meaning for pairs that are not coupled.

    Raises:
        SolverError: no convergence.
    """
    made = Neurons.of(neurons or film.contacts)
    whole, responses = _response(film, voltages[None])
    g, (response,) = pair_conductances(made.conductance(whole)), made.conductance(responses)
    with np.errstate(divide="ignore", invalid="ignore"):
        change: FloatArray = -response[np.triu_indices(len(response), k=1)] / g
    return change


def _response(film: Film, sources: FloatArray) -> tuple[FloatArray, FloatArray]:
    """G in S, (C, C), and its response to sources at (n, C) V, (n, C, C); collective."""
    conductance, reading = film.conductance_matrix(), film.read()
    at_film = contact_voltages(conductance, reading.lead_resistance, sources)
    return conductance, conductance_response(reading, at_film)
