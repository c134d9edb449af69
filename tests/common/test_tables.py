"""Tables of plain text."""

import pytest

from hebbfilm.common.tables import aligned

ROWS = [["run", "h=1", "note"], ["a", "12.5", "seen"], ["long name", "-", ""]]


@pytest.mark.parametrize(
    ("sides", "lines"),
    [
        ("<>", ["run         h=1  note", "a          12.5  seen", "long name     -"]),
        ("<", ["run        h=1   note", "a          12.5  seen", "long name  -"]),
        ("><<", ["      run  h=1   note", "        a  12.5  seen", "long name  -"]),
    ],
)
def test_columns_go_to_their_sides(sides, lines):
    assert aligned(ROWS, sides) == lines


def test_letters_are_as_wide_as_on_a_terminal():
    assert aligned([["研究", "1"], ["e\u0301tude", "2"], ["⟨m⟩", "3"]]) == [
        "研究   1",
        "e\u0301tude  2",
        "⟨m⟩    3",
    ]


def test_nothing_is_cut_and_no_markup_is_read():
    long = "[0.1, 0.2] :smile: " * 100
    assert aligned([[long, "1"]]) == [f"{long}  1"]


def test_no_rows_are_no_lines():
    assert aligned([]) == []
