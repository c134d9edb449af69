"""The mesh of a Gmsh model, its physical groups with it."""

from __future__ import annotations

from typing import Any

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.meshing.files.groups import CellGroup, GroupedMesh

_KINDS = {15: "vertex", 1: "line", 2: "triangle", 4: "tetra"}


def grouped_mesh(model: Any) -> GroupedMesh:
    """All elements of a Gmsh model, of any kind, and its physical groups."""
    tags, points, _ = model.mesh.getNodes()
    order = np.argsort(tags)
    cells: dict[str, list[IntArray]] = {}
    dimensions: dict[str, int] = {}
    places: dict[tuple[int, int], list[tuple[str, IntArray]]] = {}  # of an entity's elements
    counts: dict[str, int] = {}
    for dimension, entity in model.getEntities():
        places[dimension, entity] = []
        kinds, elements, nodes = model.mesh.getElements(dimension, entity)
        for kind, some, corners in zip(kinds, elements, nodes, strict=True):
            name = _KINDS.get(kind) or model.mesh.getElementProperties(kind)[0]
            first = counts.get(name, 0)
            counts[name] = first + len(some)
            rows = order[np.searchsorted(tags[order], corners)].reshape(len(some), -1)
            cells.setdefault(name, []).append(rows)
            dimensions[name] = dimension
            places[dimension, entity].append((name, np.arange(first, counts[name])))
    groups = []
    for dimension, number in model.getPhysicalGroups():
        members: dict[str, list[IntArray]] = {}
        for entity in model.getEntitiesForPhysicalGroup(dimension, number):
            for name, numbers in places.get((dimension, entity), []):
                members.setdefault(name, []).append(numbers)
        title = model.getPhysicalName(dimension, number) or None
        groups += [
            CellGroup(name, np.concatenate(parts), title, number) for name, parts in members.items()
        ]
    whole = {name: np.concatenate(parts) for name, parts in cells.items()}
    return GroupedMesh(points.reshape(-1, 3), whole, dimensions, groups)
