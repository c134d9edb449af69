"""A planar mesh raised into layers of tetrahedra."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.tagged_mesh import FILM_TAG, TaggedMesh, contact_tag


def extrude(planar: TaggedMesh, layout: Layout, layers: int) -> TaggedMesh:
    """Tetrahedra between z = 0 and the film's thickness over a planar mesh.

    Side facets of edge contacts and top facets of pads carry their contact's tag. Neighbouring
    prisms are cut alike because each is cut in the order of its vertex numbers.
    """
    number = len(planar.points)
    heights = np.linspace(0, layout.thickness, layers + 1)
    points = np.tile(planar.points, (layers + 1, 1))
    points[:, 2] = np.repeat(heights, number)
    base = number * np.arange(layers)[:, None, None]
    cells = (base + _stairs(np.sort(planar.cells, axis=1), number)[None]).reshape(-1, 4)
    sides = (base + _stairs(np.sort(planar.facets, axis=1), number)[None]).reshape(-1, 3)
    pad_tags = [contact_tag(k) for k, contact in enumerate(layout.contacts) if contact.is_pad]
    under_pad = np.isin(planar.cell_tags, pad_tags)
    tops = planar.cells[under_pad] + number * layers
    steps, regions = planar.dimension, planar.cell_regions
    return TaggedMesh(
        points,
        cells,
        np.full(len(cells), FILM_TAG, dtype=np.int32),
        np.concatenate([sides, tops]),
        np.concatenate(
            [np.tile(np.repeat(planar.facet_tags, steps), layers), planar.cell_tags[under_pad]]
        ),
        planar.contacts,
        planar.regions,
        None if regions is None else np.tile(np.repeat(regions, planar.dimension + 1), layers),
    )


def _stairs(simplices: IntArray, rise: int) -> IntArray:
    """Cut the prism over each simplex (n, k) into k simplices of k+1 vertices: (n·k, k+1).

    Step i goes along the first i+1 lower vertices, then up, and along the upper ones from i.
    """
    count = simplices.shape[1]
    steps = [
        np.concatenate([simplices[:, : i + 1], simplices[:, i:] + rise], axis=1)
        for i in range(count)
    ]
    return np.stack(steps, axis=1).reshape(-1, count + 1)
