"""DXF: splines and hatches, against closed forms and SciPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from ezdxf.layouts import BlockLayout, Modelspace
from scipy.interpolate import BSpline
from shapely import Polygon

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import Layout

NM = 1e-9
Draw: TypeAlias = Callable[[Modelspace, BlockLayout], object]
DxfLayout: TypeAlias = Callable[..., Layout]


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
def test_splines_are_not_clamped(
    dxf_layout: DxfLayout, degree: int, weights: list[float] | None
) -> None:
    layout = dxf_layout(periodic(degree, weights), tolerance=0.01 * NM)
    # Chords cut off at most the tolerance along the perimeter, below 1600 nm.
    expected = area_by_scipy(degree, weights)
    assert layout.outline.area / NM**2 == pytest.approx(expected, abs=0.01 * 1600)
    if degree == 3 and weights is None:
        assert layout.outline.area == pytest.approx(1.08444e-13, rel=1e-4, abs=0)


@pytest.mark.cross_method
def test_spline_drawn_in_metres(dxf_layout: DxfLayout) -> None:
    """The same curve, its knots 1e-8 apart, like the chord lengths of a small drawing."""
    corners = np.array([(0, 0), (400, 0), (400, 400), (0, 400), (0, 0), (400, 0), (400, 400)])

    def draw(space: Modelspace, block: BlockLayout) -> None:
        spline = space.add_spline(degree=3, dxfattribs={"layer": "film", "flags": 11})
        spline.control_points = [(x * NM, y * NM, 0) for x, y in corners]
        spline.knots = np.cumsum([0, 1, 2, 1, 1.31, 1, 2, 1, 1.31, 1, 2]) * 1e-8

    layout = dxf_layout(draw, tolerance=0.01 * NM, unit=1.0)
    knots = np.cumsum([0, 1, 2, 1, 1.31, 1, 2, 1, 1.31, 1, 2])
    curve = BSpline(knots, corners.astype(float), 3)(np.linspace(knots[3], knots[7], 100_001))
    assert layout.outline.area / NM**2 == pytest.approx(Polygon(curve).area, abs=0.01 * 1600)


@pytest.mark.cross_method
def test_spline_as_the_edge_of_a_hatch(dxf_layout: DxfLayout) -> None:
    corners = [(0, 0), (400, 0), (400, 400), (0, 400)]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        edges = space.add_hatch(dxfattribs={"layer": "film"}).paths.add_edge_path()
        edges.add_spline(
            control_points=[*corners, *corners[:3]], degree=3, knot_values=range(11), periodic=1
        )

    layout = dxf_layout(draw, tolerance=0.01 * NM)
    assert layout.outline.area / NM**2 == pytest.approx(area_by_scipy(3), abs=0.01 * 1600)


@pytest.mark.analytic
def test_closed_fit_points(dxf_layout: DxfLayout) -> None:
    """The periodic cubic through points of a circle is the circle, to fourth order."""
    angles = np.arange(24) * math.pi / 12
    ring = [(200 * math.cos(a), 200 * math.sin(a)) for a in angles]

    def draw(space: Modelspace, block: BlockLayout) -> None:
        space.add_spline(ring, dxfattribs={"layer": "film"}).closed = True

    layout = dxf_layout(draw, tolerance=0.01 * NM)
    # Error of the cubic: 5/384 h⁴ r in radius at most, with h = π/12.
    bound = 5 / 384 * (math.pi / 12) ** 4 * 200 * 2 * math.pi * 200
    area = math.pi * 200**2
    assert layout.outline.area / NM**2 == pytest.approx(area, abs=bound + 0.01 * 400 * math.pi)


def rings(space: Modelspace, *radii: float) -> None:
    for radius in radii:
        space.add_circle((0, 0), radius, {"layer": "film"})


def ring_hatch(space: Modelspace, *radii: float, style: int = 0) -> None:
    hatch = space.add_hatch(dxfattribs={"layer": "film", "hatch_style": style})
    for radius in radii:
        hatch.paths.add_edge_path().add_arc((0, 0), radius, 0, 360)


@pytest.mark.parametrize("style", [0, 1, 2])
@pytest.mark.analytic
def test_hatch_says_where_the_film_is(dxf_layout: DxfLayout, style: int) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        rings(space, 200, 80)
        ring_hatch(space, 200, 80, style=style)

    area = dxf_layout(draw).outline.area / NM**2
    hole = 0 if style == 2 else 80
    # Chords within 0.02 nm of the circles.
    assert area == pytest.approx(math.pi * (200**2 - hole**2), abs=0.02 * 2 * math.pi * 280)


@pytest.mark.analytic
def test_outlines_in_outlines(dxf_layout: DxfLayout) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        rings(space, 200, 200, 80)

    with pytest.raises(LayoutError, match=r'lies in another one.*"even_odd".*"union"'):
        dxf_layout(draw)
    for nesting, hole in (("union", 0), ("even_odd", 80)):
        area = dxf_layout(draw, nesting=nesting).outline.area / NM**2
        assert area == pytest.approx(math.pi * (200**2 - hole**2), abs=0.02 * 2 * math.pi * 280)


def test_outline_that_a_hatch_does_not_follow(dxf_layout: DxfLayout) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        rings(space, 200, 150)
        ring_hatch(space, 200, 80)

    with pytest.raises(LayoutError, match="not the edge of the hatch that it meets"):
        dxf_layout(draw)


@pytest.mark.analytic
def test_lines_and_curves_that_bound_a_hatch(dxf_layout: DxfLayout) -> None:
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

    area = dxf_layout(draw).outline.area / NM**2
    holes = math.pi * (50**2 + 60 * 30)
    # Chords within 0.02 nm, of 1200 nm of curves at most.
    assert area == pytest.approx(2 * (300 * 200 - holes), abs=0.02 * 1200)


def stadium(space: Modelspace) -> None:
    """Two lines and two arcs, and a circle in them."""
    film = {"layer": "film"}
    space.add_line((0, 0), (200, 0), film)
    space.add_line((200, 100), (0, 100), film)
    space.add_arc((200, 50), 50, -90, 90, dxfattribs=film)
    space.add_arc((0, 50), 50, 90, 270, dxfattribs=film)
    space.add_circle((100, 50), 20, film)


FILM = {"layer": "film"}
AGAIN: dict[str, Callable[[Modelspace], object]] = {
    "nothing": lambda s: None,
    "line": lambda s: s.add_line((0, 0), (200, 0), FILM),
    "line backwards": lambda s: s.add_line((200, 0), (0, 0), FILM),
    "part of a line": lambda s: s.add_line((50, 0), (150, 0), FILM),
    "arc": lambda s: s.add_arc((200, 50), 50, -90, 90, dxfattribs=FILM),
    "part of an arc": lambda s: s.add_arc((200, 50), 50, -45, 45, dxfattribs=FILM),
    "arc of a circle": lambda s: s.add_arc((100, 50), 20, 0, 90, dxfattribs=FILM),
    "all of it, twice": lambda s: (stadium(s), stadium(s)),
}


@pytest.mark.parametrize("what", AGAIN)
@pytest.mark.parametrize(("nesting", "hole"), [("union", 0), ("even_odd", 20)])
@pytest.mark.analytic
def test_what_is_drawn_again_counts_once(
    dxf_layout: DxfLayout, what: str, nesting: str, hole: float
) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        stadium(space)
        AGAIN[what](space)

    area = dxf_layout(draw, nesting=nesting).outline.area / NM**2
    exact = 200 * 100 + math.pi * (50**2 - hole**2)
    # Chords within 0.02 nm of the curves.
    assert area == pytest.approx(exact, abs=0.02 * 2 * math.pi * (50 + hole))


def test_line_that_leaves_the_outline_is_not_dropped(dxf_layout: DxfLayout) -> None:
    def draw(space: Modelspace, block: BlockLayout) -> None:
        stadium(space)
        space.add_line((50, 0), (150, 1), FILM)

    with pytest.raises(LayoutError, match="is not closed"):
        dxf_layout(draw, nesting="union")
