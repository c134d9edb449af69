"""Snapshots as files for other programs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.temporary import folder_for, remove_abandoned, temporary_folder
from hebbfilm.run.folder.snapshot_file import write_fields
from hebbfilm.run.folder.snapshots import Fields, Snapshot, read_fields
from hebbfilm.run.folder.vtu_about import snapshot_numbers
from hebbfilm.run.results.formats import GRIDS, Format
from hebbfilm.run.results.grid import Grid, cell_of, default_side, on_grid
from hebbfilm.run.results.mesh_figures import mean_magnetisation, typical_edge
from hebbfilm.run.results.values import at_vertices, in_cells, with_unit

if TYPE_CHECKING:
    from hebbfilm.run.results.run_results import RunResults
    from hebbfilm.solvers.textures.ovf import Representation

_REPRESENTATION: dict[str, Representation] = {
    "ovf": "binary 8",
    "ovf-single": "binary 4",
    "ovf-text": "text",
}
_PART = ".part"


@dataclass(frozen=True)
class Exported:
    """A file.

    Args:
        path: of it.
        grid: on which it has m; None of a format without one.
        mean: ⟨m⟩ over the film of the snapshot, (3,).
        mean_on_grid: ⟨m⟩ over the cells of the grid that lie in the film.
    """

    path: Path
    grid: Grid | None = None
    mean: tuple[float, ...] = ()
    mean_on_grid: tuple[float, ...] = ()

    @property
    def difference(self) -> float:
        """The length of the difference of the means."""
        return float(np.linalg.norm(np.subtract(self.mean_on_grid, self.mean)))


def export_snapshots(
    run: RunResults,
    snapshots: Sequence[Snapshot],
    folder: Path,
    file_format: Format,
    *,
    sides: Sequence[float] = (),
    overwrite: bool = False,
) -> list[Exported]:
    """Write snapshots, all of them or none.

    Args:
        run: of which they are.
        snapshots: some of the run.
        folder: for the files, made where it is missing.
        file_format: of `FORMATS`.
        sides: edges of the cells of a regular grid, m, as of `cell_of`; none: about half an edge of
            the mesh.
        overwrite: replace files that are there.

    Raises:
        InputError: a damaged snapshot, cells that do not fit, or files that are there already or
            cannot be written.
    """
    names = [file_name(run, snapshot, file_format) for snapshot in snapshots]
    there = [folder / name for name in names if os.path.lexists(folder / name)]
    if there and not overwrite:
        raise InputError(
            f"{there[0]} is there already: add --overwrite, or name another folder with --out"
        )
    try:
        with folder_for(folder):
            remove_abandoned(folder, ".export.", _PART)
            with temporary_folder(folder, ".export.", _PART) as parts:
                found = [
                    _written(run, snapshot, parts / name, file_format, sides)
                    for name, snapshot in zip(names, snapshots, strict=True)
                ]
                for name in names:
                    os.replace(parts / name, folder / name)
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror or error}") from None
    return [
        Exported(folder / each.path.name, each.grid, each.mean, each.mean_on_grid) for each in found
    ]


def file_name(run: RunResults, snapshot: Snapshot, file_format: Format) -> str:
    """Like "0002_trained.ovf".

    Args:
        run: of the snapshot.
        snapshot: that goes there.
        file_format: of `FORMATS`.
    """
    label = re.sub(r"[^\w+.-]+", "_", snapshot.label.replace(",", "")).strip("_")
    return f"{Path(snapshot.file).stem}_{label}.{file_format.partition('-')[0]}"


def _written(
    run: RunResults,
    snapshot: Snapshot,
    path: Path,
    file_format: Format,
    sides: Sequence[float],
) -> Exported:
    fields = read_fields(run.path, snapshot)
    if file_format in GRIDS:
        return _write_grid(run, snapshot, path, file_format, sides, fields)
    manifest = run.manifest
    names = manifest.contacts, tuple(manifest.region_sizes)
    numbers = snapshot_numbers(snapshot.t, manifest.thickness, *names)
    others: dict[str, Callable[[], None]] = {
        "vtu": lambda: write_fields(path, fields, numbers),
        "npz": lambda: np.savez_compressed(path, **_arrays(fields, snapshot)),
        "csv": lambda: _write_csv(path, fields),
    }
    others[file_format]()
    return Exported(path)


def _write_grid(
    run: RunResults,
    snapshot: Snapshot,
    path: Path,
    file_format: Format,
    sides: Sequence[float],
    fields: Fields,
) -> Exported:
    from hebbfilm.solvers.textures.ovf import write_ovf

    thickness = run.manifest.thickness
    cell = cell_of(sides or [default_side(typical_edge(fields))], fields, thickness)
    grid = Grid.over(fields.points, cell)
    m = on_grid(fields, grid)["m"]
    inside = np.isfinite(m[..., 0])
    if not inside.any():
        raise InputError(f"cells of {cell[0]:g} m: none of their centres lies in the film")
    write_ovf(
        path,
        np.where(inside[..., None], m, 0.0),
        cell,
        grid.origin,
        f"m {snapshot.label} t = {snapshot.t:.10g} s",
        representation=_REPRESENTATION[file_format],
    )
    means = mean_magnetisation(fields), m[inside].mean(axis=0)
    return Exported(path, grid, *(tuple(map(float, mean)) for mean in means))


def _arrays(fields: Fields, snapshot: Snapshot) -> dict[str, Any]:
    everywhere = at_vertices(fields) | in_cells(fields)
    values = {with_unit(name, unit): array for name, (array, unit, _) in everywhere.items()}
    return {"points_m": fields.points, "cells": fields.cells, **values, "t_s": snapshot.t}


def _write_csv(path: Path, fields: Fields) -> None:
    """One row a vertex, with what there is at vertices; units in the head."""
    import pandas as pd

    columns: dict[str, Any] = {f"{axis}_m": fields.points[:, k] for k, axis in enumerate("xyz")}
    for name, (values, unit, _) in at_vertices(fields).items():
        column = with_unit(name, unit)
        if values.ndim == 1:
            columns[column] = values
        else:
            columns |= {f"{column}:{axis}": values[:, k] for k, axis in enumerate("xyz")}
    pd.DataFrame(columns).to_csv(path, index=False)
