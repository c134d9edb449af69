"""From a case to the picture of its meshed film."""

from pathlib import Path
from typing import cast

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.meshing import FilmMesh, MeshQuality
from hebbfilm.run.folder.snapshots import Fields
from hebbfilm.run.inputs.case import Case


def show(case: Case, out: Path, comm: MPI.Intracomm) -> MeshQuality:
    """Mesh the film of a case and draw it; collective.

    Args:
        case: with a layout or a mesh file.
        out: the picture, a PNG file; written at once or not at all.
        comm: ranks that share the mesh.

    Raises:
        InputError: a layout that cannot be, or a picture that cannot be written.
    """
    if out.suffix.lower() != ".png":
        raise InputError(f"--out {out}: pictures are written as PNG; let the name end in .png")
    film_mesh = case.mesh(comm)
    nodes, quality = case.contacts.nodes(film_mesh.contacts), film_mesh.quality()
    fields = _fields(film_mesh, film_mesh.contact_numbers(nodes))

    def draw() -> None:
        # matplotlib is slow to import, and only rank 0 needs it.
        from matplotlib import rc_context

        from hebbfilm.run.pictures import style
        from hebbfilm.run.pictures.layout import layout_picture
        from hebbfilm.run.pictures.surface import film_surface

        assert fields is not None
        with rc_context(style.STYLE):
            style.save(layout_picture(film_surface(fields), list(nodes), quality), out)

    on_root(comm, draw)
    return quality


def _fields(film_mesh: FilmMesh, contact: FloatArray) -> Fields | None:
    """The film at rest on rank 0, None elsewhere; collective."""
    numbering = film_mesh.numbering
    points = numbering.gather(film_mesh.coordinates)
    cells, numbers = numbering.gather_cells(), numbering.gather(contact)
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
    )
