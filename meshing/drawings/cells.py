"""What a cell of a GDSII or OASIS file holds, read by gdstk in a process of its own."""

from __future__ import annotations

import gzip
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import gdstk
import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings import gds_records
from hebbfilm.meshing.drawings.cell_tree import chosen_cell, with_inner_cells
from hebbfilm.meshing.drawings.drawing import LayerName, known_unit

MOST_SHAPES = 3_000_000  # of the layers that are read, arrays and all
_GZIP = b"\x1f\x8b"
_OASIS = b"%SEMI-OASIS\r\n"

Ends: TypeAlias = str | tuple[float, float]  # flush, round, extended; or by how much
Tag: TypeAlias = tuple[int, int]  # layer and data type


@dataclass(eq=False)
class Contents:
    """A layer of a cell with all that it refers to, in user units.

    Args:
        points: corners of all polygons, one after the other, arrays of two columns.
        counts: number of corners of each polygon.
        paths: spine (n, 2), width and ends of each.
        texts: and where they stand.
    """

    points: list[FloatArray] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    paths: list[tuple[FloatArray, float, Ends]] = field(default_factory=list)
    texts: list[tuple[str, tuple[float, float]]] = field(default_factory=list)


def read_cell(
    path: Path,
    folder: Path,
    unit: float | None,
    tolerance: float,
    name: str | None,
    wanted: Sequence[LayerName],
) -> tuple[float, dict[str, Contents]]:
    """Read some layers of a cell.

    Args:
        path: of a GDSII or OASIS file, compressed by gzip or not.
        folder: for a copy of it.
        unit: metres per user unit; that of the file where None.
        tolerance: of the circles of OASIS, m.
        name: of the cell; not needed where there is one top cell.
        wanted: a number is a layer, a text "layer/datatype".

    Returns:
        The unit in m, and all layers of the file by name; empty those that are not wanted.

    Raises:
        LayoutError: no such file or cell, or one that is incomplete.
    """
    content = path.read_bytes()
    if content.startswith(_GZIP):
        content = gzip.decompress(content)
    copy = folder / "copy"
    if content.startswith(_OASIS):
        copy.write_bytes(content)
        if gdstk.oas_validate(copy)[0] is False:
            raise LayoutError("the OASIS file is damaged: its checksum does not fit")
        library, scale = gdstk.read_oas(copy), known_unit(unit, 1e-6, "")
        absolute = frozenset[str]()
    else:
        stream = gds_records.checked(content)
        copy.write_bytes(stream.content)
        scale = _unit(copy, unit)
        library, absolute = gdstk.read_gds(copy, tolerance=tolerance / scale), stream.absolute
    names = {f"{n}/{k}": (n, k) for n, k in _tags(library)}
    tags = {tag for layer, tag in names.items() if tag[0] in wanted or layer in wanted}
    top = chosen_cell(library, name)
    _keep(with_inner_cells(library, top), tags, absolute - {top.name})
    layers = {layer: Contents() for layer in names}
    _flatten(top, layers)
    return scale, layers


def _unit(path: Path, given: float | None) -> float:
    unit, precision = gdstk.gds_units(path)
    if not (math.isfinite(unit) and unit > 0 and 0 < precision <= unit):
        raise LayoutError(
            f"the GDSII file has a unit of {unit:g} m and steps of {precision:g} m; "
            "both must be above 0"
        )
    return known_unit(given, unit, "")


def _tags(library: gdstk.Library) -> set[Tag]:
    return library.layers_and_datatypes() | library.layers_and_texttypes()


def _keep(cells: Sequence[gdstk.Cell], tags: set[Tag], absolute: frozenset[str]) -> None:
    """Leave only some layers in cells, and references to what holds shapes of them."""
    nothing = gdstk.Cell("nothing")
    shapes: dict[str, int] = {}
    for cell in cells:
        cell.filter(tags, remove=False)
        number = sum(_copies(shape) for shape in (*cell.polygons, *cell.paths, *cell.labels))
        for reference in cell.references:
            inside = shapes[reference.cell_name]
            if inside:
                number += inside * _copies(reference)
                if cell.name in absolute:
                    raise LayoutError(
                        f"cell {cell.name!r} has references whose magnification or angle is "
                        "absolute, which gdstk does not follow"
                    )
            else:
                reference.cell = nothing
                reference.repetition = None  # type: ignore[assignment]  # its stubs lack it
        shapes[cell.name] = number
    if number > MOST_SHAPES:
        raise LayoutError(
            f"cell {cells[-1].name!r} holds {number:.1e} shapes in the layers of the film and the "
            f"contacts; at most {MOST_SHAPES:.0e} are read: choose a smaller one by layout.cell"
        )


def _copies(element: Any) -> int:
    return max(1, int(element.repetition.size))


def _flatten(cell: gdstk.Cell, layers: dict[str, Contents]) -> None:
    for polygon in cell.get_polygons(include_paths=False):
        layer = layers[f"{polygon.layer}/{polygon.datatype}"]
        points = np.array(polygon.points)
        layer.points.append(points)
        layer.counts.append(len(points))
    for path in cell.get_paths():
        assert isinstance(path, gdstk.FlexPath)  # neither format knows others
        tags = zip(path.layers, path.datatypes, strict=True)
        widths = np.atleast_2d(path.widths())[0]
        for (n, k), *drawn in zip(tags, path.path_spines(), widths, path.ends, strict=True):
            layers[f"{n}/{k}"].paths.append(tuple(drawn))
    for label in cell.get_labels():
        name = f"{label.layer}/{label.texttype}"
        try:
            text = label.text
        except Exception as error:  # gdstk raises no narrower class
            raise LayoutError(
                f"layer {name} holds a text that is not UTF-8; texts in OASIS are ASCII"
            ) from error
        layers[name].texts.append((text.strip(), label.origin))
    for layer in layers.values():
        layer.points = [np.concatenate(layer.points)] if layer.points else []
