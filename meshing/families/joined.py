"""Which contacts the bare film joins, from the drawing alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import shapely

from hebbfilm.meshing.bounds import EDGE_TOLERANCE
from hebbfilm.meshing.film_copies import Copies
from hebbfilm.meshing.geometry.narrow import LOST_AREA
from hebbfilm.meshing.layout import Layout


def joined_pairs(layout: Layout) -> list[tuple[str, str]]:
    """Pairs of contacts that a piece of bare film touches, in node order.

    With ideal contacts on a film in two dimensions these are the pairs that are coupled: the film
    under a pad is an equipotential, and current between two others ends in it.

    Args:
        layout: the film and its contacts.

    Example:
        >>> joined_pairs(strip())
        [('left', 'right')]
    """
    if layout.copies is not None:
        return _of_copies(layout.copies)
    regions = {c.name: layout.in_mesh_sizes(c.region) for c in layout.contacts}
    pads = [regions[c.name] for c in layout.contacts if c.is_pad]
    covered = shapely.union_all(pads).buffer(EDGE_TOLERANCE, join_style="mitre")
    bare = shapely.get_parts(layout.in_mesh_sizes(layout.outline).difference(covered))
    joined: set[tuple[str, str]] = set()
    for piece in bare[shapely.area(bare) > LOST_AREA]:
        touched = [
            n for n, region in regions.items() if piece.distance(region) < 2 * EDGE_TOLERANCE
        ]
        joined.update(combinations(touched, 2))
    return [pair for pair in combinations(regions, 2) if pair in joined]


def _of_copies(copies: Copies) -> list[tuple[str, str]]:
    own = copies.film.contact_names
    of_one = [[own.index(name) for name in pair] for pair in joined_pairs(copies.film)]
    found = np.sort(copies.numbers[:, of_one].reshape(-1, 2), axis=1)
    apart = found[found[:, 0] != found[:, 1]]
    names = copies.contact_names
    return [(names[first], names[second]) for first, second in np.unique(apart, axis=0)]
