"""A Gmsh model of our own that leaves a user's Gmsh session as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gmsh

_OPTIONS = {
    "General.Terminal": 0,
    "General.NumThreads": 1,
    "Mesh.Algorithm": 6,  # Frontal-Delaunay
    "Mesh.MeshSizeExtendFromBoundary": 0,
    "Mesh.MeshSizeFromPoints": 0,
    "Mesh.MeshSizeFromCurvature": 0,
    "Mesh.MeshSizeFactor": 1,
    "Mesh.Smoothing": 1,
    "Mesh.ElementOrder": 1,
    "Mesh.RandomFactor": 1e-9,
    "Mesh.ScalingFactor": 1,
    "Mesh.SaveAll": 0,
    "Mesh.Binary": 1,
    "Mesh.MshFileVersion": 4.1,
}


@contextmanager
def gmsh_model() -> Iterator[Any]:
    """A fresh Gmsh model with our options, removed at the end; yields `gmsh.model`."""
    ours = not gmsh.isInitialized()
    if ours:
        # Gmsh's handling of Ctrl-C would end the process without a state file.
        gmsh.initialize(readConfigFiles=False, interruptible=False)
    before = gmsh.model.getCurrent()
    saved = {name: gmsh.option.getNumber(name) for name in _OPTIONS}
    try:
        for name, value in _OPTIONS.items():
            gmsh.option.setNumber(name, value)
        gmsh.model.add("hebbfilm")
        yield gmsh.model
        gmsh.model.setCurrent("hebbfilm")
        gmsh.model.remove()
    finally:
        for name, number in saved.items():
            gmsh.option.setNumber(name, number)
        if ours:
            gmsh.finalize()
        elif before:
            gmsh.model.setCurrent(before)
