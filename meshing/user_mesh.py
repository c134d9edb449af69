"""A .msh file of the user's own as a film with contacts, or one line that says why it is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import gmsh
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from meshing.errors import LayoutError, MeshError
from meshing.gmsh_session import gmsh_model
from meshing.groups import Group, Groups, group_names, unknown_group
from meshing.layout_checks import LARGEST, check_length, check_names
from meshing.planar_graph import FILM_TAG, contact_tag
from meshing.tagged_mesh import GMSH_SIMPLEX, TaggedMesh

BY_NAME = Groups()  # one called "film", all others contacts
FLATNESS = 1e-6  # of the width: a planar film's z may vary so much
THICKNESS_TOLERANCE = 1e-3  # between the thickness said and that of a 3D mesh


def load(path: Path, thickness: float, unit: float, groups: Groups = BY_NAME) -> TaggedMesh:
    """Read and check a .msh file, on the calling rank only.

    Args:
        path: the file.
        thickness: of the film, m.
        unit: metres per length unit of the file.
        groups: which of its physical groups, by name or number, are film and contacts.

    Raises:
        MeshError: a file that is no film with contacts.
    """
    _check_header(path)
    try:
        check_length("thickness", thickness)
        with gmsh_model() as model:
            _merge(path)
            return film_of(model, thickness, unit, groups)
    except (LayoutError, MeshError) as error:
        raise MeshError(f"{path}: {error}") from error


def film_of(
    model: Any, thickness: float | None, unit: float, groups: Groups = BY_NAME
) -> TaggedMesh:
    """The checked film of the physical groups of a Gmsh model, on the calling rank only.

    Args:
        model: Gmsh's, with a mesh.
        thickness: that a mesh in three dimensions must have, m; any where None.
        unit: metres per length unit of the model.
        groups: which of its physical groups are film and contacts.

    Raises:
        MeshError: no film with contacts.
    """
    whole = _extract(model, unit, groups)
    if not len(whole.cells):
        raise MeshError('the physical group "film" holds no cells')
    _check_facets(whole)
    mesh = whole.compact()
    _check_shape(mesh, thickness, unit)
    _check_contacts(mesh)
    return mesh


def _merge(path: Path) -> None:
    try:
        gmsh.merge(str(path))
    except Exception as error:  # Gmsh raises no narrower class
        raise MeshError(f"Gmsh cannot read it: {error}") from error


def _check_header(path: Path) -> None:
    """Gmsh runs any other file as a script, commands of the system included."""
    try:
        with path.open("rb") as file:
            start = file.read(11)
    except OSError as error:
        raise MeshError(f"{path}: cannot be read: {error.strerror}") from error
    if start != b"$MeshFormat":
        raise MeshError(f"{path}: not a Gmsh mesh; a .msh file begins with $MeshFormat")


def _extract(model: Any, unit: float, groups: Groups) -> TaggedMesh:
    names = _group_names(model) if groups == BY_NAME else _chosen(model, groups)
    dimension = max((d for (d, _), name in names.items() if name == "film"), default=0)
    if dimension not in (2, 3):
        found = ", ".join(sorted(set(names.values()))) or "none"
        raise MeshError(
            f'no physical surface or volume named "film" (physical names found: {found})'
        )
    contacts: list[str] = []
    for (d, _), name in sorted(names.items(), key=lambda item: item[0][1]):
        if name != "film" and d < dimension - 1:
            kinds = "lines or surfaces" if dimension == 2 else "surfaces or volumes"
            raise MeshError(f"contact {name!r} must be made of {kinds}")
        if name != "film" and name not in contacts:
            contacts.append(name)
    contacts.sort(key=list(groups.contacts or contacts).index)
    check_names(contacts)
    numbers = {"film": FILM_TAG} | {name: contact_tag(k) for k, name in enumerate(contacts)}
    tags, points, _ = model.mesh.getNodes()
    order = np.argsort(tags)

    def collect(d: int) -> tuple[np.ndarray, np.ndarray]:
        groups = {
            tag: numbers[name]
            for (dim, tag), name in names.items()
            if dim == d and (name != "film" or d == dimension)
        }
        nodes, marks = _elements(model, d, groups)
        return order[np.searchsorted(tags[order], nodes)], marks

    return TaggedMesh(
        points.reshape(-1, 3) * unit, *collect(dimension), *collect(dimension - 1), tuple(contacts)
    )


def _group_names(model: Any) -> dict[tuple[int, int], str]:
    names = {}
    for dimension, tag in model.getPhysicalGroups():
        name = model.getPhysicalName(dimension, tag)
        if not name and dimension > 0:
            raise MeshError(
                f"physical group {tag} of dimension {dimension} has no name; "
                '"film" and the names of contacts are needed'
            )
        if name:
            names[dimension, tag] = name
    return names


def _chosen(model: Any, groups: Groups) -> dict[tuple[int, int], str]:
    """The groups that a person has named film or contact, by their new names."""
    found = {group: model.getPhysicalName(*group) for group in model.getPhysicalGroups()}
    known = dict.fromkeys(name or str(tag) for (_, tag), name in found.items())
    top = max((dimension for dimension, _ in found), default=0)
    film = groups.film if groups.film is not None or "film" not in known else "film"
    wanted: dict[str, Group | Sequence[Group]] = {}
    if film is not None:
        wanted["film"] = film
    if groups.contacts is None:
        taken = group_names(film) if film is not None else []
        wanted |= {n: n for n in known if n not in taken}
    else:
        wanted |= groups.contacts
    chosen = {group: "film" for group in found if film is None and group[0] == top}
    for new, old in wanted.items():
        for name in group_names(old):
            members = [g for g in found if name in (found[g], str(g[1]))]
            if not members:
                raise unknown_group(new if new == "film" else f"contacts.{new}", name, known)
            chosen |= dict.fromkeys(members, new)
    return chosen


def _elements(model: Any, dimension: int, groups: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Node tags (n, dimension+1) and marks (n,) of all elements in some groups.

    An element both of the film and of a pad is the pad's.
    """
    elements = [np.empty(0, dtype=np.uint64)]
    nodes = [np.empty((0, dimension + 1), dtype=np.uint64)]
    marks = [np.empty(0, dtype=np.int32)]
    for group, mark in groups.items():
        for entity in model.getEntitiesForPhysicalGroup(dimension, group):
            kinds, element_tags, node_tags = model.mesh.getElements(dimension, entity)
            for kind, some_elements, some_nodes in zip(kinds, element_tags, node_tags, strict=True):
                if kind != GMSH_SIMPLEX[dimension]:
                    what = model.mesh.getElementProperties(kind)[0]
                    raise MeshError(
                        f"it holds {what} elements; lines, triangles and tetrahedra of first "
                        "order are allowed"
                    )
                elements.append(some_elements)
                nodes.append(some_nodes.reshape(-1, dimension + 1))
                marks.append(np.full(len(some_elements), mark, dtype=np.int32))
    all_marks = np.concatenate(marks)
    order = np.argsort(-all_marks, kind="stable")
    _, first = np.unique(np.concatenate(elements)[order], return_index=True)
    kept = np.sort(order[first])
    return np.concatenate(nodes)[kept], all_marks[kept]


