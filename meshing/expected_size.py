"""How large the mesh of a layout will be, from the drawing alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hebbfilm.meshing.layout import Layout

_AREA = math.sqrt(3) / 2
"""Of a vertex of equilateral triangles, in edges squared."""


def expected_vertices(layout: Layout) -> float:
    """About how many vertices the planar mesh will have.

    The film has one in √3/2 h². Beside a line of length L with the finer size s, that grows by g in
    a length, the band to where it reaches h has L/(√3/2 g) (1/s - 1/h). Bands that overlap count
    twice, so that networks of narrow strips come out too large, but no larger than if all of the
    film were as fine as its finest part.

    Args:
        layout: outline and contacts.
    """
    if layout.copies is not None:
        return len(layout.copies.places) * expected_vertices(layout.copies.film)
    size = layout.mesh_size
    plain = layout.outline.area / (_AREA * size**2)
    finer = _band(layout, layout.outline.length, layout.at_rim)
    for place, own in layout.mesh_sizes:
        finer += _band(layout, place.length, own)
        finer += place.area / _AREA * (own**-2 - size**-2)  # a line has none
    return float(min(plain + finer, layout.outline.area / (_AREA * layout.finest_mesh_size**2)))


def _band(layout: Layout, length: float, finest: float) -> float:
    return length / (_AREA * layout.gradation) * (1 / finest - 1 / layout.mesh_size)
