"""A film in three dimensions from a STEP file: bodies and faces, meshed by Gmsh."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from mpi4py import MPI

import numpy as np

from meshing.collective import on_root
from meshing.errors import LayoutError, MeshError
from meshing.film_mesh import FilmMesh, distribute
from meshing.gmsh_session import gmsh_model
from meshing.layout import GRADATION
from meshing.layout_checks import check_length, check_names
from meshing.planar_graph import FILM_TAG, contact_tag
from meshing.size_field import constant, growing, use_smallest
from meshing.tagged_mesh import TaggedMesh
from meshing.user_mesh import film_of

SAMPLES = 100  # of each edge of a contact, from which distances are taken

Vector: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class AtPoint:
    """The face of the film nearest to a point, m."""

    point: Vector


@dataclass(frozen=True)
class InBox:
    """All faces of the film that lie inside a box, given by its lowest and highest corner, m."""

    box: tuple[Vector, Vector]


Place: TypeAlias = str | AtPoint | InBox


@dataclass(frozen=True)
class StepFilm:
    """What is read from a STEP file, and how it is meshed.

    Contacts are faces of the film: those that it shares with a body of the given name, the one
    nearest to a point, or those inside a box. (Gmsh reads no names of faces.)

    Args:
        path: of the .step file.
        contacts: name → name of a body, point or box.
        film: names of the bodies of the film; all that are no contact where there are none.
        unit: metres per millimetre of the file: 1e-9 where it stands for a nanometre. OpenCASCADE
            takes points 1e-7 mm apart for one, so that no film can be drawn in its true size.
        mesh_size: m.
        contact_mesh_size: finer mesh size at the contacts, m.
    """

    path: Path
    contacts: Mapping[str, Place]
    film: Sequence[str] = ()
    unit: float = 1e-3
    mesh_size: float = 5e-9
    contact_mesh_size: float | None = None

    def __post_init__(self) -> None:
        check_names(self.contacts)
        check_length("mesh_size", self.mesh_size)
        if self.contact_mesh_size is not None:
            check_length("contact_mesh_size", self.contact_mesh_size)
        if not self.path.name.lower().endswith((".step", ".stp")):
            raise LayoutError(f"layout.path = {str(self.path)!r}: must end in .step or .stp")


def mesh_step(film: StepFilm, comm: MPI.Intracomm) -> FilmMesh:
    """Mesh the film of a STEP file; its thickness is its height along z; collective.

    Raises:
        LayoutError, MeshError: one line on what is wrong, on all ranks.
    """

    def work() -> TaggedMesh:
        try:
            return _tetrahedra(film)
        except (LayoutError, MeshError) as error:
            raise type(error)(f"{film.path}: {error}") from error

    tagged = on_root(comm, work)
    height = None if tagged is None else float(np.ptp(tagged.points[:, 2]))
    return distribute(tagged, comm, comm.bcast(height, root=0))


def _tetrahedra(film: StepFilm) -> TaggedMesh:
    """The tagged mesh of a film, on the calling rank only."""
    try:
        with film.path.open("rb") as file:
            start = file.read(12)
    except OSError as error:
        raise LayoutError(f"cannot be read: {error.strerror}") from error
    if start != b"ISO-10303-21":
        raise LayoutError("not a STEP file; one begins with ISO-10303-21")
    with gmsh_model() as model:
        try:
            model.occ.importShapes(str(film.path))
            model.occ.synchronize()
        except Exception as error:  # Gmsh raises no narrower class
            raise LayoutError(f"OpenCASCADE cannot read it: {error}") from error
        contacts = _tag(model, film)
        _set_sizes(model, film, contacts)
        try:
            model.mesh.generate(3)
        except Exception as error:
            raise LayoutError(f"Gmsh cannot mesh it: {error}") from error
        return film_of(model, film.unit)


def _tag(model: Any, film: StepFilm) -> list[list[int]]:
    """Give film and contacts physical groups; the faces of each contact."""
    bodies = _bodies(model)
    leads = {place for place in film.contacts.values() if isinstance(place, str)}
    for key, name in [("film", n) for n in film.film] + [("contacts", n) for n in sorted(leads)]:
        if name not in bodies:
            raise LayoutError(
                f"layout.{key}: no body {name!r} (bodies: {', '.join(sorted(bodies)) or 'none'})"
            )
    wanted = film.film or [name for name in bodies if name not in leads]
    volumes = [tag for name in wanted for tag in bodies[name]]
    if not volumes:
        raise LayoutError("layout.film: the file holds no body that is not a contact")
    others = [tag for name in leads for tag in bodies[name]]
    volumes, pieces = _fragment(model, volumes, others)
    rim = [f for _, f in model.getBoundary([(3, v) for v in volumes], oriented=False)]
    contacts = []
    for k, (name, place) in enumerate(film.contacts.items()):
        touching = {piece for lead in bodies.get(str(place), []) for piece in pieces.get(lead, [])}
        faces = _faces(model, place, rim, touching, film.unit)
        if not faces:
            raise LayoutError(
                f"contact {name!r} ({_shown(place)}) is no face of the film's surface"
            )
        model.addPhysicalGroup(2, faces, contact_tag(k), name)
        contacts.append(faces)
    model.addPhysicalGroup(3, volumes, FILM_TAG, "film")
    return contacts


def _bodies(model: Any) -> dict[str, list[int]]:
    """Volumes by the last part of their name; those without one by their number."""
    found: dict[str, list[int]] = {}
    for _, tag in model.getEntities(3):
        name = model.getEntityName(3, tag).rpartition("/")[2] or str(tag)
        found.setdefault(name, []).append(tag)
    return found


def _fragment(
    model: Any, volumes: Sequence[int], others: Sequence[int]
) -> tuple[list[int], dict[int, list[int]]]:
    """Let bodies that touch share faces: the film's volumes, and the pieces of each other body."""
    given = [(3, v) for v in (*volumes, *others)]
    if len(given) == 1:
        return list(volumes), {}
    _, parts = model.occ.fragment(given[:1], given[1:])
    model.occ.synchronize()
    pieces = {
        tag: [t for d, t in part if d == 3] for (_, tag), part in zip(given, parts, strict=True)
    }
    film = list(dict.fromkeys(piece for volume in volumes for piece in pieces[volume]))
    return film, {lead: [p for p in pieces[lead] if p not in film] for lead in others}


