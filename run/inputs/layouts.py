"""From the [layout] of a case to a meshed film."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from hebbfilm.common.errors import InputError, MeshError
from hebbfilm.common.hints import allowed_are, check_keys
from hebbfilm.common.messages import shown
from hebbfilm.common.schema import checked, first_problem
from hebbfilm.meshing import Layout, families
from hebbfilm.meshing.bounds import MOST_MESHED, FileUnit, Thickness, check_length, check_unit
from hebbfilm.meshing.catalogue import corbino, disc, square, strip, wheel
from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.expected_size import expected_vertices
from hebbfilm.meshing.files.groups import Groups
from hebbfilm.meshing.files.step_film import StepFilm
from hebbfilm.meshing.shapes.layout_file import layout_from_dict
from hebbfilm.meshing.slab import Slab
from hebbfilm.run.inputs.regions import (
    Names,
    RegionSection,
    groups_of,
    layers_of,
    require_places,
    with_areas,
)

if TYPE_CHECKING:
    from mpi4py import MPI

    from hebbfilm.meshing import FilmMesh

T = TypeVar("T")

CATALOGUE: dict[str, Callable[..., Layout]] = {
    function.__name__: function
    for function in (
        wheel,
        square,
        disc,
        strip,
        corbino,
        families.random_rim,
        families.random_inside,
        families.inner_pads,
        families.strip_network,
        families.spoked_polygon,
        families.square_lattice,
        families.triangular_lattice,
        families.hexagonal_lattice,
        families.pixel_lattice,
    )
}
OF_REGIONS = ("regions", "region_mesh_sizes")
"""What a drawing takes of its regions, which a case has in a section of their own."""
_PLACES = {"drawing": ["layer", "area"], "mesh": ["group"]}
CHANGES: Mapping[str, Callable[..., Layout]] = {
    "holes": families.random_holes,
    "rough": families.rough,
    "rotate": families.rotated,
    "copies": families.copied,
}
"""What may be done to any of them, in this order."""


@dataclass(frozen=True)
class MeshFile:
    """A mesh that a person made, with groups of cells for the film and the contacts.

    Args:
        path: of the file.
        thickness: of the film in m.
        unit: what one unit of length in the file is, in m; 1, if lengths are plausible.
        film: the group, or groups, of the film's cells.
        contacts: name → group or groups.
    """

    path: Path
    thickness: Thickness
    unit: FileUnit | None = None
    film: int | str | list[int | str] | None = None
    contacts: dict[str, int | str | list[int | str]] | None = None

    def __post_init__(self) -> None:
        check_length("layout.thickness", self.thickness)
        if self.unit is not None:
            check_unit("layout.unit", self.unit)


KINDS: Mapping[str, Callable[..., Layout | MeshFile | StepFilm]] = CATALOGUE | {
    "drawing": read_drawing,
    "step": StepFilm,
    "mesh": MeshFile,
}
"""Layouts and files by `kind`; that of "shapes" is beside them."""


@dataclass(frozen=True)
class FilmSource:
    """What a film is meshed from: a checked layout or a mesh file."""

    geometry: Layout | MeshFile | StepFilm
    dimension: int
    layers: int
    groups: Mapping[str, Names] | None = None
    """Of a mesh file, those that are regions."""
    slabs: tuple[Slab, ...] = ()
    """In three dimensions, what is meshed below and above a layout."""
    refinements: int | None = None
    """How often each triangle of a coarser mesh is divided; None: as often as is needed."""

    @property
    def layers_of_vertices(self) -> int:
        """Over the thickness of a layout."""
        return 1 if self.dimension == 2 else self.layers + 1

    def expected_vertices(self) -> float:
        """About how many the film has; 0 where only the mesh tells, of a solid or a mesh file."""
        if not isinstance(self.geometry, Layout):
            return 0.0
        return self.layers_of_vertices * expected_vertices(self.geometry)

    @property
    def layers_beside(self) -> int:
        """Of vertices in slabs alone."""
        return sum(slab.elements for slab in self.slabs)

    def with_slabs(self, slabs: Sequence[Slab]) -> FilmSource:
        """The same, meshed with slabs, if it is of tetrahedra.

        Raises:
            InputError: the film of a file.
        """
        if self.dimension == 2 or not slabs:
            return self
        if not isinstance(self.geometry, Layout):
            raise InputError(
                "layers: in 3D (numerics.dimension = 3) they are meshed with a layout; the film of "
                "a file is taken as it is"
            )
        return replace(self, slabs=tuple(slabs))

    def refined(self, refinements: int | None) -> FilmSource:
        """The same, its triangles divided so often.

        Raises:
            InputError: the film of a file.
        """
        if refinements is not None and not isinstance(self.geometry, Layout):
            raise InputError(
                f"numerics.refinements = {refinements}: the film of a file is taken as it is; "
                "leave it out"
            )
        return replace(self, refinements=refinements)

    def foreseen_refinements(self) -> int:
        """How often it will be refined; meshes it coarser on the calling rank, if it is.

        Raises:
            LayoutError: not as often as is asked for.
        """
        if not isinstance(self.geometry, Layout):
            return 0
        vertices = self.expected_vertices()
        if not (self.refinements or (self.refinements is None and vertices > MOST_MESHED)):
            return 0
        from hebbfilm.meshing.mesher.film import foreseen_refinements

        return foreseen_refinements(self.geometry, vertices, self.refinements)

    def mesh(self, comm: MPI.Intracomm) -> FilmMesh:
        """Mesh the layout, or read the mesh; collective."""
        # Only here, as they load Gmsh and DOLFINx.
        from hebbfilm.meshing import mesh_film, read_mesh
        from hebbfilm.meshing.files.step import mesh_step

        if isinstance(self.geometry, MeshFile):
            file = self.geometry
            groups = Groups(file.film, file.contacts, self.groups)
            film = read_mesh(
                file.path, comm, thickness=file.thickness, unit=file.unit, groups=groups
            )
            if film.dimension < self.dimension:
                raise MeshError(f"{file.path}: numerics.dimension = 3, but it is of triangles")
            return film
        if isinstance(self.geometry, StepFilm):
            return mesh_step(self.geometry, comm)
        return mesh_film(
            self.geometry,
            comm,
            dimension=self.dimension,
            layers=self.layers,
            slabs=self.slabs,
            refinements=self.refinements,
        )


def film_source(
    content: Mapping[str, Any],
    dimension: int,
    layers: int,
    regions: Sequence[RegionSection] = (),
) -> FilmSource:
    """Read a [layout]: `kind` names a layout of the catalogue, or a kind of file.

    Any layout, but not the mesh or the solid of a file, may have holes at random and rough edges,
    each a table of its own, be turned (`rotate`), and be there several times (`copies`). `holes`
    that are no table are those of a drawing, its layers.

    Args:
        content: the section.
        dimension: 2 or 3.
        layers: of tetrahedra over the thickness in three dimensions.
        regions: of the film; drawn before it is changed.

    Raises:
        InputError: an unknown kind or key, or a layout or regions that cannot be.
    """
    kind = content.get("kind")
    changes = {
        name: content[name]
        for name in CHANGES
        if name in content and not _is_own(kind, name, content[name])
    }
    parameters = {name: value for name, value in content.items() if name not in changes}
    require_places(regions, kind, _PLACES.get(str(kind), ["area"]))
    for region in regions:
        if region.thickness is not None and dimension == 3:
            raise InputError(
                f"regions.{region.name}.thickness: a film of tetrahedra (numerics.dimension = 3) "
                "is of one thickness; leave it out"
            )
    if kind == "shapes":
        drawn = with_areas(layout_from_dict(parameters), regions)
        return FilmSource(_changed(drawn, changes), dimension, layers)
    if kind is None:
        of_file = "path" in content
        raise InputError(
            f"layout.kind is missing: {allowed_are('', [*KINDS, 'shapes'])}"
            + ("; a path is of kind 'drawing', 'mesh' or 'step'" if of_file else "")
        )
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(f"layout.kind = {shown(kind)}: {allowed_are(kind, [*KINDS, 'shapes'])}")
    del parameters["kind"]
    if kind == "drawing":
        _refuse_regions(parameters)
        parameters |= layers_of(regions)
    made = _checked(KINDS[kind], parameters, "layout", CHANGES)
    if isinstance(made, Layout):
        return FilmSource(_changed(with_areas(made, regions), changes), dimension, layers)
    for name in changes:
        raise InputError(f"layout.{name}: the film of a file (kind = {kind!r}) is taken as it is")
    if isinstance(made, MeshFile):
        return FilmSource(made, dimension, layers, groups_of(regions))
    for region in regions:
        raise InputError(
            f"regions.{region.name}: a STEP file has no regions; mesh it with groups for them, and "
            "read the mesh (kind = 'mesh')"
        )
    return FilmSource(made, dimension, layers)


def _refuse_regions(parameters: Mapping[str, Any]) -> None:
    for key in OF_REGIONS:
        if key in parameters:
            raise InputError(f"layout.{key}: write [[regions]], each with its name and layer")


def _is_own(kind: object, name: str, value: object) -> bool:
    """Whether a key that could be a change is one of the kind itself, none of whose is a table."""
    make = KINDS.get(kind) if isinstance(kind, str) else None
    own = make is not None and name in inspect.signature(make).parameters
    return own and not isinstance(value, Mapping)


def _changed(layout: Layout, changes: Mapping[str, Any]) -> Layout:
    for name, values in changes.items():
        change = partial(CHANGES[name], layout)
        if not isinstance(values, Mapping):
            values = {next(iter(inspect.signature(change).parameters)): values}
        layout = _checked(change, values, f"layout.{name}")
    return layout


def _checked(
    make: Callable[..., T], parameters: Mapping[str, Any], section: str, others: Iterable[str] = ()
) -> T:
    """What a function or class makes of the keys of a section, which pydantic has checked."""
    known = list(inspect.signature(make).parameters)
    check_keys(parameters, [*known, *others], f"in [{section}]")
    try:
        return checked(make, parameters)
    except ValidationError as error:
        raise InputError(first_problem(error, parameters, section, lambda _: known)) from None
