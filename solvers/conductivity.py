"""Conductivity tensor of a film with anisotropic magnetoresistance and anomalous Hall effect."""

from solvers.compiled import integers, loops, reals
from solvers.material import Material
from solvers.operators import FloatArray, IntArray


def cell_conductivity(
    corners: IntArray, m: FloatArray, material: Material, out: FloatArray
) -> None:
    """σ = ρ⁻¹ in S/m of each cell.

    ρ = ρ⊥ 1 + (ρ∥ - ρ⊥) m mᵀ + ρ_AH [m]×, averaged over the vertices, with [m]× j = m × j. In two
    dimensions the in-plane block of ρ is inverted, since no current leaves the film: j_z = 0, not
    E_z = 0. T. R. McGuire and R. I. Potter, IEEE Trans. Magn. 11, 1018 (1975).

    Args:
        corners: vertices of the cells, (groups, d + 1, lanes), see `solvers.cell_sums.in_lanes`.
        m: (columns, 3) unit vectors.
        material: its ρ⊥, ρ∥ - ρ⊥ and ρ_AH are used.
        out: (groups, d, d, lanes), overwritten; symmetric to the last bit where ρ_AH = 0.
    """
    resistivity = (
        material.perpendicular_resistivity,
        material.resistivity_difference,
        material.anomalous_hall_resistivity,
    )
    groups, number, _ = corners.shape
    loops.conductivity(number - 1, groups, integers(corners), [resistivity], reals(m), reals(out))
