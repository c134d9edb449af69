"""A film in three dimensions with its layers: the mesh of all, and where the film lies in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.row_blocks import RowBlocks
from hebbfilm.meshing import FilmMesh, FilmPart
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.layers.stack_material import StackMaterial
from hebbfilm.solvers.materials.film_material import FilmMaterial


class Stack:
    """A film and its layers in one mesh of tetrahedra; made collectively.

    Args:
        mesh: of the whole.
        part: the film in it.
        film: operators of the film.
        material: of the film.
        layers: on the whole mesh, in the order of its slabs.

    Raises:
        InputError: a layer with spin-Hall magnetoresistance, or so many ranks that one of them has
            nothing of the film.

    Attributes:
        operators: of the whole mesh.
        material: of every cell.
        cells: of each cell of the film that of the whole, (n_film_cells,).
        cells_of_layers: of each layer its cells of the whole.
    """

    def __init__(
        self,
        mesh: FilmMesh,
        part: FilmPart,
        film: VertexOperators,
        material: FilmMaterial,
        layers: Sequence[FilmLayer],
    ) -> None:
        # The whole is shared out: a thin film on thick layers may lie on some ranks alone.
        if not film.comm.allreduce(min(film.owned, len(film.cells)), MPI.MIN):
            raise InputError(
                f"layers: {film.comm.size} ranks are too many for this film in 3D: one of them has "
                "none of its cells: take fewer, or fewer elements over the layers"
            )
        for layer in layers:
            if not layer["spin_hall_magnetoresistance"].is_zero:
                raise InputError(
                    f"layers.{layer.name}.spin_hall_magnetoresistance: it is not available in 3D, "
                    "where it would be one of the interface: must be 0, or dimension = 2"
                )
        self.film, self.layers = film, tuple(layers)
        self.operators = VertexOperators(mesh)
        self.material = StackMaterial(mesh, part, material, layers)
        self.cells: IntArray = part.cells
        self.cells_of_layers = [
            np.flatnonzero(mesh.cell_slabs == number) for number in range(1, len(layers) + 1)
        ]
        self._vertices = part.vertices
        self._m: FloatArray = self.operators.vector(3).array.reshape(-1, 3)

    def spread(self, m: FloatArray) -> FloatArray:
        """M of the film, (columns, 3), at the vertices of the whole; zero where none is magnetic.

        The same array at each call.
        """
        self._m[self._vertices] = m[: len(self._vertices)]
        return self._m

    def at_film(self, values: FloatArray) -> FloatArray:
        """Values at the vertices of the whole, (columns[, k]), at those of the film; collective."""
        return self.film.halo(self.of_film(values))

    def contact_numbers(self, nodes: Mapping[str, Sequence[str]]) -> FloatArray:
        """Of each vertex that this rank owns of the film the number of its node, from 1, or 0.

        On the top of the film that of a pad above it, too; collective; see `FilmMesh`.

        Args:
            nodes: the contacts of each, by its name.
        """
        mesh, film_mesh = self.operators.film_mesh, self.film.film_mesh
        numbers, canonical = mesh.contact_numbers(nodes), mesh.numbering.canonical
        # Vertices are numbered level by level, those of the film first.
        bottom = mesh.coordinates[: self.operators.owned, 2] == 0
        level = self.operators.comm.allreduce(int(bottom.sum()))
        top = film_mesh.numbering.size - level
        outside = np.flatnonzero((numbers > 0) & (canonical[: len(numbers)] >= top + level))
        above = RowBlocks(mesh.comm, canonical[outside] % level, level)
        of_level = np.zeros(above.last - above.first)
        np.maximum.at(of_level, above.places, above.send(numbers[outside]))
        found = self.of_film(self.operators.halo(numbers))
        own = film_mesh.numbering.canonical[: len(found)] - top
        free = np.flatnonzero((own >= 0) & (found == 0))
        found[free] = RowBlocks(mesh.comm, own[free], level).from_block(of_level)
        return found

    def of_film(self, values: FloatArray) -> FloatArray:
        """The same at those that this rank owns, (owned[, k])."""
        return values[self._vertices[: self.film.owned]]
