"""Patterns as pictures: read, drawn again, and refused where they are none."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.drawing import draw_pattern
from hebbfilm.hopfield.drawn import is_drawn, require_rows
from hebbfilm.hopfield.patterns import parse_pattern, random_patterns

LETTER = """
#..
##.
#.#
"""


@pytest.mark.analytic
@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        "  #..  \n\n ##.\n#.#",
        "# . .\n# # .\n# . #\n",
        "+--\n++-\n+-+",
        "+ − −\n+ + −\n+ − +",
        "#..\r\n##.\r\n#.#\r\n",
    ],
)
def test_rows_from_above_are_read_from_below(text):
    assert parse_pattern(text, size=9).tolist() == [1, -1, 1, 1, 1, -1, 1, -1, -1]


@pytest.mark.analytic
@pytest.mark.parametrize("rows", [1, [3], [2, 3, 2], [4, 5, 6, 7, 6, 5, 4], 5])
def test_what_is_drawn_is_read_again(rows):
    size = 35 if isinstance(rows, int) else sum(rows)
    for pattern in random_patterns(3, size, seed=4):
        assert np.array_equal(parse_pattern(draw_pattern(pattern, rows), size=size), pattern)


@pytest.mark.analytic
def test_hexagons_are_drawn_as_they_lie():
    pattern = [1, 1, -1, 1, -1, -1, 1]
    assert draw_pattern(pattern, [2, 3, 2]) == " . #\n. # .\n # #"
    assert parse_pattern(" . #\n. # .\n # #").tolist() == pattern


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("#", True), ("..", True), ("+-", False), ("+,-", False), ("", False), ("+\n-", True),
     ("\n+-\n", False), ("all", False), (" \n ", False)],
)  # fmt: skip
def test_pictures_are_told_from_lists(text, drawn):
    assert is_drawn(text) is drawn


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#.#\n#x#\n###", "row 2 from above is '#x#'; allowed in rows of one picture are"),
        ("#.#\n+-+", "row 2 from above is '\\+-\\+'"),
        ("+-+\n#.#", "row 2 from above is '#.#'"),
        ("+,-,+,\n-", "rows of a picture have no commas"),
        ("##\n##\n#", "has 5 signs; the film has 4 contacts"),
        ("1 1\n1 1", "row 1 from above is '11'"),
    ],
)
def test_what_is_no_picture_is_named(text, message):
    with pytest.raises(InputError, match=message):
        parse_pattern(text, size=4)


@pytest.mark.parametrize(
    ("text", "rows", "message"),
    [
        ("##\n##", [2, 2, 2], "the picture has 2 rows; the film has 3 rows of 2"),
        (
            "##\n#\n##",
            [2, 2, 2],
            "row 2 from above of the picture has 1 sign, not 2; the film has",
        ),
        ("##\n###\n#.", [2, 3, 3], "row 1 .* has 2 signs, not 3; .* rows of 3, 3, 2 from above"),
    ],
)
def test_rows_that_the_film_has_not_are_named(text, rows, message):
    with pytest.raises(InputError, match=message):
        require_rows(text, rows)
    require_rows("+,-,+", rows)


def test_other_numbers_of_signs_are_not_drawn():
    with pytest.raises(InputError, match="a picture of 5 signs: 2 rows of 2 have 4"):
        draw_pattern([1] * 5, 2)


@pytest.mark.parametrize("text", ["+---+", "+,-,-,-,+", "#...#", [1, -1, -1, -1, 1]])
def test_what_is_drawn_may_be_written_in_any_way(text):
    assert draw_pattern(text, 5) == "#...#"


def test_what_is_no_pattern_is_not_drawn():
    with pytest.raises(InputError, match="entry 2 is 'x'"):
        draw_pattern("+,x,-", 3)
    with pytest.raises(InputError, match="a picture of 2 signs: 2 rows of 0 have 0"):
        draw_pattern("+-", 0)
