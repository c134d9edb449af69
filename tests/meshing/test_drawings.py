"""Films read from drawings, against the closed forms of what was drawn, and against each other."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from typing import Any

from mpi4py import MPI

import ezdxf
import gdstk
import numpy as np
import pytest
from shapely.geometry.base import BaseGeometry

from hebbfilm.meshing import Layout, mesh_film, strip
from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.drawings.fill import filled
from tests.meshing.cell_files import PLATE, write_cells

NM = 1e-9
DATA = Path(__file__).parents[1] / "data" / "drawings"

BY_NUMBER = {"film": 1, "contacts": {"end": 2, "centre": 3}}
BY_NAME = {"film": "film", "contacts": {"end": "contacts", "centre": "centre"}}
PATCHES = ("east", "north", "west", "south", "centre")
CROSSES: dict[str, dict[str, Any]] = {
    "cross_gdstk.gds": BY_NUMBER,
    "cross_klayout.gds": BY_NUMBER,
    "cross_klayout.dxf": {
        "film": "L1D0_film",
        "contacts": {"end": "L2D0_contacts", "centre": "L3D0_centre"},
        "unit": 1e-6,
    },
    "cross_ezdxf.dxf": {"film": "FILM", "contacts": {"end": "CONTACTS", "centre": "CENTRE"}},
    "cross_svgwrite.svg": BY_NAME | {"unit": NM},
    "cross_matplotlib.svg": {
        "film": ["bar_1", "bar_2", "hub"],
        "contacts": {name: name for name in PATCHES},
        "unit": NM,
    },
}
ENDS = {"left": "left", "right": "right"}
STRIPS: dict[str, dict[str, Any]] = {
    "strip_gdstk.gds": {"film": 1, "contacts": {"left": 2, "right": 3}},
    "strip_klayout.gds": {"film": "1/0", "contacts": {"left": 2, "right": 3}},
    "strip_klayout.dxf": {
        "film": "L1D0_film",
        "contacts": {"left": "L2D0_left", "right": "L3D0_right"},
        "unit": 1e-6,
    },
    "strip_ezdxf.dxf": {
        "film": "FILM",
        "contacts": {"left": "LEFT", "right": "RIGHT"},
        "unit": NM,
    },
    "strip_svgwrite.svg": {"film": "film", "contacts": ENDS, "unit": NM},
    "strip_matplotlib.svg": {"film": "film", "contacts": ENDS, "unit": NM},
}


def read(name: str, **changes: Any) -> Layout:
    return read_drawing(DATA / name, **((CROSSES | STRIPS)[name] | changes))


def cross_area() -> float:
    """Two bars of 800 by 100 and a disc of radius 120, less what they share; in nm².

    In a quarter plane, with the half width b of a bar and d = √(R² − b²), the disc outside the bars
    is the sector between the two bars less two triangles, less the square's triangles: it is
    ∫_b^d (√(R² − x²) − b) dx.
    """
    b, r = 50.0, 120.0
    d = math.sqrt(r**2 - b**2)

    def primitive(x: float) -> float:
        return (x * math.sqrt(r**2 - x**2) + r**2 * math.asin(x / r)) / 2

    corner = primitive(d) - primitive(b) - b * (d - b)
    return 2 * 800 * 100 - 100**2 + 4 * corner


@pytest.mark.parametrize("name", CROSSES)
@pytest.mark.analytic
def test_cross(name: str) -> None:
    layout = read(name)
    assert layout.contact_names == PATCHES
    # A chord with the sagitta s cuts 2s/3 of its length off: of the disc 2/3·5e-3·2π·120 = 2.5 nm²
    # at most, or of the polygon with 512 corners (2π/512)²/6 of π 120²: 1.1 nm².
    assert layout.outline.area == pytest.approx(cross_area() * NM**2, rel=0, abs=2.6 * NM**2)
    *ends, centre = [contact.region.area for contact in layout.contacts]
    assert ends == pytest.approx([5000 * NM**2] * 4, rel=1e-9, abs=0)
    assert centre == pytest.approx(math.pi * (40 * NM) ** 2, rel=0, abs=0.9 * NM**2)
    middle = layout.outline.centroid
    for contact, angle in zip(layout.contacts[:4], (0, 90, 180, 270), strict=True):
        at = contact.region.centroid
        x, y = 375 * math.cos(math.radians(angle)), 375 * math.sin(math.radians(angle))
        # Rounding of 0.1 nm in the file, and of the disc's chords in the middle.
        assert (at.x - middle.x, at.y - middle.y) == pytest.approx((x * NM, y * NM), abs=0.1 * NM)


@pytest.mark.parametrize("name", STRIPS)
@pytest.mark.analytic
def test_strip(comm: MPI.Intracomm, name: str) -> None:
    layout = read(name, thickness=2 * NM, mesh_size=20 * NM)
    drawn = strip(1000 * NM, 100 * NM, 2 * NM, 20 * NM)
    # Straight lines: nothing but rounding, in units of the extent of the drawing.
    assert layout.outline.area == pytest.approx(drawn.outline.area, rel=1e-9, abs=0)
    film = mesh_film(layout, comm)
    assert film.contacts == ("left", "right")
    for contact in film.contacts:
        assert film.contact_size(contact) == pytest.approx(200 * NM**2, rel=1e-9, abs=0)


@pytest.mark.parametrize("name", ["cross_gdstk.gds", "cross_ezdxf.dxf", "cross_matplotlib.svg"])
@pytest.mark.cross_method
def test_cross_is_meshed(comm: MPI.Intracomm, name: str) -> None:
    layout = read(name, mesh_size=20 * NM, contact_mesh_size=10 * NM)
    film = mesh_film(layout, comm)
    assert film.contacts == PATCHES
    assert film.contact_size("north") == pytest.approx(5000 * NM**2, rel=1e-9, abs=0)
    assert film.quality().smallest_angle > 20


def test_files_are_those_of_the_program(shared_tmp_path: Path, comm: MPI.Intracomm) -> None:
    spec = importlib.util.spec_from_file_location("make_drawings", DATA / "make.py")
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    if comm.rank == 0:
        program.make_all(shared_tmp_path)
    comm.barrier()
    for name, keys in (CROSSES | STRIPS).items():
        drawn, kept = read_drawing(shared_tmp_path / name, **keys), read(name)
        assert drawn.contact_names == kept.contact_names
        for one, other in zip(_regions(drawn), _regions(kept), strict=True):
            # Another release of a library may round its numbers otherwise.
            assert one.equals_exact(other, 1e-4 * NM), name


def _regions(layout: Layout) -> list[BaseGeometry]:
    return [layout.outline, *(contact.region for contact in layout.contacts)]


@pytest.mark.analytic
def test_overlapping_rings_fill_by_either_rule() -> None:
    square = np.array([[0, 0], [3, 0], [3, 3], [0, 3]], dtype=float)
    inner = square / 3 + 1
    assert filled([square, inner]).area == 9
    assert filled([square, inner[::-1]]).area == 8
    assert filled([square, inner], even_odd=True).area == 8
    keyhole = np.array(
        [[0, 0], [3, 0], [3, 3], [0, 3], [0, 0], [1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]
    )
    assert filled([keyhole.astype(float)]).area == 8
    bow_tie = np.array([[0, 0], [2, 2], [2, 0], [0, 2]], dtype=float)
    assert filled([bow_tie]).area == 2


def test_holes_and_rings(tmp_path: Path) -> None:
    hole = gdstk.rectangle((80, 30), (120, 70), layer=4)
    whole_rim = gdstk.FlexPath(
        [(80, 30), (120, 30), (120, 70), (80, 70), (80, 30)], 0, layer=2, simple_path=True
    )
    write_cells(tmp_path / "ring.gds", TOP=[PLATE, hole, whole_rim])
    layout = read_drawing(tmp_path / "ring.gds", 1, {"inner": 2}, holes=4)
    assert layout.outline.area == pytest.approx(18400 * NM**2, rel=1e-9, abs=0)
    assert layout.contacts[0].region.length == pytest.approx(160 * NM, rel=1e-9, abs=0)
    assert not layout.contacts[0].is_pad


@pytest.mark.analytic
def test_polygons_in_polygons_are_united_unless_told_otherwise(tmp_path: Path) -> None:
    square, hole = (gdstk.rectangle((c, c), (100 - c, 100 - c), layer=1) for c in (0, 10))
    path = gdstk.FlexPath([(0, 50), (20, 50)], 10, layer=1, simple_path=True)  # filled, anyhow
    write_cells(tmp_path / "nest.gds", TOP=[square, hole, path])
    for nesting, area in ((None, 100**2), ("union", 100**2), ("even_odd", 100**2 - 80**2 + 10**2)):
        layout = read_drawing(tmp_path / "nest.gds", 1, nesting=nesting)
        assert layout.outline.area / NM**2 == pytest.approx(area, rel=1e-9)


def test_line_is_moved_onto_the_rim(tmp_path: Path) -> None:
    bent = gdstk.FlexPath([(40, -1), (-1, -1), (-1, 60)], 0, layer=2, simple_path=True)
    write_cells(tmp_path / "near.gds", TOP=[PLATE, bent])
    layout = read_drawing(tmp_path / "near.gds", 1, 2)
    assert layout.contact_names == ("contact",)
    assert layout.contacts[0].region.length == pytest.approx(100 * NM, rel=1e-9, abs=0)


def test_several_shapes_are_numbered_anticlockwise(tmp_path: Path) -> None:
    boxes = [(0, 0, 20, 20), (180, 80, 200, 100), (0, 80, 20, 100), (180, 0, 200, 20)]
    pads = [gdstk.rectangle(box[:2], box[2:], layer=2) for box in boxes]
    write_cells(tmp_path / "four.gds", TOP=[PLATE, *pads, gdstk.Label("gate", (190, 10), layer=2)])
    layout = read_drawing(tmp_path / "four.gds", 1, {"pad": 2})
    assert layout.contact_names == ("pad_1", "pad_2", "pad_3", "gate")
    places = [contact.region.centroid for contact in layout.contacts]
    assert [(round(p.x / NM), round(p.y / NM)) for p in places] == [
        (190, 90),
        (10, 90),
        (10, 10),
        (190, 10),
    ]


SQUARE_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}" viewBox="0 0 100 100">'
    '<path id="film" d="M0 0 H100 V100 H0 Z M20 20 H80 V80 H20 Z" fill-rule="{1}"/></svg>'
)


@pytest.mark.analytic
def test_svg_units_and_fill_rules(tmp_path: Path) -> None:
    path = tmp_path / "film.svg"
    path.write_text(SQUARE_SVG.format("0.1mm", "nonzero"))
    layout = read_drawing(path, "film", mesh_size=5e-6)
    assert layout.outline.area == pytest.approx(1e-8, rel=1e-12, abs=0)
    path.write_text(SQUARE_SVG.format("0.1mm", "evenodd"))
    layout = read_drawing(path, "film", mesh_size=5e-6)
    assert layout.outline.area == pytest.approx(0.64e-8, rel=1e-12, abs=0)


INKSCAPE_SVG = """
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape">
  <defs><path id="arm" d="m 0,0 h 100 v 20 h -100 z"/><clipPath><rect id="no"/></clipPath></defs>
  <g id="layer1" inkscape:label="film" transform="translate(10,20)">
    <g transform="matrix(1,0,0,1,-10,-20)"><use xlink:href="#arm" x="0" y="40"/></g>
    <path id="plate" d="M 10,10 c 0,0 40,0 40,0 l 0,40 A 20 20 0 0 1 30 70 L 10,70 Z"/>
  </g>
  <line id="end" x1="100" y1="40" x2="100" y2="60"/>
