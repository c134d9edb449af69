"""Conductivity tensor of a film with anisotropic magnetoresistance and anomalous Hall effect."""

import numba
import numpy as np

from solvers.material import Material
from solvers.operators import FloatArray


@numba.njit(cache=True)
def _cell_conductivity(cells, m, perpendicular, difference, hall, out):  # type: ignore[no-untyped-def]
    corners, d = cells.shape[1], out.shape[1]
    rho = np.zeros((3, 3))
    mean = np.zeros(3)
    for c in range(cells.shape[0]):
        for k in range(3):
            mean[k] = 0.0
            for a in range(corners):
                mean[k] += m[cells[c, a], k] * hall / corners
        for k in range(d):
            for l in range(k, d):  # noqa: E741
                value = 0.0
                for a in range(corners):
                    value += m[cells[c, a], k] * m[cells[c, a], l]
                rho[k, l] = rho[l, k] = difference * value / corners
            rho[k, k] += perpendicular
        rho[0, 1] -= mean[2]
        rho[1, 0] += mean[2]
        if d == 2:
            scale = 1.0 / (rho[0, 0] * rho[1, 1] - rho[0, 1] * rho[1, 0])
            out[c, 0, 0] = rho[1, 1] * scale
            out[c, 1, 1] = rho[0, 0] * scale
            out[c, 0, 1] = -rho[0, 1] * scale
            out[c, 1, 0] = -rho[1, 0] * scale
        else:
            rho[0, 2] += mean[1]
            rho[2, 0] -= mean[1]
            rho[1, 2] -= mean[0]
            rho[2, 1] += mean[0]
            # Cyclic indices give the cofactors their signs.
            for k in range(3):
                for l in range(3):  # noqa: E741
                    out[c, l, k] = (
                        rho[(k + 1) % 3, (l + 1) % 3] * rho[(k + 2) % 3, (l + 2) % 3]
                        - rho[(k + 1) % 3, (l + 2) % 3] * rho[(k + 2) % 3, (l + 1) % 3]
                    )
            scale = 0.0
            for l in range(3):  # noqa: E741
                scale += rho[0, l] * out[c, l, 0]
            for k in range(3):
                for l in range(3):  # noqa: E741
                    out[c, k, l] /= scale


def cell_conductivity(
    cells: np.ndarray, m: FloatArray, material: Material, out: FloatArray
) -> None:
    """σ = ρ⁻¹ in S/m of each cell.

    ρ = ρ⊥ 1 + (ρ∥ - ρ⊥) m mᵀ + ρ_AH [m]×, averaged over the vertices, with [m]× j = m × j. In two
    dimensions the in-plane block of ρ is inverted, since no current leaves the film: j_z = 0, not
    E_z = 0. T. R. McGuire and R. I. Potter, IEEE Trans. Magn. 11, 1018 (1975).

    Args:
        cells: (n_cells, d + 1) vertices.
        m: (columns, 3) unit vectors.
        material: its ρ⊥, ρ∥ - ρ⊥ and ρ_AH are used.
        out: (n_cells, d, d), overwritten; symmetric to the last bit where ρ_AH = 0.
    """
    _cell_conductivity(
        cells,
        m,
        material.perpendicular_resistivity,
        material.resistivity_difference,
        material.anomalous_hall_resistivity,
        out,
    )
