"""Pairs of contacts that no film joins, in a line of text."""

from collections.abc import Sequence

_MOST_NAMED = 20


def uncoupled_text(pairs: Sequence[str], of: int, *, meaning: str = "", listed: str = "") -> str:
    """Which pairs are not coupled, by their names while these are few.

    Args:
        pairs: their names.
        of: the number of all pairs.
        meaning: what that says of them, ", weight 0" for example.
        listed: where all of them stand.

    Example:
        >>> uncoupled_text(["a-b"], 3, meaning=", weight 0")
        'Not coupled, weight 0: a-b'
        >>> uncoupled_text(["a-b"] * 21, 45, listed="; see summary.json")
        'Not coupled: 21 of 45 pairs; see summary.json'
    """
    if len(pairs) <= _MOST_NAMED:
        return f"Not coupled{meaning}: {', '.join(pairs)}"
    return f"Not coupled{meaning}: {len(pairs)} of {of} pairs{listed}"