</svg>
"""


@pytest.mark.analytic
def test_svg_transforms_uses_and_arcs(tmp_path: Path) -> None:
    path = tmp_path / "film.svg"
    path.write_text(INKSCAPE_SVG)
    for name in ("film", "layer1"):
        layout = read_drawing(path, name, {"end": "end"}, unit=NM)
        # The plate, 40 by 60 with one corner of radius 20 rounded, and what the arm adds to its
        # left (20 nm) and right (40 nm); chords of the arc take 2/3 of 5e-3 nm of its length.
        area = 40 * 60 - (1 - math.pi / 4) * 20**2 + 60 * 20
        assert layout.outline.area / NM**2 == pytest.approx(area, rel=0, abs=0.11)
        assert layout.contacts[0].region.length == pytest.approx(20 * NM, rel=1e-9, abs=0)
    # y is turned.
    assert layout.outline.bounds[3] == pytest.approx(-30 * NM, rel=1e-9, abs=0)


def test_arrays_and_magnified_cells(tmp_path: Path) -> None:
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    hole = library.new_cell("HOLE").add(gdstk.rectangle((0, 0), (10, 10), layer=4))
    top = library.new_cell("TOP").add(PLATE.copy())
    top.add(gdstk.Reference(hole, (20, 20), magnification=2, columns=4, rows=2, spacing=(40, 40)))
    library.write_gds(tmp_path / "array.gds")
    layout = read_drawing(tmp_path / "array.gds", 1, holes=4)
    assert layout.outline.area == pytest.approx((20_000 - 8 * 400) * NM**2, rel=1e-9, abs=0)


@pytest.mark.analytic
def test_dxf_curves(tmp_path: Path) -> None:
    document = ezdxf.new(units=13)
    space = document.modelspace()
    # A stadium by bulges of 1 (half circles), an ellipse and a hatch with a hole.
    space.add_lwpolyline(
        [(0, 0, 0), (0.2, 0, 1), (0.2, 0.1, 0), (0, 0.1, 1)],
        format="xyb",
        close=True,
        dxfattribs={"layer": "stadium"},
    )
    space.add_ellipse((0, 0), (0.2, 0), 0.5, dxfattribs={"layer": "ellipse"})
    hatch = space.add_hatch(dxfattribs={"layer": "hatch"})
    hatch.paths.add_polyline_path([(0, 0), (0.2, 0), (0.2, 0.1), (0, 0.1)], is_closed=True)
    hatch.paths.add_polyline_path(
        [(0.05, 0.02), (0.15, 0.02), (0.15, 0.08), (0.05, 0.08)], is_closed=True, flags=16
    )
    wide = space.add_lwpolyline([(0, 0), (0.2, 0)], dxfattribs={"layer": "wide"})
    wide.dxf.const_width = 0.05
    document.saveas(tmp_path / "curves.dxf")
    for layer, area, perimeter in (
        ("stadium", 200 * 100 + math.pi * 50**2, 2 * math.pi * 50),
        ("ellipse", math.pi * 200 * 100, 2 * math.pi * 200),
        ("hatch", 200 * 100 - 100 * 60, 0),
        ("wide", 200 * 50, 0),
    ):
        found = read_drawing(tmp_path / "curves.dxf", layer).outline.area / NM**2
        # Chords lose 2/3 of the tolerance, 5e-3 nm, of a curve's length; the rest is rounding.
        assert found == pytest.approx(area, rel=0, abs=2 / 3 * 5e-3 * perimeter + 1e-7 * area)
