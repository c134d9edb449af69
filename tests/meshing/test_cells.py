"""Cells of GDSII and OASIS files: strings, references, damage, and what need not be read."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gdstk
import pytest

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings import gds, read_drawing
from hebbfilm.meshing.drawings.gds import read_gds
from hebbfilm.meshing.drawings.gds_records import checked
from tests.meshing.cell_files import PLATE, write_cells

NM = 1e-9
DATA = Path(__file__).parents[1] / "data" / "drawings"

LEFT = gdstk.rectangle((0, 0), (20, 100), layer=2)
RIGHT = gdstk.rectangle((180, 0), (200, 100), layer=2)


def replace(path: Path, old: bytes, new: bytes) -> Path:
    """One string of a file by another of the same length."""
    assert len(old) == len(new)
    content = path.read_bytes()
    assert content.count(old) > 0
    path.write_bytes(content.replace(old, new))
    return path


def label(text: str, x: float, y: float, layer: int = 2) -> gdstk.Label:
    return gdstk.Label(text, (x, y), layer=layer)


def test_strings_that_are_not_utf8(tmp_path: Path) -> None:
    path = write_cells(
        tmp_path / "a.gds",
        TOP=[PLATE, LEFT, RIGHT, label("5 um", 50, 50, layer=63), "ARMxx"],
        ARMxx=[label("gateU", 10, 50), label("drain", 190, 50)],
    )
    replace(replace(path, b"5 um", b"5 \xb5m"), b"ARMxx", b"\xc4\xff\x80\xe9x")
    assert read_drawing(path, 1, 2).contact_names == ("drain", "gateU")
    drawing = read_gds(replace(path, b"gateU", b"gate\xdc"), None, NM, None, [2, "63/0"])
    assert [text for text, _ in drawing.layers["2/0"].labels] == ["gateÜ", "drain"]
    assert [text for text, _ in drawing.layers["63/0"].labels] == ["5 µm"]
    inner = read_gds(path, None, NM, "Äÿ\x80éx", [2])
    assert len(inner.layers["2/0"].labels) == 2


@pytest.mark.parametrize("name", ["a.gds", "a.oas", "a.gds.gz", "a.oas.gz"])
def test_formats_and_compression(tmp_path: Path, name: str) -> None:
    path = write_cells(
        tmp_path / name.removesuffix(".gz"),
        TOP=[PLATE, "PADS", label("source", 10, 50)],
        PADS=[LEFT, RIGHT],
    )
    if name.endswith(".gz"):
        path.with_name(name).write_bytes(gzip.compress(path.read_bytes()))
    layout = read_drawing(tmp_path / name, 1, {"end": 2})
    assert layout.contact_names == ("end", "source")
    assert layout.outline.area == pytest.approx(2e4 * NM**2, rel=1e-9, abs=0)
    assert [c.region.area for c in layout.contacts] == pytest.approx(
        [2e3 * NM**2] * 2, rel=1e-9, abs=0
    )


def chain(length: int, *, closed: bool) -> dict[str, list[Any]]:
    """Cells in which each contains the next one; the last the first again, if closed."""
    cells: dict[str, list[Any]] = {f"C{k}": [PLATE, f"C{k + 1}"] for k in range(length - 1)}
    return cells | {f"C{length - 1}": [PLATE, *(["C0"] if closed else [])]}


BAD: dict[str, tuple[Callable[[Path], Any], dict[str, Any], str]] = {
    "missing cell": (
        lambda p: write_cells(p, TOP=[PLATE, "SIDE_ARM"]),
        {},
        "cell 'TOP' refers to 'SIDE_ARM', which is not in the file",
    ),
    "other case": (
        lambda p: write_cells(p, TOP=[PLATE, "ARM"], arm=[PLATE]),
        {"cell": "TOP"},
        "cell 'TOP' refers to 'ARM', which is not in the file; did you mean 'arm'?",
    ),
    "on top for another case": (
        lambda p: write_cells(p, TOP=[PLATE, "ARM"], arm=[PLATE]),
        {},
        "cell 'TOP' refers to 'ARM', which is not in the file; did you mean 'arm'?",
    ),
    "missing deep down": (
        lambda p: write_cells(p, TOP=[PLATE, "A"], A=["B"], B=["GONE"]),
        {},
        "cell 'B' refers to 'GONE', which is not in the file",
    ),
    "case of the cell": (
        lambda p: write_cells(p, TOP=[PLATE]),
        {"cell": "Top"},
        "layout.cell = 'Top': no such cell (cells: TOP); did you mean 'TOP'?",
    ),
    "number as a text": (
        lambda p: write_cells(p, TOP=[PLATE]),
        {"film": "1"},
        "layout.film = '1': no such layer (layers: 1/0); did you mean the number 1?",
    ),
    "itself": (
        lambda p: write_cells(p, TOP=[PLATE, "TOP"]),
        {},
        "a cell of the file contains itself: 'TOP' contains 'TOP'",
    ),
    "each other": (
        lambda p: write_cells(p, **chain(2, closed=True)),
        {"cell": "C0"},
        "a cell of the file contains itself: 'C0' contains 'C1' contains 'C0'",
    ),
    "long loop": (
        lambda p: write_cells(p, **chain(2000, closed=True)),
        {},
        "a cell of the file contains itself: ",
    ),
    "loop below": (
        lambda p: write_cells(p, TOP=[PLATE, "A"], A=["B"], B=["A"]),
        {"cell": "TOP"},
        "a cell of the file contains itself: 'A' contains 'B' contains 'A'",
    ),
    "no cell": (lambda p: write_cells(p), {}, "the file holds no cell"),
    "one name twice": (
        lambda p: replace(write_cells(p, AAAA=[PLATE], BBBB=[PLATE]), b"BBBB", b"AAAA"),
        {},
        "the GDSII file has two cells called 'AAAA'",
    ),
    "array without columns": (
        lambda p: replace(
            write_cells(
                p, HOLE=[PLATE], TOP=[gdstk.Reference("HOLE", columns=3, rows=2, spacing=(9, 9))]
            ),
            b"\x13\x02\x00\x03\x00\x02",
            b"\x13\x02\x00\x00\x00\x02",
        ),
        {},
        "an array in cell 'TOP' has 0 columns and 2 rows; both must be 1 or more",
    ),
    "magnified by nothing": (
        lambda p: replace(
            write_cells(p, A=[PLATE], TOP=[gdstk.Reference("A", magnification=2)]),
            b"\x1b\x05\x41\x20",
            b"\x1b\x05\x41\x00",
        ),
        {},
        "a reference in cell 'TOP' is not magnified by more than 0",
    ),
    "absolute magnification": (
        lambda p: replace(
            write_cells(p, A=[PLATE], B=[gdstk.Reference("A", magnification=2)], TOP=["B"]),
            b"\x1a\x01\x00\x00",
            b"\x1a\x01\x00\x04",
        ),
        {},
        "cell 'B' has references whose magnification or angle is absolute",
    ),
    "no unit": (
        lambda p: p.write_bytes(
            re.sub(
                rb"(\x00\x14\x03\x05).{16}",
                rb"\1" + bytes(16),
                write_cells(p, TOP=[PLATE]).read_bytes(),
            )
        ),
        {},
        "the GDSII file has a unit of nan m and steps of 0 m; both must be above 0",
    ),
    "too many shapes": (
        lambda p: write_cells(
            p,
            A=[PLATE],
            B=[gdstk.Reference("A", columns=3000, rows=3000, spacing=(9, 9))],
            TOP=[gdstk.Reference("B", columns=3000, rows=3000, spacing=(9, 9))],
        ),
        {},
        "cell 'TOP' holds 8.1e+13 shapes in the layers of the film and the contacts; at most 3e+06",
    ),
}


IN_OASIS = ("missing cell", "case of the cell", "each other", "no cell", "too many shapes")


@pytest.mark.parametrize(
    ("case", "name"), [(case, "a.gds") for case in BAD] + [(case, "a.oas") for case in IN_OASIS]
)
def test_bad_cell_is_named(
    tmp_path: Path, case: str, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    make, keys, message = BAD[case]
    make(tmp_path / name)
    with pytest.raises(LayoutError, match=re.escape(f"{name}: {message}")) as caught:
        read_drawing(tmp_path / name, **{"film": 1} | keys)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert capfd.readouterr() == ("", "")


def test_damaged_oasis(tmp_path: Path) -> None:
    path = tmp_path / "a.oas"
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    library.new_cell("TOP").add(PLATE.copy(), LEFT.copy(), label("5 um", 10, 50))
    library.write_oas(path, compression_level=0)
    replace(path, b"5 um", b"5 \xb5m")
    assert read_drawing(path, 1).contacts == ()
    with pytest.raises(LayoutError, match="layer 2/0 holds a text that is not UTF-8"):
        read_drawing(path, 1, 2)
    library.write_oas(path, compression_level=0, validation="crc32")
    replace(path, b"5 um", b"6 um")
    with pytest.raises(LayoutError, match="its checksum does not fit"):
        read_drawing(path, 1)


def test_what_gdstk_only_prints_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_cells(tmp_path / "a.oas", TOP=[PLATE])
    said = ["[GDSTK] Record type XNAME ignored."]
    monkeypatch.setattr(gds, "guarded", lambda *given, **options: ((1e-9, {}), said))
    assert read_gds(path, None, NM, None, []).layers == {}
    said.append("[GDSTK] Integer above maximal limit found. Clipping.")
    with pytest.raises(LayoutError, match="gdstk cannot read it: Integer above maximal limit"):
        read_gds(path, None, NM, None, [])


OPTIONAL = {0x0F, 0x17, 0x1A, 0x1B, 0x1C, 0x21}  # width, path type, how texts and cells stand


@pytest.mark.parametrize("name", ["strip_gdstk.gds", "cross_klayout.gds", "cross_gdstk.gds"])
def test_every_record_is_needed(name: str) -> None:
    content = (DATA / name).read_bytes()
    checked(content)
    at = content.index(b"\x05\x02") - 2  # the record that begins the first cell
    while content[at + 2] != 0x04:
        end = at + int.from_bytes(content[at : at + 2])
        unknown = content[: at + 2] + b"\x7f" + content[at + 3 :]
        with pytest.raises(LayoutError, match="damaged"):
            checked(unknown)
        if content[at + 2] not in OPTIONAL:
            with pytest.raises(LayoutError, match="damaged"):
                checked(content[:at] + content[end:])
        at = end


def test_what_is_not_drawn_may_be_incomplete(tmp_path: Path) -> None:
    path = write_cells(tmp_path / "a.gds", TOP=[PLATE, "OK"], OK=[], BAD=["GONE"], A=["B"], B=["A"])
    assert read_drawing(path, 1, cell="TOP").outline.area > 0


def test_deep_nesting(tmp_path: Path) -> None:
    path = write_cells(tmp_path / "a.gds", **chain(1000, closed=False))
    assert read_drawing(path, 1).outline.area == pytest.approx(2e4 * NM**2, rel=1e-9, abs=0)


def test_layers_that_are_not_used_cost_nothing(tmp_path: Path) -> None:
    """10²¹ shapes in another layer are neither counted nor flattened."""
    vias: dict[str, list[Any]] = {"V0": [gdstk.rectangle((0, 0), (1, 1), layer=50)]}
    for k in range(1, 4):
        array = gdstk.Reference(f"V{k - 1}", columns=3000, rows=3000, spacing=(2, 2))
        vias[f"V{k}"] = [array]
    path = write_cells(tmp_path / "a.gds", **vias, TOP=[PLATE, LEFT, "V3"])
    assert read_drawing(path, 1, 2).contact_names == ("contact",)
    with pytest.raises(LayoutError, match=r"layers: 1/0, 2/0, 50/0\)"):
        read_drawing(path, 3)
