"""A planar mesh raised into layers of tetrahedra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.slab import Slab
from hebbfilm.meshing.tagged_mesh import FILM_TAG, TaggedMesh, contact_tag


class _Sheets(NamedTuple):
    """Sheets of prisms between copies of the planar mesh.

    Attributes:
        heights: of each copy, m.
        lower, upper: the copies below and above each sheet, (sheets, 1, 1).
        slabs: of each sheet the number of its slab, from 1, or 0 in the film.
        top: the uppermost copy.
    """

    heights: list[float]
    lower: IntArray
    upper: IntArray
    slabs: list[int]
    top: int


def extrude(
    planar: TaggedMesh, layout: Layout, layers: int, slabs: Sequence[Slab] = ()
) -> TaggedMesh:
    """Tetrahedra over a planar mesh: of the film between z = 0 and its thickness, and of slabs.

    Side facets of edge contacts, and facets on top of all under pads, carry their contact's tag.
    Neighbouring prisms are cut alike because each is cut in the order of its vertex numbers. Points
    and cells of the film come first, numbered as without slabs.
    """
    number, sheets = len(planar.points), _sheets(layout.thickness, layers, slabs)
    points = np.tile(planar.points, (len(sheets.heights), 1))
    points[:, 2] = np.repeat(sheets.heights, number)
    cells = _stairs(np.sort(planar.cells, axis=1), number, sheets)
    sides = _stairs(np.sort(planar.facets, axis=1), number, sheets)
    pad_tags = [contact_tag(k) for k, contact in enumerate(layout.contacts) if contact.is_pad]
    under_pad = np.isin(planar.cell_tags, pad_tags)
    tops = planar.cells[under_pad] + number * sheets.top
    steps, regions, count = planar.dimension, planar.cell_regions, len(sheets.slabs)
    return TaggedMesh(
        points,
        cells,
        np.full(len(cells), FILM_TAG, dtype=np.int32),
        np.concatenate([sides, tops]),
        np.concatenate(
            [np.tile(np.repeat(planar.facet_tags, steps), count), planar.cell_tags[under_pad]]
        ),
        planar.contacts,
        planar.regions,
        None if regions is None else np.tile(np.repeat(regions, steps + 1), count),
        tuple(slabs),
        np.repeat(sheets.slabs, len(cells) // count) if slabs else None,
    )


def _sheets(thickness: float, layers: int, slabs: Sequence[Slab]) -> _Sheets:
    heights = [float(height) for height in np.linspace(0, thickness, layers + 1)]
    pairs, numbers = [(k, k + 1) for k in range(layers)], [0] * layers
    ends = {"below": 0, "above": layers}
    for number, slab in enumerate(slabs, 1):
        down, end = slab.side == "below", ends[slab.side]
        start = heights[end]
        stop = start - slab.thickness if down else start + slab.thickness
        for height in np.linspace(start, stop, slab.elements + 1)[1:]:
            heights.append(float(height))
            last = len(heights) - 1
            pairs.append((last, end) if down else (end, last))
            numbers.append(number)
            end = last
        ends[slab.side] = end
    lower, upper = np.array(pairs).T[:, :, None, None]
    return _Sheets(heights, lower, upper, numbers, ends["above"])


def _stairs(simplices: IntArray, number: int, sheets: _Sheets) -> IntArray:
    """Cut the prisms over each simplex (n, k) into k simplices of k+1 vertices.

    Each copy of the planar mesh has `number` points. Step i goes along the first i+1 lower
    vertices, then up, and along the upper ones from i.

    Returns:
        (sheets·n·k, k+1), sheet by sheet.
    """
    count = simplices.shape[1]
    lower, upper = (simplices + number * copies for copies in (sheets.lower, sheets.upper))
    steps = [np.concatenate([lower[..., : i + 1], upper[..., i:]], axis=2) for i in range(count)]
    return np.stack(steps, axis=2).reshape(-1, count + 1)