def _check_shape(mesh: TaggedMesh, thickness: float | None, unit: float) -> None:
    width = float(np.ptp(mesh.points[:, :2], axis=0).max())
    height = float(np.ptp(mesh.points[:, 2]))
    if width > LARGEST:
        raise MeshError(
            f"the film is {width:g} m wide with unit={unit:g}; are the lengths of the file in "
            "nanometres (unit=1e-9)?"
        )
    check_length("film width", width)
    if mesh.dimension == 2 and height > FLATNESS * width:
        raise MeshError(f"a film of triangles must lie in the plane, but z varies by {height:g} m")
    allowed = height if thickness is None or mesh.dimension == 2 else thickness
    if abs(height - allowed) > THICKNESS_TOLERANCE * allowed:
        raise MeshError(f"the mesh is {height:g} m thick, not {allowed:g} m (thickness)")
    rows, columns = mesh.cells[:, :-1].ravel(), mesh.cells[:, 1:].ravel()
    size = len(mesh.points)
    pieces, _ = connected_components(
        coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size)), directed=False
    )
    if pieces > 1:
        raise MeshError(f"the film is in {pieces} pieces")


def _check_facets(mesh: TaggedMesh) -> None:
    """Facets of contacts must bound exactly one cell."""
    corners = range(mesh.dimension + 1)
    faces = np.concatenate([mesh.cells[:, list(c)] for c in combinations(corners, mesh.dimension)])
    found, count = np.unique(np.sort(faces, axis=1), axis=0, return_counts=True)
    rim = found[count == 1]
    both = np.concatenate([rim, np.unique(np.sort(mesh.facets, axis=1), axis=0)])
    _, inverse, seen = np.unique(both, axis=0, return_inverse=True, return_counts=True)
    stray = both[len(rim) :][seen[inverse.reshape(-1)[len(rim) :]] == 1]
    if len(stray):
        at = stray[0]
        tag = mesh.facet_tags[(np.sort(mesh.facets, axis=1) == at).all(axis=1)][0]
        x, y, _ = mesh.points[at].mean(axis=0)
        raise MeshError(
            f"contact {mesh.contacts[tag - contact_tag(0)]!r} leaves the film's edge "
            f"at ({x:.4g}, {y:.4g}) m"
        )


def _check_contacts(mesh: TaggedMesh) -> None:
    if not mesh.contacts:
        raise MeshError('no contacts: name further physical groups beside "film"')
    owner = np.zeros(len(mesh.points), dtype=np.int64)
    for k, name in enumerate(mesh.contacts):
        tag = contact_tag(k)
        held = mesh.cells[mesh.cell_tags == tag], mesh.facets[mesh.facet_tags == tag]
        vertices = np.union1d(*held)
        if not len(vertices):
            raise MeshError(f"contact {name!r} is empty")
        other = owner[vertices].max()
        if other:
            raise MeshError(f"contacts {mesh.contacts[other - 1]!r} and {name!r} touch")
        owner[vertices] = k + 1
