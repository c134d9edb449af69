"""Conductivity of a film with anisotropic magnetoresistance and anomalous Hall effect.

σ = ρ⁻¹ with ρ = ρ⊥ 1 + (ρ∥ - ρ⊥) m mᵀ + ρ_AH [m]×, averaged over the vertices of a cell, and
[m]× j = m × j. In two dimensions the in-plane block of ρ is inverted, since no current leaves the
film: j_z = 0, not E_z = 0. T. R. McGuire and R. I. Potter, IEEE Trans. Magn. 11, 1018 (1975).

Layers on the film share its electric field: the whole sheet conducts t σ(m) + Σ d_k σ_k.
"""

from collections.abc import Sequence
from functools import partial

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.conduction.layer_resistivity import LayerResistivity
from hebbfilm.solvers.conduction.warmed import WarmedResistivity
from hebbfilm.solvers.discretisation.cell_sums import in_lanes
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import integers, loops, new, null, reals
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.layers.sheet import number_or_cells, per_film_volume
from hebbfilm.solvers.materials.film_material import FilmMaterial

_NAMES = ("conductivity", "amr_ratio", "anomalous_hall_ratio", "temperature_coefficient")
MOST_FIELDS: int = loops.most_fields()
"""Of potentials, that `conductivity_change` takes."""
_OF_LAYERS = ("conductivity", "spin_hall_magnetoresistance", "temperature_coefficient")


