"""Of what a film in three dimensions and its layers are made, in every cell of their mesh."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.meshing import FilmMesh, FilmPart
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm, from_corners, on_film

_OF_BOTH = (
    "conductivity",
    "temperature_coefficient",
    "volumetric_heat_capacity",
    "thermal_conductivity",
)
_OF_FILM = ("amr_ratio", "anomalous_hall_ratio")
_OF_SUBSTRATE = "heat_transfer_coefficient"


class StackMaterial(FilmMaterial):
    """What conducts current and heat, cell by cell; made collectively.

    Film and layers each have their own values, and layers no magnetoresistance. What is between the
    stack and its substrate is that of the material, wherever the stack lies on it.

    Args:
        mesh: of the whole stack.
        part: the film in it.
        material: of the film.
        layers: on the whole mesh, in the order of its slabs.

    Raises:
        InputError: a heat transfer coefficient that does not fit the whole mesh.
    """

    def __init__(
        self,
        mesh: FilmMesh,
        part: FilmPart,
        material: FilmMaterial,
        layers: Sequence[FilmLayer],
    ) -> None:
        self.material = material.material
        self._mesh, self._layers = mesh, layers
        self._rows, self._order = part.cells[:, None], _order(mesh, part)
        found = {
            name: self._merged(material[name], [layer[name] for layer in layers])
            for name in _OF_BOTH
        }
        none = [on_film(mesh, name, 0.0) for name in _OF_FILM[:1]] * len(layers)
        found |= {name: self._merged(material[name], none) for name in _OF_FILM}
        if _OF_SUBSTRATE in material:
            found[_OF_SUBSTRATE] = self._of_substrate(material[_OF_SUBSTRATE])
        self._found = found

    def _merged(
        self, of_film: ParameterOnFilm, of_layers: Sequence[ParameterOnFilm]
    ) -> ParameterOnFilm:
        corners = np.empty(self._mesh.cells.shape)
        corners[self._rows, self._order] = of_film.corners
        for number, layer in enumerate(of_layers, 1):
            inside = self._mesh.cell_slabs == number
            corners[inside] = layer.corners[inside]
        return from_corners(self._mesh, of_film.name, corners)

    def _of_substrate(self, transfer: ParameterOnFilm) -> ParameterOnFilm:
        """The same at what lies on the substrate, which the film itself may not touch."""
        given = getattr(self.material, _OF_SUBSTRATE)
        if transfer.value is not None:
            given = transfer.value
        try:
            return on_film(self._mesh, transfer.name, given)
        except InputError as error:
            raise InputError(
                f"{error}; with layers in 3D it is that of the whole stack: give a number, values "
                "by region, or a function of position"
            ) from error


def _order(mesh: FilmMesh, part: FilmPart) -> IntArray:
    """Of each corner of a cell of the film its place among those of the cell of the stack."""
    mine, theirs = part.vertices[part.film.cells], mesh.cells[part.cells]
    ranks = np.argsort(np.argsort(mine, axis=1), axis=1)
    order: IntArray = np.take_along_axis(np.argsort(theirs, axis=1), ranks, axis=1)
    return order
