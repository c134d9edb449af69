"""The magnetic moments of the vertices of a film."""

from __future__ import annotations

from dataclasses import dataclass

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial


@dataclass(eq=False)
class VertexMoments:
    """∫ M_s λ_i dV of each vertex, with the M_s of each cell, so that M_s may jump between them.

    Where M_s is uniform these are M_s V_i, with V_i the lumped volume, to the last bit. Where it
    changes in place, `renew` changes the arrays in place.

    Args:
        magnetisation: (owned,) moment by lumped volume, the mean M_s around each vertex in A/m.
        mean: M_s of the whole film, by volume, in A/m.
        volumes: (owned,) moment by `mean` in m³; their sum is the volume of the film.
    """

    magnetisation: FloatArray
    mean: float
    volumes: FloatArray

    @classmethod
    def of_film(cls, operators: VertexOperators, material: FilmMaterial) -> VertexMoments:
        """Collective."""
        saturation = material["saturation_magnetisation"]
        magnetisation, volumes = saturation.at_vertices(operators), operators.vertex_volumes
        if saturation.value is not None:
            return cls(magnetisation, float(saturation.value), volumes)
        total: float = operators.comm.allreduce(float(magnetisation @ volumes))
        mean = total / operators.volume
        return cls(magnetisation, mean, magnetisation / mean * volumes)

    def renew(self, operators: VertexOperators, material: FilmMaterial) -> None:
        """Make them anew of the M_s that the material has now; collective."""
        found = VertexMoments.of_film(operators, material)
        self.mean = found.mean
        self.magnetisation[:], self.volumes[:] = found.magnetisation, found.volumes

    @property
    def magnetic(self) -> FloatArray:
        """(owned,) μ₀ moment in J per A/m: the energy in a field H is -μ₀ moment m · H."""
        return VACUUM_PERMEABILITY * self.mean * self.volumes
