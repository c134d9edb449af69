"""Whether a mesh can hold the texture of a material: by lengths, before a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.material import Material

if TYPE_CHECKING:
    from hebbfilm.solvers.materials.film_material import FilmMaterial

RESOLVED = 1.0
"""In rad between neighbours, of the tightest texture of a material, up to which it is resolved: the
exchange energy 2(1 - cos θ)/θ² of an edge is then 8 % too small."""
LOST = 2 * pi
"""The same at which a mesh holds nothing of it: an edge spans a whole turn."""
LARGEST_ANGLE = pi / 2
"""In rad between neighbours, beyond which the exchange torque, ∝ sin θ, weakens as they turn
further apart: walls then stick to the mesh."""


@dataclass(frozen=True)
class Resolution:
    """The edges of a mesh beside the lengths over which m turns.

    Args:
        edge: typical, in m.
        lengths: in m, over which m turns by 1 rad at the tightest, by what makes it turn.
    """

    edge: float
    lengths: Mapping[str, float]

    @property
    def turn(self) -> float:
        """By how much m turns from one vertex to the next where it does so fastest, in rad."""
        return self.edge / min(self.lengths.values()) if self.lengths else 0.0

    def __str__(self) -> str:
        name = min(self.lengths, key=lambda name: self.lengths[name])
        length = self.lengths[name]
        return (
            f"edges of {1e9 * self.edge:.3g} nm, over which m turns by up to {self.turn:.1f} rad "
            f"({name} = {1e9 * length:.3g} nm a radian; edges up to {1e9 * length:.2g} nm "
            "resolve it)"
        )


def resolution_of(
    material: Material | FilmMaterial, demagnetisation: str, edge: float
) -> Resolution:
    """What the terms of a material ask of a mesh; of a material on a film collective.

    A wall follows 2 arctan exp(x/Δ) and turns by 1/Δ at its centre, with Δ = √(A/|K|), or with the
    exchange length √(2A/μ₀M_s²) where the demagnetising field makes it; a spiral turns by |D|/2A.
    A. Hubert and R. Schäfer, Magnetic Domains (1998), sections 3.2 and 3.6; of DMI, S. Rohart and
    A. Thiaville, Phys. Rev. B 88, 184422 (2013). Where these differ, the shortest length counts.

    Args:
        material: A, K, D and M_s are used here, which are numbers unless it is on a film.
        demagnetisation: as of `Film`.
        edge: typical edge of the mesh in m.
    """

    def values(name: str) -> FloatArray:
        if isinstance(material, Material):
            return np.array(material.number(name))
        found = material[name]
        return found.corners if found.value is None else found.value

    shortest = _shortest_lengths(values, demagnetisation)
    if not isinstance(material, Material):
        # Only here: who reads a limit from a report needs no MPI.
        from mpi4py import MPI

        comm = material["exchange_stiffness"].film_mesh.comm
        shortest = {name: comm.allreduce(x, MPI.MIN) for name, x in shortest.items()}
    return Resolution(edge, {name: x for name, x in shortest.items() if x < np.inf})


def _shortest_lengths(
    values: Callable[[str], FloatArray], demagnetisation: str
) -> dict[str, float]:
    """Of each kind the shortest in m; infinite where nothing makes m turn."""
    stiffness = values("exchange_stiffness")
    with np.errstate(divide="ignore"):
        lengths = {"wall width √(A/|K|)": np.sqrt(stiffness / abs(values("uniaxial_anisotropy")))}
        for name in ("interfacial_dmi", "bulk_dmi"):
            lengths[f"2A/|D| of {name}"] = 2 * stiffness / abs(values(name))
        if demagnetisation != "none":
            shape = VACUUM_PERMEABILITY * values("saturation_magnetisation") ** 2 / 2
            lengths["exchange length √(2A/μ₀M_s²)"] = np.sqrt(stiffness / shape)
    return {name: float(np.min(x, initial=np.inf)) for name, x in lengths.items()}
