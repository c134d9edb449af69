"""Areas, lines and texts of GDSII and OASIS files, against closed forms and KLayout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gdstk
import klayout.db as kdb
import pytest
from shapely import union_all

from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.drawings.gds import read_gds
from tests.meshing.cell_files import write_cells

NM = 1e-9


def spine(*points: tuple[float, float], width: float, **keys: Any) -> gdstk.FlexPath:
    return gdstk.FlexPath(points, width, simple_path=True, layer=1, **keys)


ELBOW = ((0.0, 0.0), (500.0, 0.0), (500.0, 300.0))
DRAWN: dict[str, dict[str, list[Any]]] = {
    "flush": {"TOP": [spine(*ELBOW, width=100)]},
    "extended": {"TOP": [spine(*ELBOW, width=100, ends="extended")]},
    "round": {"TOP": [spine(*ELBOW, width=100, ends="round")]},
    "own ends": {"TOP": [spine(*ELBOW, width=100, ends=(30, -20))]},
    "closed": {"TOP": [spine(*ELBOW, (0, 300), (0, 0), width=100)]},
    "magnified": {
        "A": [spine(*ELBOW, width=100, ends=(30, -20))],
        "TOP": [gdstk.Reference("A", rotation=1.5707963267948966, magnification=2)],
    },
    "array": {
        "A": [gdstk.Polygon([(0, 0), (30, 0), (0, 90)], layer=1)],
        "TOP": [
            gdstk.Reference(
                "A", (5, 7), 1.5707963267948966, 2, True, columns=3, rows=4, spacing=(200, 300)
            )
        ],
    },
    "crossing itself": {"TOP": [gdstk.Polygon([(0, 0), (200, 200), (200, 0), (0, 200)], layer=1)]},
    "twice around": {"TOP": [gdstk.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)] * 2, layer=1)]},
    "high numbers": {"TOP": [gdstk.rectangle((0, 0), (9, 9), layer=40_000, datatype=300)]},
}


@pytest.mark.parametrize("suffix", [".gds", ".oas"])
@pytest.mark.parametrize("case", DRAWN)
@pytest.mark.cross_method
def test_areas_are_those_of_klayout(tmp_path: Path, case: str, suffix: str) -> None:
    path = write_cells(tmp_path / f"a{suffix}", **DRAWN[case])
    other = kdb.Layout()
    other.read(str(path))
    drawing = read_gds(path, None, 1e-3 * NM, None, [1, 40_000])
    for index in other.layer_indexes():
        info = other.get_info(index)
        region = kdb.Region(other.top_cell().begin_shapes_rec(index))
        shapes = drawing.layers[f"{info.layer}/{info.datatype}"]
        ours = union_all([*shapes.areas, *shapes.outlines])
        # KLayout rounds the points of curves and paths to the grid, 1e-3 nm of them 10 to 500 nm;
        # and takes a round end of 100 nm for a polygon of 32 corners: 0.6 % of that disc.
        step = other.dbu * 1e-6
        round_ends = 0.0065 * 3.15 * (50 * NM) ** 2 if case == "round" else 0.0
        allowed = region.perimeter() * step**2 + round_ends
        assert ours.area == pytest.approx(region.merged().area() * step**2, rel=0, abs=allowed)
        box = region.bbox()
        bounds = [box.left * step, box.bottom * step, box.right * step, box.top * step]
        assert ours.bounds == pytest.approx(bounds, rel=0, abs=1.1 * step)


def test_paths_of_one_point_and_with_sharp_bends(tmp_path: Path) -> None:
    point = ((3.0, 4.0), (3.0, 4.0))
    path = write_cells(
        tmp_path / "a.gds",
        SQUARE=[spine(*point, width=100, ends="extended")],
        DISC=[spine(*point, width=100, ends="round")],
        SHARP=[spine((0, 0), (500, 0), (0, 50), width=20)],
    )
    found = {
        cell: union_all(read_gds(path, None, 1e-3 * NM, cell, [1]).layers["1/0"].areas)
        for cell in ("SQUARE", "DISC", "SHARP")
    }
    assert found["SQUARE"].area == pytest.approx((100 * NM) ** 2, rel=1e-9, abs=0)
    # Chords 1e-3 nm off the circle take 2/3 of that of its length at most.
    assert found["DISC"].area == pytest.approx(
        3.14159265 * (50 * NM) ** 2, rel=0, abs=2 / 3 * 1e-3 * 315 * NM**2
    )
    # A mitre would reach 10 nm/sin(2.86°) = 200 nm beyond the bend; it is cut off within a width.
    assert found["SHARP"].bounds[2] < 520 * NM


def test_absolute_width_is_not_magnified(tmp_path: Path) -> None:
    wire = spine((0, 0), (500, 0), width=100, scale_width=False)
    top = gdstk.Reference("A", (10, 20), 0.5, 2)
    path = write_cells(tmp_path / "a.gds", A=[wire], TOP=[top])
    areas = read_gds(path, None, NM, None, [1]).layers["1/0"].areas
    assert union_all(areas).area == pytest.approx(1000 * 100 * NM**2, rel=1e-6, abs=0)


@pytest.mark.cross_method
def test_texts_stand_where_klayout_has_them(tmp_path: Path) -> None:
    text = gdstk.Label("a", (10, 20), layer=2, rotation=1.5707963267948966, magnification=3)
    turned = gdstk.Reference("A", (100, 0), 1.5707963267948966, 2, True)
    array = gdstk.Reference("A", (500, 7), columns=3, rows=2, spacing=(70, 90))
    path = write_cells(
        tmp_path / "a.gds", A=[text], TOP=[turned, array, gdstk.Label("b", (5, 5), layer=2)]
    )
    other = kdb.Layout()
    other.read(str(path))
    found = []
    shapes = other.top_cell().begin_shapes_rec(other.layer(2, 0))
    while not shapes.at_end():
        place = shapes.shape().text.transformed(shapes.trans())
        found.append((place.string, place.x * other.dbu * 1e-6, place.y * other.dbu * 1e-6))
        shapes.next()
    labels = read_gds(path, None, NM, None, [2]).layers["2/0"].labels
    ours = sorted((name, at.x, at.y) for name, at in labels)
    assert len(ours) == 8
    for (name, *place), (their_name, *their_place) in zip(ours, sorted(found), strict=True):
        assert name == their_name
        assert place == pytest.approx(their_place, rel=0, abs=1e-6 * NM)


@pytest.mark.parametrize(
    ("unit", "precision"), [(1e-6, 1e-9), (1e-6, 5e-9), (1e-9, 1e-10), (1e-3, 1e-9), (1, 1e-9)]
)
@pytest.mark.analytic
def test_unit_and_grid(tmp_path: Path, unit: float, precision: float) -> None:
    library = gdstk.Library(unit=unit, precision=precision)
    library.new_cell("TOP").add(gdstk.rectangle((0, 0), (2e-7 / unit, 1e-7 / unit), layer=1))
    library.write_gds(tmp_path / "a.gds")
    area = read_drawing(tmp_path / "a.gds", 1).outline.area
    assert area == pytest.approx(2e-14, rel=1e-9, abs=0)
