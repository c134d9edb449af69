"""The layers of an SVG drawing, each read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from shapely import LineString, get_parts

from hebbfilm.meshing.drawings.drawing import Drawing, Shapes, known_unit
from hebbfilm.meshing.drawings.fill import filled
from hebbfilm.meshing.drawings.svg.curves import SHAPES
from hebbfilm.meshing.drawings.svg.document import Document
from hebbfilm.meshing.drawings.svg.labels import labels_of
from hebbfilm.meshing.drawings.svg.layer_index import LayerIndex
from hebbfilm.meshing.drawings.svg.markup import MOST_BYTES
from hebbfilm.meshing.drawings.svg.places import Place
from hebbfilm.meshing.drawings.svg.scene import Scene
from hebbfilm.meshing.drawings.svg.viewports import user_unit
from hebbfilm.meshing.geometry.areas import area_of

_ROUND_OFF = 1e-3  # tolerances


def read_svg(path: Path, unit: float | None, tolerance: float) -> Drawing:
    """Read a file; the label (of Inkscape) or id of a group or shape names a layer.

    A shape belongs to the layers of all groups around it. Closed paths are areas and open ones
    lines, whatever their fill and stroke; y is turned, so that the film is seen as it is drawn.
    Layers are read when they are taken from the drawing: what is wrong in others does not matter.

    Args:
        path: of the file, packed by gzip or not.
        unit: metres per user unit; from width and viewBox, if these are physical, where None.
        tolerance: between a curve and its chords, m.

    Raises:
        LayoutError: another XML file, or a unit that is not known; and from the layers, an element
            that cannot be followed, by its name.
        expat.ExpatError: no XML.
    """
    with path.open("rb") as file:
        document = Document(file.read(MOST_BYTES + 1))
    known = user_unit(document.root.attrib, document.where(document.root))
    scale = known_unit(unit, known, "the file says no physical width, or has no viewBox")
    return Drawing(path, scale, _Layers(document, scale, tolerance / scale))


@dataclass(frozen=True)
class _Layers(Mapping[str, Shapes]):
    """The shapes of each layer by its name.

    Args:
        document: the SVG file.
        unit: metres per user unit.
        tolerance: in user units.
    """

    document: Document
    unit: float
    tolerance: float

    def __getitem__(self, name: str) -> Shapes:
        if name not in self._index.elements:
            raise KeyError(name)
        shapes = Shapes()
        with np.errstate(over="ignore", invalid="ignore"):  # met by "too large a number"
            self._read(name, shapes)
        return shapes.scaled(self.unit)

    def _read(self, name: str, shapes: Shapes) -> None:
        for element, place in self._scene.layer(name, self._index.leading_to(name)):
            _add(shapes, self._scene, element, place)

    def __contains__(self, name: object) -> bool:
        return name in self._index.elements  # without reading the layer

    def __iter__(self) -> Iterator[str]:
        return iter(self._index.elements)

    def __len__(self) -> int:
        return len(self._index.elements)

    @cached_property
    def _index(self) -> LayerIndex:
        return LayerIndex(self.document)

    @cached_property
    def _scene(self) -> Scene:
        return Scene(self.document, self.tolerance)


def _add(shapes: Shapes, scene: Scene, element: Element, place: Place) -> None:
    tag = scene.document.tag(element)
    if tag == "text":
        shapes.labels += labels_of(scene.document, element, place)
    elif tag not in SHAPES:
        shapes.unread.add(scene.document.where(element))
    else:
        _add_shape(shapes, scene, element, place)


def _add_shape(shapes: Shapes, scene: Scene, element: Element, place: Place) -> None:
    outline = scene.outline(element, place)
    even_odd = place.inherited.words["fill-rule"] == "evenodd"
    area = filled(outline.rings, even_odd=even_odd)
    lines = [LineString(points) for points in outline.lines]
    if place.clip is not None:
        area = area_of(area.intersection(place.clip))
        # What runs along the edge of the clip path is half seen.
        reach = _ROUND_OFF * scene.tolerance
        near = place.clip.buffer(reach, join_style="mitre") if lines else place.clip
        cut = [get_parts(line.intersection(near)) for line in lines]
        lines = [part for parts in cut for part in parts if part.length > 0]
    if not area.is_empty:
        shapes.areas.append(area)
    shapes.lines += lines
