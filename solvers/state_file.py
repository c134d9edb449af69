"""State files: everything that a film needs to go on, on any number of ranks."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.common.whole_files import replacing
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.film import Film
from hebbfilm.solvers.film_state import FilmState
from hebbfilm.solvers.following import require_at_rest
from hebbfilm.solvers.state.checksummed_archive import write_checksummed
from hebbfilm.solvers.state.content import FORMAT, read_content, require_format
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
        name: _on_root_only(_mesh(film, name).numbering.gather(value))
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
    on_root(film.comm, lambda: _write(path, _as_json(header), arrays))


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
    expected = _on_root_only(film.film_mesh.numbering.gather(_vertices(film)))
    shortest_edge = film.film_mesh.quality().shortest_edge

    def read() -> tuple[dict[str, Any], dict[str, FloatArray]]:
        header, arrays = read_content(path)
        _check(path, header, arrays.pop("vertices"), expected, film.contacts, shortest_edge)
        _require_conductor(path, header, film.conductor.mesh.numbering.size)
        _require_remembering(path, header, _remembering(film))
        return header, arrays

    header, arrays = on_root(film.comm, read) or ({}, {})
    header, names = film.comm.bcast((header, list(arrays)))
    own = {name: _scattered(film, name, arrays.get(name)) for name in names}
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


def _scattered(film: Film, name: str, table: FloatArray | None) -> FloatArray:
    """The rows of an array on rank 0 that this rank owns; collective."""
    mesh = _mesh(film, name)
    values: FloatArray = mesh.numbering.scatter(table)
    return values[: mesh.space.dofmap.index_map.size_local]


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


def _on_root_only(gathered: FloatArray | None) -> FloatArray:
    """What was gathered: None elsewhere, where nobody looks at it."""
    return cast(FloatArray, gathered)


def _write(path: Path, header: str, arrays: dict[str, FloatArray]) -> None:
    with replacing(path) as whole:
        write_checksummed(whole, {"header": np.array(header), **arrays})


def _check(
    path: Path,
    header: dict[str, Any],
    vertices: FloatArray,
    expected: FloatArray,
    contacts: tuple[str, ...],
    shortest_edge: float,
) -> None:
    require_format(path, header["format"])
    if tuple(header["contacts"]) != contacts:
        raise InputError(
            f"{path} is of a film with contacts {', '.join(header['contacts'])}; "
            f"this one has {', '.join(contacts)}"
        )
    if len(vertices) != len(expected):
        raise InputError(
            f"{path} is of another mesh: {len(vertices)} vertices, this film has {len(expected)}"
        )
    if np.abs(vertices - expected).max() > _SAME_PLACE * shortest_edge:
        raise InputError(f"{path} is of another mesh: its vertices lie elsewhere")