def _faces(
    model: Any, place: Place, rim: Sequence[int], touching: set[int], unit: float
) -> list[int]:
    if isinstance(place, str):
        bounds = model.getBoundary([(3, v) for v in touching], combined=False, oriented=False)
        return sorted({face for _, face in bounds} & set(rim))
    if isinstance(place, InBox):
        low, high = (np.array(corner) / unit for corner in place.box)
        inside = model.getEntitiesInBoundingBox(*low, *high, dim=2)
        return sorted({face for _, face in inside} & set(rim))
    probe = model.occ.addPoint(*(x / unit for x in place.point))
    away = {face: model.occ.getDistance(0, probe, 2, face)[0] for face in rim}
    model.occ.remove([(0, probe)])
    return [min(away, key=away.__getitem__)]


def _shown(place: Place) -> str:
    if isinstance(place, str):
        return f"body {place!r}"
    return f"point {place.point}" if isinstance(place, AtPoint) else f"box {place.box}"


def _set_sizes(model: Any, film: StepFilm, contacts: Sequence[Sequence[int]]) -> None:
    far = film.mesh_size / film.unit
    fields = [constant(model, far)]
    size = math.inf if film.contact_mesh_size is None else film.contact_mesh_size / film.unit
    faces = [(2, face) for contact in contacts for face in contact]
    if size < far and faces:
        edges = [c for _, c in model.getBoundary(faces, combined=False, oriented=False)]
        fields.append(growing(model, edges, size, far, GRADATION, sampling=SAMPLES))
        fields.append(constant(model, size, [face for _, face in faces]))
    use_smallest(model, fields)
