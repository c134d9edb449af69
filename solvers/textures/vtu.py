"""Vectors at the points of a VTU file, of this program or of another."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.solvers.textures.mesh_field import MeshField

if TYPE_CHECKING:
    import pyvista

_OWN = "m"
"""What snapshots of this program call m."""


def vtu_field(content: bytes, name: str, array: str | None = None, metre: float = 1.0) -> MeshField:
    """The vectors at the points of a VTU file, in whatever form VTK writes it.

    Cells of other kinds are cut into triangles or tetrahedra.

    Args:
        content: of the file.
        name: of the file, for messages.
        array: name of the vectors.
        metre: length that the file calls 1, in m.

    Raises:
        InputError: no readable file, no such vectors, or some that are not finite.
    """
    mesh = _read(content, name)
    cells = _simplices(mesh)
    if not len(cells):
        raise InputError(f"{name}: holds neither triangles nor tetrahedra, nor what they make up")
    points, vectors = np.asarray(mesh.points, dtype=np.float64), _vectors(mesh, name, array)
    for what, values in (("points", points), ("vectors", vectors)):
        if not np.isfinite(values).all():
            raise InputError(f"{name}: holds {what} that are not finite")
    if cells.min() < 0 or cells.max() >= len(points):
        raise InputError(f"{name}: cells name vertices that are not there")
    return MeshField(points * metre, cells, vectors)


def _read(content: bytes, name: str) -> pyvista.UnstructuredGrid:
    # VTK takes a while to load. meshio reads neither data behind the XML nor LZ4.
    import pyvista
    from vtkmodules.vtkIOXML import vtkXMLUnstructuredGridReader

    reader = vtkXMLUnstructuredGridReader()
    with tempfile.NamedTemporaryFile(suffix=".vtu") as file, _silent():
        file.write(content)
        file.flush()
        reader.SetFileName(file.name)
        reader.Update()
    mesh: pyvista.UnstructuredGrid = pyvista.wrap(reader.GetOutput())
    # What is wrong in any part leaves nothing of it.
    if not mesh.n_points:
        raise InputError(f"{name}: not a readable VTU file, or one without points")
    return mesh


@contextmanager
def _silent() -> Iterator[None]:
    """VTK writes pages on a damaged file."""
    from vtkmodules.vtkCommonCore import vtkLogger, vtkObject

    verbosity, warnings = vtkLogger.GetCurrentVerbosityCutoff(), vtkObject.GetGlobalWarningDisplay()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    vtkObject.GlobalWarningDisplayOff()
    try:
        yield
    finally:
        vtkLogger.SetStderrVerbosity(vtkLogger.ConvertToVerbosity(verbosity))
        vtkObject.SetGlobalWarningDisplay(warnings)


def _simplices(mesh: pyvista.UnstructuredGrid) -> IntArray:
    """Vertices of its tetrahedra, or of its triangles where it has none, (n, 4) or (n, 3)."""
    import pyvista

    kinds = [pyvista.CellType.TETRA, pyvista.CellType.TRIANGLE]
    if not set(map(int, mesh.cells_dict)) <= set(map(int, kinds)):
        mesh = mesh.triangulate()
    by_kind: Any = mesh.cells_dict
    found = next((by_kind[kind] for kind in kinds if kind in by_kind), np.empty((0, 3)))
    return np.asarray(found, dtype=np.int64)


def _vectors(mesh: pyvista.UnstructuredGrid, name: str, array: str | None) -> FloatArray:
    known = [each for each, values in mesh.point_data.items() if np.shape(values)[1:] == (3,)]
    if array is None and len(known) > 1 and _OWN not in known:
        raise InputError(
            f"{name}: holds several vectors at its points: name one by `array` ({', '.join(known)})"
        )
    chosen = array or (_OWN if _OWN in known else next(iter(known), None))
    if chosen is None:
        raise InputError(f"{name}: holds no vectors of three components at its points")
    if chosen not in known:
        raise InputError(f"array = {shown(chosen)}: of {name}, {allowed_are(chosen, known)}")
    return np.asarray(mesh.point_data[chosen], dtype=np.float64)
