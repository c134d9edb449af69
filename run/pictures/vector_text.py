"""Text with a halo, kept as text in vector files."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib.figure import Figure
from matplotlib.text import Text

_OVER = 1e-3
"""By which a text stands in front of its halo."""


@contextmanager
def text_stays(figure: Figure) -> Iterator[None]:
    """Lay a plain text over each that has a halo, inside.

    Path effects, of which halos are made, turn a text into outlines: it could neither be searched
    nor edited.
    """
    added = []
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if text.get_path_effects() and text.get_text() and text.axes is not None:
            plain = copy.copy(text)
            plain.set_path_effects([])
            plain.set_bbox(None)
            plain.set_zorder(text.get_zorder() + _OVER)
            text.axes._children.append(plain)
            added.append((text.axes, plain))
    try:
        yield
    finally:
        for axes, plain in added:
            axes._children.remove(plain)
