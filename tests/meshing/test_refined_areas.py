"""Contacts and regions of refined meshes have the areas that were drawn, or are refined less."""

from __future__ import annotations

from collections.abc import Callable

from mpi4py import MPI

import numpy as np
import pytest
import shapely

from hebbfilm import copied, random_holes, rotated, rough, square, strip, strip_network, wheel
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import Contact, Layout, Region, mesh_film
from hebbfilm.run.inputs.layouts import CATALOGUE, film_source

NM = 1e-9
DIVIDED = {
    "square": 9, "disc": 9, "strip": 9, "corbino": 9, "random_rim": 9, "random_inside": 12,
    "inner_pads": 12, "spoked_polygon": 12, "square_lattice": 12, "triangular_lattice": 12,
    "hexagonal_lattice": 12,
}  # fmt: skip
"""Mesh sizes in nm."""


def of_catalogue(kind: str, size: float) -> Layout:
    made = film_source({"kind": kind, "mesh_size": size * NM}, 2, 1).geometry
    assert isinstance(made, Layout)
    return made


def slivers() -> Layout:
    """A round pad and a round region, each 3 nm from a corner of a hole."""
    outline = shapely.box(0, 0, 600 * NM, 300 * NM)
    holes = shapely.union_all([corner_up(153 * NM, 213 * NM), corner_up(453 * NM, 213 * NM)])
    pad, region = (shapely.Point(x * NM, 150 * NM).buffer(60 * NM, 64) for x in (153, 453))
    ends = (Contact("left", shapely.LineString([(0, 0), (0, 300 * NM)])),)
    return Layout(outline.difference(holes), (*ends, Contact("pad", pad)), 2 * NM, 7 * NM,
                  regions=(Region("round", region),))  # fmt: skip


def corner_up(x: float, y: float) -> shapely.Polygon:
    """A hole whose lower corner is at a place."""
    return shapely.Polygon([(x, y), (x + 40 * NM, y + 40 * NM), (x - 40 * NM, y + 40 * NM)])


LAYOUTS: dict[str, Callable[[], Layout]] = {
    **{kind: lambda kind=kind: of_catalogue(kind, DIVIDED[kind]) for kind in DIVIDED},
    **{f"wheel {size}": lambda size=size: wheel(mesh_size=size * NM) for size in (6, 7.2, 8, 9)},
    "rough": lambda: rough(strip(400 * NM, 200 * NM, mesh_size=8 * NM), 3 * NM, 40 * NM, seed=1),
    "holes": lambda: random_holes(square(400 * NM, mesh_size=6 * NM), 3, 40 * NM),
    "rotated": lambda: rotated(square(400 * NM, mesh_size=8 * NM), 20),
    "copies": lambda: copied(wheel(mesh_size=8 * NM), count=2, gap=100 * NM),
    "slivers": slivers,
}

REFINED = {"square", "disc", "strip", "corbino", "random_rim", "random_inside", "inner_pads",
           "rough", "holes", "rotated"}  # fmt: skip
"""Those of which a coarser mesh is good enough."""


def test_all_kinds_of_films_are_there() -> None:
    # The wire ends of 10 nm that hold packed strips are lost in coarser meshes.
    others = {wheel.__name__, strip_network.__name__, "pixel_lattice"}
    assert set(CATALOGUE) - set(DIVIDED) == others


@pytest.mark.cross_method
@pytest.mark.parametrize("name", LAYOUTS)
def test_areas_are_those_of_the_film_meshed_at_once(name: str, comm: MPI.Intracomm) -> None:
    """To an edge squared each, as corners take place of vertices within a quarter of an edge."""
    layout = LAYOUTS[name]()
    drawn = {c.name: c.region.area for c in layout.contacts if c.is_pad}
    drawn |= {r.name: r.area.area for r in layout.regions}
    once, taken = sizes(layout, 0, comm), []
    for refinements in (1, 2):
        try:
            found = sizes(layout, refinements, comm)
        except LayoutError:
            continue  # as many are not taken
        for part, area in drawn.items():
            allowed = abs(once[part] - area) + layout.mesh_size**2
            assert abs(found[part] - area) < allowed, (part, refinements)
        taken.append(refinements)
    assert taken or name not in REFINED


def sizes(layout: Layout, refinements: int, comm: MPI.Intracomm) -> dict[str, float]:
    film = mesh_film(layout, comm, refinements=refinements)
    assert film.refinements == refinements
    areas = {name: film.contact_size(name) for name in layout.contact_names}
    return areas | {name: film.region_size(name) for name in layout.region_names}


def test_slivers_cost_a_refinement_and_not_the_contact(
    comm: MPI.Intracomm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3.5 nm between the contact and the inner corners are less than a quarter of 14.4 nm."""
    layout = wheel(mesh_size=7.2 * NM)
    with pytest.raises(LayoutError, match="contact 'centre' comes out with another border") as told:
        mesh_film(layout, comm, refinements=1)
    assert str(told.value).endswith("; 0 fits, and more may with a finer mesh_size; without the "
                                    "key it is as many as are needed and fit")  # fmt: skip
    monkeypatch.setattr("hebbfilm.meshing.mesher.coarse.MOST_MESHED", 3000)
    film = mesh_film(layout, comm)
    assert film.refinements == 0
    assert film.contact_size("centre") == pytest.approx(np.pi * (60 * NM) ** 2, rel=3e-3)
