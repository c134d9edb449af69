"""The layers of one film: each of their parameters in every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.layers.layer import Layer, problem_of, require_layers_apart
from hebbfilm.solvers.layers.slabs import require_slabs
from hebbfilm.solvers.materials.agreement import require_one_kind
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm, on_film

_WORDS = ("name", "side", "thickness")


class FilmLayer:
    """The parameters of a layer on one film; made collectively.

    Args:
        film_mesh: of the film, in 3D with all its layers.
        layer: what it is made of.
        distance: of its nearer face from the film in m, the thickness of layers between.

    Raises:
        InputError: a parameter that does not fit the film, or is out of its range anywhere.

    Attributes:
        layer: as it was given.
        distance: as it was given.
    """

    def __init__(self, film_mesh: FilmMesh, layer: Layer, distance: float) -> None:
        self.layer, self.distance = layer, distance
        at = f"layers.{layer.name}"
        self._found: Mapping[str, ParameterOnFilm] = {
            field.name: on_film(film_mesh, f"{at}.{field.name}", getattr(layer, field.name))
            for field in fields(layer)
            if field.name not in _WORDS
        }
        for name, found in self._found.items():
            for value in (found.least, found.largest):
                if problem := problem_of(name, value):
                    raise InputError(f"{at}.{name}: {value:g} somewhere: must be {problem}")

    def __getitem__(self, name: str) -> ParameterOnFilm:
        return self._found[name]

    @property
    def name(self) -> str:
        """Of the layer."""
        return self.layer.name

    @property
    def thickness(self) -> float:
        """Of the layer, in m."""
        return self.layer.thickness


def layers_on_film(film_mesh: FilmMesh, layers: Sequence[Layer]) -> tuple[FilmLayer, ...]:
    """The layers of a film, in their order; collective.

    Args:
        film_mesh: of the film; in 3D with the slabs that are these layers.
        layers: what they are made of.

    Raises:
        InputError: what is no layer, two of one name, others on other ranks, others than those of
            a mesh in 3D, or a parameter that does not fit the film.
    """
    for each in [layers] if isinstance(layers, Layer) else layers:
        if not isinstance(each, Layer) or isinstance(layers, Layer):
            raise InputError(f"layers = {shown(layers)}: must be a list, like layers=[Layer(…)]")
    require_layers_apart(layers)
    words = [f"{layer.name} {layer.side} {layer.thickness!r}" for layer in layers]
    require_one_kind(film_mesh.comm, "layers", "; ".join(words))
    require_slabs(film_mesh, layers)
    found, below_or_above = [], {"below": 0.0, "above": 0.0}
    for layer in layers:
        found.append(FilmLayer(film_mesh, layer, below_or_above[layer.side]))
        below_or_above[layer.side] += layer.thickness
    return tuple(found)
