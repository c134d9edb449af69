"""From a mesh, shared by all ranks, to its picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.collective import on_root
from hebbfilm.meshing import FilmMesh, MeshQuality
from hebbfilm.run.folder.snapshots import Fields


def save_mesh_picture(
    film_mesh: FilmMesh, nodes: Mapping[str, tuple[str, ...]], out: Path
) -> MeshQuality:
    """Draw a meshed film and return the quality of its mesh; collective.

    Args:
        film_mesh: the mesh.
        nodes: the contacts of each node.
        out: the picture, a PNG, SVG or PDF file by the end of its name; written at once or not at
            all.

    Raises:
        InputError: the picture cannot be written.
    """
    quality = film_mesh.quality()
    fields = mesh_fields(film_mesh, film_mesh.contact_numbers(nodes))

    def draw() -> None:
        # matplotlib is slow to import, and only rank 0 needs it.
        from matplotlib import rc_context

        from hebbfilm.run.pictures import style
        from hebbfilm.run.pictures.layout import layout_picture
        from hebbfilm.run.pictures.surface import film_surface

        assert fields is not None
        with rc_context(style.STYLE):
            surface = film_surface(fields)
            style.save(layout_picture(surface, list(nodes), quality, film_mesh.regions), out)

    on_root(film_mesh.comm, draw)
    return quality


def mesh_fields(film_mesh: FilmMesh, contact: FloatArray) -> Fields | None:
    """The film at rest on rank 0, None elsewhere; collective."""
    numbering = film_mesh.numbering
    points = numbering.gather(film_mesh.coordinates)
    cells, numbers = numbering.gather_cells(), numbering.gather(contact)
    regions = numbering.gather_cell_values(film_mesh.cell_regions) if film_mesh.regions else None
    if points is None:
        return None
    size, cells = len(points), cast(IntArray, cells)
    return Fields(
        points=points,
        cells=cells,
        magnetisation=np.tile([0.0, 0.0, 1.0], (size, 1)),
        potential=np.zeros(size),
        contact=cast(IntArray, numbers).astype(np.int64),
        current_density=np.zeros((len(cells), 3)),
        region=regions,
    )
