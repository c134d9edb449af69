"""Fields that a script calculates with NumPy, and what it sees of the film."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arrays import FloatArray, read_only
from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import RAISED, InputError
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.own_code import raised

_STEP = 0.1 * np.array([0.36, -0.48, 0.8])
"""Of m, by which how a field depends on it is tried."""
_MARGIN = 2.0
"""Of the stiffness that is found so, at one m."""


@dataclass(frozen=True, eq=False)
class FilmView:
    """A film at one moment, as a field or a torque in NumPy sees it; its arrays cannot be written.

    Args:
        time: in s.
        m: unit magnetisation at the vertices of this rank, (owned, 3); of a stage within a step.
        coordinates: of these vertices in m, (owned, 3).
        temperature: in K; with heat that at these vertices, (owned,).
        current_density, electric_field: j in A/m² and -∇φ in V/m as they were last renewed, at
            these vertices, (owned, 3): means over the cells around each, by volume.
        current_density_in_cells, electric_field_in_cells: the same in the cells of this rank,
            (n_cells, 3).
    """

    time: float
    m: FloatArray
    coordinates: FloatArray
    temperature: float | FloatArray
    current_density: FloatArray
    electric_field: FloatArray
    current_density_in_cells: FloatArray
    electric_field_in_cells: FloatArray

    @classmethod
    def of(cls, conditions: Conditions, time: float, m: FloatArray) -> FilmView:
        """Of these conditions at `time` in s, and m (owned or more, 3)."""
        operators = conditions.operators
        arrays = (
            m[: operators.owned],
            operators.film_mesh.coordinates[: operators.owned],
            conditions.current_density,
            conditions.electric_field,
            conditions.current_density_in_cells,
            conditions.electric_field_in_cells,
        )
        own, coordinates, *electric = map(read_only, arrays)
        local = conditions.temperature
        temperature = read_only(local) if local.ndim else float(local)
        return cls(time, own, coordinates, temperature, *electric)


class NumericField:
    """A field from elsewhere that a script calculates; subclass it, and give it a `name`.

    Its energy is -μ₀ ∫ M_s m · H. A field that energies raise is better written as an `Energy`.
    It is called on all ranks at each stage of a step. With `state` and `restore` it is a `Part`,
    kept in checkpoints.

    Example:
        >>> import numpy as np
        >>> class Tip(NumericField):
        ...     name = "tip"
        ...
        ...     def field(self, state):
        ...         x, y = state.coordinates[:, :2].T
        ...         near = np.exp(-(x**2 + y**2) / (2 * 20e-9**2))
        ...         return 1e5 * near[:, None] * [0.0, 0.0, 1.0]
        >>> Tip().name
        'tip'
    """

    name: str

    def field(self, state: FilmView) -> npt.ArrayLike:
        """H in A/m at the vertices of this rank, (owned, 3)."""
        raise NotImplementedError


def called(
    conditions: Conditions, name: str, what: str, work: Callable[[FilmView], Any], view: FilmView
) -> FloatArray:
    """What a script finds at the vertices of this rank, (owned, 3); collective.

    Args:
        conditions: of the film.
        name: of the term or torque.
        what: the name of the method.
        work: the method.
        view: what it is given.

    Raises:
        InputError: it raised, or found something else than finite real numbers of that shape, on
            any rank.
    """
    return on_every_rank(
        conditions.operators.comm,
        lambda: _checked(name, what, _found(name, what, work, view), view),
    )


def _found(name: str, what: str, work: Callable[[FilmView], Any], view: FilmView) -> Any:
    try:
        return np.asarray(work(view))
    except RAISED as error:
        raise raised(name, what, error) from error


def _checked(name: str, what: str, found: npt.NDArray[Any], view: FilmView) -> FloatArray:
    if found.dtype.kind not in "fiu":
        raise InputError(f"{name}: its {what} is of type {found.dtype}: must be real numbers")
    if found.shape != view.m.shape:
        raise InputError(
            f"{name}: its {what} has the shape {found.shape}: must be {view.m.shape}, a vector for "
            "each vertex of this rank"
        )
    values = np.asarray(found, dtype=float)
    # What is made of a magnetisation that is lost says nothing about the script.
    if not np.isfinite(values).all() and np.isfinite(view.m).all():
        vertex = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
        x, y, z = view.coordinates[vertex]
        raise InputError(
            f"{name}: its {what} is {values[vertex]} at ({x:.4g}, {y:.4g}, {z:.4g}) m: must be "
            "finite everywhere"
        )
    return values


class BoundNumericField:
    """A field of a script on one film; see `hebbfilm.solvers.terms.interface.BoundField`.

    Args:
        term: the field.
        conditions: of the film.
    """

    energy_share = 1.0

    def __init__(self, term: NumericField, conditions: Conditions) -> None:
        self._term, self._conditions = term, conditions
        conditions.watched = True

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3), of m (columns, 3); collective."""
        out += self._values(time, m)

    def stiffness(self, time: float, m: FloatArray) -> float:
        """Twice how far it may turn m, as far as one other m tells; collective."""
        return _MARGIN * tried_stiffness(self._conditions, self._values, time, m)

    def _values(self, time: float, m: FloatArray) -> FloatArray:
        view = FilmView.of(self._conditions, time, m)
        return called(self._conditions, self._term.name, "field", self._term.field, view)


def tried_stiffness(
    conditions: Conditions,
    field: Callable[[float, FloatArray], FloatArray],
    time: float,
    m: FloatArray,
) -> float:
    """The largest |H| and the largest |∂H/∂m| on this rank, as far as one other m tells.

    Args:
        conditions: of the film.
        field: H in A/m (owned, 3) of a time in s and m.
        time: in s.
        m: (owned or more, 3).
    """
    own = m[: conditions.operators.owned]
    other = own + _STEP
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    here, there = field(time, own), field(time, other)
    change = np.linalg.norm(there - here, axis=1)
    slope = (change / np.linalg.norm(other - own, axis=1)).max(initial=0.0)
    return float(np.linalg.norm(here, axis=1).max(initial=0.0) + slope)
