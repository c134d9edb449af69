"""Gmsh's .msh files of all versions."""

from __future__ import annotations

import re
from pathlib import Path

import gmsh

from hebbfilm.common.errors import MeshError
from hebbfilm.meshing.files.gmsh_groups import grouped_mesh
from hebbfilm.meshing.files.groups import GroupedMesh
from hebbfilm.meshing.gmsh_session import gmsh_model

_NAME = re.compile(rb'\s*(\d+)\s+(-?\d+)\s+"(.*)"\s*')


def read_msh_file(path: Path) -> GroupedMesh:
    """Read a .msh file; crashes and prints where Gmsh does.

    Raises:
        MeshError: no such file, or none that Gmsh reads.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MeshError(f"cannot be read: {error.strerror}") from error
    # Gmsh runs any other file as a script, commands of the system included.
    if not content.startswith(b"$MeshFormat"):
        raise MeshError("not a Gmsh mesh; a .msh file begins with $MeshFormat")
    names = _physical_names(content)
    with gmsh_model() as model:
        try:
            gmsh.merge(str(path))
            mesh = grouped_mesh(model)
            mixed = content.split(maxsplit=2)[1].startswith(b"2") and any(
                len(model.getPhysicalGroupsForEntity(*entity)) > 1 for entity in model.getEntities()
            )
        except Exception as error:  # Gmsh raises no narrower class
            raise MeshError(
                f"Gmsh cannot read it: {str(error) or 'it does not say why'}"
            ) from error
    if mixed:
        # In version 2 each element has groups of its own; Gmsh gives those of one to its entity.
        from hebbfilm.meshing.files.by_meshio import read_msh_elements

        return read_msh_elements(path, names)
    return mesh


def _physical_names(content: bytes) -> dict[tuple[int, int], str]:
    """Names of physical groups by dimension and number, of which Gmsh keeps one in secret."""
    _, _, section = content.partition(b"$PhysicalNames")
    section, _, _ = section.partition(b"$EndPhysicalNames")
    names: dict[tuple[int, int], str] = {}
    for line in section.splitlines():
        match = _NAME.fullmatch(line)
        if match is None:
            continue
        group, name = (int(match[1]), int(match[2])), match[3].decode(errors="replace")
        if names.setdefault(group, name) != name:
            raise MeshError(
                f"physical group {group[1]} of dimension {group[0]} has two names, "
                f"{names[group]!r} and {name!r}"
            )
    return names
