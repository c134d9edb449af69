"""A parameter on the cells of one film."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mpi4py import MPI

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import RAISED, InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import reason, shown, shown_shape
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.agreement import is_one_value, require_one_kind
from hebbfilm.solvers.materials.parameter import REST, Parameter


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
        return _from_corners(self.film_mesh, self.name, corners)

    @cached_property
    def coefficient(self) -> ufl.core.expr.Expr:
        """It in UFL: a constant, or what is linear in each cell; collective at first."""
        mesh = self.film_mesh.mesh
        if self.value is not None:
            return fem.Constant(mesh, self.value)
        space = fem.functionspace(mesh, ("Discontinuous Lagrange", 1, self.shape))
        function = fem.Function(space)
        rows = function.x.array.reshape(-1, *self.shape)
        rows[space.dofmap.list[: len(self.corners)]] = self.corners
        function.x.scatter_forward()
        return function


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
    binding = _Binding(film_mesh, name, shape)
    corners = binding.corners(parameter)
    return _from_corners(film_mesh, name, corners, binding.uniform(parameter))


def _from_corners(
    film_mesh: FilmMesh, name: str, corners: FloatArray, value: FloatArray | None = None
) -> ParameterOnFilm:
    """Of values (n_cells, d + 1[, k]), and the one that all of them are, if it is known."""
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


class _Binding:
    """Makes values at the corners of whatever a parameter is; see `on_film`."""

    def __init__(self, film_mesh: FilmMesh, name: str, shape: tuple[int, ...]) -> None:
        self._film_mesh, self._name, self._shape = film_mesh, name, shape
        self._cells = film_mesh.cells
        self._owned = film_mesh.space.dofmap.index_map.size_local

    def uniform(self, parameter: Parameter) -> FloatArray | None:
        """The one value of the whole film, None if there is none."""
        return (
            self._numbers(parameter, self._shape) if is_one_value(parameter, self._shape) else None
        )

    def corners(self, parameter: Parameter) -> FloatArray:
        """(n_cells, d + 1[, k]); collective."""
        if isinstance(parameter, Mapping):
            return self._of_regions(parameter)
        if isinstance(parameter, fem.Function):
            return self._of_function(parameter)
        if isinstance(parameter, ufl.core.expr.Expr):
            raise InputError(f"{self._name}: of UFL: interpolate it into a DOLFINx function")
        if callable(parameter):
            return self._of_places(parameter)
        return self._of_numbers(parameter)

    def _of_regions(self, parameter: Mapping[str, Parameter]) -> FloatArray:
        known = [REST, *self._film_mesh.regions]
        for region in parameter:
            if region not in known:
                raise InputError(
                    f"{self._name}: no region {region} (this film has {', '.join(known)})"
                    + did_you_mean(str(region), known)
                )
        numbers = self._film_mesh.cell_regions
        corners = np.empty((*self._cells.shape, *self._shape))
        for number, region in enumerate(known):
            given = parameter.get(region, parameter.get(REST))
            inside = numbers == number
            if given is None:
                if self._film_mesh.comm.allreduce(int(inside.sum())):
                    raise InputError(f"{self._name}: the region {region} has no value")
                continue
            part = _Binding(self._film_mesh, f"{self._name} of {region}", self._shape)
            part._inside = inside
            corners[inside] = part.corners(given)[inside]
        return corners

    _inside: BoolArray | None = None  # the cells in which a function has to have values; all

    def _of_function(self, function: fem.Function) -> FloatArray:
        mesh = self._film_mesh.mesh

        def check() -> None:
            if function.function_space.mesh is not mesh:
                raise InputError(f"{self._name}: a function on another mesh than that of the film")
            shape = function.ufl_shape
            if shape != self._shape:
                raise InputError(
                    f"{self._name}: a function of shape {shape}: must be {shown_shape(self._shape)}"
                )
            if np.iscomplexobj(function.x.array):
                raise InputError(f"{self._name}: a function of complex numbers: must be real")

        on_every_rank(self._film_mesh.comm, check)
        space = fem.functionspace(mesh, ("Discontinuous Lagrange", 1, self._shape))
        found = fem.Function(space)
        given = function.copy()
        # Whoever filled it may have left the ghosts to us.
        given.x.scatter_forward()
        try:
            found.interpolate(given)
        except RuntimeError as error:
            raise InputError(
                f"{self._name}: a function that DOLFINx does not interpolate: {reason(error)}"
            ) from error
        rows = found.x.array.reshape(-1, *self._shape)
        values: FloatArray = rows[space.dofmap.list[: len(self._cells)]]
        return values

    def _of_places(self, function: Callable[[FloatArray], npt.ArrayLike]) -> FloatArray:
        chosen = self._cells if self._inside is None else self._cells[self._inside]
        vertices = np.unique(chosen)

        def values() -> FloatArray:
            if not vertices.size:
                return np.empty((0, *self._shape))
            try:
                found = function(self._film_mesh.coordinates[vertices].copy())
            except RAISED as error:
                raise InputError(
                    f"{self._name}: its function raised {type(error).__name__}: {error}"
                ) from error
            return self._numbers(found, (vertices.size, *self._shape), "; x is places[:, 0]")

        at_vertices = np.zeros((len(self._film_mesh.coordinates), *self._shape))
        at_vertices[vertices] = on_every_rank(self._film_mesh.comm, values)
        return at_vertices[self._cells]

    def _of_numbers(self, parameter: Any) -> FloatArray:
        """One value, or one for each vertex or cell of this rank, whichever fits on all ranks."""
        if is_one_value(parameter, self._shape):
            value = self._numbers(parameter, self._shape)
            return np.broadcast_to(value, (*self._cells.shape, *self._shape))
        comm = self._film_mesh.comm
        shapes = {"vertices": self._owned, "cells": len(self._cells)}
        given = on_every_rank(comm, lambda: self._array(parameter))
        for kind, count in shapes.items():
            if comm.allreduce(given.shape == (count, *self._shape), MPI.LAND):
                return self._from_vertices(given) if kind == "vertices" else self._from_cells(given)
        if comm.allreduce(given.shape == self._shape, MPI.LAND):
            return np.broadcast_to(given, (*self._cells.shape, *self._shape))
        wanted = " or ".join(f"{(n, *self._shape)} for its {kind}" for kind, n in shapes.items())
        raise InputError(
            f"{self._name}: an array of shape {given.shape}: must be {wanted}, on each rank its own"
        )

    def _from_vertices(self, given: FloatArray) -> FloatArray:
        space = fem.functionspace(self._film_mesh.mesh, ("Lagrange", 1, self._shape))
        function = fem.Function(space)
        rows = function.x.array.reshape(-1, *self._shape)
        rows[: self._owned] = given
        function.x.scatter_forward()
        values: FloatArray = rows[self._cells]
        return values

    def _from_cells(self, given: FloatArray) -> FloatArray:
        shape = (*self._cells.shape, *self._shape)
        return np.broadcast_to(given.reshape(len(given), 1, *self._shape), shape)

    def _array(self, given: Any) -> FloatArray:
        try:
            found = np.asarray(given)
        except ValueError:
            found = np.empty(0, dtype=object)
        if found.dtype.kind not in "fiu":
            raise InputError(f"{self._name} = {shown(given)}: must be real numbers")
        return found.astype(np.float64)

    def _numbers(self, given: Any, shape: tuple[int, ...], hint: str = "") -> FloatArray:
        found = self._array(given)
        if shape == self._shape and found.ndim > len(shape):
            hint = ", or an array (np.array) of one for each vertex or cell"
        if found.shape == self._shape and found.shape != shape:
            found = np.broadcast_to(found, shape)
        if found.shape != shape:
            raise InputError(
                f"{self._name}: values of shape {found.shape}: must be {shown_shape(shape)}{hint}"
            )
        return found
