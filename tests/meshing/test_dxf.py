"""DXF: coordinate systems, names, splines and hatches, against closed forms, SciPy and KLayout."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import klayout.db as kdb
import numpy as np
import pytest
from ezdxf.layouts import BlockLayout, Modelspace
from scipy.interpolate import BSpline
from shapely import Polygon

from meshing import Layout, LayoutError
from meshing.drawings import read_drawing

NM = 1e-9
FILM = [(-200, 0), (200, 0), (200, 100), (-200, 100)]

Draw = Callable[[Modelspace, BlockLayout], object]


def layout_of(path: Path, draw: Draw, **keys: Any) -> Layout:
    """Read what a function draws into the model space and a block "Part"; in nanometres."""
    document = ezdxf.new("R2010", units=0)
    draw(document.modelspace(), document.blocks.new("Part"))
    document.saveas(path)
    return read_drawing(path, **({"film": "film", "unit": NM, "mesh_size": 20 * NM} | keys))


def area_by_klayout(path: Path, layer: str) -> float:
    """Of all shapes of a layer, united; nm²."""
    options = kdb.LoadLayoutOptions()
    options.dxf_dbu = 1e-6
    options.dxf_circle_points = 1000
    layout = kdb.Layout()
    layout.read(str(path), options)
    (number,) = (index for index in layout.layer_indexes() if layout.get_info(index).name == layer)
    region = kdb.Region(layout.top_cell().begin_shapes_rec(number))
    return region.merged().area() * layout.dbu**2


@pytest.mark.cross_method
def test_wide_polylines_as_klayout_reads_them(tmp_path: Path) -> None:
    """Tapered, mitred, bent, closed; mirrored and turned."""
    corners = [
        (0, 0, 20, 60, 0),
        (200, 0, 60, 60, 0),
        (200, 200, 60, 30, -1),
        (500, 200, 30, 30, 0),
    ]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        attributes: dict[str, Any] = {"layer": "film"}
        block.add_lwpolyline([*corners, (500, 0, 0, 0, 0)], format="xyseb", dxfattribs=attributes)
        attributes["const_width"] = 20
        bent = [(0, 0, 1), (100, 0, 1)]
        block.add_lwpolyline(bent, format="xyb", close=True, dxfattribs=attributes)
        space.add_blockref("Part", (10, 20), {"xscale": -1, "rotation": 30})

    path = tmp_path / "film.dxf"
    layout = layout_of(path, draw, tolerance=0.01 * NM)
    # Both draw chords: here within 0.01 nm along 1500 nm of edges, there 1000 to a circle.
    assert layout.outline.area / NM**2 == pytest.approx(area_by_klayout(path, "film"), abs=20)


def film(space: Modelspace) -> None:
    space.add_lwpolyline(FILM, close=True, dxfattribs={"layer": "film"})


WIDE: dict[str, Callable[[BlockLayout], object]] = {
    "LWPOLYLINE": lambda block: block.add_lwpolyline(
        [(20, 50), (80, 50)], dxfattribs={"layer": "film", "const_width": 40}
    ),
    "POLYLINE": lambda block: block.add_polyline2d(
        [(20, 50), (80, 50)],
        dxfattribs={"layer": "film", "default_start_width": 40, "default_end_width": 40},
    ),
    "TRACE": lambda block: block.add_trace(
        [(20, 30), (80, 30), (20, 70), (80, 70)], dxfattribs={"layer": "film"}
    ),
    "HATCH": lambda block: block.add_hatch(dxfattribs={"layer": "film"}).paths.add_polyline_path(
        [(20, 30), (80, 30), (80, 70), (20, 70)]
    ),
}
PLACES = {
    # Of the insert, and of the corners (20, 30) and (80, 70) in the drawing.
    "mirrored in x": ({"xscale": -1}, (-80, 30, -20, 70)),
    "mirrored in y": ({"yscale": -1}, (20, -70, 80, -30)),
    "mirrored and turned": ({"xscale": -1, "rotation": 90}, (-70, -80, -30, -20)),
    "twice as long": ({"xscale": 2}, (40, 30, 160, 70)),
    "twice as wide": ({"yscale": 2}, (20, 60, 80, 140)),
    "flat": ({"zscale": 0}, (20, 30, 80, 70)),
    "seen from below": ({"extrusion": (0, 0, -1)}, (-80, 30, -20, 70)),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", WIDE)
@pytest.mark.analytic
def test_blocks_are_placed(tmp_path: Path, kind: str, place: str) -> None:
    attributes, bounds = PLACES[place]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        WIDE[kind](block)
        space.add_blockref("part", (0, 0), attributes)

    outline = layout_of(tmp_path / "film.dxf", draw).outline
    assert np.array(outline.bounds) / NM == pytest.approx(bounds, rel=1e-9)
    left, low, right, top = bounds
    assert outline.area / NM**2 == pytest.approx((right - left) * (top - low), rel=1e-9)


@pytest.mark.analytic
def test_texts_stand_where_they_are_seen(tmp_path: Path) -> None:
    pads = {"left": -190, "right": 190, "below": 0}

    def draw(space: Modelspace, block: BlockLayout) -> None:
        film(space)
        for x in pads.values():
            corners = [(x - 10, 40), (x + 10, 40), (x + 10, 60), (x - 10, 60)]
            space.add_lwpolyline(corners, close=True, dxfattribs={"layer": "pad"})
        block.add_text("left", dxfattribs={"layer": "PAD"}).set_placement((190, 50))
        block.add_mtext("right", dxfattribs={"layer": "PAD", "insert": (-190, 50)})
        insert = space.add_blockref("PART", (0, 0), {"xscale": -1})
        label = insert.add_attrib("NAME", "below", dxfattribs={"layer": "pad"})
        label.set_placement((0, 50))
        label.dxf.extrusion = (0, 0, -1)

    layout = layout_of(tmp_path / "film.dxf", draw, contacts="Pad")
    places = {contact.name: contact.region.centroid.x / NM for contact in layout.contacts}
    assert places == pytest.approx(pads, abs=1e-6)


def periodic(degree: int, weights: list[float] | None = None) -> Draw:
    """A closed uniform B-spline about a square, its control points wrapped."""
    corners = [(0, 0), (400, 0), (400, 400), (0, 400)]
    wrapped = [*corners, *corners[:degree]]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        spline = space.add_spline(degree=degree, dxfattribs={"layer": "film", "flags": 11})
        spline.control_points = [(x, y, 0) for x, y in wrapped]
        spline.knots = range(len(wrapped) + degree + 1)
        spline.weights = [*(weights or []), *(weights or [])[:degree]]

    return draw


def area_by_scipy(degree: int, weights: list[float] | None = None) -> float:
    corners = np.array([(0, 0), (400, 0), (400, 400), (0, 400)], dtype=float)
    wrapped = np.vstack([corners, corners[:degree]])
    w = np.array(weights or [1.0] * 4)
    w = np.concatenate([w, w[:degree]])
    knots = np.arange(len(wrapped) + degree + 1)
    t = np.linspace(degree, len(wrapped), 100_001)
    curve = BSpline(knots, wrapped * w[:, None], degree)(t) / BSpline(knots, w, degree)(t)[:, None]
    return Polygon(curve).area


@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 0.5, 3.0]], ids=["plain", "rational"])
@pytest.mark.parametrize("degree", [2, 3, 4])
@pytest.mark.cross_method
def test_splines_are_not_clamped(tmp_path: Path, degree: int, weights: list[float] | None) -> None:
    layout = layout_of(tmp_path / "film.dxf", periodic(degree, weights), tolerance=0.01 * NM)
    # Chords cut off at most the tolerance along the perimeter, below 1600 nm.
    expected = area_by_scipy(degree, weights)
    assert layout.outline.area / NM**2 == pytest.approx(expected, abs=0.01 * 1600)
    if degree == 3 and weights is None:
        assert layout.outline.area == pytest.approx(1.08444e-13, rel=1e-4)


@pytest.mark.cross_method
def test_spline_as_the_edge_of_a_hatch(tmp_path: Path) -> None:
    corners = [(0, 0), (400, 0), (400, 400), (0, 400)]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        edges = space.add_hatch(dxfattribs={"layer": "film"}).paths.add_edge_path()
        edges.add_spline(
            control_points=[*corners, *corners[:3]], degree=3, knot_values=range(11), periodic=1
        )

    layout = layout_of(tmp_path / "film.dxf", draw, tolerance=0.01 * NM)
    assert layout.outline.area / NM**2 == pytest.approx(area_by_scipy(3), abs=0.01 * 1600)


@pytest.mark.analytic
def test_closed_fit_points(tmp_path: Path) -> None:
    """The periodic cubic through points of a circle is the circle, to fourth order."""
    angles = np.arange(24) * math.pi / 12
    ring = [(200 * math.cos(a), 200 * math.sin(a)) for a in angles]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        space.add_spline(ring, dxfattribs={"layer": "film"}).closed = True

    layout = layout_of(tmp_path / "film.dxf", draw, tolerance=0.01 * NM)
    # Error of the cubic: 5/384 h⁴ r in radius at most, with h = π/12.
    bound = 5 / 384 * (math.pi / 12) ** 4 * 200 * 2 * math.pi * 200
    area = math.pi * 200**2
    assert layout.outline.area / NM**2 == pytest.approx(area, abs=bound + 0.01 * 400 * math.pi)


def test_names_do_not_distinguish_case(tmp_path: Path) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        for layer, x in (("film", 0), ("FILM", 200)):
            corners = [(x, 0), (x + 200, 0), (x + 200, 100), (x, 100)]
            block.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer})
        space.add_blockref("PART", (0, 0))

    layout = layout_of(tmp_path / "film.dxf", draw, film="Film")
    assert layout.outline.area / NM**2 == pytest.approx(400 * 100, rel=1e-9)


def rings(space: Modelspace, *radii: float) -> None:
    for radius in radii:
        space.add_circle((0, 0), radius, {"layer": "film"})


def ring_hatch(space: Modelspace, *radii: float, style: int = 0) -> None:
    hatch = space.add_hatch(dxfattribs={"layer": "film", "hatch_style": style})
    for radius in radii:
        hatch.paths.add_edge_path().add_arc((0, 0), radius, 0, 360)


@pytest.mark.parametrize("style", [0, 1, 2])
@pytest.mark.analytic
def test_hatch_says_where_the_film_is(tmp_path: Path, style: int) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        rings(space, 200, 80)
        ring_hatch(space, 200, 80, style=style)

    area = layout_of(tmp_path / "film.dxf", draw).outline.area / NM**2
    hole = 0 if style == 2 else 80
    # Chords within 0.02 nm of the circles.
    assert area == pytest.approx(math.pi * (200**2 - hole**2), abs=0.02 * 2 * math.pi * 280)


@pytest.mark.analytic
def test_outlines_in_outlines(tmp_path: Path) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        rings(space, 200, 200, 80)

    path = tmp_path / "film.dxf"
    with pytest.raises(LayoutError, match=r'lies in another one.*"even_odd".*"union"'):
        layout_of(path, draw)
    for nesting, hole in (("union", 0), ("even_odd", 80)):
        area = layout_of(path, draw, nesting=nesting).outline.area / NM**2
        assert area == pytest.approx(math.pi * (200**2 - hole**2), abs=0.02 * 2 * math.pi * 280)


def test_outline_that_a_hatch_does_not_follow(tmp_path: Path) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        rings(space, 200, 150)
        ring_hatch(space, 200, 80)

    with pytest.raises(LayoutError, match="not the edge of the hatch that it meets"):
        layout_of(tmp_path / "film.dxf", draw)
