"""The inner loop in plain NumPy: slow, short and easy to check against the equations."""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.couplings import DRIFT, EXCHANGE, MORIYA, Couplings
from hebbfilm.solvers.kernels.gilbert import Gilbert


def _moriya(couplings: Couplings) -> FloatArray:
    """D in A/m, (pairs, lanes, 3)."""
    found = couplings.pairs[:, MORIYA:].transpose(0, 2, 1)
    return np.pad(found, [(0, 0), (0, 0), (0, 3 - found.shape[2])])


def _owned(couplings: Couplings, values: FloatArray) -> FloatArray:
    """(owned,) from (chunks, lanes)."""
    return values.reshape(-1)[: couplings.owned]


def _columns(gilbert: Gilbert) -> list[FloatArray]:
    """γ₀, α and β, (owned, 1) each, or (1, 1)."""
    each = gilbert.gyromagnetic_ratio, gilbert.damping, gilbert.nonadiabaticity
    return [np.reshape(values, (-1, 1)) for values in each]


def _sum_over_neighbours(couplings: Couplings, pairs: FloatArray) -> FloatArray:
    """Sums (owned, 3) of what each pair gives, (pairs, lanes, 3), by volume.

    Copies of the last vertex, with which the last chunk is filled up, count once.
    """
    chunks, lanes = couplings.per_volume.shape
    sums = np.zeros((chunks * lanes, 3))
    first = couplings.rows[:, :1] + np.arange(lanes)
    np.add.at(sums, first, pairs)
    return _owned(couplings, couplings.per_volume)[:, None] * sums[: couplings.owned]


def _drift(couplings: Couplings, m: FloatArray) -> FloatArray:
    return _sum_over_neighbours(
        couplings, couplings.pairs[:, DRIFT, :, None] * m[couplings.columns]
    )


def effective_field(couplings: Couplings, m: FloatArray) -> FloatArray:
    """H_eff in A/m of m (columns, 3): (owned, 3)."""
    neighbour = m[couplings.columns]
    pairs = couplings.pairs[:, EXCHANGE, :, None] * neighbour
    pairs += np.cross(_moriya(couplings), neighbour)
    chunks, lanes = couplings.per_volume.shape
    per_energy = np.broadcast_to(couplings.field_per_energy, (chunks, lanes))
    between = _owned(couplings, per_energy)[:, None] * _sum_over_neighbours(couplings, pairs)
    own = m[: couplings.owned]
    tensors = np.broadcast_to(couplings.onsite, (chunks, 6, lanes)).transpose(1, 0, 2)
    xx, yy, zz, xy, xz, yz = (_owned(couplings, component) for component in tensors)
    tensor = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    onsite = np.einsum("kli,il->ik", tensor, own)
    onsite += _owned(couplings, couplings.self_exchange)[:, None] * own
    twisted = np.cross(own, couplings.twist)
    return np.asarray(couplings.external + between + onsite + twisted)


def rate(couplings: Couplings, gilbert: Gilbert, m: FloatArray) -> FloatArray:
    """∂m/∂t in 1/s of m (columns, 3): (1 + α²) ∂m/∂t = A + α m × A, (owned, 3)."""
    gamma, alpha, beta = _columns(gilbert)
    own = m[: couplings.owned]
    drift = _drift(couplings, m)
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
    """F(w) and B of `kernels.midpoint`, for w (owned, 3) and m (columns, 3) amid the step."""
    gamma, alpha, beta = _columns(gilbert)
    own = m[: len(half)]
    drift = _drift(couplings, m)
    drift = _across(drift, own)
    lever = tau * (gamma * effective_field(couplings, m) - beta * drift) - alpha * half
    return np.asarray(half + np.cross(own, lever) + tau * drift), lever


def midpoint_jacobian(
    couplings: Couplings,
    gilbert: Gilbert,
    tau: float,
    m: FloatArray,
    lever: FloatArray,
    change: FloatArray,
) -> FloatArray:
    """F'(w) u of `kernels.midpoint`, for B (owned, 3), u and m (columns, 3)."""
    gamma, alpha, beta = _columns(gilbert)
    own, u = m[: len(lever)], change[: len(lever)]
    drift = _drift(couplings, change)
    drift = _across(drift, own)
    field = effective_field(couplings, change) - couplings.external
    turning = tau * (gamma * field - beta * drift) - alpha * u
    return np.asarray(u + np.cross(u, lever) + np.cross(own, turning) + tau * drift)
