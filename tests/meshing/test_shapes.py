"""Films from shapes in TOML, against closed forms, and written and read again bit by bit."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import FilmMesh, Layout, mesh_film, wheel
from hebbfilm.meshing.geometry.arcs import SAGITTA
from hebbfilm.meshing.shapes.layout_file import layout_from_dict

NM = 1e-9
DATA = Path(__file__).parents[1] / "data" / "drawings"


def layout(text: str) -> Layout:
    """A layout from TOML in which lengths are in nanometres: a number n is written n_nm."""
    metres = re.sub(r"(-?[\d.]+)nm", r"\1e-9", text)
    return layout_from_dict(tomllib.loads(metres))


def film(*shapes: str, rest: str = "mesh_size = 5nm") -> Layout:
    return layout(rest + "".join(f"\n[[film]]\n{shape}" for shape in shapes))


RECTANGLE = 'shape = "rectangle"\nsize = [200nm, 100nm]'
R = 100.0  # nm, of the discs
# A chord with the sagitta s cuts 2s/3 of its length off.
DISC_LOSS = 2 / 3 * SAGITTA * 5 * 2 * math.pi * R


def six_arms() -> float:
    """Area in nm² of six half strips of length L and half width b that meet at the origin.

    Between neighbouring arms, 60° apart, the sides meet at b/sin 30° from the origin; from there an
    arm runs on alone. Up to there the union is the star's core: twelve right triangles with the
    legs b and b/tan 30°.
    """
    length, b = 100.0, 10.0
    leg = b / math.tan(math.radians(30))
    return 12 * b * leg / 2 + 6 * 2 * b * (length - leg)


AREAS: dict[str, tuple[list[str], float, float]] = {
    "rectangle": ([RECTANGLE], 20_000, 0),
    "turned": ([RECTANGLE + "\nrotate = 30"], 20_000, 0),
    "disc": (['shape = "disc"\nradius = 100nm\ncentre = [5nm, 7nm]'], math.pi * R**2, DISC_LOSS),
    "ring": (
        ['shape = "annulus_sector"\ninner_radius = 50nm\nouter_radius = 100nm'],
        math.pi * R**2 * 0.75,
        DISC_LOSS,
    ),
    "sector of a ring": (
        [
            'shape = "annulus_sector"\ninner_radius = 50nm\nouter_radius = 100nm\n'
            "start = -20\nstop = 70"
        ],
        math.pi * R**2 * 0.75 / 4,
        DISC_LOSS,
    ),
    "sector of a disc": (
        ['shape = "annulus_sector"\nouter_radius = 100nm\nstart = 90\nstop = 180'],
        math.pi * R**2 / 4,
        DISC_LOSS,
    ),
    "polygon with a hole": (
        [
            'shape = "polygon"\npoints = [[0,0], [100nm,0], [100nm,100nm], [0,100nm]]\n'
            "holes = [[[20nm,20nm], [20nm,40nm], [40nm,40nm], [40nm,20nm]]]"
        ],
        9600,
        0,
    ),
    "bent path": (
        ['shape = "path"\nwidth = 20nm\npoints = [[0,0], [100nm,0], [100nm,100nm]]'],
        2 * 100 * 20,
        0,
    ),
    "path with round ends": (
        ['shape = "path"\nwidth = 40nm\nends = "round"\npoints = [[0,0], [100nm,0]]'],
        4000 + math.pi * 400,
        DISC_LOSS,
    ),
    "hole": (
        [RECTANGLE, 'operation = "subtract"\nshape = "disc"\nradius = 30nm'],
        20_000 - math.pi * 900,
        DISC_LOSS,
    ),
    "half a disc": (
        [
            'shape = "disc"\nradius = 100nm',
            'operation = "intersect"\nshape = "rectangle"\ncorner = [0,-200nm]\n'
            "size = [200nm, 400nm]",
        ],
        math.pi * R**2 / 2,
        DISC_LOSS,
    ),
    "row of holes": (
        [
            RECTANGLE,
            'operation = "subtract"\nshape = "rectangle"\nsize = [20nm, 20nm]\n'
            "centre = [-60nm, -20nm]\n"
            "repeat = [{ count = 4, step = [40nm, 0] }, { count = 2, step = [0, 40nm] }]",
        ],
        20_000 - 8 * 400,
        0,
    ),
    "six arms": (
        [
            'shape = "rectangle"\ncorner = [0, -10nm]\nsize = [100nm, 20nm]\n'
            "repeat = { count = 6 }",
        ],
        six_arms(),
        0,
    ),
}


@pytest.mark.parametrize("name", AREAS)
@pytest.mark.analytic
def test_areas(name: str) -> None:
    shapes, area, loss = AREAS[name]
    # 1e-9: rounding of coordinates.
    found = film(*shapes).outline.area / NM**2
    assert found == pytest.approx(area, rel=0, abs=loss + 1e-9 * area)


def test_shapes_that_only_meet_are_one_film() -> None:
    parts = [f'shape = "rectangle"\ncorner = [{x}nm, 0]\nsize = [33.3nm, 50nm]' for x in (0, 33.3)]
    outline = film(*parts).outline
    assert len(outline.interiors) == 0
    assert outline.area == pytest.approx(66.6 * 50 * NM**2, rel=1e-9, abs=0)


CONTACTS: dict[str, tuple[str, list[str], list[float]]] = {
    # A contact on the film of 200 by 100 nm; names; areas or lengths in nm.
    "pad": ('pad = { shape = "rectangle", size = [40nm, 40nm] }', ["a"], [1600]),
    "pad over the rim": (
        'pad = { shape = "rectangle", size = [40nm, 40nm], centre = [100nm, 0] }',
        ["a"],
        [800],
    ),
    "pad in parts": (
        'pad = [{ shape = "rectangle", size = [20nm, 20nm], centre = [-60nm, 0] },'
        ' { shape = "rectangle", size = [20nm, 20nm], centre = [60nm, 0] }]',
        ["a"],
        [800],
    ),
    "pad with a hole": (
        'pad = [{ shape = "rectangle", size = [60nm, 60nm] },'
        ' { shape = "rectangle", size = [40nm, 40nm], operation = "subtract" }]',
        ["a"],
        [2000],
    ),
    "edge inside": (
        'edge = { shape = "rectangle", size = [20nm, 60nm], centre = [100nm, 0] }',
        ["a"],
        [60],
    ),
    "edge around the corner where the outline begins": (
        'edge = { shape = "rectangle", size = [40nm, 40nm], centre = [-100nm, -50nm] }',
        ["a"],
        [40],
    ),
    "edge between": ("edge = { from = [100nm, -30nm], to = [80nm, 50nm] }", ["a"], [100]),
    "edge the other way": (
        "edge = { from = [80nm, 50nm], to = [100nm, -30nm] }",
        ["a"],
        [500],
    ),
    "line": ("edge = { points = [[100nm, -30nm], [100nm, 30nm]] }", ["a"], [60]),
    "point": ("point = [50nm, 0]\nradius = 15nm", ["a"], [math.pi * 225]),
    "point on the rim": ("point = [0, 50nm]\nradius = 15nm", ["a"], [math.pi * 225 / 2]),
    "row": (
        'pad = { shape = "rectangle", size = [20nm, 20nm], centre = [-60nm, 0] }\n'
        "repeat = { count = 3, step = [60nm, 0] }",
        ["a_1", "a_2", "a_3"],
        [400, 400, 400],
    ),
    "opposite edges": (
        "edge = { from = [100nm, -30nm], to = [100nm, 30nm] }\nrepeat = { count = 2 }",
        ["a_1", "a_2"],
        [60, 60],
    ),
}


@pytest.mark.parametrize("name", CONTACTS)
@pytest.mark.analytic
def test_contacts(name: str) -> None:
    contact, names, sizes = CONTACTS[name]
    made = film(RECTANGLE + f'\n[[contact]]\nname = "a"\n{contact}')
    assert list(made.contact_names) == names
    for one, size in zip(made.contacts, sizes, strict=True):
        found = one.region.area / NM**2 if one.is_pad else one.region.length / NM
        loss = DISC_LOSS * 15 / R if name.startswith("point") else 0
        assert found == pytest.approx(size, rel=0, abs=loss + 1e-9 * size)


def test_mesh_sizes_of_contacts() -> None:
    one = '[[contact]]\nname = "{}"\npoint = [{}nm, 0]\nradius = 15nm\n'
    text = RECTANGLE + "\n" + one.format("a", -50) + one.format("b", 50) + "mesh_size = 2nm"
    made = film(text, rest="mesh_size = 5nm\ncontact_mesh_size = 4nm")
    assert [contact.mesh_size for contact in made.contacts] == [4 * NM, 2 * NM]


def edge_lengths(mesh: FilmMesh) -> tuple[np.ndarray, np.ndarray]:
    """Middles and lengths of the edges of this rank's cells, m."""
    corners = mesh.coordinates[mesh.cells][:, :, :2]
    following = np.roll(corners, 1, axis=1)
    lengths = np.linalg.norm(corners - following, axis=2)
    return ((corners + following) / 2).reshape(-1, 2), lengths.ravel()


