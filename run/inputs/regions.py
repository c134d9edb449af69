"""The [[regions]] of a case: where they are, and what differs there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from hebbfilm.common.errors import InputError, LayoutError
from hebbfilm.common.hints import unknown_key
from hebbfilm.common.quantities import WrittenAs
from hebbfilm.common.schema import checked, first_problem
from hebbfilm.meshing import Layout
from hebbfilm.meshing.bounds import MeshSize, Thickness, check_length, check_names
from hebbfilm.meshing.geometry.arcs import SAGITTA
from hebbfilm.meshing.shapes.drawn_region import DrawnRegion
from hebbfilm.meshing.shapes.film import known_keys
from hebbfilm.meshing.tagged_mesh import REGION
from hebbfilm.run.inputs.material import MaterialSection
from hebbfilm.run.inputs.sections import Section
from hebbfilm.solvers import Material
from hebbfilm.solvers.materials.parameter import REST

Names = int | str | list[int | str]
PLACES = {"area": "shapes", "layer": "a drawing", "group": "a mesh"}


class RegionSection(Section):
    """A part of the film, and what differs there from [material] and from the film's thickness.

    Without `area`, `layer` and `group` it is the region of this name that the layout itself has.

    Attributes:
        name: of the region.
        area: a shape, or several, as in [layout] of kind "shapes".
        layer: of a drawing, or several.
        group: of a mesh, or several, by name or number.
        mesh_size: finer one in the region, m.
        cut_to_film: whether what of the area lies off the film is left out; else it is refused.
        thickness: of the film there, m.
        material: keys of [material] that differ.
    """

    name: str
    area: Annotated[Any, WrittenAs("area")] = None
    layer: Names | None = None
    group: Names | None = None
    mesh_size: MeshSize | None = None
    cut_to_film: bool = False
    thickness: Thickness | None = None
    material: Annotated[dict[str, Any], WrittenAs("material")] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _possible(self) -> RegionSection:
        check_names([self.name], "region")
        given = [key for key in PLACES if getattr(self, key) is not None]
        if len(given) > 1:
            raise InputError(f"regions.{self.name}: {' and '.join(given)} exclude each other")
        if self.cut_to_film and self.area is None:
            raise InputError(f"regions.{self.name}.cut_to_film: only an area is cut; leave it out")
        for key in ("mesh_size", "thickness"):
            if getattr(self, key) is not None:
                check_length(f"regions.{self.name}.{key}", getattr(self, key))
        self.check_material()
        self.drawn()
        return self

    def check_material(self) -> None:
        """Raise InputError unless its material could be one by itself."""
        names = list(MaterialSection.model_fields)
        for key in self.material:
            if key not in names:
                where = f"in [regions.{self.name}.material]"
                raise InputError(unknown_key(key, where, names))
        at = f"regions.{self.name}.material"
        try:
            checked(MaterialSection, self.material)
        except ValidationError as error:
            problem = first_problem(error, self.material, at, lambda _: names)
            # What `Material` itself refuses it calls by its own name.
            at_its_own = problem.startswith("material.")
            raise InputError(f"regions.{self.name}.{problem}" if at_its_own else problem) from None

    def material_in(self, rest: MaterialSection) -> MaterialSection:
        """The material of the region, where the rest of the film has that of [material]."""
        return checked(MaterialSection, rest.model_dump(mode="json") | self.material)

    def drawn(self) -> DrawnRegion | None:
        """Its area, checked; None where it has none."""
        if self.area is None:
            return None
        keys = ("name", "area", "mesh_size", "cut_to_film")
        content = {key: getattr(self, key) for key in keys if getattr(self, key) is not None}
        try:
            return checked(DrawnRegion, content)
        except ValidationError as error:
            at = f"regions.{self.name}"
            # As if it stood in a layout, whose tables know their keys.
            raise InputError(
                first_problem(error, content, at, lambda place: known_keys(("region", 0, *place)))
            ) from None


Regions = Annotated[tuple[RegionSection, ...], Field(max_length=2000)]


def check_different(regions: Sequence[RegionSection], of_layers: Collection[str]) -> None:
    """Raise InputError if two regions have one name, or nothing differs in one.

    Args:
        regions: of a case.
        of_layers: names of those for which a layer has a value.
    """
    for each in regions:
        alike = not each.material and each.mesh_size is None and each.thickness is None
        if alike and each.name not in of_layers:
            raise InputError(
                f"regions.{each.name}: nothing differs there; give keys of [material] in "
                "[regions.material], a thickness, a mesh_size, or a value of a layer"
            )
    try:
        check_names([region.name for region in regions], "region")
    except LayoutError as error:
        raise InputError(f"regions: {error}") from None


def with_areas(layout: Layout, regions: Sequence[RegionSection]) -> Layout:
    """A layout with the regions that have an area, and with the mesh sizes of its own ones.

    Raises:
        InputError: a region that is not in the layout, or cannot be.
    """
    if not regions:
        return layout
    own = {region.name: region for region in layout.regions}
    drawn = {region.name: region.drawn() for region in regions}
    finest = [layout.finest_mesh_size, *(one.mesh_size for one in regions if one.mesh_size)]
    for section in regions:
        area = drawn[section.name]
        if area is not None:
            if section.name in own:
                raise InputError(
                    f"regions.{section.name}.area: the layout has a region of this name; leave "
                    "the area out, or take another name"
                )
            own[section.name] = area.region(layout.outline, SAGITTA * min(finest))
        elif section.name not in own:
            raise _unknown(section.name, layout.region_names)
        elif section.mesh_size is not None:
            own[section.name] = replace(own[section.name], mesh_size=section.mesh_size)
    # Films that were alike need not have it in the same places.
    return replace(layout, regions=tuple(own.values()), copies=None)


def _unknown(name: str, known: Iterable[str]) -> InputError:
    names = ", ".join(known)
    return InputError(
        f"regions.{name}: needs area, or layer of a drawing, or group of a mesh"
        + (f", as the layout has no region of this name ({names})" if names else "")
    )


def layers_of(regions: Sequence[RegionSection]) -> dict[str, Any]:
    """The arguments for a drawing, some layers of which are regions."""
    drawn = [region for region in regions if region.layer is not None]
    sizes = {region.name: region.mesh_size for region in drawn if region.mesh_size is not None}
    if not drawn:
        return {}
    return {"regions": {r.name: r.layer for r in drawn}, "region_mesh_sizes": sizes}


def groups_of(regions: Sequence[RegionSection]) -> dict[str, Names] | None:
    """The groups of a mesh that are regions; None where nothing is said of any.

    Raises:
        InputError: a mesh size, as the mesh is taken as it is.
    """
    for region in regions:
        if region.mesh_size is not None:
            raise InputError(
                f"regions.{region.name}.mesh_size: the mesh of a file is taken as it is"
            )
    found = {r.name: REGION + r.name if r.group is None else r.group for r in regions}
    return found or None


def require_places(regions: Sequence[RegionSection], kind: object, allowed: Iterable[str]) -> None:
    """Raise InputError if a region is told in a way that this kind of layout does not have."""
    for region in regions:
        for key, where in PLACES.items():
            if getattr(region, key) is not None and key not in allowed:
                ways = " or ".join(allowed)
                raise InputError(
                    f"regions.{region.name}.{key}: goes with {where}, not with layout.kind = "
                    f"{kind!r}; give {ways}"
                )


def material_with_regions(material: Material, regions: Sequence[RegionSection]) -> Material:
    """What a film is made of: of each key that differs in regions, the value of each.

    Raises:
        InputError: a key that differs in a region, and that [material] leaves out.
    """
    found: dict[str, dict[str, Any]] = {}
    for region in regions:
        for key, value in region.material.items():
            rest = getattr(material, key)
            if rest is None:
                raise InputError(
                    f"regions.{region.name}.material.{key}: give it in [material], too"
                )
            of_regions = found.setdefault(key, {REST: rest})
            of_regions[region.name] = tuple(value) if isinstance(value, list) else value
    changes: Mapping[str, Any] = found
    return replace(material, **changes)


def thickness_of(regions: Sequence[RegionSection], otherwise: float) -> dict[str, float] | None:
    """The thickness of each region, and of the rest, in m; None where none differs."""
    own = {r.name: r.thickness for r in regions if r.thickness is not None}
    return {REST: otherwise} | own if own else None
