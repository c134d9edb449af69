"""A film of grains whose material differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from numbers import Real
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from hebbfilm.common.arguments import check_kind
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Angle, Length, Plain, Range
from hebbfilm.solvers.materials.material import Material
from hebbfilm.solvers.materials.parameter import Parameter
from hebbfilm.solvers.terms.grains import grain_numbers

if TYPE_CHECKING:
    from hebbfilm.meshing import FilmMesh

_WIDEST = 1e-2
"""m, as of films."""
_LARGEST = 0.5
"""Relative deviation, beyond which many grains would change the sign."""
_MOST = 0.9
"""By which a grain may differ, in relation to the mean."""


@dataclass(frozen=True)
class Disorder:
    """Grains with a material of their own; columns through the film, a Voronoi tessellation.

    Args:
        grain_diameter: in the mean, m; there is one grain per square of that side on average.
        relative_deviation: standard deviation of K_u between grains, in relation to K_u.
        axis_deviation: standard deviation in degrees of each of the two angles by which the axis
            of a grain leans from its mean axis.
        axes: the mean axis of a grain: the easy axis of the material, or a direction of its own in
            the plane of the film.
        seed: of the grains.
        deviations: relative standard deviations, up to 0.5, of other parameters of the material, by
            their names; each is drawn by itself. What would deviate by more than 0.9 of the mean
            deviates by 0.9, so that none changes its sign.

    Raises:
        InputError: a value outside its range, or grains that do not differ.

    Example:
        >>> Disorder(grain_diameter=20e-9, relative_deviation=0.1).axes
        'easy_axis'
        >>> grains = Disorder(20e-9, deviations={"exchange_stiffness": 0.05, "conductivity": 0.1})
    """

    grain_diameter: Annotated[Length, Range(above=0, most=_WIDEST)]
    relative_deviation: Annotated[Plain, Range(0)] = 0.0
    axis_deviation: Annotated[Angle, Range(0, 90)] = 0.0
    axes: Literal["easy_axis", "random_in_plane"] = "easy_axis"
    seed: Annotated[int, Range(0)] = 0
    deviations: Mapping[str, Annotated[Plain, Range(0, _LARGEST)]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._require("grain_diameter", 0 < self.grain_diameter < np.inf, "positive, in metres")
        self._require(
            "grain_diameter",
            self.grain_diameter <= _WIDEST,
            f"at most {_WIDEST:g}, in metres: did you mean {self.grain_diameter * 1e-9:g}?",
        )
        self._require(
            "relative_deviation", 0 <= self.relative_deviation < np.inf, "zero or positive"
        )
        self._require("axis_deviation", 0 <= self.axis_deviation <= 90, "0 to 90, in degrees")
        self._require(
            "axes", self.axes in ("easy_axis", "random_in_plane"), "easy_axis or random_in_plane"
        )
        self._require("seed", self.seed >= 0, "zero or positive")
        check_kind("disorder.deviations", self.deviations, Mapping)
        for name, deviation in self.deviations.items():
            _check_deviation(name, deviation)
        if not (self._has_axes or any(self.deviations.values())):
            raise InputError(
                "disorder: the grains do not differ; give relative_deviation, axis_deviation "
                "(degrees), axes = 'random_in_plane' or deviations of other parameters"
            )

    def _require(self, name: str, holds: bool, allowed: str) -> None:
        if not holds:
            raise InputError(f"disorder.{name} = {getattr(self, name)}: must be {allowed}")

    @property
    def _has_axes(self) -> bool:
        """Whether the grains differ in their uniaxial anisotropy."""
        return bool(self.relative_deviation or self.axis_deviation or self.axes != "easy_axis")

    def applied_to(self, film_mesh: FilmMesh, material: Material) -> Material:
        """A material whose parameters differ from grain to grain; collective.

        Raises:
            InputError: a parameter that shall differ, but is zero or does not fit the film.
        """
        numbers = grain_numbers(
            film_mesh.coordinates,
            diameter=self.grain_diameter,
            seed=self.seed,
            names=tuple(self.deviations),
        )
        grains = _Grains(film_mesh, material)
        found = self._anisotropy(grains, numbers[:, :4]) if self._has_axes else {}
        for (name, deviation), own in zip(self.deviations.items(), numbers[:, 4:].T, strict=True):
            factor = 1 + np.clip(deviation * own, -_MOST, _MOST)
            found[name] = grains.times(name, factor, f"disorder.deviations.{name}")
        return replace(material, **found)

    def _anisotropy(self, grains: _Grains, numbers: FloatArray) -> dict[str, Any]:
        """K_u and easy axis, grain by grain."""
        strength, lean, sideways, heading = numbers.T
        factor = 1 + self.relative_deviation * strength
        constant = grains.times("uniaxial_anisotropy", factor, "disorder")
        angles = np.radians(self.axis_deviation) * np.column_stack([lean, sideways])
        if self.axes == "random_in_plane":
            # An angle that is normal with so large a deviation is uniform on the circle to e⁻²⁰⁰.
            angle = 20 * heading
            axis = np.column_stack([np.cos(angle), np.sin(angle), np.zeros(len(angle))])
            return {
                "uniaxial_anisotropy": constant,
                "easy_axis": grains.owned(tilted(axis, angles)),
            }
        return {"uniaxial_anisotropy": constant, "easy_axis": grains.tilted("easy_axis", angles)}


class _Grains:
    """Parameters of a material, altered by numbers (n_local, …) of the grain at each vertex."""

    def __init__(self, film_mesh: FilmMesh, material: Material) -> None:
        self._film_mesh, self._material = film_mesh, material

    def owned(self, values: FloatArray) -> FloatArray:
        """Those of the vertices that this rank owns."""
        return values[: self._film_mesh.space.dofmap.index_map.size_local]

    def times(self, name: str, factor: FloatArray, key: str) -> Parameter:
        """A parameter times what the grains have; the key of the case is for messages."""
        if getattr(self._material, name) is None:
            raise InputError(f"{key}: grains differ in it, but material.{name} is not given")
        # Only here: a case is read without DOLFINx.
        from hebbfilm.solvers.materials.parameter_on_film import on_film

        mean = on_film(self._film_mesh, f"material.{name}", getattr(self._material, name))
        if mean.is_zero:
            raise InputError(f"{key}: grains differ in it, but material.{name} = 0")
        if mean.value is not None:
            return self.owned(float(mean.value) * factor)
        return mean.of_corners(mean.corners * factor[self._film_mesh.cells])

    def tilted(self, name: str, angles: FloatArray) -> Parameter:
        """A direction, tilted by the two angles (n_local, 2) that the grains have, in rad."""
        # Only here: a case is read without DOLFINx.
        from hebbfilm.solvers.materials.parameter_on_film import on_film

        mean = on_film(self._film_mesh, f"material.{name}", getattr(self._material, name), (3,))
        if mean.value is not None:
            return self.owned(tilted(np.broadcast_to(mean.value, (len(angles), 3)), angles))
        each = angles[self._film_mesh.cells].reshape(-1, 2)
        return mean.of_corners(
            tilted(mean.corners.reshape(-1, 3), each).reshape(mean.corners.shape)
        )


def _check_deviation(name: str, deviation: float) -> None:
    elsewhere = {"uniaxial_anisotropy": "relative_deviation", "easy_axis": "axis_deviation"}
    if name in elsewhere:
        raise InputError(f"disorder.deviations.{name}: give disorder.{elsewhere[name]} instead")
    names = [each.name for each in fields(Material) if each.name not in elsewhere]
    if name not in names:
        raise InputError(
            f"disorder.deviations.{name}: a material has no such parameter"
            + did_you_mean(name, names)
        )
    if not (isinstance(deviation, Real) and 0 <= deviation <= _LARGEST):
        raise InputError(
            f"disorder.deviations.{name} = {shown(deviation)}: must be 0 to {_LARGEST}, in "
            "relation to the mean"
        )


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
