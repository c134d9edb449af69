"""What a person gave, as it may stand in a message of one line."""

import reprlib
from typing import Any

LONGEST_LINE = 400
"""Characters of a message; what exceeds them is left out of its middle."""
_LONGEST_VALUE = 80
_END_OF_LINE = 120


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxstring = self.maxother = self.maxlong = _LONGEST_VALUE

    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write out whole numbers of thousands of digits.
        return repr(x) if x.bit_length() < 256 else f"a whole number of {x.bit_length()} bits"


_short = _Short()


def shown(value: Any) -> str:
    """A value in a few words: short, in one line, control characters and the like escaped."""
    text = _short.repr(value)
    return text if len(text) <= _LONGEST_VALUE else _without_middle(text, _LONGEST_VALUE, 20)


def shown_shape(shape: tuple[int, ...]) -> str:
    """The shape of an array, as messages tell what it must be."""
    return str(shape) if shape else "one number"


def one_line(text: str) -> str:
    """A text without line breaks, control characters or marks that turn the writing around."""
    joined = " ".join(text.splitlines())
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in joined).strip()
    return _without_middle(safe, LONGEST_LINE, _END_OF_LINE)


def reason(error: BaseException) -> str:
    """The message of an error in one line, or its class where it has none."""
    return one_line(" ".join(str(error).split())) or type(error).__name__


def _without_middle(text: str, longest: int, end: int) -> str:
    if len(text) <= longest:
        return text
    return f"{text[: longest - end - 3]} … {text[-end:]}"
