"""From DXF files to layers of shapes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from logging.handlers import BufferingHandler
from pathlib import Path

import numpy as np
import shapely
from ezdxf.document import Drawing as Document
from ezdxf.entities import Hatch
from ezdxf.entities.attrib import AttDef, Attrib
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.mpolygon import MPolygon
from ezdxf.entities.mtext import MText
from ezdxf.entities.polyline import Polyline
from ezdxf.entities.text import Text
from ezdxf.enums import InsertUnits
from ezdxf.filemanagement import readfile
from ezdxf.math import Matrix44, Vec3
from ezdxf.units import conversion_factor
from shapely import LineString, MultiPolygon, Point, Polygon

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings.drawing import Drawing, Shapes, known_unit
from hebbfilm.meshing.drawings.dxf.blocks import Entities
from hebbfilm.meshing.drawings.dxf.curves import curve
from hebbfilm.meshing.drawings.dxf.hatches import boundary
from hebbfilm.meshing.drawings.dxf.plane import UnreadError
from hebbfilm.meshing.drawings.dxf.strips import strip
from hebbfilm.meshing.drawings.fill import Rule, enclosed, filled
from hebbfilm.meshing.geometry.areas import pieces

_ALIKE = 1e-9  # ends of a curve closer than this, in its extent, are one point
_UNITS = [unit.value for unit in InsertUnits if unit != InsertUnits.Unitless]
_ANNOTATIONS = (
    "ARC_DIMENSION",
    "DIMENSION",
    "LARGE_RADIAL_DIMENSION",
    "LEADER",
    "MULTILEADER",
    "TOLERANCE",
    "VIEWPORT",
)
_PICTURES = ("IMAGE", "WIPEOUT")  # to ezdxf their frames are curves
_FILLED = ("SOLID", "TRACE", "3DFACE")
_HATCH_STYLES: Mapping[int, Rule] = {0: "odd", 1: "once", 2: "any"}


def read_dxf(path: Path, unit: float | None, tolerance: float) -> Drawing:
    """Read the model space, blocks included, as it is seen along z.

    Closed curves are outlines, other curves lines; hatches, solids and polylines of some width are
    filled. What a block holds on layer 0 belongs to the layer on which the block is put. Names of
    layers and blocks do not distinguish case.

    Args:
        path: of the file.
        unit: metres per unit of the drawing; $INSUNITS where None.
        tolerance: between a curve and its chords, m.

    Raises:
        LayoutError: a unit that is not known, or a block that cannot be followed; ezdxf's own
            errors for what is no DXF file.
    """
    with path.open("rb"):
        pass  # ezdxf says "not a DXF file" of one that is missing
    document = _document(path)
    code = document.units
    known = conversion_factor(InsertUnits(code), InsertUnits.Meters) if code in _UNITS else None
    scale = known_unit(unit, known, f"the file has no unit ($INSUNITS is {code})")
    layers = _Layers(Entities(document), scale, tolerance)
    if not layers:
        raise LayoutError("the model space is empty; what is drawn in paper space is not read")
    return Drawing(path, scale, layers, distinguishes_case=False)


def _document(path: Path) -> Document:
    """Raise LayoutError where ezdxf reads on, but leaves out what it cannot read."""
    log = logging.getLogger("ezdxf")
    handler = BufferingHandler(capacity=1_000_000)
    handler.setLevel(logging.WARNING)
    log.addHandler(handler)
    try:
        document = readfile(path)
    finally:
        log.removeHandler(handler)
    for record in handler.buffer:
        if "ignor" in record.getMessage().lower():
            raise LayoutError(f"the DXF file is damaged: {record.getMessage()}")
    return document


class _Layers(Mapping[str, Shapes]):
    """The shapes of each layer in metres, made when they are asked for."""

    def __init__(self, entities: Entities, scale: float, tolerance: float) -> None:
        self._entities = entities
        self._scale, self._tolerance = scale, tolerance
        self._keys = {entities.names[key]: key for key in entities.layers()}

    def __getitem__(self, name: str) -> Shapes:
        shapes = Shapes()
        for entity, matrix in self._entities.on(self._keys[name]):
            try:
                _add(shapes, entity, matrix, self._tolerance / self._scale)
            except UnreadError as error:
                shapes.unread.add(f"{entity.dxftype()} {error}".strip())
            except Exception as error:  # whatever a damaged entity makes ezdxf stumble over
                reason = (str(error) or type(error).__name__).splitlines()[0]
                shapes.unread.add(f"{entity.dxftype()} that is damaged ({reason})")
        return shapes.scaled(self._scale)

    def __contains__(self, name: object) -> bool:
        return name in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def _add(shapes: Shapes, entity: DXFEntity, matrix: Matrix44, tolerance: float) -> None:
    kind = entity.dxftype()
    if isinstance(entity, MText):
        _add_text(shapes, str(entity.plain_text()), Vec3(entity.dxf.insert), matrix)
    elif isinstance(entity, Text):
        place = entity.ocs().to_wcs(entity.get_placement()[1])
        _add_text(shapes, _written(entity), place, matrix)
    elif isinstance(entity, Hatch | MPolygon):
        rings = [filled([ring], even_odd=True) for ring in boundary(entity, matrix, tolerance)]
        shapes.hatches.append(enclosed(rings, _HATCH_STYLES[entity.dxf.get("hatch_style", 0)]))
    elif isinstance(entity, LWPolyline | Polyline) and entity.has_width:
        faces = [filled([face]) for face in strip(entity, matrix, tolerance)]
        shapes.areas += pieces(shapely.union_all(faces))
    elif kind in _PICTURES:
        raise UnreadError
    elif kind not in _ANNOTATIONS:
        points = curve(entity, matrix, tolerance)
        _add_curve(shapes, points, shapes.areas if kind in _FILLED else shapes.outlines)


def _add_curve(shapes: Shapes, points: FloatArray, closed: list[Polygon | MultiPolygon]) -> None:
    if len(points) < 2:
        return
    extent = float(np.ptp(points, axis=0).max())
    if np.linalg.norm(points[0] - points[-1]) > _ALIKE * extent:
        shapes.lines.append(LineString(points))
    elif not (area := filled([points[:-1]])).is_empty:
        closed.append(area)
    elif extent:
        raise UnreadError("that encloses no area")


def _add_text(shapes: Shapes, text: str, place: Vec3, matrix: Matrix44) -> None:
    if text.strip():
        x, y, _ = matrix.transform(place)
        shapes.labels.append((text.strip(), Point(x, y)))


def _written(text: Text) -> str:
    """What is seen of a text: of an ATTDEF only what is constant, where its block is put."""
    if isinstance(text, AttDef) and not text.is_const:
        return ""
    if isinstance(text, AttDef | Attrib):
        if text.is_invisible:
            return ""
        if text.has_embedded_mtext_entity:
            return str(text.plain_mtext())
    return text.plain_text()
