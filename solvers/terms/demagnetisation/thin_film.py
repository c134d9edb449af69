"""Demagnetising field of a thin film in its local limit."""

from dataclasses import dataclass

from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.terms.energy import Energy, Expression, Surroundings


@dataclass(frozen=True)
class ThinFilmDemagnetisation(Energy):
    """E = ½ ∫ μ₀ M_s² m_z², exact for a film much thinner than its texture is wide.

    G. Gioia and R. D. James, Proc. R. Soc. Lond. A 453, 213 (1997).
    """

    name = "thin_film_demagnetisation"

    def density(self, m: Expression, at: Surroundings) -> Expression:
        """½ μ₀ M_s² m_z² in J/m³."""
        return VACUUM_PERMEABILITY / 2 * at.saturation_magnetisation**2 * m[2] ** 2
