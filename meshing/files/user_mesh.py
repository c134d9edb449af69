"""A mesh of the user's own as a film with contacts, or one line that says why it is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hebbfilm.common.child_process import guarded
from hebbfilm.common.errors import LayoutError, MeshError
from hebbfilm.meshing.bounds import check_thickness, check_unit
from hebbfilm.meshing.files.checks import check_mesh
from hebbfilm.meshing.files.gmsh_groups import grouped_mesh
from hebbfilm.meshing.files.groups import GroupedMesh, Groups
from hebbfilm.meshing.files.selection import select
from hebbfilm.meshing.tagged_mesh import TaggedMesh


def load(path: Path, thickness: float, unit: float | None, groups: Groups) -> TaggedMesh:
    """Read and check a mesh file, on the calling rank only.

    Args:
        path: of the file; its suffix says the format.
        thickness: of the film, m.
        unit: metres per length unit of the file; 1, if lengths are plausible, where None.
        groups: which of its groups, by name or number, are film and contacts.

    Raises:
        MeshError: a file that is no film with contacts.
    """
    try:
        check_thickness("thickness", thickness)
        if unit is not None:
            check_unit("layout.unit", unit)
        return _checked(_read(path), thickness, unit, groups)
    except (LayoutError, MeshError) as error:
        raise MeshError(f"{path}: {error}") from error


def film_of(model: Any, unit: float) -> TaggedMesh:
    """The checked film of the physical groups of a Gmsh model, which say by name what is what.

    Args:
        model: Gmsh's, with a mesh.
        unit: metres per length unit of the model.

    Raises:
        MeshError: no film with contacts.
    """
    return _checked(grouped_mesh(model), None, unit, Groups())


def _read(path: Path) -> GroupedMesh:
    # Both load libraries that crash, print and end the process that they run in.
    if path.suffix.lower() == ".msh":
        from hebbfilm.meshing.files.msh import read_msh_file

        return guarded("Gmsh", read_msh_file, path, error=MeshError)[0]
    from hebbfilm.meshing.files.by_meshio import read_mesh_file

    return guarded("meshio", read_mesh_file, path, error=MeshError)[0]


def _checked(
    mesh: GroupedMesh, thickness: float | None, unit: float | None, groups: Groups
) -> TaggedMesh:
    film = select(mesh, groups, 1.0 if unit is None else unit).compact()
    check_mesh(film, thickness, unit)
    return film
