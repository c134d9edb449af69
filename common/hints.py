"""What a person likely meant by a name that is not known, and what is allowed."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from hebbfilm.common.errors import InputError


def did_you_mean(name: str, known: Iterable[str], *, quoted: bool = False) -> str:
    """The end of a message, "; did you mean disc?"; nothing if no name is close in any case.

    Args:
        name: that is not known.
        known: the names that are.
        quoted: whether to quote the name, as those of a file, which may be any text.
    """
    by_folded = {each.casefold(): each for each in sorted(known)}
    for close in get_close_matches(name.casefold(), by_folded, n=1):
        meant = by_folded[close]
        return f"; did you mean {meant!r}?" if quoted else f"; did you mean {meant}?"
    return ""


def allowed_are(value: object, known: Iterable[str]) -> str:
    """The end of a message on a value that is none of a few: "allowed are disc, strip; did …"."""
    names = list(known)
    return f"allowed are {', '.join(names)}{did_you_mean(str(value), names)}"


def unknown_key(key: str, where: str, known: Iterable[str]) -> str:
    """The message on a key that a table does not have.

    Args:
        key: that is not known.
        where: the table, as in "in [layout]".
        known: its keys; none if they cannot be told.
    """
    names = list(known)
    allowed = f" (allowed: {', '.join(names)})" if names else ""
    return f"unknown key {key} {where}{did_you_mean(key, names)}{allowed}"


def check_keys(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Raise InputError, as `unknown_key` words it, if a table has a key that is not known."""
    names = list(known)
    for key in table:
        if key not in names:
            raise InputError(unknown_key(key, where, names))
