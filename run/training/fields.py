"""The fields of a film, gathered from all ranks for a snapshot."""

from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.run.folder.snapshots import Fields, write_fields
from hebbfilm.solvers import Film
from hebbfilm.solvers.conduction.conduction import Conduction


def write_snapshot(film: Film, path: Path, conduction: Conduction | None = None) -> None:
    """Write m, the potential, the contacts and the current density; collective.

    The order of the vertices is that of the mesh file, on any number of ranks.

    Args:
        film: the film.
        conduction: the current to write; None for none.
        path: of the .vtu file.

    Raises:
        InputError: the file cannot be written.
    """
    numbering, owned = film.film_mesh.numbering, film.operators.owned
    # None on other ranks, which do not write.
    gathered: dict[str, Any] = {
        "points": numbering.gather(film.film_mesh.coordinates[:owned]),
        "cells": numbering.gather_cells(),
        "magnetisation": numbering.gather(film.m),
        "potential": numbering.gather(_potential(film, conduction)),
        "contact": numbering.gather(film.film_mesh.contact_numbers(film.nodes)),
        "current_density": numbering.gather_cell_values(_current_density(film, conduction)),
    }
    if film.film_mesh.regions:
        gathered["region"] = numbering.gather_cell_values(film.film_mesh.cell_regions)
    on_root(film.comm, lambda: write_fields(path, Fields(**gathered)))


def _potential(film: Film, conduction: Conduction | None) -> FloatArray:
    owned = film.operators.owned
    return np.zeros(owned) if conduction is None else conduction.potential[:owned]


def _current_density(film: Film, conduction: Conduction | None) -> FloatArray:
    current = np.zeros((len(film.operators.cells), 3))
    if conduction is not None:
        current[:, : film.operators.dimension] = conduction.current_density
    return current
