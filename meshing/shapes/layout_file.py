"""Layouts as tables: written as plain polygons and lines, and read again to the last bit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

import shapely
import tomli_w
from pydantic import ValidationError
from shapely import LineString, MultiLineString, MultiPolygon, Polygon

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.common.schema import checked, first_problem
from hebbfilm.common.whole_files import replacing
from hebbfilm.meshing.families import copied
from hebbfilm.meshing.layout import GRADATION, Contact, Layout, PadOrEdge, Region
from hebbfilm.meshing.shapes.film import film_of_shapes, known_keys


def layout_to_dict(layout: Layout) -> dict[str, Any]:
    """A [layout] of kind "shapes" that gives the same layout again, coordinate by coordinate."""
    made = layout.copies
    if made is not None and made.gap is not None:
        row = {"count": len(made.places), "gap": made.gap}
        return layout_to_dict(made.film) | {"copies": row}
    content: dict[str, Any] = {
        "kind": "shapes",
        "thickness": float(layout.thickness),
        "mesh_size": float(layout.mesh_size),
    }
    if layout.rim_mesh_size is not None:
        content["rim_mesh_size"] = float(layout.rim_mesh_size)
    if layout.gradation != GRADATION:
        content["gradation"] = float(layout.gradation)
    content["film"] = [_polygon(piece) for piece in shapely.get_parts(layout.outline)]
    content["contact"] = [_contact(contact) for contact in layout.contacts]
    if layout.regions:
        content["region"] = [_region(region) for region in layout.regions]
    return content


def layout_from_dict(content: Mapping[str, Any]) -> Layout:
    """The layout of a [layout] of kind "shapes", and copies of it where a table asks for them.

    Raises:
        LayoutError: one line with the path of the key that is wrong.
    """
    parameters = dict(content)
    kind, copies = parameters.pop("kind", "shapes"), parameters.pop("copies", None)
    if kind != "shapes":
        raise LayoutError(f"layout.kind = {shown(kind)}: must be 'shapes' here")
    try:
        film = checked(film_of_shapes, parameters)
    except ValidationError as error:
        raise LayoutError(first_problem(error, parameters, "layout", known_keys)) from None
    if copies is None:
        return film
    table = copies if isinstance(copies, Mapping) else {"count": copies}
    try:
        return checked(partial(copied, film), table)
    except ValidationError as error:
        problem = first_problem(error, table, "layout.copies", lambda _: ["count", "gap"])
        raise LayoutError(problem) from None


def write_layout(layout: Layout, path: str | PathLike[str]) -> None:
    """Write a layout as the [layout] of a TOML file, whole or not at all.

    Raises:
        LayoutError: a folder that cannot be written to.
    """
    with replacing(Path(path), error=LayoutError) as target:
        target.write_text(tomli_w.dumps({"layout": layout_to_dict(layout)}), encoding="utf-8")


def read_layout(path: str | PathLike[str]) -> Layout:
    """Read the [layout] of kind "shapes" of a TOML file.

    Raises:
        LayoutError: one line with the file, and the path of the key that is wrong.
    """
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise LayoutError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutError(f"{path}: is not TOML: {error}") from error
    layout = content.get("layout")
    if not isinstance(layout, Mapping):
        raise LayoutError(f"{path}: has no [layout]")
    try:
        return layout_from_dict(layout)
    except LayoutError as error:
        raise LayoutError(f"{path}: {error}") from error


def _contact(contact: Contact) -> dict[str, Any]:
    written: dict[str, Any] = {"name": contact.name}
    if contact.mesh_size is not None:
        written["mesh_size"] = float(contact.mesh_size)
    key, regions = _parts(contact.region)
    single = isinstance(contact.region, Polygon | LineString)
    return written | {key: regions[0] if single else regions}


def _region(region: Region) -> dict[str, Any]:
    written: dict[str, Any] = {"name": region.name}
    if region.mesh_size is not None:
        written["mesh_size"] = float(region.mesh_size)
    _, areas = _parts(region.area)
    return written | {"area": areas[0] if isinstance(region.area, Polygon) else areas}


def _parts(region: PadOrEdge) -> tuple[str, list[dict[str, Any]]]:
    parts = list(shapely.get_parts(region))
    if isinstance(region, Polygon | MultiPolygon):
        return "pad", [_polygon(part) for part in parts]
    assert isinstance(region, LineString | MultiLineString)
    return "edge", [{"points": _points(part)} for part in parts]


def _polygon(polygon: Polygon) -> dict[str, Any]:
    written: dict[str, Any] = {"shape": "polygon", "points": _points(polygon.exterior)[:-1]}
    if polygon.interiors:
        written["holes"] = [_points(ring)[:-1] for ring in polygon.interiors]
    return written


def _points(line: LineString) -> list[list[float]]:
    points: list[list[float]] = shapely.get_coordinates(line).tolist()
    return points
