"""DXF: coordinate systems, names, splines and hatches, against closed forms, SciPy and KLayout."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import klayout.db as kdb
import numpy as np
import pytest
from ezdxf.layouts import BlockLayout, Modelspace
from ezdxf.xclip import XClip
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
def test_spline_drawn_in_metres(tmp_path: Path) -> None:
    """The same curve, its knots 1e-8 apart, like the chord lengths of a small drawing."""
    corners = np.array([(0, 0), (400, 0), (400, 400), (0, 400), (0, 0), (400, 0), (400, 400)])

    def draw(space: Modelspace, block: BlockLayout) -> None:
        spline = space.add_spline(degree=3, dxfattribs={"layer": "film", "flags": 11})
        spline.control_points = [(x * NM, y * NM, 0) for x, y in corners]
        spline.knots = np.cumsum([0, 1, 2, 1, 1.31, 1, 2, 1, 1.31, 1, 2]) * 1e-8

    layout = layout_of(tmp_path / "film.dxf", draw, tolerance=0.01 * NM, unit=1.0)
    knots = np.cumsum([0, 1, 2, 1, 1.31, 1, 2, 1, 1.31, 1, 2])
    curve = BSpline(knots, corners.astype(float), 3)(np.linspace(knots[3], knots[7], 100_001))
    assert layout.outline.area / NM**2 == pytest.approx(Polygon(curve).area, abs=0.01 * 1600)


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


@pytest.mark.analytic
def test_lines_and_curves_that_bound_a_hatch(tmp_path: Path) -> None:
    """Mirrored, twice as long, with its edges drawn as LINE, CIRCLE and ELLIPSE, and a text box."""

    def draw(space: Modelspace, block: BlockLayout) -> None:
        attributes = {"layer": "film"}
        corners = [(0, 0), (300, 0), (300, 200), (0, 200)]
        for first, last in zip(corners, [*corners[1:], corners[0]], strict=True):
            block.add_line(first, last, attributes)
        block.add_circle((80, 100), 50, attributes)
        block.add_ellipse((220, 100), (0, 60), 0.5, dxfattribs=attributes)
        paths = block.add_hatch(dxfattribs=attributes).paths
        paths.add_polyline_path(corners)
        paths.add_polyline_path([(30, 100, 1), (130, 100, 1)], flags=16)
        paths.add_edge_path(16).add_ellipse((220, 100), (0, 60), 0.5, 0, 360)
        paths.add_polyline_path([(5, 5), (25, 5), (25, 20), (5, 20)], flags=8)
        space.add_blockref("Part", (7, 9), {"xscale": -2, "rotation": 25})

    area = layout_of(tmp_path / "film.dxf", draw).outline.area / NM**2
    holes = math.pi * (50**2 + 60 * 30)
    # Chords within 0.02 nm, of 1200 nm of curves at most.
    assert area == pytest.approx(2 * (300 * 200 - holes), abs=0.02 * 1200)


@pytest.mark.analytic
def test_nested_blocks_scaled_across(tmp_path: Path) -> None:
    """A wide arc in a turned block in a stretched one, against the same points by hand."""

    def draw(space: Modelspace, block: BlockLayout) -> None:
        assert space.doc is not None
        ring = block.add_lwpolyline([(0, 0, 1), (200, 0, 1)], format="xyb", close=True)
        ring.dxf.const_width, ring.dxf.layer = 40, "film"
        outer = space.doc.blocks.new("outer", base_point=(5, 5))
        outer.add_blockref("PART", (10, 0), {"xscale": -1, "rotation": 30})
        space.add_blockref("Outer", (5, 5), {"xscale": 2, "rotation": 15})

    def turn(degrees: float) -> np.ndarray:
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        return np.array([[c, -s], [s, c]])

    outline = layout_of(tmp_path / "film.dxf", draw).outline
    angles = np.linspace(0, 2 * math.pi, 20_001)
    rim = np.array([100 + 120 * np.cos(angles), 120 * np.sin(angles)])
    inner = turn(30) @ np.diag([-1, 1]) @ rim + [[10], [0]]
    placed = turn(15) @ np.diag([2, 1]) @ (inner - 5) + 5
    bounds = [*placed.min(axis=1), *placed.max(axis=1)]
    assert np.array(outline.bounds) / NM == pytest.approx(bounds, abs=0.05)
    assert outline.area / NM**2 == pytest.approx(2 * math.pi * (120**2 - 80**2), rel=5e-4)


def test_frame_of_a_fitted_polyline_is_not_drawn(tmp_path: Path) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        line = space.add_polyline2d([(0, 0)], dxfattribs={"layer": "film"})
        line.vertices.clear()
        for flags, low, high in ((16, 0, 400), (8, 50, 350)):
            for x, y in ((low, low), (high, low), (high, high), (low, high)):
                line.append_vertex((x, y), {"flags": flags})
        line.dxf.flags = 1 + 4  # closed, fitted

    assert layout_of(tmp_path / "film.dxf", draw).outline.area / NM**2 == pytest.approx(300**2)


@pytest.mark.analytic
def test_heights_make_no_difference(tmp_path: Path) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        film(space)
        corners = [(200, 0, 70), (300, 0, 70), (300, 100, 70), (200, 100, 70)]
        space.add_polyline3d(corners, close=True, dxfattribs={"layer": "film"})

    assert layout_of(tmp_path / "film.dxf", draw).outline.area / NM**2 == pytest.approx(50_000)


def laughs(space: Modelspace) -> None:
    """Blocks of ten blocks of ten blocks, and so on."""
    assert space.doc is not None
    space.doc.blocks.new("level_0").add_circle((0, 0), 1, {"layer": "film"})
    for k in range(1, 30):
        block = space.doc.blocks.new(f"level_{k}")
        for x in range(10):
            block.add_blockref(f"level_{k - 1}", (x, 0))
    space.add_blockref("level_29", (0, 0))


def opened_hatch(space: Modelspace) -> None:
    edges = space.add_hatch(dxfattribs={"layer": "film"}).paths.add_edge_path()
    for first, last in (((0, 0), (9, 0)), ((9, 0), (9, 9)), ((9, 9), (0, 5))):
        edges.add_line(first, last)


def clipped(space: Modelspace, block: BlockLayout) -> None:
    block.add_circle((0, 0), 100, {"layer": "film"})
    XClip(space.add_blockref("Part", (0, 0))).set_block_clipping_path([(0, 0), (50, 50)])


def other_file(space: Modelspace) -> None:
    assert space.doc is not None
    space.doc.add_xref_def("other.dxf", "other")
    space.add_blockref("other", (0, 0))


def on_paper(space: Modelspace) -> None:
    assert space.doc is not None
    space.doc.paperspace().add_circle((0, 0), 100, {"layer": "film"})


def partly_wide(space: Modelspace) -> None:
    corners = [(0, 0, 9, 9), (90, 0, 0, 0), (90, 90, 0, 0)]
    space.add_lwpolyline(corners, format="xyse", dxfattribs={"layer": "film"})


ON = {"layer": "film"}
UNREAD: dict[str, tuple[Draw, str]] = {
    "a point": (lambda s, b: s.add_point((5, 5), ON), "holds POINT, which cannot be read"),
    "a multiline": (lambda s, b: s.add_mline([(0, 0), (9, 9)], dxfattribs=ON), "holds MLINE,"),
    "a face of a mesh": (lambda s, b: s.add_polymesh((3, 3), ON), "holds POLYLINE,"),
    "a line in z": (
        lambda s, b: s.add_line((0, 0, 0), (0, 0, 5), ON),
        "holds LINE that is not flat",
    ),
    "a tilted circle": (
        lambda s, b: s.add_circle((0, 0), 9, ON | {"extrusion": (0, 0.1, 1)}),
        "holds CIRCLE that is not flat",
    ),
    "an image": (
        lambda s, b: s.add_image(
            s.doc.add_image_def("a.png", (10, 10)),  # type: ignore[union-attr]
            (0, 0),
            (50, 50),
            dxfattribs=ON,
        ),
        "holds IMAGE,",
    ),
    "no number": (lambda s, b: s.add_circle((math.nan, 0), 9, ON), "coordinates beyond all bounds"),
    "an open hatch": (lambda s, b: opened_hatch(s), "holds HATCH whose boundary is not closed"),
    "a hatch of nothing": (lambda s, b: s.add_hatch(dxfattribs=ON), "HATCH without a boundary"),
    "partly wide": (lambda s, b: partly_wide(s), "LWPOLYLINE with segments without width among"),
    "no block": (lambda s, b: s.add_blockref("None", (0, 0)), "the block 'None' is inserted, but"),
    "itself": (
        lambda s, b: (b.add_blockref("PART", (0, 0)), s.add_blockref("Part", (0, 0))),
        "the block 'PART' holds itself",
    ),
    "another file": (lambda s, b: other_file(s), "the block 'other' is in another file; bind it"),
    "a clipped block": (clipped, "the block 'Part' is clipped (XCLIP)"),
    "too many": (lambda s, b: laughs(s), "the layer 'film' holds 1e+29 entities"),
    "on paper": (
        lambda s, b: on_paper(s),
        "the model space is empty; what is drawn in paper space",
    ),
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_cannot_be_followed_is_refused(tmp_path: Path, case: str) -> None:
    draw, message = UNREAD[case]
    with pytest.raises(LayoutError, match=re.escape(message)) as caught:
        layout_of(tmp_path / "film.dxf", draw)
    assert "\n" not in str(caught.value)


def test_content_that_would_be_left_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.dxf"
    layout_of(path, lambda space, block: (film(space), block.add_point((0, 0))))
    text = path.read_text()
    path.write_text(text.replace("  0\nENDBLK\n", "  0\nPOINT\n", 1))
    with pytest.raises(LayoutError, match=r"the DXF file is damaged: .*ignoring content"):
        read_drawing(path, "film", unit=NM)
