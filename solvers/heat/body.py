"""What is heated: capacities and conductivities in the cells of the mesh that conducts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.layers.sheet import number_or_cells, per_film_volume, thickness_ratio
from hebbfilm.solvers.materials.constants import LORENZ_NUMBER
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm


@dataclass(frozen=True, eq=False)
class Metal:
    """One of the metals that share the cells of a mesh; all by cell, (n_cells,).

    Args:
        share: its volume over that of the cell, without unit; of a layer in 2D d/t, so that it may
            be above 1.
        conductivity: σ⊥ in S/m at T₀.
        temperature_coefficient: a of σ(T) = σ/(1 + a (T - T₀)) in 1/K.
    """

    share: FloatArray
    conductivity: FloatArray
    temperature_coefficient: FloatArray

    @classmethod
    def of(cls, share: FloatArray, found: FilmMaterial | FilmLayer) -> Metal:
        """Of a film, or a layer, whose parameters are known."""
        sigma, coefficient = (
            number_or_cells(found[name], alike=False)
            for name in ("conductivity", "temperature_coefficient")
        )
        return cls(share, sigma, coefficient)

    def electronic(self, temperature: FloatArray, reference: float) -> FloatArray:
        """κ = L σ T in W/(m K), Wiedemann and Franz (1853), L of Sommerfeld (1928), (n_cells,).

        Args:
            temperature: T in K, (n_cells,).
            reference: T₀ in K.
        """
        growth = 1 + self.temperature_coefficient * (temperature - reference)
        kappa: FloatArray = LORENZ_NUMBER * self.conductivity / growth * temperature
        return kappa


def _themselves(values: FloatArray) -> FloatArray:
    return values


@dataclass(frozen=True, eq=False)
class HeatedBody:
    """What is heated on the mesh that conducts; in 2D a film and its layers are one sheet.

    Args:
        operators: of the mesh.
        capacity: c of all metals by volume of the mesh in J/(m³ K), (n_cells,).
        conductivity: κ of all, likewise, in W/(m K), (n_cells,); not used with Wiedemann-Franz.
        metals: what carries the current, used with Wiedemann-Franz alone.
        transfer: h in W/(m² K) to the substrate, None if it takes no heat; in 3D it counts at faces
            that look down.
        at_film: takes values at the vertices of the mesh, (columns,), to those of the film;
            collective. Themselves, where the two are one.
    """

    operators: VertexOperators
    capacity: FloatArray
    conductivity: FloatArray
    metals: Sequence[Metal]
    transfer: ParameterOnFilm | None
    at_film: Callable[[FloatArray], FloatArray] = _themselves

    @classmethod
    def of_film(
        cls, operators: VertexOperators, material: FilmMaterial, layers: Sequence[FilmLayer]
    ) -> HeatedBody:
        """A film of triangles with all its layers, by the volume of the film."""
        cells = len(operators.cells)
        capacity, kappa = (
            np.broadcast_to(per_film_volume(operators, material, layers, name), cells)
            for name in ("volumetric_heat_capacity", "thermal_conductivity")
        )
        film = Metal.of(np.ones(cells), material)
        others = [
            Metal.of(thickness_ratio(operators, layer, alike=False), layer) for layer in layers
        ]
        takes = "heat_transfer_coefficient" in material
        transfer = material["heat_transfer_coefficient"] if takes else None
        return cls(operators, capacity, kappa, (film, *others), transfer)

    def electronic(self, temperature: FloatArray, reference: float) -> FloatArray:
        """κ of all metals by Wiedemann and Franz, see `Metal`, by volume of the mesh."""
        parts = [each.share * each.electronic(temperature, reference) for each in self.metals]
        total: FloatArray = np.sum(parts, axis=0)
        return total
