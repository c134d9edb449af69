"""Edges of triangles: those of one triangle alone, lines of them, and what goes together."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import IntArray


def open_edges(cells: IntArray) -> IntArray:
    """Edges that belong to one triangle only, (n_edges, 2)."""
    edges = np.sort(cells[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1).astype(np.int64)
    # As one number each, which are sorted ten times as fast as rows, in the same order.
    size = int(edges.max(initial=0)) + 1
    distinct, count = np.unique(edges[:, 0] * size + edges[:, 1], return_counts=True)
    open_ones: IntArray = np.column_stack(np.divmod(distinct[count == 1], size))
    return open_ones


def chains(edges: IntArray) -> list[IntArray]:
    """Join edges end to end into lines of vertices, closed lines ending where they began."""
    neighbours: dict[int, list[int]] = {}
    for a, b in ((int(a), int(b)) for a, b in edges):
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    lines = []
    # Open lines are walked from their ends first; what is left then is closed.
    for start in sorted(neighbours, key=lambda v: len(neighbours[v]) != 1):
        while neighbours[start]:
            line = [start]
            while neighbours[line[-1]]:
                here = line[-1]
                following = neighbours[here].pop()
                neighbours[following].remove(here)
                line.append(following)
            lines.append(np.array(line))
    return lines


def grouped(labels: IntArray, values: IntArray) -> dict[int, IntArray]:
    """Values (n[, k]) by their labels (n,), in the order in which they are given."""
    order = np.argsort(labels, kind="stable")
    found, starts = np.unique(labels[order], return_index=True)
    parts = np.split(values[order], starts[1:])
    return {int(label): part for label, part in zip(found, parts, strict=False)}
