"""Pictures as parts of a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason
from hebbfilm.run.report.content import Picture

_WIDEST = 2000
"""Pixels; pages are hardly ever half as wide, and screens have at most two pixels in one."""
_QUALITY = 88
"""Of WebP, from which on letters look as sharp as in the PNG file; a fifth of its bytes."""


def embedded(name: str, title: str, caption: str, png: Path | bytes) -> Picture:
    """A picture within a page.

    Args:
        name: of its file, without the ending.
        title: above it.
        caption: what it shows.
        png: the file, or what stands in it.

    Raises:
        InputError: the file cannot be read, or is no picture.
    """
    try:
        image = Image.open(io.BytesIO(png) if isinstance(png, bytes) else png).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise InputError(f"{png!s}: not a readable picture ({reason(error)})") from None
    if image.width > _WIDEST:
        size = _WIDEST, round(image.height * _WIDEST / image.width)
        image = image.resize(size, Image.Resampling.LANCZOS)
    packed = io.BytesIO()
    image.save(packed, "WEBP", quality=_QUALITY, method=5)
    source = f"data:image/webp;base64,{base64.b64encode(packed.getvalue()).decode()}"
    return Picture(name, title, caption, source, image.width, image.height)
