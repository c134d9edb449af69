"""Layouts written and read again, bit by bit."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely import LineString, MultiLineString, MultiPolygon, box

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import Contact, Layout, corbino, disc, square, strip, wheel
from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.shapes.layout_file import (
    layout_from_dict,
    layout_to_dict,
    read_layout,
    write_layout,
)

NM = 1e-9
DATA = Path(__file__).parents[1] / "data" / "drawings"

COMPOSED = {
    "film": [
        {"shape": "disc", "radius": 100 * NM},
        {"shape": "rectangle", "size": [300 * NM, 30 * NM], "rotate": 30, "repeat": {"count": 3}},
    ]
}


PLATE = box(0, 0, 200 * NM, 100 * NM)
IN_PARTS = Layout(
    PLATE - box(80 * NM, 30 * NM, 120 * NM, 70 * NM),
    (
        Contact(
            "pads",
            MultiPolygon([box(x * NM, 0, (x + 30) * NM, 30 * NM) for x in (10, 150)]),
            3 * NM,
        ),
        Contact("one", MultiPolygon([box(150 * NM, 70 * NM, 200 * NM, 100 * NM)])),
        Contact(
            "edges",
            MultiLineString(
                [[(0, 50 * NM), (0, 90 * NM)], [(80 * NM, 30 * NM), (80 * NM, 60 * NM)]]
            ),
        ),
        Contact("edge", LineString([(200 * NM, 10 * NM), (200 * NM, 40 * NM)])),
    ),
    1 / 3 * NM,
    5 * NM,
    rim_mesh_size=4 * NM,
    gradation=0.3,
)

LAYOUTS: dict[str, Callable[[], Layout]] = {
    "wheel": wheel,
    "square": lambda: square(contacts=8, contact_mesh_size=2.5 * NM),
    "disc": lambda: disc(centre_pad_radius=1e-7),
    "strip": strip,
    "corbino": corbino,
    "parts": lambda: IN_PARTS,
    "GDSII": lambda: read_drawing(DATA / "cross_gdstk.gds", 1, {"end": 2, "centre": 3}),
    "DXF": lambda: read_drawing(DATA / "cross_ezdxf.dxf", "FILM", {"end": "CONTACTS"}),
    "SVG": lambda: read_drawing(
        DATA / "strip_svgwrite.svg", "film", {"left": "left", "right": "right"}, unit=NM
    ),
    "shapes": lambda: layout_from_dict(COMPOSED),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_round_trip(tmp_path: Path, name: str) -> None:
    made = LAYOUTS[name]()
    path = tmp_path / "film.toml"
    write_layout(made, path)
    again = read_layout(path)
    assert again == made  # shapely compares every coordinate exactly
    assert layout_to_dict(again) == layout_to_dict(made)
    assert layout_from_dict(layout_to_dict(made)) == made


def test_bad_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "film.toml"
    with pytest.raises(LayoutError, match="cannot be read: No such file"):
        read_layout(path)
    with pytest.raises(LayoutError, match="No such file or directory"):
        write_layout(strip(), tmp_path / "nowhere" / "film.toml")
    for text, message in (
        ("[layout", "is not TOML"),
        ("", "has no [layout]"),
        ('[layout]\nkind = "wheel"', "layout.kind = 'wheel': must be 'shapes' here"),
        ("[layout]", "layout.film is missing"),
    ):
        path.write_text(text)
        with pytest.raises(LayoutError, match=re.escape(message)) as caught:
            read_layout(path)
        assert str(caught.value).startswith(f"{path}: ")
