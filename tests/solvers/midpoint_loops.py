"""The loops of the midpoint rule beside their reference, for tests of what acts in them."""

import numpy as np

from hebbfilm.solvers.kernels import kernel_reference, llg, midpoint


def require_midpoint_of_reference(film, tau, close):
    """Compare residual, lever and Jacobian at a middle off |m| = 1.

    Args:
        film: whose couplings act.
        tau: half a step in s.
        close: asserts that two arrays agree.

    Returns:
        Half the change (owned, 3), and the middle (columns, 3).
    """
    dynamics, operators = film.dynamics, film.operators
    couplings, gilbert = dynamics.couplings, dynamics.gilbert
    half = 0.1 * operators.random_normal(seed=5)
    middle = operators.halo(film.m + half)
    field, drift, lever, found = np.empty((4, *half.shape))
    llg.linear_field(couplings, middle, field, drift)
    field += couplings.external
    midpoint.residual(gilbert, tau, middle, field, drift, half, lever, found)
    residual, expected = kernel_reference.midpoint_residual(couplings, gilbert, tau, middle, half)
    close(-found, residual)
    close(lever, expected)
    change = operators.halo(operators.random_normal(seed=6))
    llg.linear_field(couplings, change, field, drift)
    midpoint.jacobian(gilbert, tau, middle, field, drift, lever, change, found)
    close(found, kernel_reference.midpoint_jacobian(couplings, gilbert, tau, middle, lever, change))
    return half, middle
