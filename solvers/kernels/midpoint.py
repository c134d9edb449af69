"""The loops of the implicit midpoint rule over the vertices; plain NumPy in `kernel_reference`.

With w = (m₁ - m₀)/2, τ = dt/2 and m = m₀ + w in the middle of the step, the Gilbert equation asks
for F(w) = w + m × B + τ a = 0, where B = τ γ₀ H - α w - τ β a, and a is (u·∇)m across m.
"""

import numba
import numpy as np

_jit = numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz", "arcp"})
_inline = numba.njit(inline="always", fastmath={"contract", "reassoc", "nsz", "arcp"})


@_inline
def _across(ax, ay, az, x, y, z):  # type: ignore[no-untyped-def]
    """The part of a across m, whose length may be less than one."""
    along = (ax * x + ay * y + az * z) / (x * x + y * y + z * z)
    return ax - along * x, ay - along * y, az - along * z


@_jit
def middle(m, half, out):  # type: ignore[no-untyped-def]
    """Rows of `out` (columns, 3) = m + w for the rows of `half`, w (owned, 3)."""
    for i in range(half.shape[0]):
        for c in range(3):
            out[i, c] = m[i, c] + half[i, c]


@_jit
def residual(gilbert, tau, m, field, drift, half, lever, out):  # type: ignore[no-untyped-def]
    """-F(w) into `out` and B into `lever`.

    Args:
        gilbert: parameters of the equation.
        tau: half the step in s.
        m: (columns, 3) in the middle of the step.
        field: (owned, 3) H in A/m there.
        drift: (owned, 3) (u·∇)m in 1/s there.
        half: (owned, 3) w.
        lever: (owned, 3) receives B.
        out: (owned, 3).
    """
    gamma, alpha, beta = gilbert
    for i in range(out.shape[0]):
        x, y, z = m[i, 0], m[i, 1], m[i, 2]
        hx, hy, hz = field[i, 0], field[i, 1], field[i, 2]
        ax, ay, az = _across(drift[i, 0], drift[i, 1], drift[i, 2], x, y, z)
        wx, wy, wz = half[i, 0], half[i, 1], half[i, 2]
        bx = tau * (gamma * hx - beta * ax) - alpha * wx
        by = tau * (gamma * hy - beta * ay) - alpha * wy
        bz = tau * (gamma * hz - beta * az) - alpha * wz
        lever[i, 0], lever[i, 1], lever[i, 2] = bx, by, bz
        out[i, 0] = -(wx + y * bz - z * by + tau * ax)
        out[i, 1] = -(wy + z * bx - x * bz + tau * ay)
        out[i, 2] = -(wz + x * by - y * bx + tau * az)


@_jit
def jacobian(gilbert, tau, m, field, drift, lever, change, out):  # type: ignore[no-untyped-def]
    """F'(w) u into `out` (owned, 3), with the fields that are not quadratic held fixed.

    Args:
        gilbert: parameters of the equation.
        tau: half the step in s.
        m: (columns, 3) in the middle of the step.
        field: (owned, 3) the quadratic field in A/m of u in the place of m.
        drift: (owned, 3) (u·∇) of it in 1/s.
        lever: (owned, 3) B.
        change: (columns, 3) u.
        out: (owned, 3).
    """
    gamma, alpha, beta = gilbert
    for i in range(out.shape[0]):
        x, y, z = m[i, 0], m[i, 1], m[i, 2]
        hx, hy, hz = field[i, 0], field[i, 1], field[i, 2]
        ax, ay, az = _across(drift[i, 0], drift[i, 1], drift[i, 2], x, y, z)
        ux, uy, uz = change[i, 0], change[i, 1], change[i, 2]
        bx, by, bz = lever[i, 0], lever[i, 1], lever[i, 2]
        px = tau * (gamma * hx - beta * ax) - alpha * ux
        py = tau * (gamma * hy - beta * ay) - alpha * uy
        pz = tau * (gamma * hz - beta * az) - alpha * uz
        out[i, 0] = ux + uy * bz - uz * by + y * pz - z * py + tau * ax
        out[i, 1] = uy + uz * bx - ux * bz + z * px - x * pz + tau * ay
        out[i, 2] = uz + ux * by - uy * bx + x * py - y * px + tau * az


@_jit
def precondition(stiffness, gilbert, tau, m, vectors, out):  # type: ignore[no-untyped-def]
    """(1 - b m×)⁻¹ of `vectors` (owned, 3) into `out`, with b = τ γ₀ c + α.

    This is F' where the exchange field of a vertex on itself, -c u, is all that acts.

    Args:
        stiffness: (owned,) c in A/m.
        gilbert: parameters of the equation.
        tau: half the step in s.
        m: (columns, 3).
        vectors: (owned, 3).
        out: (owned, 3).
    """
    gamma, alpha, _ = gilbert
    for i in range(out.shape[0]):
        b = tau * gamma * stiffness[i] + alpha
        x, y, z = m[i, 0], m[i, 1], m[i, 2]
        rx, ry, rz = vectors[i, 0], vectors[i, 1], vectors[i, 2]
        scale = 1.0 / (1.0 + b * b)
        along = b * b * (x * rx + y * ry + z * rz)
        out[i, 0] = scale * (rx + b * (y * rz - z * ry) + along * x)
        out[i, 1] = scale * (ry + b * (z * rx - x * rz) + along * y)
        out[i, 2] = scale * (rz + b * (x * ry - y * rx) + along * z)


@_jit
def correct(correction, half):  # type: ignore[no-untyped-def]
    """Add a correction to w, (owned, 3) both; the largest |correction|²."""
    largest = 0.0
    for i in range(half.shape[0]):
        x, y, z = correction[i, 0], correction[i, 1], correction[i, 2]
        half[i, 0] += x
        half[i, 1] += y
        half[i, 2] += z
        size = x * x + y * y + z * z
        if not size <= largest:
            largest = size
    return largest


@_jit
def finish(half, since, m):  # type: ignore[no-untyped-def]
    """Let m (owned rows) be (m + 2 w)/|…|; the largest |m - since|²."""
    largest = 0.0
    for i in range(half.shape[0]):
        x = m[i, 0] + 2.0 * half[i, 0]
        y = m[i, 1] + 2.0 * half[i, 1]
        z = m[i, 2] + 2.0 * half[i, 2]
        norm = 1.0 / np.sqrt(x * x + y * y + z * z)
        x *= norm
        y *= norm
        z *= norm
        m[i, 0], m[i, 1], m[i, 2] = x, y, z
        dx, dy, dz = x - since[i, 0], y - since[i, 1], z - since[i, 2]
        change = dx * dx + dy * dy + dz * dz
        if not change <= largest:
            largest = change
    return largest
