"""Meshes of other programs, read by meshio."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

import meshio
import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import MeshError
from hebbfilm.meshing.files.groups import CellGroup, GroupedMesh
from hebbfilm.meshing.files.xdmf import read_grids
from hebbfilm.meshing.tagged_mesh import REGION

T = TypeVar("T")
Names = Mapping[tuple[int, int], str]

_TAGS = ("gmsh:physical", "medit:ref", "cell_tags")  # where formats keep the groups of cells
_NO_GROUPS = ("gmsh:geometrical", "gmsh:element_id", "GlobalIds", "GlobalCellIds", "vtkGhostType")


def read_mesh_file(path: Path) -> GroupedMesh:
    """Read a mesh in any format of meshio; its suffix says which.

    Raises:
        MeshError: no such file, or none that meshio reads.
    """
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise MeshError(f"cannot be read: {error.strerror}") from error
    if path.suffix.lower() not in (".xdmf", ".xmf"):
        mesh = _read(path, lambda: meshio.read(path))
        return _grouped(mesh, _physical_names(mesh))
    grids = _read(path, lambda: read_grids(path))
    return _joined([_grouped(grid, names or _physical_names(grid)) for grid, names in grids])


def read_msh_elements(path: Path, names: Names) -> GroupedMesh:
    """Read a .msh file of version 2, whose elements each have a physical group of their own.

    Args:
        path: of the file.
        names: of its physical groups, by dimension and number.

    Raises:
        MeshError: none that meshio reads.
    """
    mesh = _read(path, lambda: meshio.read(path, "gmsh"))
    if any((block.data < 0).any() for block in mesh.cells):
        raise MeshError("it has elements of nodes that are not in it")
    return _grouped(mesh, names)


def _read(path: Path, reader: Callable[[], T]) -> T:
    """What a reader of meshio makes, or one line in place of all that it says."""
    said = io.StringIO()
    kind = path.suffix[1:].upper()
    damaged = f"cannot be read as {kind}: it is damaged, or holds what meshio does not read"
    try:
        with contextlib.redirect_stdout(said):
            return reader()
    except (MeshError, MemoryError):
        raise
    except OSError as error:
        raise MeshError(f"cannot be read: {error.strerror or error}") from error
    except SystemExit as error:  # meshio has printed why
        lines = [line for line in said.getvalue().splitlines() if line.strip()]
        told = f"meshio cannot read it: {lines[0]}" if lines else damaged
        raise MeshError(told) from error
    except (meshio.ReadError, ImportError) as error:
        words = str(error).splitlines()
        raise MeshError(f"meshio cannot read it: {words[0]}" if words else damaged) from error
    except ElementTree.ParseError as error:
        raise MeshError(f"{damaged} ({error})") from error
    except Exception as error:  # whatever its readers stumble over says nothing to a user
        raise MeshError(damaged) from error


def _grouped(mesh: meshio.Mesh, names: Names) -> GroupedMesh:
    cells: dict[str, list[IntArray]] = {}
    firsts: list[int] = []
    dimensions: dict[str, int] = {}
    for block in mesh.cells:
        before = cells.setdefault(block.type, [])
        firsts.append(sum(map(len, before)))
        before.append(np.asarray(block.data, dtype=np.int64))
        dimensions[block.type] = block.dim
    groups = _sets(mesh, firsts) + _numbers(mesh, names)
    whole = {kind: np.concatenate(parts) for kind, parts in cells.items()}
    for rows in whole.values():
        if rows.size and not (rows.min() >= 0 and rows.max() < len(mesh.points)):
            raise MeshError("it has elements of nodes that are not in it")
    points = np.asarray(mesh.points, dtype=np.float64)
    return GroupedMesh(points, whole, dimensions, groups, [*mesh.point_sets])


def _sets(mesh: meshio.Mesh, firsts: Sequence[int]) -> list[CellGroup]:
    groups = []
    for name, members in mesh.cell_sets.items():
        rows: dict[str, list[IntArray]] = {}
        for block, first, some in zip(mesh.cells, firsts, members, strict=True):
            if some is not None and len(some) and not name.startswith("gmsh:"):
                rows.setdefault(block.type, []).append(first + np.asarray(some, dtype=np.int64))
        groups += [CellGroup(kind, np.concatenate(parts), name) for kind, parts in rows.items()]
    return groups


def _numbers(mesh: meshio.Mesh, names: Names) -> list[CellGroup]:
    """The cells of each number, once for each name that Gmsh or MED gives to it."""
    key = _key(mesh)
    if key is None:
        return []
    values: dict[str, list[IntArray]] = {}
    dimensions = {block.type: block.dim for block in mesh.cells}
    for block, data in zip(mesh.cells, mesh.cell_data[key], strict=True):
        numbers = np.asarray(data).reshape(len(block))
        values.setdefault(block.type, []).append(numbers.astype(np.int64))
    families = getattr(mesh, "cell_tags", {})
    groups = []
    for kind, parts in values.items():
        marks = np.concatenate(parts)
        order = np.argsort(marks, kind="stable")
        found, first = np.unique(marks[order], return_index=True)
        for number, rows in zip(found.tolist(), np.split(order, first)[1:], strict=True):
            named = names.get((dimensions[kind], number))
            called = families.get(number) or ([None] if named is None else [named])
            groups += [CellGroup(kind, np.sort(rows), name, number) for name in called]
    return groups


def _key(mesh: meshio.Mesh) -> str | None:
    """The cell data that numbers groups: whole numbers, one a cell."""
    whole, written_as_floats = [], []
    for key, blocks in mesh.cell_data.items():
        data = [np.asarray(block) for block in blocks]
        if key in _NO_GROUPS or any(d.size != len(d) for d in data):
            continue
        if all(d.dtype.kind in "iu" for d in data):
            whole.append(key)
        elif all(d.dtype.kind in "iuf" and (d == np.rint(d)).all() for d in data):
            written_as_floats.append(key)
    for key in _TAGS:
        if key in whole:
            return key
    candidates = whole or written_as_floats
    if len(candidates) > 1:
        raise MeshError(
            f"several arrays number its cells ({', '.join(candidates)}); leave one of them"
        )
    return candidates[0] if candidates else None


def _physical_names(mesh: meshio.Mesh) -> Names:
    return {
        (int(data[1]), int(data[0])): name
        for name, data in mesh.field_data.items()
        if np.size(data) == 2
    }


def _is_region(group: CellGroup) -> bool:
    return group.name is not None and group.name.startswith(REGION)


def _joined(grids: Sequence[GroupedMesh]) -> GroupedMesh:
    """Grids over the same points as one mesh; cells that are in several are in it as often."""
    cells: dict[str, IntArray] = {}
    groups: list[CellGroup] = []
    for grid in grids:
        marked = {group.kind for group in groups if not _is_region(group)}
        for group in grid.groups:
            if group.kind in marked and not _is_region(group):
                raise MeshError(f"several of its grids mark {group.kind} cells; leave one of them")
            first = len(cells.get(group.kind, ()))
            groups.append(CellGroup(group.kind, first + group.rows, group.name, group.number))
        for kind, rows in grid.cells.items():
            cells[kind] = np.concatenate([cells[kind], rows]) if kind in cells else rows
    dimensions = {kind: d for grid in grids for kind, d in grid.dimensions.items()}
    return GroupedMesh(grids[0].points, cells, dimensions, groups)
