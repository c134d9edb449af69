"""DXF drawings, read by ezdxf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import ezdxf
import numpy as np
import shapely
from ezdxf.entities import DXFEntity, Hatch, Insert, LWPolyline, MPolygon, MText, Polyline, Text
from ezdxf.path import Path as Curve
from ezdxf.path import from_hatch, make_path
from ezdxf.render.trace import TraceBuilder
from ezdxf.units import InsertUnits, conversion_factor
from shapely import LineString, MultiPolygon, Point, Polygon

from meshing.drawings.drawing import Drawing, Shapes, known_unit
from meshing.drawings.fill import filled

_BEZIERS = 48  # to a circle, at least: they then follow it to 1e-8 of its radius
_CHORDS = 128  # of an arc in a polyline of some width
_ALIKE = 1e-9  # ends of a curve closer than this, in its extent, are one point
_UNITS = [unit.value for unit in InsertUnits if unit != InsertUnits.Unitless]
_IGNORED = ("POINT", "DIMENSION", "LEADER", "VIEWPORT", "ATTDEF")


def read_dxf(path: Path, unit: float | None, tolerance: float) -> Drawing:
    """Read the model space, blocks included.

    Closed curves, hatches and polylines of some width are areas, other curves are lines. What a
    block holds on layer 0 belongs to the layer on which the block is put.

    Args:
        path: of the file.
        unit: metres per unit of the drawing; $INSUNITS where None.
        tolerance: between a curve and its chords, m. Curved edges of hatches are Bézier curves to
            ezdxf, within 3e-4 of their radius.

    Raises:
        LayoutError: a unit that is not known; ezdxf's own errors for what is no DXF file.
    """
    with path.open("rb"):
        pass  # ezdxf says "not a DXF file" of one that is missing
    document = ezdxf.readfile(path)
    code = document.units
    known = conversion_factor(InsertUnits(code), InsertUnits.Meters) if code in _UNITS else None
    scale = known_unit(unit, known, f"the file has no unit ($INSUNITS is {code})")
    layers: defaultdict[str, Shapes] = defaultdict(Shapes)
    for entity, layer in _flat(document.modelspace(), None):
        _add(layers[layer], entity, tolerance / scale)
    return Drawing(path, scale, {name: shapes.scaled(scale) for name, shapes in layers.items()})


def _flat(
    entities: Iterable[DXFEntity], block_layer: str | None
) -> Iterator[tuple[DXFEntity, str]]:
    """Entities with their layers, those of inserted blocks included."""
    for entity in entities:
        layer = entity.dxf.get("layer", "0")
        layer = block_layer if layer == "0" and block_layer is not None else layer
        if isinstance(entity, Insert):
            for insert in entity.multi_insert() if entity.mcount > 1 else [entity]:
                yield from _flat(insert.virtual_entities(), layer)
        else:
            yield entity, layer


def _add(shapes: Shapes, entity: DXFEntity, tolerance: float) -> None:
    kind = entity.dxftype()
    if isinstance(entity, Text):
        shapes.labels.append((entity.plain_text().strip(), _place(entity.get_placement()[1])))
    elif isinstance(entity, MText):
        shapes.labels.append((str(entity.plain_text()).strip(), _place(entity.dxf.insert)))
    elif isinstance(entity, Hatch | MPolygon):
        rings = [_points(curve, tolerance) for curve in from_hatch(entity)]
        shapes.areas.append(filled(rings, even_odd=True))
    elif isinstance(entity, LWPolyline | Polyline) and entity.has_width:
        shapes.areas.append(_strip(entity))
    elif kind not in _IGNORED:
        try:
            curve = make_path(entity, segments=_BEZIERS)
        except TypeError:
            shapes.unread.add(kind)
            return
        _add_curve(shapes, _points(curve, tolerance))


def _add_curve(shapes: Shapes, points: np.ndarray) -> None:
    if len(points) < 2:
        return
    extent = float(np.ptp(points, axis=0).max())
    if np.linalg.norm(points[0] - points[-1]) <= _ALIKE * extent:
        shapes.areas.append(filled([points[:-1]]))
    else:
        shapes.lines.append(LineString(points))


def _strip(polyline: LWPolyline | Polyline) -> Polygon | MultiPolygon:
    """What a polyline covers whose segments have a width."""
    trace = TraceBuilder.from_polyline(polyline, segments=_CHORDS)
    outlines = [np.array([tuple(corner) for corner in part]) for part in trace.polygons()]
    return shapely.union_all([filled([outline[:, :2]]) for outline in outlines])


def _points(curve: Curve, tolerance: float) -> np.ndarray:
    return np.array([(p.x, p.y) for p in curve.flattening(tolerance)]).reshape(-1, 2)


def _place(point: ezdxf.math.Vec3) -> Point:
    return Point(point.x, point.y)
