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


def without_stem(names: Sequence[str]) -> list[str]:
    """Names without what they all begin with up to an underscore.

    Example:
        >>> without_stem(["node_1", "node_12"]), without_stem(["rim_1", "centre"])
        (['1', '12'], ['rim_1', 'centre'])
    """
    before, mark, _ = next(iter(names), "").rpartition("_")
    stem = before + mark
    common = all(name.startswith(stem) for name in names)
    return [name.removeprefix(stem) if common else name for name in names]


def compact(pattern: str, most: int = 16) -> str:
    """A pattern such as "+,-", of more signs than most in a message, without its commas.

    Example:
        >>> compact("+,-,-"), compact("+,-,-", most=2)
        ('+,-,-', '+--')
    """
    return pattern if pattern.count(",") < most else pattern.replace(",", "")


def beginning(pattern: str, most: int = 16) -> str:
    """The same for headings: the first eight signs of more than most.

    Example:
        >>> beginning("+,-"), beginning("+" + 20 * ",-")
        ('+,-', '+,-,-,-,-,-,-,-,…')
    """
    signs = pattern.split(",")
    return pattern if len(signs) <= most else ",".join([*signs[:8], "…"])


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
