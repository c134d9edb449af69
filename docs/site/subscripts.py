"""Symbols in the text of a page, such as M_s or w_ij, with their index below the line."""

import re

_TAG = re.compile(r"(<[^>]*>)")
_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9_.])([A-Za-z\u0391-\u03ff])_([A-Za-z\u0391-\u03ff0-9⊥∥]{1,3})(?![\w(])"
)
_AS_IT_IS = ("pre", "code", "svg", "script", "style")


def with_subscripts(page: str) -> str:
    """A page, as HTML, with indices below the line wherever it is text and no code."""
    parts, inside = _TAG.split(page), 0
    for number, part in enumerate(parts):
        if not part.startswith("<"):
            parts[number] = part if inside else _SYMBOL.sub(r"\1<sub>\2</sub>", part)
        elif part.strip("</>").split(" ")[0] in _AS_IT_IS:
            inside += -1 if part.startswith("</") else 1
    return "".join(parts)
