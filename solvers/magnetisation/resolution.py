"""Whether a mesh can hold the texture of a material: by lengths, before a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi, sqrt

from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.material import Material

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


def resolution_of(material: Material, demagnetisation: str, edge: float) -> Resolution:
    """What the terms of a material ask of a mesh.

    A wall follows 2 arctan exp(x/Δ) and turns by 1/Δ at its centre, with Δ = √(A/|K|), or with the
    exchange length √(2A/μ₀M_s²) where the demagnetising field makes it; a spiral turns by |D|/2A.
    A. Hubert and R. Schäfer, Magnetic Domains (1998), sections 3.2 and 3.6; of DMI, S. Rohart and
    A. Thiaville, Phys. Rev. B 88, 184422 (2013).

    Args:
        material: A, K, D and M_s are used here.
        demagnetisation: as of `Film`.
        edge: typical edge of the mesh in m.
    """
    stiffness = material.exchange_stiffness
    lengths = {}
    if material.uniaxial_anisotropy:
        lengths["wall width √(A/|K|)"] = sqrt(stiffness / abs(material.uniaxial_anisotropy))
    for name in ("interfacial_dmi", "bulk_dmi"):
        strength = abs(getattr(material, name))
        if strength:
            lengths[f"2A/|D| of {name}"] = 2 * stiffness / strength
    if demagnetisation != "none":
        shape = VACUUM_PERMEABILITY * material.saturation_magnetisation**2 / 2
        lengths["exchange length √(2A/μ₀M_s²)"] = sqrt(stiffness / shape)
    return Resolution(edge, lengths)
