"""Contacts named by the texts of a drawing, as they are or as a person wants them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gdstk
import pytest

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings import read_drawing
from hebbfilm.meshing.drawings.names import Naming

PLATE = gdstk.rectangle((0, 0), (400, 100), layer=1)


def film(path: Path, *texts: str, others: Sequence[tuple[str, float, float]] = ()) -> Path:
    """A plate with a pad of 40 nm under each text, from right to left along its lower edge."""
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    cell = library.new_cell("TOP").add(PLATE.copy())
    for k, text in enumerate(texts):
        x = 350 - 80 * k
        cell.add(gdstk.rectangle((x, 0), (x + 40, 40), layer=2))
        if text:
            cell.add(gdstk.Label(text, (x + 20, 20), layer=2))
    for text, x, y in others:
        cell.add(gdstk.Label(text, (x, y), layer=2))
    library.write_gds(path)
    return path


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I+", "I_plus"),
        ("I-", "I_minus"),
        ("V−", "V_minus"),
        ("+V", "plus_V"),
        ("-", "minus"),
        ("V1-V2", "V1_V2"),
        ("Drain 1", "Drain_1"),
        ("A'", "A_prime"),
        ("gate.2/left (top)", "gate_2_left_top"),
        ("S\x01\x7f", "S"),
        ("Göteborg", "Goteborg"),
        ("R₁²", "R12"),
        ("µ", "mu"),
        ("Ω3", "omega_3"),
        ("_a__b", "a_b"),
        ("a__b_", "a__b_"),
        ("4", "4"),
    ],
)
def test_names_made_of_texts(text: str, name: str) -> None:
    assert Naming({}, ()).names([text, None], ["", "contact"]) == [name, "contact"]


def test_hall_bar(tmp_path: Path) -> None:
    path = film(tmp_path / "a.gds", "I+", "I-", "Drain 1", "")
    assert set(read_drawing(path, 1, 2).contact_names) == {
        "I_plus",
        "I_minus",
        "Drain_1",
        "contact",
    }
    renamed = read_drawing(path, 1, 2, rename={"I+": "source", "Drain 1": "d"})
    assert set(renamed.contact_names) == {"source", "I_minus", "d", "contact"}
    assert "contact_2" in read_drawing(path, 1, 2, ignore=["I+"]).contact_names


def test_several_contacts_of_one_text(tmp_path: Path) -> None:
    path = film(tmp_path / "a.gds", "VDD", "VDD", "out")
    with pytest.raises(LayoutError, match=r'layout.rename = { "VDD" = \["VDD_1", "VDD_2"\] }'):
        read_drawing(path, 1, 2)
    layout = read_drawing(path, 1, 2, rename={"VDD": ["middle", "right"]})
    places = {c.name: c.region.centroid.x for c in layout.contacts}
    assert set(places) == {"right", "middle", "out"}
    # At 342° and 350° about the film's middle at (200, 50) nm.
    assert places["middle"] < places["right"]


def test_titles_are_left_out(tmp_path: Path) -> None:
    path = film(tmp_path / "a.gds", "a", "b", others=[("Hall bar 7", 200, 300)])
    with pytest.raises(LayoutError, match=r"layout\.ignore = \['Hall bar 7'\]"):
        read_drawing(path, 1, 2)
    assert set(read_drawing(path, 1, 2, ignore="Hall bar 7").contact_names) == {"a", "b"}


BAD: dict[str, tuple[Sequence[str], dict[str, Any], str]] = {
    "one name of two texts": (
        ("I+", "I_plus"),
        {},
        "the text 'I_plus' and the text 'I+' both make the name 'I_plus'; give one another by",
    ),
    "name of a key": (
        ("contact", ""),
        {},
        "both make the name 'contact'",
    ),
    "no letters": (("电极",), {}, "no name can be made of it; give another of letters, digits"),
    "another encoding": (("\x93d\x8bÉ1",), {}, "no name can be made of it"),  # Shift-JIS as Latin-1
    "only signs": (("…",), {}, 'layout.rename = { "…" = … }'),
    "the film's": (("film",), {}, "but that is the film's own name"),
    "long": (("x" * 65,), {}, "but it is longer than 64 characters"),
    "renamed to no name": (("a",), {"rename": {"a": "I+"}}, "contact name 'I+': letters"),
    "renamed to a long one": (("a",), {"rename": {"a": "x" * 99}}, "has 99 characters; at most 64"),
    "too many names": (
        ("a",),
        {"rename": {"a": ["b", "c"]}},
        "the text 'a' names 1 contacts; give each a name",
    ),
    "too few names": (
        ("a", "a", "a"),
        {"rename": {"a": ["b", "c"]}},
        'layout.rename = { "a" = ["a_1", "a_2", "a_3"] }',
    ),
    "no such text": (
        ("I+", "out"),
        {"rename": {"i+": "b"}},
        "layout.rename: the layers of contacts hold no text 'i+' (texts: I+, out)",
    ),
    "nothing to ignore": (
        ("I+", "Title 7"),
        {"ignore": ["Title"]},
        "layout.ignore: the layers of contacts hold no text 'Title' (texts: I+, Title 7); did you "
        "mean 'Title 7'?",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_name_is_said(tmp_path: Path, case: str) -> None:
    texts, keys, message = BAD[case]
    with pytest.raises(LayoutError, match=re.escape(message)) as caught:
        read_drawing(film(tmp_path / "a.gds", *texts), 1, 2, **keys)
    assert "\n" not in str(caught.value)
