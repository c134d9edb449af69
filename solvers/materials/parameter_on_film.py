"""A parameter on the cells of one film."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from mpi4py import MPI

import numpy as np
import ufl
from dolfinx import fem

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import InputError
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.agreement import require_one_kind
from hebbfilm.solvers.materials.corner_values import CornerValues
from hebbfilm.solvers.materials.parameter import Parameter


@dataclass(frozen=True, eq=False)
class ParameterOnFilm:
    """The values of a parameter at the corners of cells, so that it may jump between these.

    Args:
        film_mesh: of the film.
        name: what messages call it.
        corners: (n_cells, d + 1[, k]) of the cells that this rank owns; of one value that holds
            everywhere, a view of it.
        value: that one value, of shape () or (k,); None if it differs from place to place.
        least, largest: the smallest and the largest number in it, on any rank.
    """

    film_mesh: FilmMesh
    name: str
    corners: FloatArray
    value: FloatArray | None
    least: float
    largest: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one value: () of a number, (3,) of a vector."""
        return self.corners.shape[2:]

    @property
    def largest_size(self) -> float:
        """The largest absolute value in it."""
        return max(abs(self.least), abs(self.largest))

    @property
    def is_zero(self) -> bool:
        """Whether it is zero everywhere."""
        return self.least == self.largest == 0

    @cached_property
    def in_cells(self) -> FloatArray:
        """Its mean in each cell, (n_cells[, k])."""
        if self.value is not None:
            return np.broadcast_to(self.value, (len(self.corners), *self.shape))
        mean: FloatArray = self.corners.mean(axis=1)
        return mean

    def at_vertices(self, operators: VertexOperators) -> FloatArray:
        """Its mean over the cells around each vertex, by volume, (owned[, k]); collective."""
        if self.value is not None:
            return np.broadcast_to(self.value, (operators.owned, *self.shape))
        weight = (operators.volumes / (operators.dimension + 1))[:, None]
        columns = self.corners.reshape(*self.corners.shape[:2], -1)
        sums = [operators.sum_to_vertices(weight * column) for column in np.moveaxis(columns, 2, 0)]
        mean = np.column_stack(sums) / operators.vertex_volumes[:, None]
        return mean.reshape(operators.owned, *self.shape)

    def integral(self, operators: VertexOperators, *, over_area: bool = False) -> float:
        """Of a number over the volume of the film, or the area on which it lies; collective."""
        thickness = operators.even_thickness
        if self.value is not None and not over_area:
            return float(self.value) * operators.volume
        if self.value is not None and thickness is not None:
            return float(self.value) * operators.volume / thickness
        sizes = operators.volumes / operators.thickness if over_area else operators.volumes
        total: float = self.film_mesh.comm.allreduce(float(sizes @ self.in_cells))
        return total

    def of_corners(self, corners: FloatArray) -> ParameterOnFilm:
        """The same parameter with other values; collective.

        Raises:
            InputError: one that is not finite, on all ranks.
        """
        return from_corners(self.film_mesh, self.name, corners)

    def changing(self) -> ParameterOnFilm:
        """The same, kept as one whose values differ from place to place and will `become` others.

        `least` and `largest` stay those of the values that it has now.
        """
        return replace(self, corners=np.array(self.corners), value=None)

    def become(self, corners: FloatArray) -> None:
        """Take other values, (n_cells, d + 1[, k]), of a parameter made by `changing`; collective.

        `corners`, `coefficient` and `in_cells` are those from then on.
        """
        self.corners[:] = corners
        vars(self).pop("in_cells", None)
        if "coefficient" in vars(self):
            self._fill(self.coefficient)

    @cached_property
    def coefficient(self) -> ufl.core.expr.Expr:
        """It in UFL: a constant, or what is linear in each cell; collective at first."""
        mesh = self.film_mesh.mesh
        if self.value is not None:
            return fem.Constant(mesh, self.value)
        space = fem.functionspace(mesh, ("Discontinuous Lagrange", 1, self.shape))
        function = fem.Function(space)
        self._fill(function)
        return function

    def _fill(self, function: fem.Function) -> None:
        rows = function.x.array.reshape(-1, *self.shape)
        rows[function.function_space.dofmap.list[: len(self.corners)]] = self.corners
        function.x.scatter_forward()


def on_film(
    film_mesh: FilmMesh, name: str, parameter: Parameter, shape: tuple[int, ...] = ()
) -> ParameterOnFilm:
    """A parameter on the cells of a film; collective.

    Args:
        film_mesh: of the film.
        name: what messages call it, like "material.damping".
        parameter: what it is.
        shape: of one value: () for a number, (3,) for a vector.

    Raises:
        InputError: a wrong shape, a value that is not finite, a region that the film has not or of
            no value, a function that raises, or what differs between ranks; on all ranks.
    """
    require_one_kind(film_mesh.comm, name, parameter, shape)
    if isinstance(parameter, ParameterOnFilm):
        return _known(film_mesh, name, parameter, shape)
    binding = CornerValues(film_mesh, name, shape)
    corners = binding.corners(parameter)
    return from_corners(film_mesh, name, corners, binding.uniform(parameter))


def from_corners(
    film_mesh: FilmMesh, name: str, corners: FloatArray, value: FloatArray | None = None
) -> ParameterOnFilm:
    """A parameter of known values; collective.

    Args:
        film_mesh: of the film.
        name: what messages call it.
        corners: (n_cells, d + 1[, k]) at the corners of cells.
        value: the one that all of them are, if it is known.

    Raises:
        InputError: one that is not finite, on all ranks.
    """
    on_every_rank(film_mesh.comm, lambda: _require_finite(film_mesh, name, corners))
    low, high = np.empty(corners.shape[2:]), np.empty(corners.shape[2:])
    film_mesh.comm.Allreduce(corners.min(axis=(0, 1), initial=np.inf), low, MPI.MIN)
    film_mesh.comm.Allreduce(corners.max(axis=(0, 1), initial=-np.inf), high, MPI.MAX)
    if value is None and np.array_equal(low, high):
        value = low
    return ParameterOnFilm(film_mesh, name, corners, value, float(low.min()), float(high.max()))


def _require_finite(film_mesh: FilmMesh, name: str, corners: FloatArray) -> None:
    wrong = ~np.isfinite(corners)
    if wrong.any():
        cell = int(np.argwhere(wrong)[0][0])
        place = film_mesh.coordinates[film_mesh.cells[cell]].mean(axis=0)
        raise InputError(
            f"{name}: {corners[wrong][0]} at ({place[0]:.4g}, {place[1]:.4g}, {place[2]:.4g}) m: "
            "must be finite everywhere"
        )


def _known(
    film_mesh: FilmMesh, name: str, parameter: ParameterOnFilm, shape: tuple[int, ...]
) -> ParameterOnFilm:
    if parameter.film_mesh.mesh is not film_mesh.mesh:
        raise InputError(f"{name}: it is that of another film")
    if parameter.shape != shape:
        raise InputError(f"{name}: values of shape {parameter.shape}: must be {shape}")
    return replace(parameter, name=name)
