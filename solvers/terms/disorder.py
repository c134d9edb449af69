"""A film of grains whose anisotropy differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.terms.anisotropy import UniaxialAnisotropy
from hebbfilm.solvers.terms.grains import grain_numbers

if TYPE_CHECKING:
    from hebbfilm.meshing import FilmMesh
    from hebbfilm.solvers.materials.material import Material


@dataclass(frozen=True)
class Disorder:
    """Grains with an anisotropy of their own; columns through the film, a Voronoi tessellation.

    Args:
        grain_diameter: in m; there is one grain per square of that side on average.
        relative_deviation: standard deviation of K_u between grains, in relation to K_u.
        axis_deviation: standard deviation in degrees of each of the two angles by which the axis
            of a grain leans from its mean axis.
        axes: the mean axis of a grain: the easy axis of the material, or a direction of its own in
            the plane of the film.
        seed: of the grains.

    Raises:
        InputError: a value outside its range, or grains that do not differ.

    Example:
        >>> Disorder(grain_diameter=20e-9, relative_deviation=0.1).axes
        'easy_axis'
    """

    grain_diameter: float
    relative_deviation: float = 0.0
    axis_deviation: float = 0.0
    axes: Literal["easy_axis", "random_in_plane"] = "easy_axis"
    seed: int = 0

    def __post_init__(self) -> None:
        self._require("grain_diameter", 0 < self.grain_diameter < np.inf, "positive, in metres")
        self._require(
            "relative_deviation", 0 <= self.relative_deviation < np.inf, "zero or positive"
        )
        self._require("axis_deviation", 0 <= self.axis_deviation <= 90, "0 to 90, in degrees")
        self._require(
            "axes", self.axes in ("easy_axis", "random_in_plane"), "easy_axis or random_in_plane"
        )
        self._require("seed", self.seed >= 0, "zero or positive")
        if not (self.relative_deviation or self.axis_deviation or self.axes != "easy_axis"):
            raise InputError(
                "disorder: the grains do not differ; give relative_deviation, axis_deviation "
                "(degrees) or axes = 'random_in_plane'"
            )

    def _require(self, name: str, holds: bool, allowed: str) -> None:
        if not holds:
            raise InputError(f"disorder.{name} = {getattr(self, name)}: must be {allowed}")

    def anisotropy(self, film_mesh: FilmMesh, material: Material) -> UniaxialAnisotropy:
        """The anisotropy of K_u and easy axis of the material, grain by grain."""
        owned = film_mesh.space.dofmap.index_map.size_local
        strength, lean, sideways, heading = grain_numbers(
            film_mesh.coordinates[:owned], diameter=self.grain_diameter, seed=self.seed
        ).T
        constant = material.uniaxial_anisotropy * (1 + self.relative_deviation * strength)
        axis = np.broadcast_to(np.asarray(material.easy_axis, dtype=float), (owned, 3))
        if self.axes == "random_in_plane":
            # An angle that is normal with so large a deviation is uniform on the circle to e⁻²⁰⁰.
            angle = 20 * heading
            axis = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(owned)])
        angles = np.radians(self.axis_deviation) * np.column_stack([lean, sideways])
        return UniaxialAnisotropy(constant, tilted(axis, angles))


def tilted(axes: FloatArray, angles: FloatArray) -> FloatArray:
    """Unit vectors (n, 3) along `axes` (n, 3), each tilted by two angles (n, 2) in rad.

    The tilt is √(a² + b²), towards a first and b second of two directions across the axis.
    """
    axes = axes / np.linalg.norm(axes, axis=1, keepdims=True)
    # Any vector far from the axis serves to span the plane across it.
    helper = np.eye(3)[np.abs(axes).argmin(axis=1)]
    first = np.cross(axes, helper)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(axes, first)
    across = angles[:, :1] * first + angles[:, 1:] * second
    tilt = np.linalg.norm(angles, axis=1, keepdims=True)
    turned: FloatArray = np.cos(tilt) * axes + np.sinc(tilt / np.pi) * across
    return turned
