"""What m a film has, and what it begins with."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from hebbfilm.common.arguments import LARGEST_SEED, check_count, check_kind
from hebbfilm.common.arrays import FloatArray, read_only
from hebbfilm.common.collective import on_every_rank
from hebbfilm.solvers.directions import magnetisation_at_vertices, unit_vectors
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.observables.film_texture import FilmTexture
from hebbfilm.solvers.magnetisation.observables.texture_measures import TextureMeasures
from hebbfilm.solvers.textures.texture import Texture
from hebbfilm.solvers.textures.uniform import Random


class TexturedFilm:
    """The magnetisation of a `Film`; its methods are collective."""

    operators: VertexOperators
    dynamics: Dynamics

    @property
    def m(self) -> FloatArray:
        """Unit magnetisation at the vertices of this rank, (owned, 3); read it, do not write."""
        return read_only(self.dynamics.m[: self.operators.owned])

    def set_magnetisation(self, m: FloatArray | Callable[[FloatArray], FloatArray]) -> None:
        """Set m, normalised; collective.

        Args:
            m: (3,) or (owned, 3), or a function of coordinates (owned, 3) in m that returns these.

        Raises:
            InputError: another shape, or a vector that has no direction: zero, or not finite.
        """
        mesh = self.operators.film_mesh
        self.dynamics.m[: self.operators.owned] = magnetisation_at_vertices(mesh, m)
        self.dynamics.synchronise()

    def start_from(self, texture: Texture) -> None:
        """Set m to a texture, the same on any number of ranks; collective.

        Args:
            texture: like `Skyrmion`, `Stripes`, `FromFile`, or a `Texture` of one's own.

        Raises:
            InputError: no texture, a file that cannot be read or does not hold the film, or a place
                at which the texture has no direction.

        Example:
            >>> from mpi4py import MPI
            >>> film = Film(mesh_film(disc(radius=60e-9, mesh_size=1e-8), MPI.COMM_WORLD))
            >>> film.start_from(Skyrmion(radius=20e-9, wall_width=20e-9))
            >>> bool(film.m[:, 2].min() < -0.9 < 0.9 < film.m[:, 2].max())
            True
        """
        check_kind("texture", texture, Texture)
        found = texture.on(self.operators)
        # What comes from an earlier run is of length 1 already, and stays as it is to the last bit.
        whole = np.abs(np.einsum("ij,ij->i", found, found) - 1) <= 8 * np.finfo(float).eps
        unit = on_every_rank(self.operators.comm, lambda: unit_vectors(found, len(found)))
        own = self.dynamics.m[: self.operators.owned]
        own[:] = unit
        self.dynamics.synchronise()
        own[whole] = found[whole]
        self.dynamics.fetch_ghosts()

    def randomise(self, seed: int) -> None:
        """Independent random directions at all vertices, the same on any number of ranks."""
        check_count("seed", seed, 0, LARGEST_SEED)
        self.start_from(Random(seed=seed))

    def texture_measures(self) -> TextureMeasures:
        """Topological charge, skyrmions, length of walls and stripes of the present m; collective.

        Raises:
            InputError: a film in 3D without a flat face.
        """
        return self._texture.measures(self.m)

    @cached_property
    def _texture(self) -> FilmTexture:
        return FilmTexture(self.operators.film_mesh)
