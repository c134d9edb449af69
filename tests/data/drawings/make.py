"""Draws the films of this folder: `run/env python tests/data/drawings/make.py`.

Two films, in nanometres: a cross of two bars with a disc over its middle, contacts at the four ends
and in the middle; and a strip of 1000 by 100 nm with contacts at its ends. Each is drawn in every
format by the library that hebbfilm reads it with, and by another one that shares no code with it.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import ezdxf
import gdstk
import gmsh
import klayout.db as kdb
import matplotlib as mpl
import numpy as np
import svgwrite
from matplotlib import patches
from matplotlib.figure import Figure
from matplotlib.path import Path as Curve

_NO_DATE = datetime(2000, 1, 1)
ezdxf.options.write_fixed_meta_data_for_testing = True
HERE = Path(__file__).parent
LENGTH, WIDTH, RADIUS, PAD = 400, 100, 120, 40  # of the arms, of the bars, of disc and pad; nm
PAD_DEPTH = 50  # of the contacts at the ends
STRIP_LENGTH, STRIP_WIDTH, STRIP_THICKNESS, HOLE_RADIUS = 1000, 100, 20, 30
FILM, CONTACTS, CENTRE = 1, 2, 3

Box = tuple[float, float, float, float]


def bars() -> list[Box]:
    """The two bars of the cross: left, low, right, top."""
    half = WIDTH / 2
    return [(-LENGTH, -half, LENGTH, half), (-half, -LENGTH, half, LENGTH)]


def pads() -> dict[str, Box]:
    """Contacts over the ends of the arms, wider and longer than these."""
    half, start, stop = 0.7 * WIDTH, LENGTH - PAD_DEPTH, LENGTH + 30
    return {
        "east": (start, -half, stop, half),
        "north": (-half, start, half, stop),
        "west": (-stop, -half, -start, half),
        "south": (-half, -stop, half, -start),
    }


def corners(box: Box) -> list[tuple[float, float]]:
    left, low, right, top = box
    return [(left, low), (right, low), (right, top), (left, top)]


def middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def circle(radius: float, points: int = 512) -> list[tuple[float, float]]:
    angles = np.linspace(0, 2 * math.pi, points, endpoint=False)
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


STRIP_ENDS = {
    "left": [(0, -STRIP_WIDTH / 2), (0, STRIP_WIDTH / 2)],
    "right": [(STRIP_LENGTH, -STRIP_WIDTH / 2), (STRIP_LENGTH, STRIP_WIDTH / 2)],
}
STRIP = (0, -STRIP_WIDTH / 2, STRIP_LENGTH, STRIP_WIDTH / 2)


def gdstk_cross(path: Path) -> None:
    """The bars and the pads in cells of their own, put four times; the unit is 1 um."""
    library = gdstk.Library(unit=1e-6, precision=1e-11)
    bar = library.new_cell("BAR")
    bar.add(gdstk.rectangle((-LENGTH * 1e-3, -WIDTH * 5e-4), (LENGTH * 1e-3, WIDTH * 5e-4), FILM))
    top = library.new_cell("CROSS")
    top.add(gdstk.Reference(bar), gdstk.Reference(bar, rotation=math.pi / 2))
    top.add(gdstk.ellipse((0, 0), RADIUS * 1e-3, tolerance=1e-6, layer=FILM))
    top.add(gdstk.ellipse((0, 0), PAD * 1e-3, tolerance=1e-6, layer=CENTRE))
    for name, box in pads().items():
        points = np.array(corners(box)) * 1e-3
        top.add(gdstk.Polygon(points, layer=CONTACTS))
        x, y = middle(box)
        top.add(gdstk.Label(name, (x * 1e-3, y * 1e-3), layer=CONTACTS))
    library.write_gds(path, timestamp=_NO_DATE)


def klayout_cross(layout: kdb.Layout) -> kdb.Layout:
    """Paths as bars; the database unit is 0.1 nm."""
    layout.dbu = 1e-4
    top = layout.create_cell("CROSS")
    film, contacts, centre = (
        layout.layer(kdb.LayerInfo(number, 0, name))
        for number, name in ((FILM, "film"), (CONTACTS, "contacts"), (CENTRE, "centre"))
    )
    for box in bars():
        along = box[2] - box[0] > box[3] - box[1]
        ends = [(-LENGTH, 0), (LENGTH, 0)] if along else [(0, -LENGTH), (0, LENGTH)]
        top.shapes(film).insert(
            kdb.DPath([kdb.DPoint(x / 1e3, y / 1e3) for x, y in ends], WIDTH / 1e3)
        )
    for layer, radius in ((film, RADIUS), (centre, PAD)):
        points = [kdb.DPoint(x / 1e3, y / 1e3) for x, y in circle(radius)]
        top.shapes(layer).insert(kdb.DPolygon(points))
    for name, box in pads().items():
        top.shapes(contacts).insert(kdb.DBox(*(x / 1e3 for x in box)))
        x, y = middle(box)
        top.shapes(contacts).insert(kdb.DText(name, x / 1e3, y / 1e3))
    return layout


def gdstk_strip(path: Path) -> None:
    """Contacts as paths without width; the unit is 1 nm."""
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    top = library.new_cell("STRIP")
    top.add(gdstk.rectangle(STRIP[:2], STRIP[2:], FILM))
    for number, line in enumerate(STRIP_ENDS.values(), CONTACTS):
        top.add(gdstk.FlexPath(line, 0, layer=number, simple_path=True))
    library.write_gds(path, timestamp=_NO_DATE)


def klayout_strip(layout: kdb.Layout) -> kdb.Layout:
    """Contacts as areas that touch the strip; the database unit is 1 nm."""
    layout.dbu = 1e-3
    top = layout.create_cell("STRIP")
    film = layout.layer(kdb.LayerInfo(FILM, 0, "film"))
    top.shapes(film).insert(kdb.DBox(*(x / 1e3 for x in STRIP)))
    for number, (name, line) in enumerate(STRIP_ENDS.items(), CONTACTS):
        outside = -0.1 if name == "left" else 0.1
        (x, low), (_, high) = line
        layer = layout.layer(kdb.LayerInfo(number, 0, name))
        top.shapes(layer).insert(kdb.DBox(x / 1e3, low / 1e3, x / 1e3 + outside, high / 1e3))
    return layout


def ezdxf_cross(path: Path) -> None:
    """One arm as a block of LINEs and an ARC, put four times; nanometres; layers by name."""
    document = ezdxf.new("R2010", units=12)
    arm = document.blocks.new("ARM")
    half, inner = WIDTH / 2, math.sqrt(RADIUS**2 - WIDTH**2 / 4)
    side = math.degrees(math.asin(half / RADIUS))
    for start, end in pairwise([(inner, half), (LENGTH, half), (LENGTH, -half), (inner, -half)]):
        arm.add_line(start, end)
    arm.add_arc((0, 0), RADIUS, side, 90 - side)
    space = document.modelspace()
    for turn in range(4):
        space.add_blockref("ARM", (0, 0), {"layer": "FILM", "rotation": 90 * turn})
    space.add_circle((0, 0), PAD, {"layer": "CENTRE"})
    for name, box in pads().items():
        space.add_lwpolyline(corners(box), close=True, dxfattribs={"layer": "CONTACTS"})
        label = space.add_text(name, height=10, dxfattribs={"layer": "CONTACTS"})
        label.set_placement(middle(box), align=ezdxf.enums.TextEntityAlignment.MIDDLE_CENTER)
    document.saveas(path)


def ezdxf_strip(path: Path) -> None:
    """Contacts as LINEs on the rim; no unit."""
    document = ezdxf.new("R12")
    document.header["$INSUNITS"] = 0
    space = document.modelspace()
    space.add_polyline2d(corners(STRIP), close=True, dxfattribs={"layer": "FILM"})
    for name, (start, end) in STRIP_ENDS.items():
        space.add_line(start, end, {"layer": name.upper()})
    document.saveas(path)


def svgwrite_cross(path: Path) -> None:
    """Layers as Inkscape writes them, with rotated groups; 1 mm stands for 1 nm."""
    size = 2 * (LENGTH + 50)
    drawing = svgwrite.Drawing(
        path,
        (f"{size}mm", f"{size}mm"),
        viewBox=f"{-size / 2} {-size / 2} {size} {size}",
        debug=False,
    )
    drawing["xmlns:inkscape"] = "http://www.inkscape.org/namespaces/inkscape"
    layers = {}
    for name in ("film", "contacts", "centre"):
        layers[name] = drawing.add(
            drawing.g(**{"inkscape:label": name, "inkscape:groupmode": "layer"})
        )
    layers["film"].add(drawing.rect((-LENGTH, -WIDTH / 2), (2 * LENGTH, WIDTH)))
    layers["film"].add(
        drawing.rect((-LENGTH, -WIDTH / 2), (2 * LENGTH, WIDTH), transform="rotate(90)")
    )
    layers["film"].add(drawing.circle((0, 0), RADIUS))
    layers["centre"].add(drawing.ellipse((0, 0), (PAD, PAD), fill="red"))
    for name, box in pads().items():
        # y goes down in SVG
        points = [(x, -y) for x, y in corners(box)]
        layers["contacts"].add(drawing.polygon(points, fill="gold"))
        x, y = middle(box)
        layers["contacts"].add(drawing.text(name, (x, -y)))
    drawing.saveas(path)


def matplotlib_figure(size: float) -> tuple[Figure, mpl.axes.Axes]:
    """One point of the paper to the nanometre."""
    figure = Figure((size / 72, size / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(-size / 2, size / 2), ylim=(-size / 2, size / 2))
    return figure, axes


def matplotlib_cross(path: Path) -> None:
    """Every patch is a path with Bézier curves in groups with ids."""
    figure, axes = matplotlib_figure(2 * (LENGTH + 50))
    for k, box in enumerate(bars()):
        axes.add_patch(patches.Polygon(corners(box), gid=f"bar_{k + 1}"))
    axes.add_patch(patches.Circle((0, 0), RADIUS, gid="hub"))
    axes.add_patch(patches.Circle((0, 0), PAD, color="red", gid="centre"))
    for name, box in pads().items():
        axes.add_patch(patches.Polygon(corners(box), color="gold", gid=name))
    _save_svg(figure, path)


def svgwrite_strip(path: Path) -> None:
    """Contacts as lines on the rim; user units without size."""
    drawing = svgwrite.Drawing(path, debug=False)
    drawing.add(drawing.rect(STRIP[:2], (STRIP_LENGTH, STRIP_WIDTH), id="film"))
    for name, (start, end) in STRIP_ENDS.items():
        drawing.add(drawing.line(start, end, id=name, stroke="gold"))
    drawing.saveas(path)


def matplotlib_strip(path: Path) -> None:
    """A strip with a Curve of its own; contacts are areas that touch it."""
    figure, axes = matplotlib_figure(2 * (STRIP_LENGTH + 200))
    axes.add_patch(
        patches.PathPatch(Curve([*corners(STRIP), (0, 0)], closed=True), lw=0, gid="film")
    )
    for name, ((x, low), (_, high)) in STRIP_ENDS.items():
        outside = x - 100 if name == "left" else x + 100
        box = (min(x, outside), low, max(x, outside), high)
        axes.add_patch(patches.Polygon(corners(box), lw=0, color="gold", gid=name))
    _save_svg(figure, path)


def _save_svg(figure: Figure, path: Path) -> None:
    with mpl.rc_context({"svg.hashsalt": "hebbfilm"}):
        figure.savefig(path, format="svg", metadata={"Date": None})


def klayout_files(folder: Path) -> None:
    options = kdb.SaveLayoutOptions()
    options.gds2_write_timestamps = False
    for name, draw in (("cross", klayout_cross), ("strip", klayout_strip)):
        for suffix, options.format in (("gds", "GDS2"), ("dxf", "DXF")):
            draw(kdb.Layout()).write(str(folder / f"{name}_klayout.{suffix}"), options)


def step_strip(path: Path) -> None:
    """The strip, 20 nm thick with a round hole, and leads that touch its ends; 1 mm for 1 nm."""
    left, low, right, top = STRIP
    if ours := not gmsh.isInitialized():
        gmsh.initialize(readConfigFiles=False, interruptible=False)
    gmsh.option.setNumber("General.Terminal", 0)
    gmsh.model.add("strip")
    occ = gmsh.model.occ
    film = occ.addBox(left, low, 0, right - left, top - low, STRIP_THICKNESS)
    hole = occ.addCylinder(STRIP_LENGTH / 2, 0, 0, 0, 0, STRIP_THICKNESS, HOLE_RADIUS)
    occ.cut([(3, film)], [(3, hole)])
    for x in (left - 100, right):
        occ.addBox(x, low, 0, 100, top - low, STRIP_THICKNESS)
    occ.synchronize()
    gmsh.write(str(path))
    gmsh.model.remove()
    if ours:
        gmsh.finalize()
    # Gmsh names no bodies in STEP files.
    content = re.sub(r"'\d{4}-\d\d-\d\dT[\d:]+'", "'2000-01-01T00:00:00'", path.read_text())
    for number, name in enumerate(("film", "source", "drain"), 1):
        content = re.sub(
            rf"'Open CASCADE STEP translator [\d.]+ 1\.{number}'", f"'{name}'", content
        )
    path.write_text(content)


def make_all(folder: Path) -> None:
    """Draw every film in every format."""
    gdstk_cross(folder / "cross_gdstk.gds")
    gdstk_strip(folder / "strip_gdstk.gds")
    ezdxf_cross(folder / "cross_ezdxf.dxf")
    ezdxf_strip(folder / "strip_ezdxf.dxf")
    klayout_files(folder)
    svgwrite_cross(folder / "cross_svgwrite.svg")
    svgwrite_strip(folder / "strip_svgwrite.svg")
    matplotlib_cross(folder / "cross_matplotlib.svg")
    matplotlib_strip(folder / "strip_matplotlib.svg")
    step_strip(folder / "strip_gmsh.step")


if __name__ == "__main__":
    make_all(HERE)
