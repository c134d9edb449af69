"""OVF files of both versions, by hand and by another program; and those that are wrong.

Class: peer, where a file is written or read by the package `ovf`; else analytic.
"""

import struct

import numpy as np
import pytest
from ovf import ovf

from hebbfilm.common.errors import InputError
from hebbfilm.solvers.textures.grid import GridField
from hebbfilm.solvers.textures.ovf import read_ovf, write_ovf

COUNTS = (4, 3, 2)
CELL = (4e-9, 5e-9, 3e-9)
ORIGIN = (-8e-9, 1e-9, 0.0)
SINGLE = 1e-7
"""Rounding of four bytes, relative to 1."""


@pytest.fixture(scope="module")
def field():
    m = np.random.default_rng(0).normal(size=(2, 3, 4, 3))
    return m / np.linalg.norm(m, axis=-1, keepdims=True)


def head(kind="Text", version=2, nanometres=False, **changed):
    """The lines of a header, each on its own."""
    scale = 1e9 if nanometres else 1.0
    keys = {"Title": "m", "meshunit": "nm" if nanometres else "m", "meshtype": "rectangular"}
    if version == 2:
        keys |= {"valuedim": "3", "valuelabels": "m_x m_y m_z", "valueunits": "1 1 1"}
    else:
        keys |= {"valueunit": "A/m", "valuemultiplier": "8e5", "ValueRangeMinMag": "1e-08"}
    for letter, count, step, low in zip("xyz", COUNTS, CELL, ORIGIN, strict=True):
        keys |= {
            f"{letter}min": repr(low * scale),
            f"{letter}max": repr((low + count * step) * scale),
            f"{letter}base": repr((low + step / 2) * scale),
            f"{letter}nodes": str(count),
            f"{letter}stepsize": repr(step * scale),
        }
    keys |= changed
    first = "# OOMMF OVF 2.0" if version == 2 else "# OOMMF: rectangular mesh v1.0"
    return [
        first,
        "# Segment count: 1",
        "# Begin: Segment",
        "# Begin: Header",
        "#",
        "# Desc: Total simulation time:  0  s",
        *(f"# {key}: {value}" for key, value in keys.items()),
        "# End: Header",
        f"# Begin: Data {kind}",
    ]


def rows(field):
    return [" ".join(map(repr, row)) for row in field.reshape(-1, 3).tolist()]


TAIL = ["# End: Data Text", "# End: Segment"]


def joined(lines, end="\n"):
    return (end.join(lines) + end).encode()


def binary(field, size, version, control=None, order=None):
    order = order or ("<" if version == 2 else ">")
    letter, value = {4: ("f", 1234567.0), 8: ("d", 123456789012345.0)}[size]
    data = struct.pack(order + letter, value if control is None else control)
    data += field.astype(f"{order}f{size}").tobytes()
    kind = f"Binary {size}"
    return joined(head(kind, version)) + data + b"\n" + joined([f"# End: Data {kind}", TAIL[1]])


GOOD = {
    "text": lambda m: joined([*head(), *rows(m), *TAIL]),
    "text of version 1": lambda m: joined([*head(version=1), *rows(m), *TAIL]),
    "lines of Windows": lambda m: joined([*head(), *rows(m), *TAIL], "\r\n"),
    "comments": lambda m: joined([*head(), "## one", *rows(m)[:5], "## two", *rows(m)[5:], *TAIL]),
    "nanometres": lambda m: joined([*head(nanometres=True), *rows(m), *TAIL]),
    "binary 4": lambda m: binary(m, 4, 2),
    "binary 8": lambda m: binary(m, 8, 2),
    "binary 4 of version 1": lambda m: binary(m, 4, 1),
    "binary 8 of version 1": lambda m: binary(m, 8, 1),
    "capitals": lambda m: (
        binary(m, 8, 2).replace(b"Begin: Data Binary", b"BEGIN: DATA BINARY").replace(b"xn", b"XN")
    ),
    "no base": lambda m: joined(
        line for line in [*head(), *rows(m), *TAIL] if "base" not in line
    ),
}  # fmt: skip


