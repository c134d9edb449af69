"""Parts of what stands beneath a cell of a notebook; styles within, as notebooks keep no others."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from matplotlib.figure import Figure

from hebbfilm.run.pictures.formats import as_png
from hebbfilm.run.report.content import Picture
from hebbfilm.run.report.embedding import embedded

_LINE = "1px solid rgba(128, 128, 128, 0.35)"
_DPI = 110
_SHORT = 24
"""Letters that stay in one line."""


def card(title: str, note: str, *parts: str) -> str:
    """A title, what it is, and below them parts side by side, as far as there is room."""
    inner = "".join(f'<div style="min-width: 0">{part}</div>' for part in parts if part)
    return (
        f'<div style="margin: 0.3em 0"><div><strong>{html.escape(title)}</strong> '
        f'<span style="opacity: 0.75">{html.escape(note)}</span></div>'
        f'<div style="display: flex; flex-wrap: wrap; gap: 1.5em; align-items: flex-start; '
        f'margin-top: 0.5em">{inner}</div></div>'
    )


def table(rows: Iterable[Sequence[str]], heads: Sequence[str] = (), sides: str = "<") -> str:
    """Rows of text.

    Args:
        rows: as many cells in each.
        heads: of the columns; empty for none.
        sides: to which each column goes, "<" or ">"; the last counts for all that follow.
    """
    head = "".join(_cell("th", text, k, sides) for k, text in enumerate(heads))
    body = "".join(
        f"<tr>{''.join(_cell('td', cell, k, sides) for k, cell in enumerate(row))}</tr>"
        for row in rows
    )
    return (
        f'<div style="overflow-x: auto"><table style="border-collapse: collapse; margin: 0">'
        f"{f'<thead><tr>{head}</tr></thead>' if heads else ''}<tbody>{body}</tbody></table></div>"
    )


def _cell(tag: str, text: str, column: int, sides: str) -> str:
    side = "right" if sides[min(column, len(sides) - 1)] == ">" else "left"
    style = f"text-align: {side}; padding: 0.15em 0.9em 0.15em 0; border-bottom: {_LINE}"
    if len(text) <= _SHORT:
        style += "; white-space: nowrap"
    return f'<{tag} style="{style}">{html.escape(text)}</{tag}>'


def figure_html(figure: Figure, told: str, width: int = 460) -> str:
    """A picture within the page.

    Args:
        figure: the picture.
        told: what is seen on it, for who does not see it.
        width: at most, in pixels.
    """
    return image(embedded("", "", told, as_png(figure, _DPI)), width)


def image(picture: Picture, width: int) -> str:
    """A picture, at most so many pixels wide."""
    return (
        f'<img alt="{html.escape(picture.caption, quote=True)}" src="{picture.source}" '
        f'style="max-width: min({width}px, 100%); height: auto; background: white">'
    )
