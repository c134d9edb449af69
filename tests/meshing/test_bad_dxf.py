"""What cannot be followed in a DXF file is refused by one line; error handling throughout."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from ezdxf.layouts import BlockLayout, Modelspace
from ezdxf.xclip import XClip

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import Layout
from hebbfilm.meshing.drawings import read_drawing

NM = 1e-9
Draw: TypeAlias = Callable[[Modelspace, BlockLayout], object]
DxfLayout: TypeAlias = Callable[..., Layout]


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
def test_what_cannot_be_followed_is_refused(dxf_layout: DxfLayout, case: str) -> None:
    draw, message = UNREAD[case]
    with pytest.raises(LayoutError, match=re.escape(message)) as caught:
        dxf_layout(draw)
    assert "\n" not in str(caught.value)


def test_content_that_would_be_left_out_is_refused(tmp_path: Path, dxf_layout: DxfLayout) -> None:
    path = tmp_path / "film.dxf"
    dxf_layout(lambda space, block: (space.add_circle((0, 0), 99, ON), block.add_point((0, 0))))
    text = path.read_text()
    path.write_text(text.replace("  0\nENDBLK\n", "  0\nPOINT\n", 1))
    with pytest.raises(LayoutError, match=r"the DXF file is damaged: .*ignoring content"):
        read_drawing(path, "film", unit=NM)
