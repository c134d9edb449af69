"""What a quantity of a material may be: one number, or what differs from place to place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, Union

import numpy.typing as npt

from hebbfilm.common.arrays import FloatArray

if TYPE_CHECKING:
    from dolfinx import fem

    from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm

Parameter: TypeAlias = Union[
    float,
    tuple[float, ...],
    FloatArray,
    Callable[[FloatArray], npt.ArrayLike],
    "fem.Function",
    Mapping[str, "Parameter"],
    "ParameterOnFilm",
]
"""Of a film: a number (or vector) for all of it; an array of one row for each vertex, or each cell,
that this rank owns; a function of places (n, 3) in m that returns n of them; a DOLFINx function on
the mesh of the film; or any of these for each region by its name, with `REST` for what lies in
none of those that are named."""

REST = "film"
"""The name of what lies in no region; none can be called so."""


def is_uniform(parameter: Parameter) -> bool:
    """Whether it is one number, or one vector, for the whole film."""
    return isinstance(parameter, int | float) or (
        isinstance(parameter, list | tuple) and all(isinstance(x, int | float) for x in parameter)
    )
