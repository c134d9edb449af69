"""What a person asks of a STEP file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.quantities import Length
from hebbfilm.meshing.bounds import (
    FileUnit,
    MeshSize,
    check_length,
    check_names,
    check_unit,
)

Vector: TypeAlias = tuple[Length, Length, Length]


@dataclass(frozen=True)
class AtPoint:
    """The face of the film nearest to a point.

    Args:
        point: x, y and z, m.
    """

    point: Vector


@dataclass(frozen=True)
class InBox:
    """All faces of the film that lie inside a box.

    Args:
        box: its lowest and its highest corner, m.
    """

    box: tuple[Vector, Vector]


Place: TypeAlias = str | AtPoint | InBox


@dataclass(frozen=True)
class StepFilm:
    """A film from a STEP file, and how it is meshed.

    Contacts are faces of the film: those that it shares with a body of the given name, the one
    nearest to a point, or those inside a box. (Gmsh reads no names of faces.)

    Args:
        path: of the .step file.
        contacts: name → name of a body, point or box.
        film: names of the bodies of the film; all that are no contact where there are none.
        unit: metres per millimetre of the file: 1e-9 where it stands for a nanometre. OpenCASCADE
            takes points 1e-7 mm apart for one, so that no film can be drawn in its true size.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.
    """

    path: Path
    contacts: Mapping[str, Place]
    film: Sequence[str] = ()
    unit: FileUnit = 1e-3
    mesh_size: MeshSize = 5e-9
    contact_mesh_size: MeshSize | None = None

    def __post_init__(self) -> None:
        check_names(self.contacts)
        check_unit("layout.unit", self.unit)
        check_length("mesh_size", self.mesh_size)
        if self.contact_mesh_size is not None:
            check_length("contact_mesh_size", self.contact_mesh_size)
        if not self.path.name.lower().endswith((".step", ".stp")):
            raise LayoutError(f"layout.path = {str(self.path)!r}: must end in .step or .stp")
