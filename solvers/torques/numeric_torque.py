"""Torques that a script calculates with NumPy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.numeric_field import FilmView, called, tried_stiffness

_MARGIN = 2.0
"""Of the stiffness that is found at one m."""


class NumericTorque:
    """∂m/∂t = … + α m × ∂m/∂t + τ, with τ from a script; subclass it, and give it a `name`.

    All that is said of a `Torque` holds; one of those is faster, and its derivative is known to
    implicit steps. It is called on all ranks at each stage of a step. With `state` and `restore` it
    is a `Part`, kept in checkpoints.

    Example:
        >>> import numpy as np
        >>> class Turn(NumericTorque):
        ...     name = "turn"
        ...
        ...     def torque(self, state):
        ...         return 1e9 * np.cross([0.0, 0.0, 1.0], state.m)
        >>> Turn().name
        'turn'
    """

    name: str

    def torque(self, state: FilmView) -> npt.ArrayLike:
        """τ in 1/s at the vertices of this rank, (owned, 3)."""
        raise NotImplementedError


class BoundNumericTorque:
    """The field (m × τ)/γ₀ of such a torque on one film.

    Args:
        torque: the torque.
        conditions: of the film.
        material: on the film.
    """

    energy_share = 0.0

    def __init__(
        self, torque: NumericTorque, conditions: Conditions, material: FilmMaterial
    ) -> None:
        self._torque, self._conditions = torque, conditions
        self._per_ratio = 1 / material["gyromagnetic_ratio"].at_vertices(conditions.operators)
        conditions.watched = True

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3), of m (columns, 3); collective."""
        out += self._values(time, m)

    def stiffness(self, time: float, m: FloatArray) -> float:
        """Twice how far it may turn m, as far as one other m tells; collective."""
        return _MARGIN * tried_stiffness(self._conditions, self._values, time, m)

    def _values(self, time: float, m: FloatArray) -> FloatArray:
        view = FilmView.of(self._conditions, time, m)
        found = called(self._conditions, self._torque.name, "torque", self._torque.torque, view)
        return np.cross(view.m, found) * self._per_ratio[:, None]
