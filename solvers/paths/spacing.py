"""Where the images of a path stand on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.paths.directions import across, between
from hebbfilm.solvers.paths.landscape import Landscape


def equal_places(distances: FloatArray, nodes: Sequence[int]) -> FloatArray:
    """Where images would stand in equal distances between nodes, which stay; (n,) in rad.

    Args:
        distances: (n - 1,) in rad, from each image to the next.
        nodes: images that stay, in order; the first and the last among them.

    Example:
        >>> equal_places(np.array([1.0, 3.0, 2.0]), [0, 2, 3]).tolist()
        [0.0, 2.0, 4.0, 6.0]
    """
    arc = np.concatenate([[0.0], np.cumsum(distances)])
    found: FloatArray = np.interp(np.arange(len(arc)), nodes, arc[list(nodes)])
    return found


def at_places(
    images: FloatArray, distances: FloatArray, places: FloatArray, velocities: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The states at other places of a path, and their velocities; not collective.

    Args:
        images: (n, owned, 3) m of this rank.
        distances: (n - 1,) in rad, from each image to the next.
        places: (k,) in rad from the first, in order; within the path.
        velocities: (n, owned, 3) across m.
    """
    arc = np.concatenate([[0.0], np.cumsum(distances)])
    piece = np.clip(np.searchsorted(arc, places, side="right") - 1, 0, len(arc) - 2)
    share = np.clip((places - arc[piece]) / np.maximum(distances[piece], 1e-300), 0, 1)
    found, moved = (np.empty((len(places), *images.shape[1:])) for _ in range(2))
    for k, (left, part) in enumerate(zip(piece, share, strict=True)):
        found[k] = between(images[left], images[left + 1], part)
        mean = (1 - part) * velocities[left] + part * velocities[left + 1]
        moved[k] = across(found[k], mean)
    return found, moved


def initial_images(landscape: Landscape, states: Sequence[FloatArray], number: int) -> FloatArray:
    """A path of so many images in equal distances through states, by the shortest ways; collective.

    Between two states each vertex turns along a great circle.

    Args:
        landscape: of the film.
        states: (owned, 3) m of the first end, of what lies between, and of the last end.
        number: of images, both ends among them.

    Returns:
        (number, owned, 3).
    """
    corners = np.stack(states)
    distances = landscape.distances(corners)
    places: FloatArray = np.linspace(0.0, float(distances.sum()), number, dtype=np.float64)
    found, _ = at_places(corners, distances, places, np.zeros_like(corners))
    found[0], found[-1] = states[0], states[-1]
    return found


def tilted(images: FloatArray, noise: FloatArray, tilt: float) -> FloatArray:
    """Images (n, owned, 3) turned aside, most in the middle of the path and not at its ends.

    Args:
        images: of a path.
        noise: (owned, 3) normally distributed.
        tilt: root mean square of either component in rad, in the middle.
    """
    strength = tilt * np.sin(np.linspace(0.0, np.pi, len(images)))
    strength[[0, -1]] = 0.0
    moved = images + strength[:, None, None] * across(images, np.broadcast_to(noise, images.shape))
    moved /= np.linalg.norm(moved, axis=2, keepdims=True)
    return np.where(strength[:, None, None] > 0, moved, images)
