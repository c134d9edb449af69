"""A film composed of shapes, and what its tables may hold."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import Gradation, MeshSize, Thickness, check_length
from hebbfilm.meshing.geometry.arcs import SAGITTA
from hebbfilm.meshing.layout import GRADATION, Layout
from hebbfilm.meshing.shapes.composition import compose
from hebbfilm.meshing.shapes.drawn_region import DrawnRegion
from hebbfilm.meshing.shapes.electrodes import Electrode
from hebbfilm.meshing.shapes.primitives import PRIMITIVES, Length, Repeat, Shape


def film_of_shapes(
    film: list[Shape],
    contact: Sequence[Electrode] = (),
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: Length | None = None,
    rim_mesh_size: Length | None = None,
    gradation: Gradation = GRADATION,
    region: Sequence[DrawnRegion] = (),
) -> Layout:
    """A film composed of shapes.

    Args:
        film: shapes in their order.
        contact: the contacts in node order.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at contacts that have none of their own, m.
        rim_mesh_size: finer mesh size along the rim, m.
        gradation: growth of the mesh size with the distance from contacts, regions and rim,
            without unit.
        region: the regions.

    Raises:
        LayoutError: one line that says what cannot be.
    """
    check_length("mesh_size", mesh_size)
    own = [*(c.mesh_size for c in contact), *(r.mesh_size for r in region)]
    sizes = [mesh_size, contact_mesh_size, rim_mesh_size, *own]
    tolerance = SAGITTA * min(size for size in sizes if size is not None)
    outline = compose(film, tolerance)
    if outline.is_empty:
        raise LayoutError("layout.film: the outline is empty; its shapes leave no area")
    contacts = [
        one
        for electrode in contact
        for one in electrode.contacts(outline, mesh_size, contact_mesh_size, tolerance)
    ]
    regions = tuple(one.region(outline, tolerance) for one in region)
    return Layout(outline, tuple(contacts), thickness, mesh_size, rim_mesh_size, gradation, regions)


def known_keys(location: Sequence[int | str]) -> list[str]:
    """The keys that are allowed where pydantic has found one that is not."""
    for part in reversed(location[:-1]):
        if part in PRIMITIVES:
            return list(PRIMITIVES[str(part)].model_fields)
        if part == "repeat":
            return list(Repeat.model_fields)
    if len(location) > 1:
        return list((DrawnRegion if location[0] == "region" else Electrode).model_fields)
    return list(inspect.signature(film_of_shapes).parameters)
