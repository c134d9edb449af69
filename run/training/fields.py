"""The fields of a film, gathered from all ranks for a snapshot."""

from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.run.folder.snapshots import Fields, write_fields
from hebbfilm.run.folder.vtu_about import snapshot_numbers
from hebbfilm.solvers import Film
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.magnetisation.field_names import OERSTED


def write_snapshot(film: Film, path: Path, conduction: Conduction | None = None) -> None:
    """Write m, the potential, the contacts, the current density and the stack's; collective.

    The order of the vertices is that of the mesh file, on any number of ranks.

    Args:
        film: the film.
        conduction: the current to write; None for none.
        path: of the .vtu file.

    Raises:
        InputError: the file cannot be written.
    """
    fields = film_fields(film, conduction)
    names = film.contacts, film.film_mesh.regions
    about = snapshot_numbers(film.time, film.operators.mean_thickness, *names)

    def write() -> None:
        assert fields is not None
        write_fields(path, fields, about)

    on_root(film.comm, write)


def film_fields(film: Film, conduction: Conduction | None = None) -> Fields | None:
    """What a snapshot holds, on rank 0, None elsewhere; collective.

    Arguments as of `write_snapshot`.
    """
    numbering, owned = film.film_mesh.numbering, film.operators.owned
    current = None if conduction is None else conduction.current_density
    # None on other ranks.
    gathered: dict[str, Any] = {
        "points": numbering.gather(film.film_mesh.coordinates[:owned]),
        "cells": numbering.gather_cells(),
        "magnetisation": numbering.gather(film.m),
        "potential": numbering.gather(_potential(film, conduction)),
        "contact": numbering.gather(film.conductor.contact_numbers(film.nodes)),
        "current_density": numbering.gather_cell_values(_in_space(film, current)),
    }
    gathered |= _of_stack(film, conduction)
    if film.film_mesh.regions:
        gathered["region"] = numbering.gather_cell_values(film.film_mesh.cell_regions)
    return Fields(**gathered) if film.comm.rank == 0 else None


def _of_stack(film: Film, conduction: Conduction | None) -> dict[str, Any]:
    """Temperature, Oersted field and currents of layers, of a film that has them."""
    numbering, owned = film.film_mesh.numbering, film.operators.owned
    found: dict[str, Any] = {}
    if film.heat is not None:
        found["temperature"] = numbering.gather(film.heat.temperature[:owned])
    for name, bound in film.dynamics.fields.named:
        if name == OERSTED:
            field = np.zeros((owned, 3))
            bound.add_field(film.time, film.dynamics.m, field)
            found["oersted_field"] = numbering.gather(field)
    # Layers that are meshed have cells of their own, which are not in the mesh of the film.
    currents = {
        layer.name: numbering.gather_cell_values(_in_space(film, _of_layer(film, conduction, k)))
        for k, layer in enumerate(film.conductor.shared)
    }
    return found | {"layer_currents": currents}


def _of_layer(film: Film, conduction: Conduction | None, number: int) -> FloatArray | None:
    return None if conduction is None else conduction.layer_current_density(number)


def _potential(film: Film, conduction: Conduction | None) -> FloatArray:
    owned = film.operators.owned
    return np.zeros(owned) if conduction is None else conduction.film_potential()[:owned]


def _in_space(film: Film, plane: FloatArray | None) -> FloatArray:
    """A current density (n_cells, d) as (n_cells, 3); zero without one."""
    current = np.zeros((len(film.operators.cells), 3))
    if plane is not None:
        current[:, : film.operators.dimension] = plane
    return current
