"""The inner loop in plain NumPy: slow, short and easy to check against the equations."""

import numpy as np

from solvers.kernel import DRIFT, EXCHANGE, MORIYA, Couplings, Gilbert
from solvers.operators import FloatArray


def _sum_over_neighbours(couplings: Couplings, pairs: FloatArray) -> FloatArray:
    owned = len(couplings.indptr) - 1
    rows = np.repeat(np.arange(owned), np.diff(couplings.indptr))
    sums = np.zeros((owned, 3))
    np.add.at(sums, rows, pairs)
    return sums


def effective_field(couplings: Couplings, m: FloatArray) -> FloatArray:
    """H_eff in A/m of m (columns, 3): (owned, 3)."""
    neighbour = m[couplings.indices]
    pairs = couplings.pairs[:, [EXCHANGE]] * neighbour
    pairs += np.cross(couplings.pairs[:, MORIYA], neighbour)
    xx, yy, zz, xy, xz, yz = couplings.onsite.T
    onsite = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    own = m[: len(xx)]
    between = _sum_over_neighbours(couplings, pairs)
    return np.asarray(couplings.external + between + np.einsum("kli,il->ik", onsite, own))


def rate(couplings: Couplings, gilbert: Gilbert, m: FloatArray) -> FloatArray:
    """∂m/∂t in 1/s of m (columns, 3): (1 + α²) ∂m/∂t = A + α m × A, (owned, 3)."""
    gamma, alpha, beta = gilbert
    own = m[: len(couplings.indptr) - 1]
    drift = _sum_over_neighbours(couplings, couplings.pairs[:, [DRIFT]] * m[couplings.indices])
    drift -= np.sum(drift * own, axis=1, keepdims=True) * own
    torque = -gamma * np.cross(own, effective_field(couplings, m))
    torque += beta * np.cross(own, drift) - drift
    return np.asarray((torque + alpha * np.cross(own, torque)) / (1 + alpha**2))


def _across(drift: FloatArray, m: FloatArray) -> FloatArray:
    along = np.sum(drift * m, axis=1, keepdims=True) / np.sum(m * m, axis=1, keepdims=True)
    return np.asarray(drift - along * m)


def midpoint_residual(
    couplings: Couplings, gilbert: Gilbert, tau: float, m: FloatArray, half: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """F(w) and B of `midpoint_kernel`, for w (owned, 3) and m (columns, 3) amid the step."""
    gamma, alpha, beta = gilbert
    own = m[: len(half)]
    drift = _sum_over_neighbours(couplings, couplings.pairs[:, [DRIFT]] * m[couplings.indices])
    drift = _across(drift, own)
    lever = tau * (gamma * effective_field(couplings, m) - beta * drift) - alpha * half
    return np.asarray(half + np.cross(own, lever) + tau * drift), lever


def midpoint_jacobian(
    couplings: Couplings, gilbert: Gilbert, tau: float, m: FloatArray, lever: FloatArray,
    change: FloatArray,
) -> FloatArray:  # fmt: skip
    """F'(w) u of `midpoint_kernel`, for B (owned, 3), u and m (columns, 3)."""
    gamma, alpha, beta = gilbert
    own, u = m[: len(lever)], change[: len(lever)]
    drift = _sum_over_neighbours(couplings, couplings.pairs[:, [DRIFT]] * change[couplings.indices])
    drift = _across(drift, own)
    field = effective_field(couplings, change) - couplings.external
    turning = tau * (gamma * field - beta * drift) - alpha * u
    return np.asarray(u + np.cross(u, lever) + np.cross(own, turning) + tau * drift)
