"""One device of a drawing with several: by a box, or by a point."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpi4py import MPI

import ezdxf
import gdstk
import pytest
import shapely

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.drawings.choice import crop_box, joined, near
from hebbfilm.meshing.drawings.drawing import Shapes

NM = 1e-9
PITCH = 1000  # nm between two devices


def boxes(layer: int) -> list[tuple[float, float, float, float]]:
    """Three bars of 400 by 100 nm beside each other, with a pad of 60 nm over each end."""
    if layer == 1:
        return [(PITCH * k, 0, PITCH * k + 400, 100) for k in range(3)]
    return [(x, 0, x + 60, 100) for k in range(3) for x in (PITCH * k - 10, PITCH * k + 400 - 50)]


def texts() -> list[tuple[str, float, float]]:
    return [(f"S{k}", PITCH * k + 5, 50) for k in range(3)] + [("wafer 12", 1200, 400)]


def gds(path: Path) -> None:
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    cell = library.new_cell("TOP")
    for layer in (1, 2):
        for left, low, right, top in boxes(layer):
            cell.add(gdstk.rectangle((left, low), (right, top), layer=layer))
    cell.add(*(gdstk.Label(text, (x, y), layer=2) for text, x, y in texts()))
    library.write_gds(path)


def dxf(path: Path) -> None:
    document = ezdxf.new(units=13)  # micrometres
    space = document.modelspace()
    for layer in (1, 2):
        for box in boxes(layer):
            left, low, right, top = (x / 1000 for x in box)
            corners = [(left, low), (right, low), (right, top), (left, top)]
            space.add_lwpolyline(corners, close=True, dxfattribs={"layer": str(layer)})
    for text, x, y in texts():
        space.add_text(text, height=0.01, dxfattribs={"layer": "2", "insert": (x / 1000, y / 1000)})
    document.saveas(path)


def svg(path: Path) -> None:
    groups = [
        f'<g id="{name}">'
        + "".join(
            f'<rect x="{left}" y="{-top}" width="{right - left}" height="{top - low}"/>'
            for left, low, right, top in boxes(layer)
        )
        + (
            "".join(f'<text x="{x}" y="{-y}">{text}</text>' for text, x, y in texts())
            if layer == 2
            else ""
        )
        + "</g>"
        for layer, name in ((1, "one"), (2, "two"))
    ]
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(groups)}</svg>')


FILES: dict[str, tuple[Callable[[Path], None], dict[str, Any]]] = {
    "a.gds": (gds, {"film": 1, "contacts": {"end": 2}}),
    "a.dxf": (dxf, {"film": "1", "contacts": {"end": "2"}}),
    "a.svg": (svg, {"film": "one", "contacts": {"end": "two"}, "unit": NM}),
}
CHOICES: dict[str, dict[str, Any]] = {
    "crop": {"crop": ((900 * NM, -50 * NM), (1500 * NM, 200 * NM))},
    "piece": {"piece": (1300 * NM, 20 * NM)},
    "piece beside it": {"piece": (1420 * NM, 300 * NM)},
    "both": {
        "crop": ((-100 * NM, -50 * NM), (1500 * NM, 200 * NM)),
        "piece": (1300 * NM, 20 * NM),
    },
}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", FILES)
@pytest.mark.analytic
def test_one_of_three(tmp_path: Path, name: str, choice: str) -> None:
    make, keys = FILES[name]
    make(tmp_path / name)
    if "piece" in CHOICES[choice] and "crop" not in CHOICES[choice]:
        keys = keys | {"ignore": ["wafer 12"]}  # nearest to this bar
    layout = read_drawing(tmp_path / name, **keys, **CHOICES[choice])
    assert layout.contact_names == ("end", "S1")
    bounds = [1000 * NM, 0, 1400 * NM, 100 * NM]
    assert layout.outline.bounds == pytest.approx(bounds, rel=0, abs=1e-12 * NM + 1e-15)
    assert [c.region.area for c in layout.contacts] == pytest.approx(
        [5e3 * NM**2] * 2, rel=1e-6, abs=0
    )


def plate(path: Path) -> Path:
    """A plate of 400 by 100 nm; a U over it from below, its name outside; a line along its top."""
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    cell = library.new_cell("TOP").add(gdstk.rectangle((0, 0), (400, 100), layer=1))
    legs = [(50, -200, 90, 50), (150, -200, 190, 50), (50, -200, 190, -150)]
    cell.add(*(gdstk.rectangle(leg[:2], leg[2:], layer=2) for leg in legs))
    cell.add(gdstk.Label("fork", (100, -180), layer=2))
    cell.add(gdstk.FlexPath([(0, 100), (400, 100)], 0, layer=3, simple_path=True))
    library.write_gds(path)
    return path


@pytest.mark.analytic
def test_contacts_are_cut_and_stay_one(tmp_path: Path, comm: MPI.Intracomm) -> None:
    layout = read_drawing(
        plate(tmp_path / "a.gds"),
        1,
        {"pad": 2, "top": 3},
        mesh_size=10 * NM,
        crop=((0, 0), (300 * NM, 100 * NM)),
    )
    assert layout.contact_names == ("fork", "top")
    assert layout.outline.area == pytest.approx(3e4 * NM**2, rel=1e-9, abs=0)
    film = mesh_film(layout, comm)
    assert film.contact_size("fork") == pytest.approx(2 * 40 * 50 * NM**2, rel=1e-6, abs=0)
    assert film.contact_size("top") == pytest.approx(300 * NM * layout.thickness, rel=1e-6, abs=0)


def test_what_is_far_is_not_looked_at() -> None:
    """Nor what crosses the box that is joined by nothing to what lies in it, piece by piece."""
    crop = crop_box(((0, 0), (1, 1)))
    row = [shapely.box(x, 0, x + 1, 1) for x in (0.5, 1.5, 2.6, 4, 4.5)]
    shapes = Shapes(areas=row[:3], outlines=row[3:])
    assert near(shapes, crop, 0.01).filled == row[:1]
    assert joined(shapes, crop, 0.01).filled == row[:2]
    assert joined(shapes, crop, 0.11).filled == row[:3]
    assert near(shapes, None, 0.01).filled == joined(shapes, None, 0.01).filled == row


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no choice": (
        {},
        "the film is in 3 pieces, at (2e-07, 5e-08), (1.2e-06, 5e-08), (2.2e-06, 5e-08) m; choose "
        "one by layout.piece = [x, y]",
    ),
    "empty box": (
        {"crop": ((500 * NM, 0), (900 * NM, 1e-7))},
        "no film in it; the film lies in [[0, 0], [2.4e-06, 1e-07]] m",
    ),
    "box in micrometres": ({"crop": ((0.9, 0), (1.5, 1))}, "no film in it; the film lies in [["),
    "corners in the other order": (
        {"crop": ((1.5e-6, 1e-7), (9e-7, 0))},
        "must be [[left, low], [right, high]] in m",
    ),
    "no number": ({"crop": ((float("nan"), 0), (1, 1))}, "must be [[left, low], [right, high]]"),
    "two in the box": ({"crop": ((0, 0), (1.5e-6, 1e-7))}, "the film is in 2 pieces"),
    "point in micrometres": ({"piece": (1.2, 0.05)}, "is far off the film, which lies in [["),
    "no point": ({"piece": (float("inf"), 0.05)}, "is far off the film, which lies in [["),
    "layer without a shape there": (
        {"crop": ((1100 * NM, 0), (1300 * NM, 1e-7))},
        "the layer of 'end' holds no shape in the chosen part of the film",
    ),
    "text by that piece": (
        {"piece": (1200 * NM, 0)},
        "the text 'wafer 12' at (1.2e-06, 4e-07) m is in no contact",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_choice_is_named(tmp_path: Path, case: str) -> None:
    gds(tmp_path / "a.gds")
    keys, message = BAD[case]
    with pytest.raises(LayoutError, match=re.escape(message)) as caught:
        read_drawing(tmp_path / "a.gds", 1, {"end": 2}, **keys)
    assert "\n" not in str(caught.value)
