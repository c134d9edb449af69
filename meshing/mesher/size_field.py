"""Mesh sizes that differ from place to place, as fields of Gmsh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def constant(model: Any, size: float, surfaces: Sequence[int] = ()) -> int:
    """A field that is `size` on some surfaces; everywhere without any."""
    field: int = model.mesh.field.add("Constant")
    model.mesh.field.setNumber(field, "VIn", size)
    model.mesh.field.setNumber(field, "VOut", 1e22 if surfaces else size)
    model.mesh.field.setNumbers(field, "SurfacesList", list(surfaces))
    return field


def growing(
    model: Any,
    curves: Sequence[int],
    size: float,
    far: float,
    gradation: float,
    *,
    sampling: int = 3,
) -> int:
    """A field that grows from `size` on some curves to `far`, by `gradation` per length.

    Args:
        model: Gmsh's.
        curves: their tags.
        size: in the unit of length of the model.
        far: likewise.
        gradation: growth of the size with the distance, without unit.
        sampling: points on each curve from which the distance is taken.
    """
    distance = model.mesh.field.add("Distance")
    model.mesh.field.setNumbers(distance, "CurvesList", list(curves))
    model.mesh.field.setNumber(distance, "Sampling", sampling)
    growth: int = model.mesh.field.add("Threshold")
    for key, value in {
        "InField": distance,
        "SizeMin": size,
        "SizeMax": far,
        "DistMin": 0,
        "DistMax": (far - size) / gradation,
    }.items():
        model.mesh.field.setNumber(growth, key, value)
    return growth


def use_smallest(model: Any, fields: Sequence[int]) -> None:
    """Let the smallest of some fields be the mesh size."""
    smallest = model.mesh.field.add("Min")
    model.mesh.field.setNumbers(smallest, "FieldsList", list(fields))
    model.mesh.field.setAsBackgroundMesh(smallest)
