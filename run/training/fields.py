"""The fields of a film, from all ranks, for a snapshot."""

from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.snapshot_file import Rows, write_shared_fields
from hebbfilm.run.folder.snapshots import Fields
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
    numbering = film.film_mesh.numbering
    names = film.contacts, film.film_mesh.regions
    about = snapshot_numbers(film.time, film.operators.mean_thickness, *names)
    rows = Rows(numbering.vertex_blocks, numbering.cell_blocks)
    write_shared_fields(film.comm, path, own_fields(film, conduction), rows, about)


def own_fields(film: Film, conduction: Conduction | None = None) -> Fields:
    """What this rank has of a snapshot: its vertices and cells, which name those of the film.

    On one rank that is all of it. Collective; arguments as of `write_snapshot`.
    """
    mesh, owned = film.film_mesh, film.operators.owned
    current = None if conduction is None else conduction.current_density
    return Fields(
        points=mesh.coordinates[:owned],
        cells=mesh.numbering.canonical[mesh.cells],
        magnetisation=film.m[:owned],
        potential=_potential(film, conduction),
        contact=film.conductor.contact_numbers(film.nodes).astype(np.int64),
        current_density=_in_space(film, current),
        region=mesh.cell_regions if mesh.regions else None,
        **_of_stack(film, conduction),
    )


def film_fields(film: Film) -> Fields:
    """What a snapshot of a film on one rank holds, without a current."""
    rows = film.film_mesh.numbering
    return own_fields(film).mapped(rows.vertex_blocks.to_block, rows.cell_blocks.to_block)


def _of_stack(film: Film, conduction: Conduction | None) -> dict[str, Any]:
    """Temperature, Oersted field and currents of layers, of a film that has them."""
    owned = film.operators.owned
    found: dict[str, Any] = {}
    if film.heat is not None:
        found["temperature"] = film.heat.temperature[:owned]
    for name, bound in film.dynamics.fields.named:
        if name == OERSTED:
            field = np.zeros((owned, 3))
            bound.add_field(film.time, film.dynamics.m, field)
            found["oersted_field"] = field
    # Layers that are meshed have cells of their own, which are not in the mesh of the film.
    currents = {
        layer.name: _in_space(film, _of_layer(film, conduction, k))
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
