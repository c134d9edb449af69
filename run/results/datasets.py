"""Snapshots as xarray has data: values with coordinates and units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Fields, Snapshot
from hebbfilm.run.results.grid import Grid, on_grid
from hebbfilm.run.results.values import at_vertices, in_cells

if TYPE_CHECKING:
    import xarray as xr

COMPONENTS = ["x", "y", "z"]


def mesh_dataset(fields: Fields, about: dict[str, Any]) -> xr.Dataset:
    """Fields where they are in the film: at vertices, or in cells.

    Args:
        fields: of a snapshot.
        about: attributes of the whole.
    """
    import xarray as xr

    data = {"cells": xr.DataArray(fields.cells, dims=("cell", "corner"))}
    data["cells"].attrs["long_name"] = "vertices of each cell"
    for place, values in (("vertex", at_vertices(fields)), ("cell", in_cells(fields))):
        for name, (array, unit, meaning) in values.items():
            data[name] = _labelled(array, (place,), unit, meaning)
    places = {
        axis: _labelled(fields.points[:, k], ("vertex",), "m", axis)
        for k, axis in enumerate(COMPONENTS)
    }
    return xr.Dataset(data, {**places, "component": COMPONENTS}, about)


def grid_dataset(fields: Fields, cell: FloatArray, about: dict[str, Any]) -> xr.Dataset:
    """Fields at the centres of the cells of a regular grid, NaN outside the film.

    Args:
        fields: of a snapshot.
        cell: edges of a cell of the grid, m, (3,).
        about: attributes of the whole.
    """
    import xarray as xr

    grid = Grid.over(fields.points, cell)
    found = on_grid(fields, grid)
    everywhere = at_vertices(fields) | in_cells(fields)
    flat = fields.cells.shape[1] == 3
    dims = ("y", "x") if flat else ("z", "y", "x")
    data = {
        name: _labelled(found[name][0] if flat else found[name], dims, unit, meaning)
        for name, (_, unit, meaning) in everywhere.items()
        if name in found
    }
    places = {
        axis: _labelled(grid.centres(k), (axis,), "m", axis)
        for k, axis in enumerate(COMPONENTS)
        if axis in dims
    }
    return xr.Dataset(data, {**places, "component": COMPONENTS}, about)


def attributes(manifest: Manifest, snapshot: Snapshot) -> dict[str, Any]:
    """What a snapshot is of; times in s, lengths in m, voltages in V."""
    found: dict[str, Any] = {
        "t": snapshot.t,
        "label": snapshot.label,
        "thickness": manifest.thickness,
        "contacts": list(manifest.contacts),
        "regions": list(manifest.region_sizes),
        "run": str(manifest.folder),
    }
    if snapshot.voltages is not None:
        found["voltages"] = list(snapshot.voltages)
    return found


def _labelled(values: Any, dims: tuple[str, ...], unit: str, meaning: str) -> xr.DataArray:
    import xarray as xr

    array = np.asarray(values)
    more = ("component",) if array.ndim > len(dims) else ()
    return xr.DataArray(array, dims=(*dims, *more), attrs={"units": unit, "long_name": meaning})
