"""Conductivity of a film with anisotropic magnetoresistance and anomalous Hall effect.

σ = ρ⁻¹ with ρ = ρ⊥ 1 + (ρ∥ - ρ⊥) m mᵀ + ρ_AH [m]×, averaged over the vertices of a cell, and
[m]× j = m × j. In two dimensions the in-plane block of ρ is inverted, since no current leaves the
film: j_z = 0, not E_z = 0. T. R. McGuire and R. I. Potter, IEEE Trans. Magn. 11, 1018 (1975).
"""

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.cell_sums import in_lanes
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import LANES, loops, new, reals
from hebbfilm.solvers.materials.film_material import FilmMaterial


class Resistivity:
    """ρ⊥, ρ∥ - ρ⊥ and ρ_AH of each cell, as the compiled loops take them.

    Args:
        operators: the P1 operators of the film.
        material: its conductivity, AMR and Hall ratio are used here.

    Attributes:
        conductivity: σ⊥ in S/m, one number, or (n_cells,) where any of the three differs.
        symmetric: whether σ(m) is: there is no Hall effect in any cell.
    """

    def __init__(self, operators: VertexOperators, material: FilmMaterial) -> None:
        found = [material[n] for n in ("conductivity", "amr_ratio", "anomalous_hall_ratio")]
        self.symmetric = found[2].is_zero
        uniform = all(each.value is not None for each in found)
        given = [each.value if uniform else each.in_cells for each in found]
        self.conductivity, amr, hall = (np.asarray(each, dtype=np.float64) for each in given)
        corners = operators.dimension + 1
        parts = (
            1 / self.conductivity,
            amr / self.conductivity / corners,
            hall / self.conductivity / corners,
        )
        self._parts = [np.full(LANES, x) if uniform else in_lanes(x) for x in parts]
        perpendicular, difference, hall_share = (reals(x) for x in self._parts)
        self.pointer = new(
            "Resistivity *",
            {
                "stride": 0 if uniform else LANES,
                "has_hall": not self.symmetric,
                "perpendicular": perpendicular,
                "difference": difference,
                "hall": hall_share,
            },
        )


def assemble_conductivity(
    operators: VertexOperators, m: FloatArray, resistivity: Resistivity, out: FloatArray
) -> None:
    """∫ ∇λ_i · σ ∇λ_j in S of m (columns, 3), into `out` (nnz,); collective.

    Symmetric to the last bit where ρ_AH = 0.
    """
    sums = operators.tensor_sums(resistivity.symmetric)
    loops.conductivity_parts(
        operators.cells_pointer, resistivity.pointer, reals(m), reals(sums.parts)
    )
    operators.gather(sums, out)


def current_density(
    operators: VertexOperators,
    m: FloatArray,
    resistivity: Resistivity,
    potential: FloatArray,
    out: FloatArray,
) -> None:
    """J = -σ ∇φ in A/m² of m (columns, 3) and φ in V (columns,), into `out` (n_cells, d)."""
    loops.current_density(
        operators.cells_pointer, resistivity.pointer, reals(m), reals(potential), reals(out)
    )
