"""State files: everything that a film needs to go on, on any number of ranks."""

import json
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_every_rank, on_root
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.common.messages import reason
from hebbfilm.common.shared_files import crc_of_blocks, read_rows
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.film import Film
from hebbfilm.solvers.film_state import FilmState
from hebbfilm.solvers.following import require_at_rest
from hebbfilm.solvers.state.checksummed_archive import write_checksummed
from hebbfilm.solvers.state.content import FORMAT, damaged, read_outline, require_format
from hebbfilm.solvers.state.layout import Table
from hebbfilm.solvers.state.part import OF_CONDUCTOR, Part

_SAME_PLACE = 1e-3
"""Two vertices are the same if they differ by less than this part of the shortest edge."""


def save_state(film: Film, path: Path | str, notes: dict[str, Any] | None = None) -> None:
    """Write m, time, drives of contacts, position in the drive and what else decides the future.

    Collective. The file replaces an older one only when it is complete.

    Args:
        film: the film.
        path: of the file, usually ending in .npz.
        notes: anything that JSON can hold, given back by `load_state`.

    Raises:
        InputError: the file cannot be written.
    """
    path = Path(path)
    entries = {**FilmState.of(film).entries, "vertices": _vertices(film)}
    arrays = {
        name: (_mesh(film, name).numbering.vertex_blocks, value)
        for name, value in entries.items()
        if isinstance(value, np.ndarray)
    }
    header = {
        "format": FORMAT,
        **{name: value for name, value in entries.items() if name not in arrays},
        "contacts": film.contacts,
        "conducting_vertices": film.conductor.mesh.numbering.size,
        "remembering": _remembering(film),
        "notes": notes or {},
    }
    text = film.comm.bcast(on_root(film.comm, lambda: _as_json(header)))
    write_checksummed(film.comm, path, text, arrays)


def load_state(film: Film, path: Path | str) -> dict[str, Any]:
    """Bring a film to the state in a file, and return the notes saved with it; collective.

    If it was saved within a drive, give `Film.evolve` that drive and `start=film.position`. The
    file holds what changes in time; material, terms, torques and temperature are the film's own.

    Args:
        film: a film with the same mesh; its number of ranks may differ.
        path: of the file.

    Raises:
        InputError: the file is missing, not a state file, altered since it was written, of
            another version or mesh, of a film in which others of the terms and torques remember, or
            so warm that this film has no solution there. The film stays as it was.
    """
    require_at_rest(film)
    path = Path(path)
    shortest_edge = film.film_mesh.quality().shortest_edge

    def outline() -> tuple[dict[str, Any], dict[str, Table]]:
        header, tables = read_outline(path)
        _check(path, header, tables["vertices"].shape[0], film)
        _require_conductor(path, header, film.conductor.mesh.numbering.size)
        _require_remembering(path, header, _remembering(film))
        return header, tables

    header, tables = film.comm.bcast(on_root(film.comm, outline))
    own = {name: _own_rows(film, path, table) for name, table in tables.items()}
    off = np.abs(own.pop("vertices") - _vertices(film)).max(initial=0.0)
    if film.comm.allreduce(off, op=MPI.MAX) > _SAME_PLACE * shortest_edge:
        raise InputError(f"{path} is of another mesh: its vertices lie elsewhere")
    _restore(film, path, FilmState({**header, **own}))
    notes: dict[str, Any] = header["notes"]
    return notes


def _restore(film: Film, path: Path, state: FilmState) -> None:
    before = FilmState.of(film)
    try:
        state.restore(film)
    except SolverError as error:
        before.restore(film)
        raise InputError(f"{path}: {error}") from None


def _mesh(film: Film, name: str) -> FilmMesh:
    """The mesh for whose vertices an array of that name has rows."""
    return film.conductor.mesh if name in OF_CONDUCTOR else film.film_mesh


def _own_rows(film: Film, path: Path, table: Table) -> FloatArray:
    """The rows of an array in a file that this rank owns; collective."""
    blocks = _mesh(film, table.name).numbering.vertex_blocks
    start = table.rows + blocks.first * table.row
    shape = blocks.last - blocks.first, *table.shape[1:]

    def read() -> FloatArray:
        try:
            return read_rows(path, start, table.kind, shape)
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {path}: {reason(error)}") from None

    block = on_every_rank(film.comm, read)
    if table.with_sum(crc_of_blocks(film.comm, block)).crc != table.crc:
        raise damaged(path)
    return blocks.from_block(block)


def _vertices(film: Film) -> FloatArray:
    return film.film_mesh.coordinates[: film.operators.owned]


def _remembering(film: Film) -> list[str]:
    """Names of the terms and torques that have a state."""
    own = (*film.terms, *film.torques)
    return sorted(each.name for each in own if isinstance(each, Part))


def _require_conductor(path: Path, header: dict[str, Any], expected: int) -> None:
    # Files from before layers could be meshed do not tell.
    found = header.get("conducting_vertices", expected)
    if found != expected:
        raise InputError(
            f"{path} is of another mesh: {found} vertices in all that conducts, this film with its "
            f"layers has {expected}"
        )


def _require_remembering(path: Path, header: dict[str, Any], expected: list[str]) -> None:
    # Files from before the names were kept say nothing of them.
    found = header.get("remembering", expected)
    if found != expected:
        raise InputError(
            f"{path} has the state of {', '.join(found) or 'no terms and torques'}; in this film "
            f"there is one of {', '.join(expected) or 'none'}: must be the same terms and torques"
        )


def _as_json(header: dict[str, Any]) -> str:
    try:
        return json.dumps(header)
    except (TypeError, ValueError) as error:
        raise InputError(f"notes of a state must be what JSON can hold: {error}") from None


def _check(path: Path, header: dict[str, Any], vertices: int, film: Film) -> None:
    require_format(path, header["format"])
    if tuple(header["contacts"]) != film.contacts:
        raise InputError(
            f"{path} is of a film with contacts {', '.join(header['contacts'])}; "
            f"this one has {', '.join(film.contacts)}"
        )
    expected = film.film_mesh.numbering.size
    if vertices != expected:
        raise InputError(
            f"{path} is of another mesh: {vertices} vertices, this film has {expected}"
        )
