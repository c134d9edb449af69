"""Draw the names of a film's regions where they have room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.contacts import roomiest
from hebbfilm.run.pictures.edges import open_edges
from hebbfilm.run.pictures.surface import Surface

_COLOUR = "#3d4757"
_ROOM = 0.06
"""In parts of the film, that a region needs for its name."""
_MOST_POINTS = 1000


def draw_region_names(
    axes: Axes, surface: Surface, regions: Sequence[str], size: float = 8.0
) -> None:
    """Write the name of each region that is large enough into it, apart from contacts.

    Args:
        axes: where to draw.
        surface: the film.
        regions: names in their order.
        size: of the type.
    """
    if surface.region is None:
        return
    for number, name in enumerate(regions, 1):
        cells = surface.cells[surface.region == number]
        if (
            not len(cells)
            or np.ptp(surface.points[cells], axis=(0, 1)).max() < _ROOM * surface.span
        ):
            continue
        vertices = np.unique(cells)
        bare = vertices[surface.contact[vertices] == 0]
        inside = bare if bare.size else vertices
        # Of many vertices some will do.
        points = surface.points[inside[:: 1 + inside.size // _MOST_POINTS]]
        around = surface.points[open_edges(cells)].reshape(-1, 2)
        x, y = roomiest(points, around)
        axes.text(
            x,
            y,
            name,
            ha="center",
            va="center",
            fontsize=size,
            style="italic",
            color=_COLOUR,
            path_effects=style.halo(),
            zorder=5,
        )
