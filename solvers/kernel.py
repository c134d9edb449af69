"""The inner loop: effective field, torque and stage update of the LLG equation in one pass.

Each vertex is visited once a stage. Its neighbours carry the exchange J, the Dzyaloshinskii vector
D and the drift T, packed so that they are read in one stream. `kernel_reference` says the same in
plain NumPy.
"""

from typing import NamedTuple

import numba
import numpy as np

from solvers.operators import FloatArray, IntArray

EXCHANGE, DRIFT = 0, 4
MORIYA = slice(1, 4)
"""Columns of `Couplings.pairs`."""


class Couplings(NamedTuple):
    """What acts between vertices and on each of them.

    Args:
        indptr, indices: CSR pattern of the owned rows.
        pairs: (nnz, 5) field in A/m by exchange and Dzyaloshinskii vector, and drift rate in 1/s.
        onsite: (owned, 6) field in A/m by the symmetric onsite tensor: xx, yy, zz, xy, xz, yz.
        external: (owned, 3) field in A/m of everything that is not local and quadratic.
    """

    indptr: IntArray
    indices: IntArray
    pairs: FloatArray
    onsite: FloatArray
    external: FloatArray


class Gilbert(NamedTuple):
    """Parameters of the equation of motion: γ₀ in m/(A s), α, β."""

    gyromagnetic_ratio: float
    damping: float
    nonadiabaticity: float


_jit = numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz", "arcp"})
_inline = numba.njit(inline="always", fastmath={"contract", "reassoc", "nsz", "arcp"})


@_inline
def field_and_drift(i, couplings, m):  # type: ignore[no-untyped-def]
    """H and (u·∇)m at vertex i."""
    hx, hy, hz = couplings.external[i, 0], couplings.external[i, 1], couplings.external[i, 2]
    ax = ay = az = 0.0
    for k in range(couplings.indptr[i], couplings.indptr[i + 1]):
        j = couplings.indices[k]
        x, y, z = m[j, 0], m[j, 1], m[j, 2]
        exchange, dx, dy, dz, drift = couplings.pairs[k]
        hx += exchange * x + dy * z - dz * y
        hy += exchange * y + dz * x - dx * z
        hz += exchange * z + dx * y - dy * x
        ax += drift * x
        ay += drift * y
        az += drift * z
    x, y, z = m[i, 0], m[i, 1], m[i, 2]
    b = couplings.onsite[i]
    hx += b[0] * x + b[3] * y + b[4] * z
    hy += b[3] * x + b[1] * y + b[5] * z
    hz += b[4] * x + b[5] * y + b[2] * z
    return hx, hy, hz, ax, ay, az


@_inline
def _rate(i, couplings, gilbert, m):  # type: ignore[no-untyped-def]
    """∂m/∂t at vertex i, solved for the Gilbert damping."""
    hx, hy, hz, ax, ay, az = field_and_drift(i, couplings, m)
    x, y, z = m[i, 0], m[i, 1], m[i, 2]
    gamma, alpha, beta = gilbert
    # Lumping leaves the drift a small part along m, which is no torque.
    along = ax * x + ay * y + az * z
    ax -= along * x
    ay -= along * y
    az -= along * z
    px = -gamma * hx + beta * ax
    py = -gamma * hy + beta * ay
    pz = -gamma * hz + beta * az
    tx = y * pz - z * py - ax
    ty = z * px - x * pz - ay
    tz = x * py - y * px - az
    scale = 1.0 / (1.0 + alpha * alpha)
    return (
        scale * (tx + alpha * (y * tz - z * ty)),
        scale * (ty + alpha * (z * tx - x * tz)),
        scale * (tz + alpha * (x * ty - y * tx)),
    )


@_jit
def effective_field(couplings, m, out):  # type: ignore[no-untyped-def]
    """H_eff in A/m of m (columns, 3) into `out` (owned, 3)."""
    for i in range(out.shape[0]):
        hx, hy, hz, _, _, _ = field_and_drift(i, couplings, m)
        out[i, 0] = hx
        out[i, 1] = hy
        out[i, 2] = hz


@_jit
def rate(couplings, gilbert, m, out):  # type: ignore[no-untyped-def]
    """∂m/∂t in 1/s of m (columns, 3) into `out` (owned, 3)."""
    for i in range(out.shape[0]):
        out[i, 0], out[i, 1], out[i, 2] = _rate(i, couplings, gilbert, m)


