"""In which order, and with which signs, a cycle presents its patterns."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import permutations

from hebbfilm.common.errors import InputError

Shown = tuple[int, int]
"""The place of a pattern in the list, from 0, and the sign with which it is presented."""

MOST_PATTERNS = 6
"""Of "all_orders": 120 presentations a cycle."""


def presentation_order(presentation: str, patterns: int) -> list[Shown]:
    """One cycle of so many patterns.

    Args:
        presentation: "constant", "bipolar", "quadrature" or "all_orders"; what each does is told at
            `Training`.
        patterns: how many.

    Raises:
        InputError: more than six patterns in all orders.

    Example:
        >>> def shown(presentation, count):
        ...     order = presentation_order(presentation, count)
        ...     return " ".join(("-" if sign < 0 else "") + "ABC"[place] for place, sign in order)
        >>> shown("quadrature", 3)
        'A B C -A -B -C'
        >>> shown("all_orders", 3)
        'A B C -A -B -C A C B -A -C -B'
    """
    if presentation == "all_orders" and patterns > MOST_PATTERNS:
        raise InputError(
            f"training.presentation = '{presentation}': training.patterns has {patterns} patterns, "
            f"and a cycle grows fast with their number; allowed are {MOST_PATTERNS} "
            "at most, or presentation = 'quadrature' with any number"
        )
    return list(_ORDERS[presentation](patterns))


@cache
def covering_orders(patterns: int) -> tuple[tuple[int, ...], ...]:
    """Orders of all patterns that begin with each set of them, or with what it lacks.

    Quadrature in one order leads, one pattern after another, from no pattern presented last as + to
    all, and back: through the parts of the order from its front, and through what these lack. Each
    next order is the first of those that add most sets.

    Example:
        >>> covering_orders(3)
        ((0, 1, 2), (0, 2, 1))
        >>> [len(covering_orders(count)) for count in range(1, 7)]
        [1, 1, 2, 3, 6, 10]
    """
    # Turned round, an order passes through the same sets: all may begin with the first pattern.
    orders = [(0, *rest) for rest in permutations(range(1, patterns))]
    missing = set().union(*map(_passed, orders))
    chosen = []
    while missing:
        best = max(orders, key=lambda order: len(missing & _passed(order)))
        missing -= _passed(best)
        chosen.append(best)
    return tuple(chosen)


def _passed(order: tuple[int, ...]) -> set[frozenset[int]]:
    """Sets that quadrature passes through; that with the first pattern stands as its complement."""
    parts = [frozenset(order[:length]) for length in range(1, len(order) + 1)]
    return {frozenset(order) - part if 0 in part else part for part in parts}


def _constant(patterns: int) -> Iterator[Shown]:
    return ((place, 1) for place in range(patterns))


def _bipolar(patterns: int) -> Iterator[Shown]:
    return ((place, sign) for place in range(patterns) for sign in (1, -1))


def _quadrature(patterns: int) -> Iterator[Shown]:
    return _there_and_back(tuple(_constant(patterns)))


def _all_orders(patterns: int) -> Iterator[Shown]:
    for order in covering_orders(patterns):
        yield from _there_and_back(tuple((place, 1) for place in order))


def _there_and_back(shown: tuple[Shown, ...]) -> Iterator[Shown]:
    """Each, then the negative of each in the same order."""
    return ((place, turn * sign) for turn in (1, -1) for place, sign in shown)


_ORDERS: Mapping[str, Callable[[int], Iterator[Shown]]] = {
    "constant": _constant,
    "bipolar": _bipolar,
    "quadrature": _quadrature,
    "all_orders": _all_orders,
}
