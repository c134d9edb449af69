"""The 26 capitals as patterns of 5 × 7 pixels, drawn for hebbfilm.

Straight strokes are one pixel wide, round ones have one pixel of each corner off. A pixel of ink is
+, one of paper −.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.patterns import Pattern

ROWS, COLUMNS = 7, 5
PIXELS = ROWS * COLUMNS
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_DRAWN = """
..#.. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...#
.#.#. #...# #...# #...# #.... #.... #...# #...# ..#.. ....# #..#. #.... ##.##
#...# #...# #.... #...# #.... #.... #.... #...# ..#.. ....# #.#.. #.... #.#.#
#...# ####. #.... #...# ###.. ###.. #.### ##### ..#.. ....# ##... #.... #.#.#
##### #...# #.... #...# #.... #.... #...# #...# ..#.. ....# #.#.. #.... #...#
#...# #...# #...# #...# #.... #.... #...# #...# ..#.. #...# #..#. #.... #...#
#...# ####. .###. ####. ##### #.... .###. #...# .###. .###. #...# ##### #...#

#...# .###. ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# #####
##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....#
##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#.
#.#.# #...# ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#..
#..## #...# #.... #.#.# #.#.. ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#...
#..## #...# #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #....
#...# .###. #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. #####
"""


def letter_rows(letter: str) -> list[str]:
    """The rows of a letter from above, each of five # and dots.

    Raises:
        InputError: no capital of the Latin alphabet.

    Example:
        >>> letter_rows("T")[:2]
        ['#####', '..#..']
    """
    if len(letter) != 1 or letter not in ALPHABET:
        raise InputError(f"letter {letter!r}: allowed are the capitals A to Z")
    half, column = divmod(ALPHABET.index(letter), 13)
    drawn = _DRAWN.strip().split("\n\n")[half].splitlines()
    return [line.split()[column] for line in drawn]


def letter_patterns(letters: Iterable[str]) -> Pattern:
    """Letters as patterns of a lattice of seven rows and five columns, row by row from below.

    Args:
        letters: capitals, like "AHX".

    Returns:
        (n, 35) of ±1.

    Raises:
        InputError: no capital, none at all, or one of them twice.

    Example:
        >>> letter_patterns("L").reshape(7, 5)[:2].tolist()
        [[1, 1, 1, 1, 1], [1, -1, -1, -1, -1]]
    """
    wanted = list(letters)
    if not wanted or len(set(wanted)) < len(wanted):
        told = "none" if not wanted else repr("".join(wanted))
        raise InputError(f"letters {told}: allowed are capitals A to Z, each once, like AHX")
    return np.array([_signs(letter) for letter in wanted], dtype=np.int8)


def _signs(letter: str) -> list[int]:
    from_below = reversed(letter_rows(letter))
    return [1 if pixel == "#" else -1 for row in from_below for pixel in row]
