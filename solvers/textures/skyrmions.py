"""Skyrmions: one, or a lattice of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import Angle, Length
from hebbfilm.solvers.textures.texture import Place, Sign, Texture, WallKind

_FAR = 300.0
"""Lengths of a wall: where a skyrmion has no effect left; its exponential is a number still."""
_NEAR = 1e-150
"""The same, of the nearest to the centre: the square of its inverse is a number still."""
_LEFT_OUT = 1e-10
"""What a skyrmion of a lattice may add to the projection of m where it is left out."""


@dataclass(frozen=True, kw_only=True)
class _Skyrmions(Texture):
    """What one skyrmion and a lattice of them have in common."""

    by_place = True
    radius: Annotated[Length, Field(gt=0)]
    wall_width: Annotated[Length, Field(gt=0)]
    polarity: Sign = -1
    wall: WallKind = "neel"
    chirality: Sign = 1

    def _around(self, away: FloatArray, cores: FloatArray) -> FloatArray:
        """Directions at places (n, 2) among skyrmions with centres (k, 2), in m; (n, 3)."""
        # Skyrmions side by side add up in the stereographic projection from the core. One by one,
        # as all pairs of a large film would not fit into memory.
        projected = sum(self._projected(away - core) for core in cores) * self._helicity
        square = np.abs(projected) ** 2
        across = 2 * projected / (1 + square)
        along = self.polarity * (square - 1) / (square + 1)
        return np.column_stack([across.real, across.imag, along])

    def _projected(self, away: FloatArray) -> NDArray[np.complex128]:
        """Of one skyrmion at the origin, with m outwards in its wall, (n,)."""
        length = self.wall_width / np.pi
        place = (away[:, 0] + 1j * away[:, 1]) / length
        distance = np.abs(place)
        phase = np.where(distance > 0, place / np.where(distance > 0, distance, 1.0), 1.0)
        found: NDArray[np.complex128] = _ratio(self.radius / length, distance) * phase
        return found

    @property
    def _helicity(self) -> complex:
        """How far m in the wall is turned from pointing outwards, as a number of size 1."""
        outward = -self.chirality * self.polarity
        return complex(outward) if self.wall == "neel" else outward * 1j


def _ratio(radius: float, distance: FloatArray) -> FloatArray:
    """sinh(radius) / sinh(distance), both in lengths of the wall, bounded at the centre."""
    near = np.maximum(distance, _NEAR)
    # In exponentials of differences, as those of the radius alone may be no numbers.
    scale = np.exp(np.clip(radius - near, -_FAR, _FAR))
    found: FloatArray = scale * np.expm1(-2 * radius) / np.expm1(-2 * near)
    return np.minimum(found, 1 / _NEAR)


@dataclass(frozen=True, kw_only=True)
class Skyrmion(_Skyrmions):
    """One skyrmion: a round domain, around which m turns once in its wall.

    The angle of m to the normal is 2 arctan(sinh(R/Δ)/sinh(r/Δ)), of a wall of the width πΔ about a
    circle of the radius R: X. S. Wang, H. Y. Yuan and X. R. Wang, Commun. Phys. 1, 31 (2018). Its
    topological charge, (1/4π) ∫ m · (∂m/∂x × ∂m/∂y) dx dy, is the polarity.

    Args:
        radius: R of the circle on which m lies in the plane.
        wall_width: πΔ, with Δ = √(A/K) about that of a straight wall at rest.
        centre: x and y.
        polarity: m_z in the centre; outside it is the opposite.
        wall: "neel", in which m points outwards or inwards; "bloch", in which it goes around.
        chirality: the sense in which m turns: that which the interfacial (Néel) or the bulk (Bloch)
            interaction favours whose D has this sign.

    Example:
        >>> import numpy as np
        >>> skyrmion = Skyrmion(radius=20e-9, wall_width=10e-9)
        >>> skyrmion.at(np.array([[0.0, 0, 0], [20e-9, 0, 0], [90e-9, 0, 0]])).round(6) + 0.0
        array([[ 0.,  0., -1.],
               [ 1.,  0.,  0.],
               [ 0.,  0.,  1.]])
    """

    centre: Place = (0.0, 0.0)
    kind: Literal["skyrmion"] = "skyrmion"

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        return self._around(points[:, :2], np.array([self.centre]))

    def require_fit(
        self, places: FloatArray | None, regions: Mapping[str, FloatArray] | None
    ) -> None:
        """See that some of it is on the film."""
        if places is None:
            return
        low, high = places[:, :2].min(axis=0), places[:, :2].max(axis=0)
        centre = np.array(self.centre)
        away = float(np.linalg.norm(centre - np.clip(centre, low, high)))
        if away > self.radius + self.wall_width:
            (left, below), (right, above) = low * 1e9, high * 1e9
            raise InputError(
                f"skyrmion.centre = {[*self.centre]}: {away:.3g} m away from the film, which lies "
                f"in x from {left:.6g} to {right:.6g} nm and in y from {below:.6g} to {above:.6g} "
                "nm: nothing of the skyrmion would be on it"
            )


@dataclass(frozen=True, kw_only=True)
class SkyrmionLattice(_Skyrmions):
    """A triangular lattice of skyrmions over the whole film.

    Each is as a `Skyrmion`; between them, their tangents of half the angle add up, so that m is
    smooth and each has the topological charge of its polarity.

    Args:
        radius: of each in m, of the circle on which m would lie in the plane were it alone.
        wall_width: πΔ of their walls.
        period: between the centres of neighbours.
        angle: of a row of neighbours to x.
        centre: x and y of one of them.
        polarity: m_z in the centres.
        wall: "neel" or "bloch"; see `Skyrmion`.
        chirality: see `Skyrmion`.

    Raises:
        InputError: a radius that is not below half the period, or a wall that is wider than it.

    Example:
        >>> import numpy as np
        >>> lattice = SkyrmionLattice(radius=15e-9, wall_width=10e-9, period=60e-9)
        >>> lattice.at(np.array([[60e-9, 0, 0], [30e-9, 52e-9, 0]]))[:, 2].round(3)
        array([-1., -1.])
    """

    period: Annotated[Length, Field(gt=0)]
    angle: Angle = 0.0
    centre: Place = (0.0, 0.0)
    kind: Literal["skyrmion_lattice"] = "skyrmion_lattice"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.radius < self.period / 2:
            raise InputError(
                f"skyrmion_lattice.radius = {self.radius:g}: must be below half the period, "
                f"{self.period / 2:g} m"
            )
        # Of wider ones the sum converges slowly, and they are no walls between skyrmions.
        if not self.wall_width <= self.period:
            raise InputError(
                f"skyrmion_lattice.wall_width = {self.wall_width:g}: must be at most the period, "
                f"{self.period:g} m"
            )

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        turn = np.radians(self.angle + np.array([0.0, 60.0]))
        steps = self.period * np.array([np.cos(turn), np.sin(turn)])
        away = points[:, :2] - np.array(self.centre)
        nearest = np.rint(np.linalg.solve(steps, away.T))
        rest = away - (steps @ nearest).T
        numbers = range(-self._reach, self._reach + 1)
        around = np.array([(i, j) for i in numbers for j in numbers]) @ steps.T
        return self._around(rest, around)

    @property
    def _reach(self) -> int:
        """How many rows to each side act on a place: so many that m is the same in all cells."""
        # From a place in the cell in the middle, row n is (n - 1/2) √3/2 periods away, and what it
        # adds is weaker by exp(-distance/Δ) than 2 sinh(R/Δ).
        length = self.wall_width / np.pi
        away = self.radius - np.log(_LEFT_OUT) * length
        return int(np.ceil(away / (np.sqrt(0.75) * self.period) - 0.5))
