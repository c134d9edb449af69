"""Magnetisation that is alike everywhere, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from hebbfilm.common.arguments import LARGEST_SEED
from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.random_rows import normal_rows
from hebbfilm.solvers.textures.texture import Direction, Texture, places_in_block

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators


@dataclass(frozen=True, kw_only=True)
class Uniform(Texture):
    """One direction everywhere.

    Args:
        direction: of m; its length does not count.

    Example:
        >>> import numpy as np
        >>> Uniform(direction=(0, 0, -2)).at(np.zeros((1, 3)))
        array([[ 0.,  0., -2.]])
    """

    by_place = True
    direction: Direction = (0.0, 0.0, 1.0)
    kind: Literal["uniform"] = "uniform"

    def at(self, points: FloatArray) -> FloatArray:
        """The direction, as often as there are points."""
        return np.tile(np.array(self.direction, dtype=np.float64), (len(points), 1))


@dataclass(frozen=True, kw_only=True)
class Random(Texture):
    """Independent random directions at all vertices, the same on any number of ranks.

    Args:
        seed: of the random numbers.

    Example:
        >>> Random(seed=3).seed
        3
    """

    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 1
    kind: Literal["random"] = "random"

    def at(self, points: FloatArray) -> FloatArray:
        """Directions for points in this very order."""
        return np.random.default_rng(self.seed).standard_normal((len(points), 3))

    def on(self, operators: VertexOperators, inside: BoolArray | None = None) -> FloatArray:
        """See `Texture.on`; each rank draws those of a block of vertices."""
        mesh = operators.film_mesh
        _, wanted = places_in_block(mesh, inside)
        drawn = normal_rows(mesh.comm, self.seed, wanted)
        found: FloatArray = mesh.numbering.vertex_blocks.from_block(drawn)
        return found
