"""The field of currents in the layers of a film, by convolution."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import integers, loops, reals
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.terms.convolution.convolution import Convolution
from hebbfilm.solvers.terms.convolution.filling import Filling, numbered_by_layers
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.convolution.owners import overlap_of_owned
from hebbfilm.solvers.terms.convolution.rows import Rows
from hebbfilm.solvers.terms.oersted.kernel import OerstedKernel

_EDGES_PER_BOX = {2: 1.0, 3: 1.25}
"""A hat function of a flat film is then two boxes wide, over which steps between boxes even out:
inside of a strip H errs in the mean square by a quarter of what it does with boxes of 1.5 edges."""


class Sheet(NamedTuple):
    """Where current flows: its thickness, and its middle above that of the film, in m."""

    thickness: float
    height: float = 0.0


def sheets_of(thickness: float, layers: Sequence[FilmLayer]) -> list[Sheet]:
    """The film, and the layers below and above it in their order.

    Args:
        thickness: of the film in m.
        layers: of metal.
    """
    found = [Sheet(thickness)]
    for layer in layers:
        height = thickness / 2 + layer.distance + layer.thickness / 2
        found.append(Sheet(layer.thickness, height if layer.layer.side == "above" else -height))
    return found


class SheetFields:
    """H at the vertices of a film of j in the cells of its sheets.

    What a cell carries is shared out over the boxes of a grid, H is found in boxes, and a vertex
    takes its mean, weighted by its hat function.

    Args:
        operators: of the film.
        conducting: of the mesh that conducts, of which that of the film may be a part.
        sheets: in 2D the film and its layers; in 3D all that conducts is one.
        spacing: edge of the boxes in m, None for about one of the mesh.
    """

    def __init__(
        self,
        operators: VertexOperators,
        conducting: VertexOperators,
        sheets: Sequence[Sheet],
        spacing: float | None,
    ) -> None:
        film_mesh = conducting.film_mesh
        below, above = (
            [slab.thickness for slab in film_mesh.slabs if slab.side == side]
            for side in ("below", "above")
        )
        meshed = [*below[::-1], film_mesh.thickness, *above]
        self.grid = grid = Grid.fitted(film_mesh, spacing, _EDGES_PER_BOX, meshed)
        filling = Filling(grid)
        currents = numbered_by_layers(grid, filling.balanced(grid.simplex_shares()))
        if conducting is not operators:
            filling = Filling(replace(grid, film_mesh=operators.film_mesh))
        vertices = operators.film_mesh.space.dofmap.index_map
        moments = overlap_of_owned(operators.comm, vertices, filling.moments)
        moments = numbered_by_layers(grid, moments)
        touched = np.union1d(moments.boxes, currents.boxes)
        thicknesses = [grid.box[2]] if film_mesh.dimension == 3 else [s.thickness for s in sheets]
        self._convolutions = [
            Convolution(
                operators.comm, grid.shape, touched, OerstedKernel(grid, thickness, sheet.height)
            )
            for sheet, thickness in zip(sheets, thicknesses, strict=True)
        ]
        slabs = self._convolutions[0].slabs
        self._places = slabs.find(slabs.used).astype(np.int32)
        self._to_boxes = Rows(currents.rows(slabs.used))
        each = np.asarray(moments.entries.sum(axis=0)).ravel()
        means = (moments.entries / each).T.tocsr()
        means.indices = slabs.find(moments.boxes)[means.indices]
        self._to_vertices = Rows(means)
        self._current = np.zeros((len(film_mesh.cells), 3))

    def evaluate(self, currents: Sequence[FloatArray], out: FloatArray) -> None:
        """Set `out` (owned, 3) to H in A/m; collective.

        Args:
            currents: j in A/m² in each sheet, in the cells that conduct, (n_cells, d).
            out: is overwritten.
        """
        out[:] = 0
        for convolution, current in zip(self._convolutions, currents, strict=True):
            stride = convolution.slabs.places
            self._current[:, : current.shape[1]] = current
            loops.deposit(
                self._to_boxes.pointer,
                integers(self._places),
                reals(self._current),
                stride,
                reals(convolution.moments),
            )
            convolution.apply()
            loops.collect(self._to_vertices.pointer, reals(convolution.field), stride, reals(out))
