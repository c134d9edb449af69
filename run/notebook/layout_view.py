"""A layout in a notebook: outline, regions and contacts as a drawing."""

from __future__ import annotations

import html as text
from collections.abc import Iterator
from dataclasses import dataclass

from shapely import LineString, Polygon, get_parts
from shapely.geometry.base import BaseGeometry

from hebbfilm.meshing import Layout
from hebbfilm.run.notebook.card import card, table
from hebbfilm.run.pictures import style
from hebbfilm.run.report.words import quantity

_WIDEST = 420.0
"""Of the drawing, in pixels; what is higher than wide is as high."""
_ROOM = 0.06
_FILM, _PAD, _REGION = "#dfe4ea", "#e9b872", "#b9cbe0"
_MOST_NAMES = 40


def html(layout: Layout) -> str:
    """A layout: what it is, and a drawing."""
    low_x, low_y, high_x, high_y = layout.outline.bounds
    size = f"{quantity(high_x - low_x, 'm')} × {quantity(high_y - low_y, 'm')}"
    rows = [
        ("size", size),
        ("thickness", quantity(layout.thickness, "m")),
        ("mesh size", quantity(layout.mesh_size, "m")),
        ("contacts", _names(layout.contact_names)),
    ]
    if layout.regions:
        rows.append(("regions", _names(layout.region_names)))
    return card("Layout", "of a film, from above", table(rows), _drawing(layout))


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return (", ".join(names[:_MOST_NAMES]) or "none") + more


@dataclass(frozen=True)
class _Sheet:
    """From metres to pixels: y points down, and room is left around the film.

    Args:
        left, top: of the sheet in m.
        scale: pixels in a metre.
    """

    left: float
    top: float
    scale: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point in pixels."""
        return (x - self.left) * self.scale, (self.top - y) * self.scale

    def shape(self, geometry: BaseGeometry, colour: str) -> str:
        """An area filled, or a line."""
        lines = [
            "L".join("{:.1f},{:.1f}".format(*self.place(*point[:2])) for point in line)
            for line in _lines(geometry)
        ]
        look = f'fill="none" stroke="{colour}" stroke-width="5"'
        if geometry.area > 0:
            look = f'fill="{colour}" stroke="{style.INK}" stroke-width="0.8" fill-rule="evenodd"'
        return f'<path d="M{"M".join(lines)}" {look}/>'

    def word(self, geometry: BaseGeometry, name: str) -> str:
        """A name amid a shape."""
        x, y = self.place(*geometry.representative_point().coords[0])
        look = f'x="{x:.1f}" y="{y:.1f}" dominant-baseline="middle"'
        return f"<text {look}>{text.escape(name)}</text>"


def _drawing(layout: Layout) -> str:
    low_x, low_y, high_x, high_y = layout.outline.bounds
    span = max(high_x - low_x, high_y - low_y)
    room = _ROOM * span
    drawn = _Sheet(low_x - room, high_y + room, _WIDEST / (span + 2 * room))
    width, height = drawn.place(high_x + room, low_y - room)
    named = [(region.name, region.area, _REGION) for region in layout.regions]
    named += [(contact.name, contact.region, _PAD) for contact in layout.contacts]
    shapes = [drawn.shape(layout.outline, _FILM)]
    shapes += [drawn.shape(geometry, colour) for _, geometry, colour in named]
    words = [drawn.word(geometry, name) for name, geometry, _ in named[:_MOST_NAMES]]
    told = f"The film from above with its contacts {_names(layout.contact_names)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{text.escape(told)}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'style="background: white; max-width: 100%; height: auto">{"".join(shapes)}'
        f'<g font-family="sans-serif" font-size="11" font-weight="600" fill="{style.INK}" '
        f'text-anchor="middle" paint-order="stroke" stroke="white" stroke-width="3">'
        f"{''.join(words)}</g></svg>"
    )


def _lines(geometry: BaseGeometry) -> Iterator[list[tuple[float, ...]]]:
    for part in get_parts(geometry):
        if isinstance(part, Polygon):
            yield list(part.exterior.coords)
            yield from (list(hole.coords) for hole in part.interiors)
        elif isinstance(part, LineString):
            yield list(part.coords)