@pytest.mark.analytic
@pytest.mark.parametrize("name", GOOD)
def test_each_form_is_read(tmp_path, field, name):
    path = tmp_path / "m.ovf"
    path.write_bytes(GOOD[name](field))
    found = read_ovf(path)
    assert found.counts == COUNTS
    assert found.cell == pytest.approx(CELL, rel=1e-14)
    # The base is half a cell away, and both are given to 16 figures.
    assert found.origin == pytest.approx(ORIGIN, abs=1e-23)
    error = np.abs(found.directions - field).max()
    assert error < (SINGLE if "4" in name else 1e-14)
    scale = 8e5 if "version 1" in name else 1.0
    assert np.abs(found.values).max() == pytest.approx(scale * np.abs(field).max(), rel=SINGLE)


def two_segments(m):
    return GOOD["text"](m).replace(b"count: 1", b"count: 2") + joined(
        [*head()[2:], *rows(-m), *TAIL]
    )


BAD = {
    "nothing": (lambda m: b"", "is no OVF file: its first line must be"),
    "something else": (lambda m: bytes(range(256)) * 9, "is no OVF file: its first line must be"),
    "cut text": (lambda m: GOOD["text"](m)[:900], "its data have no end: it is cut short"),
    "cut binary": (lambda m: binary(m, 8, 2)[:-300], "of data where its grid needs 584: it is cut"),
    "control": (lambda m: binary(m, 4, 2, 1234.0), r"begin with \[1234.0\], and not with the cont"),
    "order": (lambda m: binary(m, 8, 2, order=">"), "begin with .*, or its bytes are in another o"),
    "order of 1": (lambda m: binary(m, 4, 1, order="<"), "begin with .*, or its bytes are in an"),
    "NaN": (
        lambda m: GOOD["text"](m).replace(rows(m)[6].split()[1].encode(), b"nan"),
        r"the vector of cell \(2, 1, 0\) is not finite \(1 of 24 are not\)",
    ),
    "infinite": (
        lambda m: binary(np.where(np.arange(72).reshape(m.shape) == 3, np.inf, m), 4, 2),
        r"the vector of cell \(1, 0, 0\) is not finite",
    ),
    "few": (lambda m: joined([*head(), *rows(m)[:-1], *TAIL]), "holds 69 numbers .* needs 72"),
    "many": (lambda m: joined([*head(), *rows(m), "1 2 3", *TAIL]), "holds 75 numbers .* needs 72"),
    "smaller grid": (
        lambda m: binary(m, 4, 2).replace(b"znodes: 2", b"znodes: 1"),
        "behind the 148 bytes of data that its grid needs stands no",
    ),
    "a word": (
        lambda m: joined([*head(), "one 2 3", *rows(m)[1:], *TAIL]),
        "its data hold 'one', which is no number",
    ),
    "scalars": (lambda m: joined([*head(valuedim="1"), *rows(m), *TAIL]), "values of 1 components"),
    "no cells": (lambda m: joined([*head(xnodes="-4"), *rows(m), *TAIL]), "xnodes: '-4' in its he"),
    "flat cells": (
        lambda m: joined([*head(zstepsize="0"), *rows(m), *TAIL]),
        "zstepsize: '0' in its header: must be positive",
    ),
    "huge": (
        lambda m: joined([*head(xnodes="99999999", ynodes="99999999"), *rows(m), *TAIL]),
        "holds 72 numbers where its grid",
    ),
    "irregular": (
        lambda m: joined(["# OOMMF: irregular mesh v1.0", *head()[1:], *rows(m), *TAIL]),
        "holds an irregular mesh; only those on regular grids can be read",
    ),
    "irregular by key": (
        lambda m: joined([*head(meshtype="irregular", pointcount="24"), *rows(m), *TAIL]),
        "holds an irregular mesh; only those on regular grids can be read",
    ),
    "seconds": (lambda m: joined([*head(meshunit="s"), *rows(m), *TAIL]), "meshunit: 's' in its h"),
    "two": (two_segments, "holds 2 segments: say which one by `segment`, from 1"),
    "one of two": (
        lambda m: GOOD["text"](m).replace(b"count: 1", b"count: 2"),
        "holds 1 of its 2 segments: it is cut short",
    ),
    "no multiple": (
        lambda m: joined([*head(version=1, valuemultiplier="0"), *rows(m), *TAIL]),
        "valuemultiplier: '0' in its header: must be a number that is not zero",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_in_one_line(tmp_path, field, name):
    make, message = BAD[name]
    path = tmp_path / "m.ovf"
    path.write_bytes(make(field))
    with pytest.raises(InputError, match=message) as caught:
        read_ovf(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["text", "text of version 1", "binary 8", "binary 4 of version 1"])
def test_no_damage_does_more_than_be_told(tmp_path, field, name):
    """Bytes changed, left out and cut off at random: read, or refused in one line."""
    random = np.random.default_rng(5)
    whole, told, read = GOOD[name](field), 0, 0
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(random.integers(1, 5)):
            place = random.integers(len(content))
            if random.random() < 0.3:
                del content[place : place + random.integers(1, 40)]
            else:
                content[place] = random.integers(256)
        path = tmp_path / "m.ovf"
        path.write_bytes(bytes(content[: random.integers(len(content) // 2, len(content) * 2)]))
        try:
            found = read_ovf(path)
        except InputError as error:
            told += len(str(error).splitlines())
        else:
            read += 1
            assert np.isfinite(found.directions).all()
    assert told + read == 150
    assert told > 20


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read: it is no regular file"):
        read_ovf(tmp_path)
    with pytest.raises(InputError, match=r"none\.ovf: cannot be read: No such file or directory"):
        read_ovf(tmp_path / "none.ovf")


@pytest.mark.analytic
def test_segment_is_chosen(tmp_path, field):
    path = tmp_path / "m.ovf"
    path.write_bytes(two_segments(field))
    assert np.array_equal(read_ovf(path, 2).values, -read_ovf(path, 1).values)
    with pytest.raises(InputError, match="segment = 3: the file has 2, counted from 1"):
        read_ovf(path, 3)


@pytest.mark.peer
@pytest.mark.parametrize("form", [ovf.FILEFORMAT_TEXT, ovf.FILEFORMAT_BIN4, ovf.FILEFORMAT_BIN8])
def test_what_another_program_wrote(tmp_path, field, form):
    """It keeps lengths in four bytes, and text in 12 decimals."""
    path = tmp_path / "m.ovf"
    with ovf.ovf_file(str(path)) as file:
        segment = ovf.ovf_segment(
            title="m", valuedim=3, meshunits="m", meshtype="rectangular", n_cells=[*COUNTS],
            step_size=[*CELL], bounds_min=[*ORIGIN],
            origin=[*np.array(ORIGIN) + np.array(CELL) / 2],
        )  # fmt: skip
        assert file.write_segment(segment, field.copy(), form) == ovf.OK
    found = read_ovf(path)
    assert found.cell == pytest.approx(CELL, rel=SINGLE)
    assert np.abs(found.values - field).max() < (SINGLE if form == ovf.FILEFORMAT_BIN4 else 1e-12)


@pytest.mark.peer
@pytest.mark.parametrize("form", ["text", "binary 4", "binary 8"])
def test_another_program_reads_what_is_written(tmp_path, field, form):
    path = tmp_path / "m.ovf"
    write_ovf(path, field, CELL, ORIGIN, representation=form)
    with ovf.ovf_file(str(path)) as file:
        assert file.found
        segment = ovf.ovf_segment()
        assert file.read_segment_header(0, segment) == ovf.OK
        assert [*segment.n_cells] == [*COUNTS]
        assert [*segment.step_size] == pytest.approx(CELL, rel=SINGLE)
        assert [*segment.bounds_min] == pytest.approx(ORIGIN, rel=SINGLE)
        found = np.zeros(field.shape)
        assert file.read_segment_data(0, segment, found) == ovf.OK
    assert np.abs(found - field).max() < (SINGLE if form == "binary 4" else 1e-14)


@pytest.mark.analytic
@pytest.mark.parametrize("form", ["text", "binary 8"])
def test_what_is_written_comes_back_to_the_last_bit(tmp_path, field, form):
    write_ovf(tmp_path / "m.ovf", field * 8e5, CELL, ORIGIN, "m\nof 3", representation=form)
    found = read_ovf(tmp_path / "m.ovf")
    assert np.array_equal(found.values, field * 8e5)
    assert found.title == "m of 3"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"field": np.zeros((2, 3, 3))}, r"field of shape \(2, 3, 3\): must be \(nz, ny, nx, 3\)"),
        ({"field": np.full((1, 1, 1, 3), np.nan)}, "field: holds values that are not finite"),
        ({"cell": (1e-9, 0, 1e-9)}, "cell = .*: must be three positive lengths, in m"),
        ({"origin": (0, 0, np.inf)}, "origin = .*: must be three finite numbers, in m"),
        ({"representation": "hex"}, "representation = 'hex': must be in"),
    ],
)
def test_what_cannot_be_written(tmp_path, changed, message):
    given = {"field": np.ones((1, 1, 1, 3)), "cell": CELL} | changed
    with pytest.raises(InputError, match=message):
        write_ovf(tmp_path / "m.ovf", **given)
    assert not list(tmp_path.iterdir())


@pytest.mark.analytic
def test_between_centres_of_cells(field):
    """What is linear comes out, but for the half cells at the rim; zeros are left out."""
    tilt = np.tile([0.0, 0.0, 1.0], (1, 4, 5, 1))
    tilt[..., 0] = np.arange(5) * 1e-4  # so little that directions are as linear
    grid = GridField(tilt, np.array([2e-9, 2e-9, 1e-9]), np.zeros(3))
    points = np.array([[1e-9, 3e-9, 7.0], [4e-9, 3.7e-9, 0.0], [8.4e-9, 1e-9, 0.0], [0, 0, 0]])
    found = grid.interpolated(points, "m.ovf")
    # Directions differ from what is linear by the cube of the tilt.
    assert found[:, 0] == pytest.approx([0.0, 1.5e-4, 3.7e-4, 0.0], abs=1e-10)
    tilt[:, :, 2:] = 0.0
    holed = GridField(tilt, grid.cell, grid.origin)
    assert holed.interpolated(points[1:2], "m.ovf")[0, 0] == pytest.approx(0.5e-4, rel=1e-6)
    x = np.array([[6.9e-9, 3e-9, 0.0]])
    assert holed.interpolated(x, "m.ovf")[0, 0] == pytest.approx(1e-4, rel=1e-6)
    with pytest.raises(InputError, match=r"m\.ovf: has no magnetisation near \(9, 3, 0\) nm"):
        holed.interpolated(np.array([[9e-9, 3e-9, 0.0]]), "m.ovf")
    with pytest.raises(InputError, match=r"in x from -1 to -1 nm, outside .*, 0 to 10 nm"):
        grid.interpolated(np.array([[-1e-9, 3e-9, 0.0]]), "m.ovf")


@pytest.mark.analytic
def test_places_in_headers_are_those_meant(tmp_path):
    """Without what sums leave in their last digits; farther than 1e-10 of a cell they stay."""
    cell, origin = (2e-9, 3e-9, 1e-10), (-1.32e-23, 0.1 * 3e-9 + 0.2 * 3e-9, 1.2345e-7)
    write_ovf(tmp_path / "m.ovf", np.ones((1, 1, 6, 3)), cell, origin)
    head = (tmp_path / "m.ovf").read_bytes().partition(b"# Begin: Data")[0].decode()
    lines = dict(line[2:].split(": ", 1) for line in head.splitlines() if ": " in line)
    assert {key: lines[key] for key in ("xmin", "xmax", "xbase", "ymin", "zmin")} == {
        "xmin": "0.0",
        "xmax": "1.2e-08",
        "xbase": "1e-09",
        "ymin": "9e-10",
        "zmin": "1.2345e-07",
    }
