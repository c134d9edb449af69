"""Regions drawn in files, and written as shapes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import gdstk
import pytest
from shapely import MultiPolygon, box
from shapely.affinity import rotate

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import Contact, Layout, Region
from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.shapes.layout_file import layout_from_dict, read_layout, write_layout
from tests.meshing.cell_files import PLATE, write_cells

NM = 1e-9
KEYS: dict[str, Any] = {"film": "1", "mesh_size": 5 * NM}
SOFT = [(50, 0), (100, 0), (100, 100), (50, 100)]
OVER_THE_EDGE = [(150, -20), (250, -20), (250, 120), (150, 120)]


def cells(path: Path) -> None:
    shapes = [gdstk.Polygon(points, layer=k) for points, k in ((SOFT, 2), (OVER_THE_EDGE, 3))]
    write_cells(path, TOP=[PLATE, *shapes])


def dxf(path: Path) -> None:
    document = ezdxf.new("R2010", units=0)
    plate = [(0, 0), (200, 0), (200, 100), (0, 100)]
    for points, layer in ((plate, "1"), (SOFT, "2"), (OVER_THE_EDGE, "3")):
        document.modelspace().add_lwpolyline(points, close=True, dxfattribs={"layer": layer})
    document.saveas(path)


def svg(path: Path) -> None:
    plate = '<g id="1"><rect width="200" height="100"/></g>'
    groups = "".join(
        f'<g id="{name}"><polygon points="{" ".join(f"{x},{y}" for x, y in points)}"/></g>'
        for name, points in (("2", SOFT), ("3", OVER_THE_EDGE))
    )
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{plate}{groups}</svg>')


WRITERS: dict[str, Callable[[Path], None]] = {
    "film.gds": cells,
    "film.oas": cells,
    "film.dxf": dxf,
    "film.svg": svg,
}


def layers(name: str, **wanted: Any) -> dict[str, Any]:
    """Numbers of layers where the format has numbers."""
    numbers = name.endswith((".gds", ".oas"))
    keys = KEYS | {"regions": {n: int(k) if numbers else k for n, k in wanted.items()}}
    return keys | ({"film": 1} if numbers else {"unit": NM})


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.analytic
def test_layers_are_regions_cut_to_the_film(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    layout = read_drawing(
        path, **layers(name, soft="2", hard="3"), region_mesh_sizes={"hard": 2 * NM}
    )
    assert layout.region_names == ("soft", "hard")
    soft, hard = layout.regions
    # Files hold whole thousandths of a nanometre, or decimal numbers.
    assert soft.area.area == pytest.approx(50 * 100 * NM**2, rel=1e-9)
    assert hard.area.area == pytest.approx(50 * 100 * NM**2, rel=1e-9)
    assert (soft.mesh_size, hard.mesh_size) == (None, 2 * NM)


def test_layers_of_several_shapes_are_one_region(tmp_path: Path) -> None:
    path = tmp_path / "film.gds"
    shapes = [gdstk.rectangle((x, 0), (x + 40, 100), layer=2) for x in (20, 60, 140)]
    write_cells(path, TOP=[PLATE, *shapes])
    layout = read_drawing(path, **layers("film.gds", soft="2"))
    assert layout.regions[0].area.area == pytest.approx(120 * 100 * NM**2, rel=1e-9)
    assert len(layout.regions[0].area.geoms) == 2


BAD_LAYERS: dict[str, tuple[list[Any], dict[str, Any], str]] = {
    "no layer": (
        [],
        {"regions": {"soft": 7}},
        "regions.soft.layer = 7: no such layer (layers: 1/0)",
    ),
    "off the film": (
        [gdstk.rectangle((300, 0), (400, 100), layer=2)],
        {"regions": {"soft": 2}},
        "regions.soft.layer: the layer holds no shape on the film",
    ),
    "overlap": (
        [gdstk.rectangle((x, 0), (x + 60, 100), layer=layer) for x, layer in ((20, 2), (70, 3))],
        {"regions": {"soft": 2, "hard": 3}},
        "regions 'soft' and 'hard' overlap at (7.5e-08, 5e-08) m",
    ),
    "mesh size": (
        [gdstk.rectangle((20, 0), (60, 100), layer=2)],
        {"regions": {"soft": 2}, "region_mesh_sizes": {"soft": 2}},
        "regions.soft.mesh_size 2 m: lengths are metres; did you mean 2e-9?",
    ),
}


@pytest.mark.parametrize(("shapes", "keys", "message"), BAD_LAYERS.values(), ids=BAD_LAYERS)
def test_bad_layers_are_refused(
    tmp_path: Path, shapes: list[Any], keys: dict[str, Any], message: str
) -> None:
    write_cells(tmp_path / "film.gds", TOP=[PLATE, *shapes])
    with pytest.raises(LayoutError, match=re.escape(message)):
        read_drawing(tmp_path / "film.gds", **(KEYS | {"film": 1} | keys))


def test_open_lines_are_no_regions(tmp_path: Path) -> None:
    document = ezdxf.new("R2010", units=0)
    space = document.modelspace()
    plate = [(0, 0), (200, 0), (200, 100), (0, 100)]
    space.add_lwpolyline(plate, close=True, dxfattribs={"layer": "1"})
    space.add_lwpolyline([(20, 0), (60, 0), (60, 100)], dxfattribs={"layer": "2"})
    document.saveas(tmp_path / "film.dxf")
    message = "regions.soft.layer: a line from (2e-08, 0.0) to (6e-08, 1e-07) m is not closed"
    with pytest.raises(LayoutError, match=re.escape(message)):
        read_drawing(tmp_path / "film.dxf", **layers("film.dxf", soft="2"))


OUTLINE = box(0, 0, 200 * NM, 100 * NM)
PLAIN = Layout(OUTLINE, (Contact("left", box(0, 0, 30 * NM, 100 * NM)),), 1 / 3 * NM, 5 * NM)


def test_layouts_with_regions_are_written_and_read_to_the_last_bit(tmp_path: Path) -> None:
    turned = rotate(box(60 * NM, 30 * NM, 120 * NM, 70 * NM), 17, origin="centroid")
    ends = MultiPolygon([box(140 * NM, k * NM, 180 * NM, (k + 30) * NM) for k in (0, 70)])
    hollow = box(10 * NM, 0, 50 * NM, 100 * NM) - box(20 * NM, 30 * NM, 40 * NM, 70 * NM)
    regions = (
        Region("turned", turned, 7 / 3 * NM),
        Region("ends", ends),
        Region("hollow", hollow),
        Region("one", MultiPolygon([box(140 * NM, 40 * NM, 180 * NM, 60 * NM)])),
    )
    made = Layout(PLAIN.outline, PLAIN.contacts, 1 / 3 * NM, 5 * NM, regions=regions)
    write_layout(made, tmp_path / "film.toml")
    assert read_layout(tmp_path / "film.toml") == made


FILM = {"film": [{"shape": "rectangle", "size": [200 * NM, 100 * NM]}]}
STRIPE = {"shape": "rectangle", "size": [40 * NM, 140 * NM]}


@pytest.mark.analytic
def test_areas_are_composed_of_shapes() -> None:
    ring = [
        {"shape": "rectangle", "size": [60 * NM, 60 * NM]},
        {"shape": "rectangle", "size": [20 * NM, 20 * NM], "operation": "subtract"},
    ]
    layout = layout_from_dict(FILM | {"region": [{"name": "ring", "area": ring}]})
    assert layout.regions[0].area.area == pytest.approx((60**2 - 20**2) * NM**2, rel=1e-12)


@pytest.mark.analytic
def test_areas_are_cut_to_the_film_where_that_is_asked_for() -> None:
    region = {"name": "stripe", "area": STRIPE, "cut_to_film": True}
    layout = layout_from_dict(FILM | {"region": [region]})
    assert layout.regions[0].area.area == pytest.approx(40 * 100 * NM**2, rel=1e-12)


BAD_SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "partly off the film": (
        {"name": "a", "area": STRIPE},
        "region 'a' reaches outside the film at (0, ",
    ),
    "off the film": (
        {"name": "a", "area": STRIPE | {"centre": [1e-6, 0.0]}, "cut_to_film": True},
        "region 'a' lies off the film at (1e-06, 0) m",
    ),
    "nothing": (
        {"name": "a", "area": [STRIPE, STRIPE | {"operation": "subtract"}]},
        "region 'a' is empty; its shapes leave no area",
    ),
    "no shapes": ({"name": "a", "area": []}, "layout.region[0].area = []"),
    "no area": ({"name": "a"}, "layout.region[0].area is missing"),
    "unknown key": (
        {"name": "a", "area": STRIPE, "meshsize": 1e-9},
        "unknown key meshsize in [layout.region[0]]; did you mean mesh_size? (allowed: name, area, "
        "mesh_size, cut_to_film)",
    ),
    "unknown shape": (
        {"name": "a", "area": {"shape": "rectangel"}},
        "layout.region[0].area.shape = 'rectangel': allowed are polygon, rectangle, disc, "
        "annulus_sector, path; did you mean rectangle?",
    ),
    "unknown key of a shape": (
        {"name": "a", "area": [STRIPE | {"center": [0.0, 0.0]}]},
        "unknown key center in [layout.region[0].area[0]]; did you mean centre?",
    ),
}


@pytest.mark.parametrize(("region", "message"), BAD_SHAPES.values(), ids=BAD_SHAPES)
def test_bad_shapes_are_refused(region: dict[str, Any], message: str) -> None:
    with pytest.raises(LayoutError, match=re.escape(message)):
        layout_from_dict(FILM | {"region": [region]})
