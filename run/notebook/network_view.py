"""A film as a network in a notebook: its weights as a matrix."""

from __future__ import annotations

import html as text

import numpy as np
from matplotlib.colors import to_hex

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.run.notebook.card import card, table
from hebbfilm.run.pictures import style
from hebbfilm.run.report.words import plain, state

_MOST_NUMBERS = 12
_MOST = 64


def html(network: HopfieldFilm) -> str:
    """What it was trained on, and its weights, if it was."""
    names = network.neurons.names
    rows = [
        ("neurons", ", ".join(names[:_MOST])),
        ("reference", network.reference.rule),
        ("read at", ", ".join(network.readings) or "no moment yet"),
        ("trained on", ", ".join(state(pattern) for pattern in network.patterns) or "nothing yet"),
    ]
    if network.before is None or network.after is None:
        return card("HopfieldFilm", "not trained yet", table(rows))
    correlation = network.hebb_correlation
    rows.append(
        ("correlation with Hebb’s rule", "none" if correlation is None else plain(correlation))
    )
    return card("HopfieldFilm", "weights", table(rows), _matrix(network.weights, names))


def _matrix(weights: FloatArray, names: tuple[str, ...]) -> str:
    """The weights in colours; with few neurons in numbers, too."""
    largest = float(np.abs(weights).max()) or 1.0
    shown = range(min(len(names), _MOST))
    with_numbers = len(names) <= _MOST_NUMBERS
    side = "4.6em" if with_numbers else "0.9em"
    head = "".join(f'<th style="padding: 0 0.2em">{text.escape(names[k])}</th>' for k in shown)
    lines = []
    for i in shown:
        cells = "".join(_cell(weights[i, j], largest, i == j, side, with_numbers) for j in shown)
        lines.append(f'<tr><th style="text-align: left">{text.escape(names[i])}</th>{cells}</tr>')
    top = f"<thead><tr><th></th>{head}</tr></thead>" if with_numbers else ""
    return (
        '<div style="overflow-x: auto"><table style="border-collapse: collapse; margin: 0">'
        f"{top}<tbody>{''.join(lines)}</tbody></table></div>"
        '<div style="opacity: 0.75">orange: negative; blue-green: positive</div>'
    )


def _cell(value: float, largest: float, own: bool, side: str, with_number: bool) -> str:
    share = value / largest
    shade = style.WEIGHTS(0.5 + 0.5 * share)
    colour, ink = ("#ffffff", style.INK) if own else (to_hex(shade), style.on_colour(shade))
    told = "" if own or not with_number else f"{value:+.2e}".replace("-", "−")
    look = f"background: {colour}; color: {ink}; min-width: {side}; height: 1.6em"
    return f'<td style="{look}; text-align: center; padding: 0.1em 0.3em">{told}</td>'
