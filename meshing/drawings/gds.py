"""GDSII and OASIS drawings, read by gdstk."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from shapely import LineString, Point

from hebbfilm.common.child_process import SECONDS, guarded
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings.cells import Contents, read_cell
from hebbfilm.meshing.drawings.drawing import Drawing, LayerName, Shapes
from hebbfilm.meshing.drawings.fill import each_filled
from hebbfilm.meshing.drawings.paths import path_area

# What gdstk prints of things that are no shapes, or that were looked for before.
_HARMLESS = ("Record type ", "Missing referenced cell ", "Absolute magnification ", "Referenced ")
_PRINTED = "[GDSTK] "
BYTES_IN_A_SECOND = 1e6  # of large files, on a busy machine


def read_gds(
    path: Path, unit: float | None, tolerance: float, cell: str | None, wanted: Sequence[LayerName]
) -> Drawing:
    """Read some layers of a cell, with all that it refers to.

    Polygons, boxes and paths of some width are areas, paths without width are lines. The layers
    are called "layer/datatype"; texts belong to "layer/texttype".

    Args:
        path: of the file.
        unit: metres per user unit; that of the file where None.
        tolerance: of round path ends, m.
        cell: its name; not needed for a file with one top cell.
        wanted: layers that are read; a number takes all data types. Others are there, but empty.

    Raises:
        LayoutError: no such file or cell, or one that cannot be followed.
    """
    with path.open("rb"), tempfile.TemporaryDirectory() as folder:
        (scale, contents), printed = guarded(
            "gdstk",
            read_cell,
            path,
            Path(folder),
            unit,
            tolerance,
            cell,
            wanted,
            error=LayoutError,
            seconds=SECONDS + path.stat().st_size / BYTES_IN_A_SECOND,
        )
    for line in printed:
        message = line.removeprefix(_PRINTED)
        if message != line and not message.startswith(_HARMLESS):
            raise LayoutError(f"gdstk cannot read it: {message}")
    layers = {name: _shapes(layer, tolerance / scale) for name, layer in contents.items()}
    return Drawing(path, scale, {name: shapes.scaled(scale) for name, shapes in layers.items()})


def _shapes(contents: Contents, tolerance: float) -> Shapes:
    shapes = Shapes(labels=[(text, Point(at)) for text, at in contents.texts])
    if contents.counts:
        shapes.outlines += each_filled(contents.points[0], contents.counts)
    for spine, width, ends in contents.paths:
        if width > 0:
            shapes.areas.append(path_area(spine, width, ends, tolerance))
        elif np.any(spine != spine[0]):
            shapes.lines.append(LineString(spine))
    return shapes
