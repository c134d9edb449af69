"""What a command says."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from mpi4py import MPI

if TYPE_CHECKING:
    from hebbfilm.meshing import FilmMesh


def print_on_root(comm: MPI.Intracomm, text: str | None) -> None:
    """Print a text on rank 0, if there is any."""
    if comm.rank == 0 and text:
        # PETSc's handler would call a reader that has seen enough, like `head`, a crash.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        print(text)


def areas_of_regions(film_mesh: FilmMesh) -> list[str]:
    """A line for each region of a film."""
    return [
        f"area of region {name}: {film_mesh.region_size(name):.4g} m²" for name in film_mesh.regions
    ]
