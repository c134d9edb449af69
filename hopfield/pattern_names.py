"""What patterns of many signs are called, which as a line of signs say nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.hopfield.patterns import Pattern, format_pattern

MOST_SIGNS = 16
"""Of a state that reads as a line."""


def name_of(state: Pattern, patterns: Sequence[Pattern]) -> str:
    """The signs of a state, or, of more than 16, which of the patterns it is.

    Args:
        state: (N,) of ±1.
        patterns: in their order.

    Example:
        >>> name_of(np.array([1, -1]), [np.array([1, -1])])
        '+,-'
        >>> many = [np.ones(20, dtype=int), np.repeat([1, -1], 10)]
        >>> name_of(many[1], many)
        'pattern 2 of 2'
        >>> name_of(-many[0], many)
        'the negative of pattern 1 of 2'
    """
    if len(state) <= MOST_SIGNS:
        return format_pattern(state)
    for sign, told in ((1, ""), (-1, "the negative of ")):
        for number, pattern in enumerate(patterns, 1):
            if np.array_equal(sign * np.asarray(pattern), state):
                return f"{told}pattern {number} of {len(patterns)}"
    return format_pattern(state)
