"""Bodies and faces of a STEP file, tagged and meshed by Gmsh; OpenCASCADE may crash on it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from hebbfilm.common.errors import InputError, LayoutError
from hebbfilm.meshing.bounds import MOST_VERTICES
from hebbfilm.meshing.files.step_film import AtPoint, InBox, Place, StepFilm
from hebbfilm.meshing.files.user_mesh import film_of
from hebbfilm.meshing.gmsh_session import gmsh_model
from hebbfilm.meshing.layout import GRADATION
from hebbfilm.meshing.mesher.size_field import constant, growing, use_smallest
from hebbfilm.meshing.tagged_mesh import FILM_TAG, TaggedMesh, contact_tag

SAME_PLACE = 1e-6  # mm; OpenCASCADE takes points 1e-7 mm apart for one
_BODY = re.compile(rb"=\s*(?:MANIFOLD_SOLID_BREP|FACETED_BREP|BREP_WITH_VOIDS)\s*\(")
SAMPLES = 100  # of each edge of a contact, from which distances are taken


def expected_vertices(film: StepFilm) -> float:
    """About how many vertices the mesh of a film will have.

    Raises:
        LayoutError: no STEP file of bodies, or one of too many vertices.
    """
    with _opened(film) as model:
        bodies = model.getEntities(3)
        size = film.mesh_size / film.unit
        volume = sum(model.occ.getMass(*body) for body in bodies)
        area = sum(model.occ.getMass(*face) for face in model.getBoundary(bodies, oriented=False))
        vertices: float = volume / size**3 + area / size**2
        if not vertices < MOST_VERTICES:
            raise LayoutError(
                f"mesh_size {film.mesh_size:g} m would give about {vertices:.1e} vertices; at most "
                f"{MOST_VERTICES:.0e} are allowed (unit = {film.unit:g} m per millimetre)"
            )
        return vertices


def tetrahedra(film: StepFilm) -> TaggedMesh:
    """The tagged mesh of a film.

    Raises:
        LayoutError, MeshError: a file, or contacts, that make no film.
    """
    with _opened(film) as model:
        try:
            contacts = _tag(model, film)
            _set_sizes(model, film, contacts)
            model.mesh.generate(3)
        except InputError:
            raise
        except Exception as error:  # Gmsh raises no narrower class
            raise LayoutError(f"Gmsh cannot mesh it: {error}") from error
        return film_of(model, film.unit)


@contextmanager
def _opened(film: StepFilm) -> Iterator[Any]:
    """The file's bodies as a Gmsh model."""
    try:
        content = film.path.read_bytes()
    except OSError as error:
        raise LayoutError(f"cannot be read: {error.strerror}") from error
    if not content.startswith(b"ISO-10303-21"):
        raise LayoutError("not a STEP file; one begins with ISO-10303-21")
    with gmsh_model() as model:
        try:
            model.occ.importShapes(str(film.path), highestDimOnly=False)
            model.occ.synchronize()
            _check_solid(model, written=len(_BODY.findall(content)))
        except LayoutError:
            raise
        except Exception as error:  # Gmsh raises no narrower class
            raise LayoutError(f"OpenCASCADE cannot read it: {error}") from error
        yield model


def _check_solid(model: Any, written: int) -> None:
    """OpenCASCADE leaves out damaged bodies; loose faces would be left out as no film."""
    bodies = model.getEntities(3)
    if len(bodies) < written:
        raise LayoutError(
            f"OpenCASCADE reads {len(bodies)} of its {written} bodies; mend the others"
        )
    if not bodies:
        raise LayoutError("it holds no solid bodies; shells, faces and wires are no film")
    sides = {face for _, face in model.getBoundary(bodies, combined=False, oriented=False)}
    loose = len(model.getEntities(2)) - len(sides)
    if loose:
        raise LayoutError(f"{loose} of its faces bound no solid body; make bodies of all shells")
    for body in bodies:
        if not model.occ.getMass(*body) > 0:
            raise LayoutError(f"its body {_name(model, body[1])!r} has no volume")


def _tag(model: Any, film: StepFilm) -> list[list[int]]:
    """Give film and contacts physical groups; the faces of each contact."""
    bodies = _bodies(model)
    names = [_known(bodies, "film", name) for name in film.film]
    leads = {
        contact: _known(bodies, f"contacts.{contact}", place)
        for contact, place in film.contacts.items()
        if isinstance(place, str)
    }
    wanted = names or [name for name in bodies if name not in leads.values()]
    volumes = [tag for name in dict.fromkeys(wanted) for tag in bodies[name]]
    if not volumes:
        raise LayoutError("layout.film: the file holds no body that is not a contact")
    others = [tag for name in dict.fromkeys(leads.values()) for tag in bodies[name]]
    both = sorted({*wanted} & {*leads.values()})
    if both:
        raise LayoutError(f"layout.film: body {both[0]!r} is a contact, too")
    volumes, pieces = _fragment(model, volumes, others)
    rim = [f for _, f in model.getBoundary([(3, v) for v in volumes], oriented=False)]
    contacts = []
    for k, (name, place) in enumerate(film.contacts.items()):
        lead = bodies[leads[name]] if name in leads else []
        touching = {piece for body in lead for piece in pieces.get(body, [])}
        faces = _faces(model, place, rim, touching, film.unit)
        if not faces:
            raise LayoutError(
                f"contact {name!r} ({_shown(place)}) is no face of the film's surface"
            )
        model.addPhysicalGroup(2, faces, contact_tag(k), name)
        contacts.append(faces)
    model.addPhysicalGroup(3, volumes, FILM_TAG, "film")
    return contacts


def _known(bodies: Mapping[str, list[int]], key: str, name: str) -> str:
    """The body that is meant; its case matters only where names differ in nothing else."""
    alike = [body for body in bodies if body.casefold() == name.casefold()]
    if name in bodies or len(alike) == 1:
        return name if name in bodies else alike[0]
    raise LayoutError(
        f"layout.{key}: no body {name!r} (bodies: {', '.join(sorted(bodies)) or 'none'})"
    )


def _bodies(model: Any) -> dict[str, list[int]]:
    """Volumes by the last part of their name; those without one by their number."""
    found: dict[str, list[int]] = {}
    for _, tag in model.getEntities(3):
        found.setdefault(_name(model, tag), []).append(tag)
    return found


def _name(model: Any, body: int) -> str:
    return model.getEntityName(3, body).rpartition("/")[2] or str(body)


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
        # Bounds of OpenCASCADE are 1e-7 mm wider than the faces.
        inside = model.getEntitiesInBoundingBox(*low - SAME_PLACE, *high + SAME_PLACE, dim=2)
        return sorted({face for _, face in inside} & set(rim))
    probe = model.occ.addPoint(*(x / unit for x in place.point))
    away = sorted((model.occ.getDistance(0, probe, 2, face)[0], face) for face in rim)
    model.occ.remove([(0, probe)])
    if len(away) > 1 and away[1][0] - away[0][0] < SAME_PLACE:
        raise LayoutError(
            f"{_shown(place)} is as near to one face of the film as to another; "
            "take one in the middle of the face"
        )
    return [face for _, face in away[:1]]


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
