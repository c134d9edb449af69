"""The loops of the minimiser over the vertices; `minimiser` says what they are for."""

import numba
import numpy as np

_jit = numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz", "arcp"})


@_jit
def gradient(field, external, m, root_weight, out):  # type: ignore[no-untyped-def]
    """Slope of the energy along the spheres, -(1 - m mᵀ) H √w, of all vertices.

    Args:
        field: (owned, 3) H in A/m.
        external: (owned, 3) its part that is not local and quadratic, in A/m.
        m: (columns, 3).
        root_weight: √w, (owned,).
        out: (owned, 3) in A/m.

    Returns:
        -½ Σ w m · (H - H_external) in A/m, and the largest |m × H|² in (A/m)².
    """
    energy = largest = 0.0
    for i in range(out.shape[0]):
        hx, hy, hz = field[i, 0], field[i, 1], field[i, 2]
        x, y, z, w = m[i, 0], m[i, 1], m[i, 2], root_weight[i]
        ex, ey, ez = external[i, 0], external[i, 1], external[i, 2]
        energy -= 0.5 * w * w * (x * (hx - ex) + y * (hy - ey) + z * (hz - ez))
        along = x * hx + y * hy + z * hz
        gx, gy, gz = along * x - hx, along * y - hy, along * z - hz
        out[i, 0], out[i, 1], out[i, 2] = w * gx, w * gy, w * gz
        torque = gx * gx + gy * gy + gz * gz
        if not torque <= largest:
            largest = torque
    return energy, largest


@_jit
def project(m, root_weight, vectors):  # type: ignore[no-untyped-def]
    """Vectors √w p (owned, 3) to tangential p in place; the largest |p|²."""
    largest = 0.0
    for i in range(vectors.shape[0]):
        x, y, z, w = m[i, 0], m[i, 1], m[i, 2], 1.0 / root_weight[i]
        px, py, pz = w * vectors[i, 0], w * vectors[i, 1], w * vectors[i, 2]
        along = x * px + y * py + z * pz
        px -= along * x
        py -= along * y
        pz -= along * z
        vectors[i, 0], vectors[i, 1], vectors[i, 2] = px, py, pz
        largest = max(largest, px * px + py * py + pz * pz)
    return largest


@_jit
def turn(m, direction, length, out):  # type: ignore[no-untyped-def]
    """Rows of `out` (columns, 3) = (m + length direction) / |…| for the rows of `direction`."""
    for i in range(direction.shape[0]):
        x = m[i, 0] + length * direction[i, 0]
        y = m[i, 1] + length * direction[i, 1]
        z = m[i, 2] + length * direction[i, 2]
        norm = 1.0 / np.sqrt(x * x + y * y + z * z)
        out[i, 0], out[i, 1], out[i, 2] = norm * x, norm * y, norm * z


@_jit
def secant(m, before, gradient, gradient_before, root_weight, shift, rise):  # type: ignore[no-untyped-def]
    """√w (m - before) into `shift` and the difference of the gradients into `rise`, (owned, 3)."""
    for i in range(shift.shape[0]):
        for c in range(3):
            shift[i, c] = root_weight[i] * (m[i, c] - before[i, c])
            rise[i, c] = gradient[i, c] - gradient_before[i, c]
