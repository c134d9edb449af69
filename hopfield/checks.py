"""Figures of a film that must vanish to solver precision, whatever its texture."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers import Film


def matrix_checks(film: Film, conductance: FloatArray) -> dict[str, float]:
    """How far the film's G is from what must hold, in relation to its largest entry; collective.

    "symmetry" compares G with its transpose; with Hall effect, where only Onsager's relation
    G(-m) = G(m)ᵀ holds, "onsager" takes its place. "row_sums", "column_sums" and the
    "negative_eigenvalue" of the symmetric part must vanish for any film.

    Args:
        film: the film.
        conductance: its conductance matrix G, (N, N), S.
    """
    scale = np.abs(conductance).max()
    hall = film.has_hall_effect
    partner = _reversed_conductance(film) if hall else conductance
    smallest = np.linalg.eigvalsh((conductance + conductance.T) / 2).min()
    return {
        "onsager" if hall else "symmetry": float(np.abs(conductance - partner.T).max() / scale),
        "row_sums": float(np.abs(conductance.sum(axis=1)).max() / scale),
        "column_sums": float(np.abs(conductance.sum(axis=0)).max() / scale),
        "negative_eigenvalue": float(max(0.0, -smallest) / scale),
    }


def driven_checks(film: Film, voltages: Sequence[float]) -> dict[str, float]:
    """Whether currents and heat of a driven film add up, on trial; collective.

    "current_sum" is Σ I_i in relation to the largest |I_i|, "power_balance" how far the electric
    power of the sources is from the heat released in film, contacts and leads, in relation to the
    latter.

    Args:
        film: with contacts; it stays as it is.
        voltages: of the sources of its nodes in V, (N,), not all equal.

    Raises:
        SolverError: no convergence.
    """
    with film.on_trial():
        found = film.solve_current(voltages)
        currents, power = found.currents, float(np.array(voltages) @ found.currents)
        heat = found.joule_power() + found.interface_power() + found.lead_power
    return {
        "current_sum": float(abs(currents.sum()) / np.abs(currents).max()),
        "power_balance": float(abs(power / heat - 1)),
    }


def _reversed_conductance(film: Film) -> FloatArray:
    with film.on_trial():
        film.set_magnetisation(-film.m)
        return film.conductance_matrix()
