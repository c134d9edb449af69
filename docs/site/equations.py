"""Equations of the pages, drawn when the site is built, so that no page loads a script for them.

A block of the language "math" is TeX, as forges show it, of the part that matplotlib knows.
"""

import html
import re
from typing import Any

from matplotlib.path import Path
from matplotlib.textpath import TextPath

_PER_EM = 100.0
"""Units of a drawing: the size of its letters."""
_SIZE = 1.15
"""Of letters, in em of the text around."""
_TAG = re.compile(r"\\tag\{(\w+)\}")
_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


def fence(source: str, language: str, css_class: str, options: Any, md: Any, **other: Any) -> str:
    """A block as `pymdownx.superfences` asks for it: one equation, with its number if it has one.

    Raises:
        ValueError: TeX that matplotlib does not know.
    """
    found = _TAG.search(source)
    tex = " ".join(_TAG.sub("", source).split())
    number = f'<a class="number" href="#eq-{found[1]}">({found[1]})</a>' if found else ""
    anchor = f' id="eq-{found[1]}"' if found else ""
    return f'<div class="equation"{anchor}><div>{drawn(tex)}</div>{number}</div>'


def drawn(tex: str) -> str:
    """One equation as an SVG in the colour of the text, with its TeX for who cannot see it."""
    # As a line of its own has them.
    large = tex.replace(r"\frac", r"\dfrac").replace(r"\int", r"\int\,")
    path = TextPath(
        (0, 0), f"${large}$", size=_PER_EM, usetex=False, prop={"math_fontfamily": "cm"}
    )
    box = path.get_extents()
    left, top, width, height = box.x0 - 2, -box.y1 - 2, box.width + 4, box.height + 4
    size = f"width:{width / _PER_EM * _SIZE:.3f}em;height:{height / _PER_EM * _SIZE:.3f}em"
    return (
        f'<svg role="img" aria-label="{html.escape(tex)}" style="{size}" '
        f'viewBox="{left:.1f} {top:.1f} {width:.1f} {height:.1f}">'
        f'<path d="{_outline(path)}"/></svg>'
    )


def _outline(path: Path) -> str:
    parts = []
    for points, code in path.iter_segments(simplify=False, curves=True):
        if code == Path.CLOSEPOLY:
            parts.append("Z")
            continue
        pairs = [f"{x:.1f} {-y:.1f}" for x, y in points.reshape(-1, 2)]
        parts.append(_LETTERS[code] + " ".join(pairs))
    return "".join(parts)


def with_references(markdown: str) -> str:
    """Numbers of equations in a text, like "eq. (3)", as links to these."""
    return re.sub(
        r"\b(eqs?\. )\((\d+)\)((?:(?:, | and | to )\(\d+\))*)",
        lambda found: re.sub(r"\((\d+)\)", r'<a href="#eq-\1">(\1)</a>', found[0]),
        markdown,
    )