class Resistivity:
    """ρ⊥, ρ∥ - ρ⊥ and ρ_AH of each cell, and ρ of layers, as the compiled loops take them.

    Args:
        operators: the P1 operators of the film.
        material: its conductivity, AMR and Hall ratio are used here, and how ρ grows with T.
        layers: on a film in 2D.

    Attributes:
        conductivity: σ⊥ + Σ d_k/t σ_k in S/m, one number, or (n_cells,) where anything differs.
        symmetric: whether σ(m) is: there is no Hall effect in any cell.
        layers: the resistivities of each.
        temperature_coefficient: the largest |a| of ρ(T) = ρ (1 + a (T - T₀)) of all, in 1/K.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: FilmMaterial,
        layers: Sequence[FilmLayer] = (),
    ) -> None:
        self._operators = operators
        found = [material[name] for name in _NAMES]
        self.symmetric = found[2].is_zero
        self.conductivity = per_film_volume(operators, material, layers, "conductivity")
        every = [*found, *(layer[name] for layer in layers for name in _OF_LAYERS)]
        grows = [material[_NAMES[3]], *(layer[_NAMES[3]] for layer in layers)]
        self.temperature_coefficient = max(each.largest_size for each in grows)
        self._changes = [found[1], *(each["spin_hall_magnetoresistance"] for each in layers)]
        even = operators.even_thickness is not None or not layers
        # What grows with the temperature differs as soon as that does.
        alike = (
            even and not self.temperature_coefficient and all(x.value is not None for x in every)
        )
        sigma, amr, hall = (number_or_cells(each, alike) for each in found[:3])
        corners = operators.dimension + 1
        parts: list[FloatArray] = [1 / sigma, amr / sigma / corners, hall / sigma / corners]
        self._film = WarmedResistivity(parts, found[3], len(operators.cells), alike)
        self.layers = [LayerResistivity(operators, layer, alike) for layer in layers]
        self._moving = [layer.pointer for layer in self.layers if layer.depends_on_m]
        self._shunt = np.zeros_like(self._film.now[0])
        self._add_up_shunt()
        self._pointers = new("LayerResistivity *[]", self._moving)
        self.pointer = self._as_loops_take_it()

    def _as_loops_take_it(self) -> object:
        perpendicular, difference, hall = (reals(x) for x in self._film.now)
        return new(
            "Resistivity *",
            {
                "stride": self._film.stride,
                "has_hall": not self.symmetric,
                "perpendicular": perpendicular,
                "difference": difference,
                "hall": hall,
                "has_shunt": bool(self.layers),
                "shunt": reals(self._shunt),
                "layer_count": len(self._moving),
                "layers": self._pointers,
            },
        )

    def _add_up_shunt(self) -> None:
        self._shunt[:] = 0
        for layer in self.layers:
            if not layer.depends_on_m:
                self._shunt += layer.conductivity_per_film_volume()

    def require_positive(self, lowest: float, highest: float) -> None:
        """Raise SolverError unless every ρ is positive for T - T₀ in K between two values."""
        names = ["material", *(f"layers.{each.layer.name}" for each in self.layers)]
        for name, each in zip(names, (self._film, *(x.warmed for x in self.layers)), strict=True):
            if not each.least_factor(lowest, highest) > 0:
                raise SolverError(
                    f"{name}.temperature_coefficient: at {lowest:.4g} to {highest:.4g} K from the "
                    "reference temperature the resistivity would not be positive"
                )

    def spread(self) -> float:
        """Largest over least ratio of σ to `conductivity`, at most, whatever m is; collective.

        Of any direction in any cell, at the present temperature; contacts, whose ratio is 1,
        count. Where conductors share a field, theirs lies between those of each.
        """
        ends: FloatArray = np.ones(2)
        warmed = [self._film, *(layer.warmed for layer in self.layers)]
        for change, each in zip(self._changes, warmed, strict=True):
            coolest, hottest = each.factors
            # The largest ratio, and that of resistivities, which is the inverse of the least one.
            largest = max(1.0, 1 / (1 + change.least)) / coolest
            ends = np.maximum(ends, [largest, max(1.0, 1 + change.largest) * hottest])
        if self.temperature_coefficient:
            self._operators.comm.Allreduce(MPI.IN_PLACE, ends, MPI.MAX)
        return float(ends.prod())

    def warm(self, rise: FloatArray) -> None:
        """Take T - T₀ in K at the vertices, (columns,); its mean counts in each cell."""
        rises = in_lanes(rise[self._operators.cells]).mean(axis=1)
        for each in (self._film, *(layer.warmed for layer in self.layers)):
            each.warm(rises)
        self._add_up_shunt()


def assemble_conductivity(
    operators: VertexOperators, m: FloatArray, resistivity: Resistivity, out: FloatArray
) -> None:
    """∫ ∇λ_i · σ ∇λ_j in S of m (columns, 3), into `out` (nnz,), with all layers; collective.

    Symmetric to the last bit where ρ_AH = 0.
    """
    operators.sum_up(
        partial(loops.conductivity_sums, operators.cells_pointer, resistivity.pointer, reals(m)),
        operators.tensor_sums(resistivity.symmetric),
        out,
    )


def current_density(
    operators: VertexOperators,
    m: FloatArray,
    resistivity: Resistivity,
    potential: FloatArray,
    out: FloatArray,
) -> None:
    """J = -σ ∇φ in A/m² in the film, of m (columns, 3) and φ in V (columns,), into `out`."""
    loops.current_density(
        operators.cells_pointer, resistivity.pointer, reals(m), reals(potential), reals(out)
    )


def conductivity_change(
    operators: VertexOperators,
    before: FloatArray,
    after: FloatArray,
    resistivity: Resistivity,
    potentials: FloatArray,
    strip: IntArray | None,
    strips: int,
) -> tuple[FloatArray, FloatArray]:
    """What a change δσ of a symmetric σ does to potentials φ_i that stay as they are; collective.

    Args:
        operators: the P1 operators of the film.
        before: m, (columns, 3).
        after: m, (columns, 3), of which the σ below is.
        resistivity: of the film.
        potentials: φ_i, (K, columns), at most `MOST_FIELDS` of them.
        strip: of each cell, (n_cells,) of int32; None: there is one.
        strips: how many there are, S.

    Returns:
        ∫ ∇φ_i · δσ ∇φ_j and ∫ (δσ ∇φ_i) · σ⁻¹ (δσ ∇φ_j) in S for φ without unit, (S, K, K) each.
        The latter is the energy of the currents δσ ∇φ. What is without sources of them drives no
        potential, so it is no less than the energy of the change of φ that δσ asks for.
    """
    fields = len(potentials)
    sums = np.zeros((strips, 2, fields * (fields + 1) // 2))
    loops.conductivity_change(
        operators.cells_pointer,
        resistivity.pointer,
        reals(before),
        reals(after),
        fields,
        potentials.shape[1],
        reals(potentials),
        null if strip is None else integers(strip),
        reals(sums),
    )
    operators.comm.Allreduce(MPI.IN_PLACE, sums)
    rows, columns = np.tril_indices(fields)
    found = np.empty((2, strips, fields, fields))
    found[..., rows, columns] = found[..., columns, rows] = sums.transpose(1, 0, 2)
    return found[0], found[1]
