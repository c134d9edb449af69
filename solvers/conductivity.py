"""Conductivity tensor of a film with anisotropic magnetoresistance."""

import numba
import numpy as np

from solvers.operators import FloatArray


@numba.njit(cache=True)
def _cell_conductivity(cells, m, perpendicular, difference, out):  # type: ignore[no-untyped-def]
    corners, d = cells.shape[1], out.shape[1]
    rho = np.zeros((3, 3))
    for c in range(cells.shape[0]):
        for k in range(d):
            for l in range(k, d):  # noqa: E741
                value = 0.0
                for a in range(corners):
                    value += m[cells[c, a], k] * m[cells[c, a], l]
                rho[k, l] = difference * value / corners
            rho[k, k] += perpendicular
        if d == 2:
            scale = 1.0 / (rho[0, 0] * rho[1, 1] - rho[0, 1] * rho[0, 1])
            out[c, 0, 0] = rho[1, 1] * scale
            out[c, 1, 1] = rho[0, 0] * scale
            out[c, 0, 1] = out[c, 1, 0] = -rho[0, 1] * scale
        else:
            xx = rho[1, 1] * rho[2, 2] - rho[1, 2] * rho[1, 2]
            xy = rho[0, 2] * rho[1, 2] - rho[0, 1] * rho[2, 2]
            xz = rho[0, 1] * rho[1, 2] - rho[0, 2] * rho[1, 1]
            scale = 1.0 / (rho[0, 0] * xx + rho[0, 1] * xy + rho[0, 2] * xz)
            out[c, 0, 0] = xx * scale
            out[c, 0, 1] = out[c, 1, 0] = xy * scale
            out[c, 0, 2] = out[c, 2, 0] = xz * scale
            out[c, 1, 1] = (rho[0, 0] * rho[2, 2] - rho[0, 2] * rho[0, 2]) * scale
            out[c, 1, 2] = out[c, 2, 1] = (rho[0, 1] * rho[0, 2] - rho[0, 0] * rho[1, 2]) * scale
            out[c, 2, 2] = (rho[0, 0] * rho[1, 1] - rho[0, 1] * rho[0, 1]) * scale


def cell_conductivity(
    cells: np.ndarray, m: FloatArray, perpendicular: float, difference: float, out: FloatArray
) -> None:
    """σ = ρ⁻¹ in S/m of each cell, with ρ = ρ⊥ 1 + (ρ∥ - ρ⊥) ⟨m mᵀ⟩ over its vertices.

    In two dimensions the in-plane block of ρ is inverted, since no current leaves the film:
    j_z = 0, not E_z = 0. T. R. McGuire and R. I. Potter, IEEE Trans. Magn. 11, 1018 (1975).

    Args:
        cells: (n_cells, d + 1) vertices.
        m: (columns, 3) unit vectors.
        perpendicular: ρ⊥ in Ω m.
        difference: ρ∥ - ρ⊥ in Ω m.
        out: (n_cells, d, d), overwritten.
    """
    _cell_conductivity(cells, m, perpendicular, difference, out)
