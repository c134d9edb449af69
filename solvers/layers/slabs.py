"""Whether the layers of a film in three dimensions are those of its mesh."""

from __future__ import annotations

from collections.abc import Sequence

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import FilmMesh, Slab
from hebbfilm.solvers.layers.layer import Layer


def require_slabs(film_mesh: FilmMesh, layers: Sequence[Layer]) -> None:
    """Raise InputError unless a mesh of tetrahedra holds just these layers, in their order.

    Args:
        film_mesh: of the film, in any dimension.
        layers: of the film.
    """
    if film_mesh.dimension == 2:
        return
    wanted = [_words(layer) for layer in layers]
    meshed = [_words(slab) for slab in film_mesh.slabs]
    if wanted == meshed:
        return
    if not meshed:
        raise InputError(
            f"layers: in 3D they are part of the mesh, and this mesh is of a film alone: "
            f"mesh_film(…, slabs=[{_calls(layers)}])"
        )
    if not wanted:
        raise InputError(
            f"layers: the mesh holds {', '.join(meshed)}: say what they are made of, each a Layer "
            "of that name"
        )
    raise InputError(
        f"layers: {', '.join(wanted)}: must be those of the mesh in their order, "
        f"{', '.join(meshed)}"
    )


def _words(sheet: Layer | Slab) -> str:
    return f"{sheet.name} ({sheet.thickness!r} m {sheet.side})"


def _calls(layers: Sequence[Layer]) -> str:
    sides = {"below": "", "above": ", 'above'"}
    return ", ".join(
        f"Slab({layer.name!r}, {layer.thickness!r}{sides[layer.side]})" for layer in layers
    )
