"""Conductivity of a film with anisotropic magnetoresistance and anomalous Hall effect.

σ = ρ⁻¹ with ρ = ρ⊥ 1 + (ρ∥ - ρ⊥) m mᵀ + ρ_AH [m]×, averaged over the vertices of a cell, and
[m]× j = m × j. In two dimensions the in-plane block of ρ is inverted, since no current leaves the
film: j_z = 0, not E_z = 0. T. R. McGuire and R. I. Potter, IEEE Trans. Magn. 11, 1018 (1975).
"""

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import loops, reals
from hebbfilm.solvers.materials.material import Material


def assemble_conductivity(
    operators: VertexOperators, m: FloatArray, material: Material, out: FloatArray
) -> None:
    """∫ ∇λ_i · σ ∇λ_j in S of m (columns, 3), into `out` (nnz,); collective.

    Symmetric to the last bit where ρ_AH = 0.
    """
    sums = operators.tensor_sums(symmetric=material.anomalous_hall_resistivity == 0)
    loops.conductivity_parts(
        operators.cells_pointer, [_resistivity(material)], reals(m), reals(sums.parts)
    )
    operators.gather(sums, out)


def current_density(
    operators: VertexOperators,
    m: FloatArray,
    material: Material,
    potential: FloatArray,
    out: FloatArray,
) -> None:
    """J = -σ ∇φ in A/m² of m (columns, 3) and φ in V (columns,), into `out` (n_cells, d)."""
    loops.current_density(
        operators.cells_pointer, [_resistivity(material)], reals(m), reals(potential), reals(out)
    )


def _resistivity(material: Material) -> tuple[float, float, float]:
    """ρ⊥, ρ∥ - ρ⊥ and ρ_AH in Ω m."""
    return (
        material.perpendicular_resistivity,
        material.resistivity_difference,
        material.anomalous_hall_resistivity,
    )