def test_rim_is_meshed_finer(comm: MPI.Intracomm) -> None:
    made = film(RECTANGLE, rest="mesh_size = 20nm\nrim_mesh_size = 4nm\ngradation = 0.4")
    mesh = mesh_film(made, comm)
    middles, lengths = edge_lengths(mesh)
    to_rim = np.minimum(100 * NM - abs(middles[:, 0]), 50 * NM - abs(middles[:, 1]))
    on_rim = comm.allgather(lengths[to_rim < 0.1 * NM])
    # Each side is divided evenly into pieces of 4 nm.
    assert np.concatenate(on_rim) == pytest.approx(4 * NM, rel=0.02, abs=0)
    inside = np.concatenate(comm.allgather(lengths[to_rim > 40 * NM]))
    # 4 nm + 0.4 · 40 nm = 20 nm, of which Gmsh makes edges between about 0.6 and 1.5.
    assert 0.6 * 20 * NM < inside.mean() < 1.5 * 20 * NM
    assert mesh.quality().smallest_angle > 20


def test_fine_rim_resolves_what_the_mesh_size_would_lose(comm: MPI.Intracomm) -> None:
    neck = 'shape = "rectangle"\nsize = [60nm, 8nm]\ncentre = [120nm, 0]'
    with pytest.raises(LayoutError, match="the film is narrower than the mesh size"):
        film(RECTANGLE, neck, rest="mesh_size = 15nm")
    made = film(RECTANGLE, neck, rest="mesh_size = 15nm\nrim_mesh_size = 4nm")
    assert mesh_film(made, comm).quality().smallest_angle > 20


