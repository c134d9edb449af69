"""Meshes of other programs, read by meshio: their groups become the film and its contacts."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import meshio
import numpy as np

from meshing.errors import LayoutError, MeshError
from meshing.groups import Group, Groups, group_names, unknown_group
from meshing.layout_checks import check_names
from meshing.planar_graph import FILM_TAG, contact_tag
from meshing.tagged_mesh import TaggedMesh
from meshing.user_mesh import load

_DIMENSION = {"vertex": 0, "line": 1, "triangle": 2, "tetra": 3}
_TAGS = ("gmsh:physical", "medit:ref", "cell_tags")  # where formats keep the groups of cells
_NUMBER = re.compile(r"(\w+:)?-?\d+")
_NO_GROUPS = ("gmsh:geometrical", "gmsh:element_id")


def load_foreign(path: Path, thickness: float, unit: float, groups: Groups) -> TaggedMesh:
    """Read and check a mesh in any format of meshio, on the calling rank only.

    Args:
        path: of the file; its suffix says the format.
        thickness: of the film, m.
        unit: metres per length unit of the file.
        groups: what in it is what.

    Raises:
        MeshError: a file that is no film with contacts.
    """
    try:
        with path.open("rb"):
            pass  # meshio ends the process where a file is missing
        mesh = meshio.read(path)
    except OSError as error:
        raise MeshError(f"{path}: cannot be read: {error.strerror}") from error
    except (Exception, SystemExit) as error:  # meshio raises what its readers stumble over
        raise MeshError(f"{path}: meshio cannot read it: {_line(error)}") from error
    try:
        named = _named(mesh, groups)
    except (LayoutError, MeshError) as error:
        raise MeshError(f"{path}: {error}") from error
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "film.msh"
        named.write(copy, file_format="gmsh22", binary=True)
        try:
            return load(copy, thickness, unit)
        except MeshError as error:
            raise MeshError(str(error).replace(str(copy), str(path))) from error


def _named(mesh: meshio.Mesh, groups: Groups) -> meshio.Mesh:
    """The film and its contacts alone, with physical names."""
    found = _groups(mesh)
    film = groups.film if groups.film is not None or "film" not in found else "film"
    contacts = groups.contacts
    if contacts is None:
        taken = group_names(film) if film is not None else []
        names = [name for name in found if not _NUMBER.fullmatch(name) and name not in taken]
        contacts = {name: name for name in names}
    marks = [np.zeros(len(block.data), dtype=int) for block in mesh.cells]
    dimension = max((_DIMENSION.get(block.type, 3) for block in mesh.cells), default=0)
    if film is None:
        for mark, block in zip(marks, mesh.cells, strict=True):
            mark[:] = FILM_TAG if _DIMENSION.get(block.type, 3) == dimension else 0
    else:
        dimension = _mark(mesh, marks, found, "film", film, FILM_TAG)
        for mark, block in zip(marks, mesh.cells, strict=True):
            mark[:] *= _DIMENSION.get(block.type, 3) == dimension
    check_names(contacts)
    numbers = {"film": [FILM_TAG, dimension]}
    for k, (name, wanted) in enumerate(contacts.items()):
        tag = contact_tag(k)
        numbers[name] = [tag, _mark(mesh, marks, found, f"contacts.{name}", wanted, tag)]
    blocks, tags = [], []
    for mark, block in zip(marks, mesh.cells, strict=True):
        if not mark.any():
            continue
        if _DIMENSION.get(block.type, 0) == 0:
            raise MeshError(
                f"it holds {block.type} elements; lines, triangles and tetrahedra of first order "
                "are allowed"
            )
        blocks.append((block.type, block.data[mark > 0]))
        tags.append(mark[mark > 0])
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.points.shape[1]] = mesh.points
    names_of = {name: np.array(number) for name, number in numbers.items()}
    data = {"gmsh:physical": tags, "gmsh:geometrical": tags}
    return meshio.Mesh(points, blocks, cell_data=data, field_data=names_of)


def _mark(
    mesh: meshio.Mesh,
    marks: list[np.ndarray],
    found: Mapping[str, list[np.ndarray]],
    key: str,
    wanted: Group | Sequence[Group],
    tag: int,
) -> int:
    """Give cells of some groups a tag; the dimension of these cells."""
    dimensions = {0}
    for name in group_names(wanted):
        if name not in found:
            raise unknown_group(key, name, found)
        for mark, block, members in zip(marks, mesh.cells, found[name], strict=True):
            mark[members] = tag
            if members.any():
                dimensions.add(_DIMENSION.get(block.type, 3))
    return max(dimensions)


def _groups(mesh: meshio.Mesh) -> dict[str, list[np.ndarray]]:
    """Every named set and every number that marks cells: for each block, which cells it holds."""
    found: dict[str, list[np.ndarray]] = {}
    for name, members in mesh.cell_sets.items():
        if name.startswith("gmsh:"):
            continue
        masks = [np.zeros(len(block.data), dtype=bool) for block in mesh.cells]
        for mask, rows in zip(masks, members, strict=True):
            if rows is not None:
                mask[np.asarray(rows, dtype=int)] = True
        found[name] = masks
    key = _key(mesh)
    if key is None:
        return found
    values = [np.asarray(block).reshape(len(block), -1)[:, 0] for block in mesh.cell_data[key]]
    numbers = np.unique(np.concatenate(values)).tolist()
    for number in sorted(numbers, key=abs):  # MED counts its families downwards
        masks = [block == number for block in values]
        found[str(number)] = masks
        for kind in dict.fromkeys(block.type for block in mesh.cells):
            of_kind = [
                mask & (block.type == kind) for mask, block in zip(masks, mesh.cells, strict=True)
            ]
            if any(mask.any() for mask in of_kind):
                found[f"{kind}:{number}"] = of_kind
        for name in _names(mesh, number, masks):
            known = found.get(name, [np.zeros_like(mask) for mask in masks])
            found[name] = [a | b for a, b in zip(known, masks, strict=True)]
    return found


def _key(mesh: meshio.Mesh) -> str | None:
    """Where the numbers of groups stand in a mesh."""
    integers = [
        key
        for key, blocks in mesh.cell_data.items()
        if key not in _NO_GROUPS and all(np.asarray(b).dtype.kind in "iu" for b in blocks)
    ]
    return next((key for key in (*_TAGS, *integers) if key in integers), None)


def _names(mesh: meshio.Mesh, number: int, masks: Sequence[np.ndarray]) -> list[str]:
    """The names that Gmsh's physical groups, or MED's families, give to a number."""
    held = {_DIMENSION.get(b.type) for b, m in zip(mesh.cells, masks, strict=True) if m.any()}
    physical = [
        name
        for name, data in mesh.field_data.items()
        if len(data) > 1 and data[0] == number and data[1] in held
    ]
    return physical + list(getattr(mesh, "cell_tags", {}).get(number, []))


def _line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