@_jit
def start(m, rate, weight, shift, total, out):  # type: ignore[no-untyped-def]
    """First stage, whose rate k is known: total = weight k and out = m + shift k.

    Args:
        m: (columns, 3) at the start of the step.
        rate: (owned, 3) k in 1/s.
        weight: of k in the step, without unit.
        shift: in s.
        total: (owned, 3) sum of the weighted rates.
        out: (columns, 3) argument of the next stage.
    """
    for i in range(total.shape[0]):
        for c in range(3):
            total[i, c] = weight * rate[i, c]
            out[i, c] = m[i, c] + shift * rate[i, c]


@_jit
def predict(couplings, gilbert, m, start, total, weight, shift, out):  # type: ignore[no-untyped-def]
    """One inner stage: with k = ∂m/∂t(m), total += weight k and out = start + shift k.

    Args:
        couplings: between vertices and on them.
        gilbert: parameters of the equation.
        m: (columns, 3) argument of this stage.
        start: (columns, 3) m at the start of the step.
        total: (owned, 3) sum of the weighted rates.
        weight: of k in the step, without unit.
        shift: in s.
        out: (columns, 3) argument of the next stage.
    """
    for i in range(total.shape[0]):
        kx, ky, kz = _rate(i, couplings, gilbert, m)
        total[i, 0] += weight * kx
        total[i, 1] += weight * ky
        total[i, 2] += weight * kz
        out[i, 0] = start[i, 0] + shift * kx
        out[i, 1] = start[i, 1] + shift * ky
        out[i, 2] = start[i, 2] + shift * kz


@_jit
def finish(couplings, gilbert, m, start, total, weight, step, since, rate, out):  # type: ignore[no-untyped-def]
    """Last stage: with k = ∂m/∂t(m), out = (start + step (total + weight k)) / |…|.

    Args:
        couplings: between vertices and on them.
        gilbert: parameters of the equation.
        m: (columns, 3) argument of this stage.
        start: (columns, 3) m at the start of the step.
        total: (owned, 3) sum of the weighted rates.
        weight: of k in the step.
        step: in s.
        since: (owned, 3) m to compare with.
        rate: (owned, 3) receives k.
        out: (columns, 3) m at the end of the step.

    Returns:
        The largest |out - since|² over the owned vertices.
    """
    largest = 0.0
    for i in range(total.shape[0]):
        kx, ky, kz = _rate(i, couplings, gilbert, m)
        rate[i, 0], rate[i, 1], rate[i, 2] = kx, ky, kz
        x = start[i, 0] + step * (total[i, 0] + weight * kx)
        y = start[i, 1] + step * (total[i, 1] + weight * ky)
        z = start[i, 2] + step * (total[i, 2] + weight * kz)
        norm = 1.0 / np.sqrt(x * x + y * y + z * z)
        x *= norm
        y *= norm
        z *= norm
        out[i, 0] = x
        out[i, 1] = y
        out[i, 2] = z
        dx, dy, dz = x - since[i, 0], y - since[i, 1], z - since[i, 2]
        change = dx * dx + dy * dy + dz * dz
        # max(), unlike a comparison, would let a NaN pass unseen.
        if not change <= largest:
            largest = change
    return largest


@_jit
def replace_rate(couplings, gilbert, m, rate):  # type: ignore[no-untyped-def]
    """∂m/∂t in 1/s of m (columns, 3) into `rate` (owned, 3); the largest |change|² of it."""
    largest = 0.0
    for i in range(rate.shape[0]):
        kx, ky, kz = _rate(i, couplings, gilbert, m)
        dx, dy, dz = kx - rate[i, 0], ky - rate[i, 1], kz - rate[i, 2]
        rate[i, 0], rate[i, 1], rate[i, 2] = kx, ky, kz
        change = dx * dx + dy * dy + dz * dz
        if not change <= largest:
            largest = change
    return largest


@_jit
def largest_torque(couplings, m, owned):  # type: ignore[no-untyped-def]
    """Largest |m × H_eff| in A/m over the owned vertices."""
    largest = 0.0
    for i in range(owned):
        hx, hy, hz, _, _, _ = field_and_drift(i, couplings, m)
        x, y, z = m[i, 0], m[i, 1], m[i, 2]
        tx, ty, tz = y * hz - z * hy, z * hx - x * hz, x * hy - y * hx
        torque = tx * tx + ty * ty + tz * tz
        if not torque <= largest:
            largest = torque
    return np.sqrt(largest)
