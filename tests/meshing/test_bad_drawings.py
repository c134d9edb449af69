"""What is wrong with a drawing is said in one line; error handling throughout."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import gdstk
import pytest

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings import read_drawing
from tests.meshing.cell_files import PLATE, write_cells

NM = 1e-9
DATA = Path(__file__).parents[1] / "data" / "drawings"


def dxf(path: Path, **header: Any) -> None:
    document = ezdxf.new(units=header.get("units", 12))
    space = document.modelspace()
    space.add_lwpolyline([(0, 0), (200, 0), (200, 100), (0, 100)], close=True)
    space.add_line((0, 0), (0, 100), {"layer": "left"})
    space.add_ray((0, 0), (1, 0), {"layer": "ray"})
    document.saveas(path)


SQUARE_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}" viewBox="0 0 100 100">'
    '<path id="film" d="M0 0 H100 V100 H0 Z M20 20 H80 V80 H20 Z" fill-rule="{1}"/></svg>'
)


def text(where: Path, content: str) -> None:
    where.write_text(content)


def label(content: str, x: float, y: float) -> gdstk.Label:
    return gdstk.Label(content, (x, y), layer=2)


PAD = gdstk.rectangle((10, 10), (40, 40), layer=2)
FAR = gdstk.rectangle((300, 10), (340, 40), layer=2)
INNER_LINE = gdstk.FlexPath([(50, 10), (50, 90)], 0, layer=2, simple_path=True)
OPEN_FILM = gdstk.FlexPath([(50, 10), (50, 90)], 0, layer=1, simple_path=True)
APART = gdstk.rectangle((300, 0), (400, 100), layer=1)

BAD: dict[str, tuple[str, Callable[[Path], object], dict[str, Any], str]] = {
    "no file": ("a.gds", lambda p: None, {}, "cannot be read: No such file or directory"),
    "no DXF file": ("a.dxf", lambda p: None, {}, "cannot be read: No such file or directory"),
    "no SVG file": ("a.svg", lambda p: None, {}, "cannot be read: No such file or directory"),
    "other format": (
        "a.cif",
        lambda p: None,
        {},
        "the name must end in .gds, .oas, .svg (.gz after each), .svgz or .dxf",
    ),
    "text as GDSII": ("a.gds", lambda p: text(p, "x" * 99), {}, "neither GDSII nor OASIS"),
    "half a GDSII file": (
        "a.gds",
        lambda p: p.write_bytes((DATA / "cross_gdstk.gds").read_bytes()[:5000]),
        {},
        "the GDSII file is damaged at byte ",
    ),
    "text as DXF": ("a.dxf", lambda p: text(p, "x" * 99), {}, "cannot be read as DXF: "),
    "text as SVG": (
        "a.svg",
        lambda p: text(p, "x" * 99),
        {},
        "cannot be read as SVG: syntax error",
    ),
    "HTML as SVG": ("a.svg", lambda p: text(p, "<html/>"), {}, "its first element is <html>"),
    "no layer": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, PAD]),
        {"film": 7},
        "layout.film = 7: no such layer (layers: 1/0, 2/0)",
    ),
    "misspelt layer": (
        "a.dxf",
        dxf,
        {"film": "0", "contacts": {"a": "lft"}},
        "layout.contacts.a = 'lft': no such layer (layers: 0, left, ray); did you mean 'left'?",
    ),
    "no unit in DXF": (
        "a.dxf",
        lambda p: dxf(p, units=0),
        {"film": "0"},
        "layout.unit is missing: the file has no unit ($INSUNITS is 0); give the metres",
    ),
    "no unit in SVG": (
        "a.svg",
        lambda p: text(p, SQUARE_SVG.format("100", "nonzero")),
        {"film": "film"},
        "layout.unit is missing: the file says no physical width, or has no viewBox",
    ),
    "bad path in SVG": (
        "a.svg",
        lambda p: text(p, '<svg><path id="film" d="M 0 0 L x"/></svg>'),
        {"film": "film", "unit": NM},
        "<path> 'film' in line 1: 'x' after L in its path is not a number",
    ),
    "bad transform in SVG": (
        "a.svg",
        lambda p: text(p, '<svg><g id="film" transform="turn(3)"/></svg>'),
        {"film": "film", "unit": NM},
        "<g> 'film' in line 1: transform='turn(3)': 'turn' with 1 numbers cannot be followed",
    ),
    "endless SVG": (
        "a.svg",
        lambda p: text(p, '<svg><g id="film"><use href="#film"/></g></svg>'),
        {"film": "film", "unit": NM},
        "<use> in line 1: it refers to '#film', which it is a part of",
    ),
    "tiny pad": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, gdstk.rectangle((50, 50), (52, 52), layer=2)]),
        {"contacts": 2},
        "contact 'contact' is smaller than the mesh size 5e-09 m at (5.1e-08, 5.1e-08) m",
    ),
    "wrong unit": (
        "a.svg",
        lambda p: text(p, SQUARE_SVG.format("100mm", "nonzero")),
        {"film": "film"},
        "the film is 0.1 m wide with 0.001 m per unit of the drawing; give the metres per unit as "
        "layout.unit, 1e-9 for nanometres",
    ),
    "contact off the film": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, FAR]),
        {"contacts": {"a": 2}},
        "contact 'a' lies off the film at (3.2e-07, 2.5e-08) m",
    ),
    "line off the rim": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, INNER_LINE]),
        {"contacts": {"a": 2}},
        "contact 'a': its line from (5e-08, 1e-08) to (5e-08, 9e-08) m does not follow the film's",
    ),
    "open film": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, OPEN_FILM]),
        {},
        "layout.film: a line from (5e-08, 1e-08) to (5e-08, 9e-08) m is not closed",
    ),
    "film in pieces": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, APART]),
        {},
        "the film is in 2 pieces, at",
    ),
    "corners that touch": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, gdstk.rectangle((200, 100), (300, 200), layer=1)]),
        {},
        "the film is in 2 pieces, two of which only touch, at (2e-07, 1e-07) m: let them overlap",
    ),
    "only texts": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, label("a", 9, 9)]),
        {"contacts": 2},
        "layout.contacts: the layer of 'contact' holds no shape",
    ),
    "text in no contact": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, PAD, label("gate", 90, 20)]),
        {"contacts": 2},
        "the text 'gate' at (9e-08, 2e-08) m is in no contact",
    ),
    "two texts": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE, PAD, label("gate", 20, 20), label("drain", 30, 30)]),
        {"contacts": 2},
        "the texts 'gate' and 'drain' at (3e-08, 3e-08) m name the same contact",
    ),
    "several cells": (
        "a.gds",
        lambda p: write_cells(p, CELL_0=[PLATE], CELL_1=[PLATE]),
        {},
        "layout.cell is missing: the file has 2 top cells (CELL_0, CELL_1)",
    ),
    "no such cell": (
        "a.gds",
        lambda p: write_cells(p, CELL_0=[PLATE]),
        {"cell": "TOP"},
        "layout.cell = 'TOP': no such cell (cells: CELL_0)",
    ),
    "cell of a DXF": ("a.dxf", dxf, {"cell": "TOP"}, "only GDSII and OASIS files have cells"),
    "nesting of an SVG": (
        "a.svg",
        lambda p: text(p, SQUARE_SVG.format("100", "nonzero")),
        {"film": "film", "unit": NM, "nesting": "union"},
        "layout.nesting = 'union': an SVG file says itself, by its fill-rule",
    ),
    "unknown nesting": (
        "a.gds",
        lambda p: write_cells(p, TOP=[PLATE]),
        {"nesting": "xor"},
        "layout.nesting = 'xor': must be 'union' or 'even_odd'",
    ),
    "a ray in DXF": ("a.dxf", dxf, {"film": "ray"}, "the layer holds RAY, which cannot be"),
    "tolerance": ("a.dxf", dxf, {"tolerance": 0}, "layout.tolerance = 0: must be a length above 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_drawing_is_named(tmp_path: Path, case: str) -> None:
    name, make, keys, message = BAD[case]
    path = tmp_path / name
    make(path)
    with pytest.raises(LayoutError, match=re.escape(message)) as caught:
        read_drawing(path, **({"film": 1} | keys))
    assert str(caught.value).startswith((f"{path}: ", "layout.tolerance"))
    assert "\n" not in str(caught.value)
