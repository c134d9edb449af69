"""How objects show themselves in notebooks, without their rooms knowing pictures.

A class has `_repr_html_ = as_html`, the name that notebooks ask for. What its objects look like is
known at the top of the house, where pictures are drawn; `hebbfilm` itself, which lies above all
rooms, names that module once (`shown_by`), and it is loaded when the first object is shown.
"""

from __future__ import annotations

import importlib

_SHOWN_BY: list[str] = []


def shown_by(module: str) -> None:
    """Name the module whose `html_of` shows objects."""
    _SHOWN_BY[:] = [module]


def as_html(self: object) -> str | None:
    """The object as HTML for a notebook, with a picture where that helps; None: as plain text.

    Nothing here is collective: on several ranks, any one of them may show an object alone.
    """
    found: str | None = importlib.import_module(_SHOWN_BY[0]).html_of(self)
    return found
