"""GDSII drawings, read by gdstk."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import gdstk
import numpy as np
from shapely import LineString, Point

from meshing.drawings.drawing import Drawing, Shapes, known_unit, listed
from meshing.drawings.fill import filled
from meshing.errors import LayoutError

_END_OF_LIBRARY = 4  # kind of the last record
_HEADER = b"\x00\x06\x00\x02"  # length and kind of a GDSII file's first record


def read_gds(path: Path, unit: float | None, tolerance: float, cell: str | None = None) -> Drawing:
    """Read a cell with all that it refers to.

    Polygons, boxes and paths of some width are areas, paths without width are lines. The layers
    are called "layer/datatype"; texts belong to "layer/texttype".

    Args:
        path: of the file.
        unit: metres per user unit; that of the file where None.
        tolerance: of round path ends, m.
        cell: its name; not needed for a file with one top cell.

    Raises:
        LayoutError: no GDSII file, or no such cell.
    """
    _check_records(path.read_bytes())
    scale = known_unit(unit, gdstk.gds_units(str(path))[0], "")
    library = gdstk.read_gds(str(path), tolerance=tolerance / scale)
    layers: defaultdict[str, Shapes] = defaultdict(Shapes)
    top = _cell(library, cell)
    for polygon in top.get_polygons(include_paths=False):
        layers[f"{polygon.layer}/{polygon.datatype}"].areas.append(
            filled([np.array(polygon.points)])
        )
    for element in top.get_paths():
        assert isinstance(element, gdstk.FlexPath)  # GDSII knows no other paths
        _add_path(layers, element)
    for label in top.get_labels():
        name = f"{label.layer}/{label.texttype}"
        layers[name].labels.append((label.text.strip(), Point(label.origin)))
    return Drawing(path, scale, {name: shapes.scaled(scale) for name, shapes in layers.items()})


def _check_records(content: bytes) -> None:
    """Raise LayoutError unless records fill the file up to the last; gdstk aborts where not."""
    if not content.startswith(_HEADER):
        raise LayoutError("not a GDSII file: its first bytes are not a GDSII header")
    at = 0
    while at + 4 <= len(content):
        length = int.from_bytes(content[at : at + 2])
        if content[at + 2] == _END_OF_LIBRARY:
            return
        if length < 4 or length % 2:
            break
        at += length
    raise LayoutError(f"the GDSII file is damaged at byte {at} of {len(content)}")


def _cell(library: gdstk.Library, name: str | None) -> gdstk.Cell:
    cells = {cell.name: cell for cell in library.cells if isinstance(cell, gdstk.Cell)}
    if name is not None:
        if name not in cells:
            raise LayoutError(f"layout.cell = {name!r}: no such cell (cells: {listed(cells)})")
        return cells[name]
    tops = [cell for cell in library.top_level() if isinstance(cell, gdstk.Cell)]
    if len(tops) != 1:
        raise LayoutError(
            f"layout.cell is missing: the file has {len(tops)} top cells "
            f"({listed(cell.name for cell in tops)})"
        )
    return tops[0]


def _add_path(layers: dict[str, Shapes], path: gdstk.FlexPath) -> None:
    names = [f"{n}/{d}" for n, d in zip(path.layers, path.datatypes, strict=True)]
    if np.any(path.widths()):
        for polygon in path.to_polygons():
            layers[f"{polygon.layer}/{polygon.datatype}"].areas.append(
                filled([np.array(polygon.points)])
            )
        return
    for name, spine in zip(names, path.path_spines(), strict=True):
        layers[name].lines.append(LineString(spine))
