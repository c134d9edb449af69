"""What a layer of metal on a film in 2D adds to its conductivity.

All share the electric field in the plane. By spin-Hall magnetoresistance a layer has
ρ(m) = ρ (1 + r (1 - (ẑ × m)(ẑ × m)ᵀ)) in the plane: along x, ρ (1 + r (1 - m_y²)), which is least
where m lies along ẑ × j. Y.-T. Chen et al., Phys. Rev. B 87, 144411 (2013), eq. 26.
"""

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.conduction.warmed import WarmedResistivity
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import loops, new, reals
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.layers.sheet import number_or_cells, thickness_ratio

_CORNERS = 3


class LayerResistivity:
    """ρ of one layer in each cell, as the compiled loops take it.

    Args:
        operators: the P1 operators of the film.
        layer: its conductivity and spin-Hall magnetoresistance are used here.
        alike: whether all cells are alike in all that conducts.

    Attributes:
        layer: as it was given.
        depends_on_m: whether it has spin-Hall magnetoresistance.
        warmed: its resistivities.
    """

    def __init__(self, operators: VertexOperators, layer: FilmLayer, alike: bool) -> None:
        self.layer = layer
        ratio = layer["spin_hall_magnetoresistance"]
        self.depends_on_m = not ratio.is_zero
        resistivity: FloatArray = 1 / number_or_cells(layer["conductivity"], alike)
        change = resistivity * number_or_cells(ratio, alike)
        parts = [resistivity + change, change / _CORNERS]
        coefficient = layer["temperature_coefficient"]
        self.warmed = WarmedResistivity(parts, coefficient, len(operators.cells), alike)
        self._share = self.warmed.laid_out(thickness_ratio(operators, layer, alike))
        largest, difference = self.warmed.now
        self.pointer = new(
            "LayerResistivity *",
            {
                "stride": self.warmed.stride,
                "depends_on_m": self.depends_on_m,
                "share": reals(self._share),
                "largest": reals(largest),
                "difference": reals(difference),
            },
        )

    def conductivity_per_film_volume(self) -> FloatArray:
        """d/t σ in S/m with lanes, of a layer that does not depend on m."""
        found: FloatArray = self._share / self.warmed.now[0]
        return found

    def current_density(
        self, operators: VertexOperators, m: FloatArray, potential: FloatArray, out: FloatArray
    ) -> None:
        """J in A/m² of m (columns, 3) and φ in V (columns,), into `out` (n_cells, 2)."""
        loops.layer_current_density(
            operators.cells_pointer, self.pointer, reals(m), reals(potential), reals(out)
        )
