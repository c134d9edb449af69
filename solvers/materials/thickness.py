"""The thickness of a 2D film, where it differs from place to place."""

from __future__ import annotations

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.materials.parameter import Parameter
from hebbfilm.solvers.materials.parameter_on_film import on_film


def cell_thickness(film_mesh: FilmMesh, thickness: Parameter | None) -> FloatArray | None:
    """The thickness of each cell in m, (n_cells,); None for that of the mesh; collective.

    Args:
        film_mesh: of the film.
        thickness: in m; within a cell its mean counts.

    Raises:
        InputError: one that does not fit the film, or is not positive; or tetrahedra, which have a
            thickness of their own.
    """
    if thickness is None:
        return None
    if film_mesh.dimension == 3:
        raise InputError(
            "thickness: a film of tetrahedra is as thick as its mesh: leave thickness out, or make "
            "a film of triangles (dimension = 2)"
        )
    found = on_film(film_mesh, "thickness", thickness)
    if not found.least > 0:
        raise InputError(f"thickness: {found.least:g} m somewhere: must be positive")
    if found.value is not None and found.value == film_mesh.thickness:
        return None
    return found.in_cells
