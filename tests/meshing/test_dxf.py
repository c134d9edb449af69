"""DXF: coordinate systems, blocks, names and texts, against closed forms and KLayout."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import klayout.db as kdb
import numpy as np
import pytest
from ezdxf.layouts import BlockLayout, Modelspace

from hebbfilm.meshing import Layout

NM = 1e-9
Draw: TypeAlias = Callable[[Modelspace, BlockLayout], object]
DxfLayout: TypeAlias = Callable[..., Layout]
FILM = [(-200, 0), (200, 0), (200, 100), (-200, 100)]


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
def test_wide_polylines_as_klayout_reads_them(tmp_path: Path, dxf_layout: DxfLayout) -> None:
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
    layout = dxf_layout(draw, tolerance=0.01 * NM)
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
def test_blocks_are_placed(dxf_layout: DxfLayout, kind: str, place: str) -> None:
    attributes, bounds = PLACES[place]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        WIDE[kind](block)
        space.add_blockref("part", (0, 0), attributes)

    outline = dxf_layout(draw).outline
    assert np.array(outline.bounds) / NM == pytest.approx(bounds, rel=1e-9)
    left, low, right, top = bounds
    assert outline.area / NM**2 == pytest.approx((right - left) * (top - low), rel=1e-9)


@pytest.mark.analytic
def test_texts_stand_where_they_are_seen(dxf_layout: DxfLayout) -> None:
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

    layout = dxf_layout(draw, contacts="Pad")
    places = {contact.name: contact.region.centroid.x / NM for contact in layout.contacts}
    assert places == pytest.approx(pads, abs=1e-6)


def test_names_do_not_distinguish_case(dxf_layout: DxfLayout) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        for layer, x in (("film", 0), ("FILM", 200)):
            corners = [(x, 0), (x + 200, 0), (x + 200, 100), (x, 100)]
            block.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer})
        space.add_blockref("PART", (0, 0))

    layout = dxf_layout(draw, film="Film")
    assert layout.outline.area / NM**2 == pytest.approx(400 * 100, rel=1e-9)


@pytest.mark.analytic
def test_nested_blocks_scaled_across(dxf_layout: DxfLayout) -> None:
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

    outline = dxf_layout(draw).outline
    angles = np.linspace(0, 2 * math.pi, 20_001)
    rim = np.array([100 + 120 * np.cos(angles), 120 * np.sin(angles)])
    inner = turn(30) @ np.diag([-1, 1]) @ rim + [[10], [0]]
    placed = turn(15) @ np.diag([2, 1]) @ (inner - 5) + 5
    bounds = [*placed.min(axis=1), *placed.max(axis=1)]
    assert np.array(outline.bounds) / NM == pytest.approx(bounds, abs=0.05)
    assert outline.area / NM**2 == pytest.approx(2 * math.pi * (120**2 - 80**2), rel=5e-4)


def test_frame_of_a_fitted_polyline_is_not_drawn(dxf_layout: DxfLayout) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        line = space.add_polyline2d([(0, 0)], dxfattribs={"layer": "film"})
        line.vertices.clear()
        for flags, low, high in ((16, 0, 400), (8, 50, 350)):
            for x, y in ((low, low), (high, low), (high, high), (low, high)):
                line.append_vertex((x, y), {"flags": flags})
        line.dxf.flags = 1 + 4  # closed, fitted

    assert dxf_layout(draw).outline.area / NM**2 == pytest.approx(300**2)


@pytest.mark.analytic
def test_heights_make_no_difference(dxf_layout: DxfLayout) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        film(space)
        corners = [(200, 0, 70), (300, 0, 70), (300, 100, 70), (200, 100, 70)]
        space.add_polyline3d(corners, close=True, dxfattribs={"layer": "film"})

    assert dxf_layout(draw).outline.area / NM**2 == pytest.approx(50_000)
