"""What is heated: capacities and conductivities in the cells of the mesh that conducts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.constants import LORENZ_NUMBER
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm

_PARAMETERS = (
    "volumetric_heat_capacity",
    "thermal_conductivity",
    "conductivity",
    "temperature_coefficient",
)


@dataclass(frozen=True, eq=False)
class Metal:
    """One of the metals that share the cells of a mesh; all by cell, (n_cells,).

    Args:
        share: of its volume in that of the cell, without unit; of a layer in 2D d/t, so that it
            may be above 1.
        capacity: c in J/(m³ K).
        thermal_conductivity: κ in W/(m K).
        conductivity: σ⊥ in S/m at T₀.
        temperature_coefficient: a of σ(T) = σ/(1 + a (T - T₀)) in 1/K.
    """

    share: FloatArray
    capacity: FloatArray
    thermal_conductivity: FloatArray
    conductivity: FloatArray
    temperature_coefficient: FloatArray

    @classmethod
    def of(cls, share: FloatArray, found: FilmMaterial | FilmLayer) -> Metal:
        """Of a film, or a layer, whose parameters are known."""
        return cls(share, *(found[name].in_cells for name in _PARAMETERS))

    def electronic(self, temperature: FloatArray, reference: float) -> FloatArray:
        """κ = L σ T in W/(m K), Wiedemann and Franz (1853), L of Sommerfeld (1928), (n_cells,).

        Args:
            temperature: T in K, (n_cells,).
            reference: T₀ in K.
        """
        slower = 1 + self.temperature_coefficient * (temperature - reference)
        kappa: FloatArray = LORENZ_NUMBER * self.conductivity / slower * temperature
        return kappa


@dataclass(frozen=True, eq=False)
class HeatedBody:
    """What is heated on the mesh that conducts; in 2D of a film and its layers in one sheet.

    Args:
        operators: of the mesh.
        metals: what its cells are made of.
        transfer: h in W/(m² K) to the substrate, None if it takes no heat; in 3D it counts at faces
            that look down.
    """

    operators: VertexOperators
    metals: Sequence[Metal]
    transfer: ParameterOnFilm | None

    @classmethod
    def of_film(
        cls, operators: VertexOperators, material: FilmMaterial, layers: Sequence[FilmLayer]
    ) -> HeatedBody:
        """A film with all its layers, by the volume of the film."""
        film = Metal.of(np.ones(len(operators.cells)), material)
        others = [
            Metal.of((layer.thickness / operators.thickness).astype(np.float64), layer)
            for layer in layers
        ]
        takes = "heat_transfer_coefficient" in material
        transfer = material["heat_transfer_coefficient"] if takes else None
        return cls(operators, (film, *others), transfer)

    @property
    def capacity(self) -> FloatArray:
        """By volume of the mesh in J/(m³ K), (n_cells,)."""
        return _sum([metal.share * metal.capacity for metal in self.metals])

    @property
    def conductivity(self) -> FloatArray:
        """As the metals have it, by volume of the mesh in W/(m K), (n_cells,)."""
        return _sum([metal.share * metal.thermal_conductivity for metal in self.metals])

    def electronic(self, temperature: FloatArray, reference: float) -> FloatArray:
        """By Wiedemann and Franz, see `Metal`; by volume of the mesh."""
        return _sum([each.share * each.electronic(temperature, reference) for each in self.metals])


def _sum(parts: Sequence[FloatArray]) -> FloatArray:
    total: FloatArray = np.sum(parts, axis=0)
    return total
