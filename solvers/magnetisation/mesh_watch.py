"""Whether the mesh of a film holds its texture: by angles, during a run."""

import logging
from functools import cached_property

import numpy as np

from hebbfilm.common.reductions import largest
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.kernels.compiled import integers, loops, reals
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.resolution import RESOLVED, Resolution, resolution_of

_LOG = logging.getLogger("hebbfilm")


class MeshWatch:
    """Tells whether the mesh of a film holds its texture.

    Args:
        dynamics: of the film.
        film_mesh: its mesh.
        demagnetisation: as of `Film`.
    """

    def __init__(self, dynamics: Dynamics, film_mesh: FilmMesh, demagnetisation: str) -> None:
        self._dynamics = dynamics
        self._film_mesh = film_mesh
        self._demagnetisation = demagnetisation
        self._warned = False

    @cached_property
    def resolution(self) -> Resolution:
        """Edges of the mesh beside the lengths of its material; collective at first."""
        edge = self._film_mesh.quality().typical_edge
        return resolution_of(self._dynamics.material, self._demagnetisation, edge)

    def warn_once(self) -> None:
        """Warn on rank 0, the first time, of a mesh that is too coarse; collective at first."""
        coarse = not self._warned and self.resolution.turn > RESOLVED
        if coarse and self._dynamics.operators.comm.rank == 0:
            _LOG.warning("warning: the mesh does not resolve the texture: %s", self.resolution)
        self._warned = True

    def largest_angle(self) -> float:
        """Largest angle in rad between m of two vertices that share an edge; collective."""
        operators = self._dynamics.operators
        local = loops.largest_chord(
            operators.owned,
            integers(operators.indptr),
            integers(operators.indices),
            reals(self._dynamics.m),
        )
        chord = largest(operators.comm, local) ** 0.5
        return 2 * float(np.arcsin(min(chord / 2, 1.0)))
