"""Where a layer touches the film in the mesh of a stack."""

from __future__ import annotations

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.meshing.quality import simplex_measures
from hebbfilm.solvers.layers.faces import Faces, Interfaces
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.layers.stack import Stack

_AT = 1e-6
"""Of the height of the stack, by which a vertex may be off the face of the film."""


class StackInterfaces(Interfaces):
    """Where layers touch a film of tetrahedra: at faces of their own cells, on the ranks of these.

    Args:
        stack: the mesh of all.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack.operators)
        self._stack = stack

    def faces(self, number: int, layer: FilmLayer) -> Faces:
        """Those of the layer of that number, a row for each of its cells.

        Raises:
            InputError: a layer that does not touch the film.
        """
        if layer.distance:
            raise InputError(
                f"layers.{layer.name}: in 3D only a layer that touches the film exerts a "
                "spin-orbit torque on it: its efficiencies must be 0"
            )
        mesh, cells = self._stack.operators.film_mesh, self._stack.cells_of_layers[number]
        corners = mesh.cells[cells]
        face = 0.0 if layer.layer.side == "below" else mesh.thickness
        on = np.abs(mesh.coordinates[corners][:, :, 2] - face) < _AT * mesh.height
        # Corners on the face first, in the order in which the cell has them.
        places = np.argsort(~on, axis=1, kind="stable")[:, :3]
        corners = np.take_along_axis(corners, places, axis=1)
        areas = np.where(on.sum(axis=1) == 3, simplex_measures(mesh.coordinates, corners), 0.0)
        return Faces(corners, np.repeat(areas[:, None] / 3, 3, axis=1), cells[:, None], places)

    def at_film(self, sums: la.Vector) -> FloatArray:
        """See `Interfaces.at_film`."""
        super().at_film(sums)
        sums.scatter_forward()
        return self._stack.of_film(sums.array.reshape(-1, 3))
