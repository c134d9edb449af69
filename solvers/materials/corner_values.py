"""What a parameter is at the corners of the cells of a film, in whatever form it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from hebbfilm.solvers.materials.agreement import is_one_value
from hebbfilm.solvers.materials.parameter import REST, Parameter


class CornerValues:
    """Makes values at the corners of cells of whatever a parameter is.

    Args:
        film_mesh: of the film.
        name: of the parameter, as messages call it.
        shape: of one value.
        inside: the cells, (n_cells,), in which a function has to have values; None: in all.
    """

    def __init__(
        self,
        film_mesh: FilmMesh,
        name: str,
        shape: tuple[int, ...],
        inside: BoolArray | None = None,
    ) -> None:
        self._film_mesh, self._name, self._shape = film_mesh, name, shape
        self._inside = inside
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
            part = CornerValues(self._film_mesh, f"{self._name} of {region}", self._shape, inside)
            corners[inside] = part.corners(given)[inside]
        return corners

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