@pytest.mark.cross_method
def test_the_wheel_of_the_catalogue(comm: MPI.Intracomm) -> None:
    made = layout("""
        mesh_size = 10nm
        [[film]]
        shape = "annulus_sector"
        inner_radius = 250nm
        outer_radius = 360nm
        [[film]]
        shape = "disc"
        radius = 60nm
        [[film]]
        shape = "path"
        points = [[0, 0], [0, 305nm]]
        width = 110nm
        repeat = { count = 3 }
        [[contact]]
        name = "rim"
        repeat = { count = 3 }
        [contact.pad]
        shape = "annulus_sector"
        inner_radius = 250nm
        outer_radius = 360nm
        start = 55
        stop = 125
        [[contact]]
        name = "centre"
        pad = { shape = "disc", radius = 60nm }
        """)
    drawn = wheel(mesh_size=10 * NM)
    assert made.contact_names == drawn.contact_names
    # Both follow the circles within SAGITTA mesh sizes, on other chords.
    perimeter = made.outline.length
    assert made.outline.symmetric_difference(drawn.outline).area < 2 * SAGITTA * 10 * NM * perimeter
    sizes = [mesh_film(one, comm).contact_size("rim_2") for one in (made, drawn)]
    # Chords of at most 1.5 mesh sizes: (15/360)²/6 of the area below each.
    assert sizes[0] == pytest.approx(sizes[1], rel=2 * (15 / 360) ** 2 / 6, abs=0)
