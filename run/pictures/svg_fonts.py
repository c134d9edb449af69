"""Fonts inside an SVG file: of each that its text is set in, the characters that occur."""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from html import unescape

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.font_manager import FontProperties, findfont

_FAMILY = "DejaVu Sans"
_STYLES = (("normal", "normal"), ("bold", "normal"), ("normal", "italic"), ("bold", "italic"))
_TEXT = re.compile(r"<text.*?</text>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def with_fonts(svg: bytes) -> bytes:
    """The same SVG file with the fonts of its text in it, so that it looks alike everywhere.

    Args:
        svg: as Matplotlib writes it with `svg.fonttype = "none"`.
    """
    content = svg.decode("utf-8")
    text = " ".join(_TEXT.findall(content))
    used = "".join(sorted(set(unescape(_TAG.sub("", text)))))
    faces = [
        _face(weight, slant, used)
        for weight, slant in _STYLES
        if (weight == "bold") <= ("bold" in text or "700" in text)
        and (slant == "italic") <= ("italic" in text or "oblique" in text)
    ]
    style = f'<style type="text/css">{"".join(faces)}</style>'
    return content.replace("<defs>", f"<defs>\n  {style}", 1).encode("utf-8")


@cache
def _face(weight: str, slant: str, characters: str) -> str:
    path = findfont(FontProperties(family=_FAMILY, weight=weight, style=slant))
    font = TTFont(path, recalcTimestamp=False)
    # FFTM tells when the font was made, and nothing else.
    options = subset.Options(layout_features=[], notdef_outline=True, hinting=False)
    options.drop_tables += ["FFTM"]
    chosen = subset.Subsetter(options)
    chosen.populate(text=characters)
    chosen.subset(font)
    whole = io.BytesIO()
    font.save(whole)
    data = base64.b64encode(whole.getvalue()).decode("ascii")
    return (
        f"@font-face{{font-family:'{_FAMILY}';font-weight:{weight};font-style:{slant};"
        f"src:url(data:font/ttf;base64,{data})}}"
    )
