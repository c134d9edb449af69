"""Patterns: one sign per contact, in node order, as an int8 array of ±1 with shape (N,)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.text import some_of
from hebbfilm.hopfield.drawn import drawn_rows, in_node_order, is_drawn

Pattern: TypeAlias = NDArray[np.int8]
PatternLike: TypeAlias = str | Sequence[Any] | NDArray[Any]

SIGNS = {"+": 1, "+1": 1, "1": 1, "-": -1, "-1": -1}
MOST_LISTED = 20  # 2²⁰ states of 20 signs are 20 MB; beyond that, sample


def parse_pattern(
    value: PatternLike,
    size: int | None = None,
    names: Sequence[str] | None = None,
    *,
    noun: str = "contact",
) -> Pattern:
    r"""Read a pattern as a person writes it.

    Args:
        value: "+,-,-,+", "+--+", "+ - - +", "1,-1,-1,1", or a list or array of ±1; or a picture,
            rows of # and . from above (see `drawn_rows`), whose nodes count row by row from below.
        size: number of signs wanted; None takes any (or the number of `names`).
        names: contact names in node order, for the message about a wrong length.
        noun: for what has these names, in that message.

    Returns:
        The pattern, (N,) int8 of ±1.

    Raises:
        InputError: an entry is not a sign, or the length is wrong.

    Example:
        >>> parse_pattern("+,+,-,-")
        array([ 1,  1, -1, -1], dtype=int8)
        >>> parse_pattern([1, -1], size=2)
        array([ 1, -1], dtype=int8)
        >>> parse_pattern("#.\n##")
        array([ 1,  1,  1, -1], dtype=int8)
    """
    written = _shown(value)
    signs = []
    for position, entry in enumerate(_entries(value), start=1):
        sign = _sign(entry)
        if sign is None:
            raise InputError(
                f"pattern {written}: entry {position} is {_shown(entry)}; "
                f"allowed are + and - (or 1 and -1){_likely_slip(entry)}"
            )
        signs.append(sign)
    if not signs:
        raise InputError(
            f"pattern {written} has no signs; write one + or - for each contact, like '+,-'"
        )
    if names is not None and size is None:
        size = len(names)
    if size is not None and len(signs) != size:
        listed = f" ({some_of(names)})" if names else ""
        raise InputError(
            f"pattern {written} has {_count(len(signs), 'sign')}; "
            f"the film has {_count(size, noun)}{listed}"
        )
    return np.array(signs, dtype=np.int8)


def parse_patterns(
    patterns: Iterable[PatternLike],
    size: int | None = None,
    names: Sequence[str] | None = None,
    *,
    what: str = "patterns",
) -> list[Pattern]:
    """Read several patterns; none, where none are given.

    Args:
        patterns: each as `parse_pattern` takes it.
        size: as there.
        names: as there.
        what: they are, for messages.

    Raises:
        InputError: they are no list, or one pattern in place of a list of them; or as there.

    Example:
        >>> parse_patterns(["++--", [1, -1, 1, -1]])[1]
        array([ 1, -1,  1, -1], dtype=int8)
    """
    if isinstance(patterns, np.ndarray) and _are_signs(patterns, size):
        return list(patterns.copy())
    return [parse_pattern(pattern, size, names) for pattern in listed(patterns, size, what)]


def _are_signs(states: NDArray[Any], size: int | None) -> bool:
    """Whether there is nothing to read: thousands of states, one by one, would take seconds."""
    whole = states.dtype == np.int8 and states.ndim == 2 and states.shape[1] == size
    return whole and bool((np.abs(states) == 1).all())


def listed(
    patterns: Iterable[PatternLike], size: int | None = None, what: str = "patterns"
) -> list[PatternLike]:
    """Several patterns as they are, to be read.

    Args:
        patterns: to list.
        size: number of signs wanted of each; None takes any.
        what: they are, for messages.

    Raises:
        InputError: they are no list, or one pattern in place of a list of them.
    """
    if not isinstance(patterns, Iterable) or _is_one(patterns, size):
        told = shown(patterns.tolist() if isinstance(patterns, np.ndarray) else patterns)
        raise InputError(f"{what} = {told}: must be a list of patterns; for one, write [{told}]")
    return list(patterns)


def require_drivable(pattern: Pattern) -> None:
    """Raise InputError if all signs of `pattern` are equal: such a pattern drives no current."""
    if np.all(pattern == pattern[0]):
        raise InputError(
            f"pattern '{format_pattern(pattern)}' puts every contact at the same voltage, so no "
            "current flows and nothing is learnt; at least one sign must differ"
        )


def format_pattern(pattern: Pattern) -> str:
    """Write a pattern as "+,+,-,-"; `parse_pattern` reads it back.

    Example:
        >>> format_pattern([1, 1, -1, -1])
        '+,+,-,-'
    """
    return ",".join(map(str, np.where(np.asarray(pattern) > 0, "+", "-")))


def all_states(n: int) -> Pattern:
    """Return all 2ᴺ states of n contacts, (2ᴺ, n), from all + to all -, the last sign fastest.

    Raises:
        InputError: n is below 1, or above 20, where the list no longer fits.

    Example:
        >>> all_states(2).tolist()
        [[1, 1], [1, -1], [-1, 1], [-1, -1]]
    """
    if not 1 <= n <= MOST_LISTED:
        raise InputError(f"all states of {n} contacts: allowed are 1 to {MOST_LISTED} contacts")
    bits = (np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1
    states: Pattern = (1 - 2 * bits).astype(np.int8)
    return states


def random_patterns(count: int, size: int, seed: int) -> Pattern:
    """Draw patterns that differ from each other in more than the overall sign.

    Args:
        count: number of patterns.
        size: signs in each, N ≥ 2.
        seed: seed of the random numbers; the same seed gives the same patterns.

    Returns:
        (count, size) int8; the first sign of each is +, and none has all signs equal.

    Raises:
        InputError: there are only 2ᴺ⁻¹ − 1 such patterns, or a number is out of range.

    Example:
        >>> random_patterns(2, 4, seed=1).shape
        (2, 4)
    """
    if size < 2 or count < 1:
        raise InputError(
            f"{count} random patterns of {size} signs: allowed are 1 or more patterns of 2 or more"
        )
    available = 2 ** (size - 1) - 1
    if count > available:
        raise InputError(
            f"{count} random patterns of {size} signs: only {available} differ in more than the "
            "overall sign and drive a current"
        )
    rng = np.random.default_rng(seed)
    found: dict[bytes, Pattern] = {}
    while len(found) < count:
        pattern = rng.choice(np.array([-1, 1], dtype=np.int8), size)
        pattern *= pattern[0]
        if pattern.min() < 0:
            found.setdefault(pattern.tobytes(), pattern)
    return np.array(list(found.values()))


def hamming_distance(a: Pattern, b: Pattern) -> int:
    """Return the number of contacts at which two patterns differ.

    Example:
        >>> hamming_distance(parse_pattern("++--"), parse_pattern("+-+-"))
        2
    """
    _require_same_length(a, b)
    return int(np.count_nonzero(np.asarray(a) != np.asarray(b)))


def overlap(a: Pattern, b: Pattern) -> float:
    """Return a·b/N: 1 for equal patterns, −1 for opposite ones, 0 for orthogonal ones."""
    return 1 - 2 * hamming_distance(a, b) / len(a)


def same_up_to_sign(a: Pattern, b: Pattern) -> bool:
    """Tell whether a = b or a = −b: the film, and a Hopfield network, cannot tell these apart."""
    return hamming_distance(a, b) in (0, len(a))


def flip(pattern: Pattern, sites: Iterable[int]) -> Pattern:
    """Return a copy of `pattern` with the signs at `sites` (0 … N−1) reversed.

    Raises:
        InputError: a site is not a contact of the pattern.
    """
    flipped = np.array(pattern, dtype=np.int8)
    for site in set(sites):
        if not 0 <= site < len(flipped):
            raise InputError(
                f"site {site} of pattern '{format_pattern(pattern)}': "
                f"allowed are 0 to {len(flipped) - 1}"
            )
        flipped[site] *= -1
    return flipped


def stored_pattern(shown: Pattern, patterns: Sequence[Pattern]) -> tuple[Pattern, int]:
    """The stored pattern that a pattern, or with sign -1 its negative, is; and that sign.

    What is no stored pattern counts as one of its own, with sign +1.
    """
    for pattern in patterns:
        for sign in (1, -1):
            if np.array_equal(shown, sign * pattern):
                return pattern, sign
    return shown, 1


def plain_pattern(pattern: PatternLike) -> PatternLike:
    """As it is written, of an array as a tuple: arrays cannot be compared at once."""
    return tuple(pattern.tolist()) if isinstance(pattern, np.ndarray) else pattern


def _entries(value: object) -> list[Any]:
    if isinstance(value, str):
        if is_drawn(value):
            return in_node_order(drawn_rows(value))
        text = value.replace("\N{MINUS SIGN}", "-").strip().strip("()[]").strip()
        if re.fullmatch(r"[+-]*", text):
            return list(text)
        return re.split(r"\s*,\s*|\s+", text)
    # A set has no order, and a lone number no length.
    if isinstance(value, Sequence) or (isinstance(value, np.ndarray) and value.ndim > 0):
        return list(value)
    return []


def _sign(entry: object) -> int | None:
    if isinstance(entry, str):
        return SIGNS.get(entry.strip())
    number = isinstance(entry, int | float | np.integer | np.floating)
    if number and not isinstance(entry, bool) and entry in (1, -1):
        return 1 if entry == 1 else -1
    return None


def _likely_slip(entry: object) -> str:
    if isinstance(entry, Sequence | np.ndarray) and not isinstance(entry, str):
        return "; did you give several patterns where one is wanted?"
    if isinstance(entry, bool) or entry in ("0", 0):
        return "; patterns are not 0/1: did you mean - ?"
    if isinstance(entry, str) and len(entry) > 1 and set(entry) <= set("+-1"):
        return "; put a comma after each sign, or after none"
    return ""


def _is_one(patterns: Iterable[Any], size: int | None) -> bool:
    """Whether this is one pattern: a text, or signs where patterns are wanted."""
    if isinstance(patterns, str) or (isinstance(patterns, np.ndarray) and patterns.ndim < 2):
        return True
    # Where a text of one sign is a pattern, a list of such texts is one of patterns.
    if not isinstance(patterns, Sequence) or size == 1 or len(patterns) < 2:
        return False
    return all(_sign(entry) is not None for entry in patterns)


def _shown(value: object) -> str:
    plain = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return repr(plain)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _require_same_length(a: Pattern, b: Pattern) -> None:
    if len(a) != len(b):
        raise InputError(
            f"patterns '{format_pattern(a)}' and '{format_pattern(b)}' differ in length: "
            f"{len(a)} and {len(b)} signs"
        )
