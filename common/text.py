"""Words of messages and reports."""

from collections.abc import Iterable, Sequence


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 run", "2 runs"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def some_of(names: Iterable[str], most: int = 20) -> str:
    """The first of many names, each once: "a, b, c and 7 more"; "none" if there are none."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - most} more" if len(unique) > most else ""
    return (", ".join(unique[:most]) or "none") + more


def listed(patterns: Sequence[str]) -> str:
    """Patterns such as "+,-" in a sentence: "(+,-)", "(+,-) and (-,+)", "(+), (-) and (+)"."""
    *first, last = [f"({pattern})" for pattern in patterns]
    return f"{', '.join(first)} and {last}" if first else last


def percent(fraction: float) -> str:
    """A fraction as a whole number of percent: 0 for none alone, 100 for all alone."""
    rounded = round(100 * fraction)
    if 0 < fraction < 1:
        rounded = min(max(rounded, 1), 99)
    return str(rounded)


def rounded(number: float) -> str:
    """To two digits, with thousands apart.

    Example:
        >>> rounded(13274)
        '13 000'
    """
    return f"{float(f'{number:.2g}'):_.0f}".replace("_", " ")
