"""What the film and its layers have together, for each volume of the film."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm


def per_film_volume(
    operators: VertexOperators, material: FilmMaterial, layers: Sequence[FilmLayer], name: str
) -> FloatArray:
    """Σ p d/t over film and layers of a parameter that all have: times t, that of the sheet.

    Args:
        operators: of the film.
        material: of the film.
        layers: on it.
        name: of the parameter, such as "conductivity".

    Returns:
        One number, (), or (n_cells,) where anything differs from place to place.
    """
    given = [material[name], *(layer[name] for layer in layers)]
    even = operators.even_thickness is not None or not layers
    alike = even and all(each.value is not None for each in given)
    total, *others = (number_or_cells(each, alike) for each in given)
    for layer, values in zip(layers, others, strict=True):
        total = total + thickness_ratio(operators, layer, alike) * values
    return total


def thickness_ratio(operators: VertexOperators, layer: FilmLayer, alike: bool) -> FloatArray:
    """d/t of a layer and the film, one number, (), if cells are alike, else (n_cells,)."""
    thickness = operators.even_thickness if alike else operators.thickness
    return np.asarray(layer.thickness / np.asarray(thickness), dtype=np.float64)


def number_or_cells(parameter: ParameterOnFilm, alike: bool) -> FloatArray:
    """The value of a parameter, (), if cells are alike, else that in each, (n_cells,)."""
    return np.asarray(parameter.value if alike else parameter.in_cells, dtype=np.float64)
