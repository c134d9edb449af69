"""A training in a notebook: the voltages of its neurons over time."""

from __future__ import annotations

import html as text
from collections.abc import Sequence

from hebbfilm.hopfield import Training
from hebbfilm.hopfield.pattern_segments import PatternSegment
from hebbfilm.run.notebook.card import card, table
from hebbfilm.run.pictures import style
from hebbfilm.run.report.words import quantity, state
from hebbfilm.solvers import Segment

_WIDTH, _ROW, _LEFT = 520.0, 16.0, 62.0
_MOST_SEGMENTS = 240
_MOST_ROWS = 24


def html(training: Training) -> str:
    """A schedule: its numbers, and its course."""
    count, time = training.extent()
    patterns = training.parsed()
    rows = [
        ("patterns", ", ".join(state(pattern) for pattern in patterns)),
        ("voltage", quantity(training.voltage, "V")),
        ("one presentation", quantity(training.duration, "s")),
        ("order", "steps of its own" if training.steps else training.presentation),
        ("repeats", str(training.repeats)),
        ("rest", quantity(training.rest, "s")),
        ("in all", f"{quantity(time, 's')} in {count} segments"),
    ]
    named = [f"{k + 1}" for k in range(len(patterns[0]))]
    return card("Training", "a schedule", table(rows), _course(training.segments(named)))


def _course(segments: Sequence[Segment]) -> str:
    """A row a neuron, in the colour of its sign, as wide as it lasts; white where it is open."""
    shown = segments[:_MOST_SEGMENTS]
    total = sum(segment.duration for segment in shown)
    size = min(_size(shown), _MOST_ROWS)
    bars, begin = [], _LEFT
    for segment in shown:
        width = (_WIDTH - _LEFT) * segment.duration / total
        for row, colour in enumerate(_colours(segment, size)):
            bars.append(
                f'<rect x="{begin:.2f}" y="{row * _ROW:.0f}" width="{width:.2f}" '
                f'height="{_ROW - 2:.0f}" fill="{colour}"/>'
            )
        begin += width
    names = [
        f'<text x="0" y="{(row + 0.7) * _ROW:.1f}">neuron {row + 1}</text>' for row in range(size)
    ]
    last = "" if len(shown) == len(segments) else f" (of the first {len(shown)} segments)"
    axis = f'<text x="{_LEFT}" y="{size * _ROW + 12:.0f}">0</text>' + (
        f'<text x="{_WIDTH}" y="{size * _ROW + 12:.0f}" text-anchor="end">'
        f"{quantity(total, 's')}{last}</text>"
    )
    told = "Red: positive voltage; blue: negative; grey: otherwise driven; white: open"
    height = size * _ROW + 18
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{text.escape(told)}" '
        f'viewBox="0 0 {_WIDTH:.0f} {height:.0f}" width="{_WIDTH:.0f}" height="{height:.0f}" '
        f'style="background: white; max-width: 100%; height: auto" font-family="sans-serif" '
        f'font-size="11" fill="{style.INK}">{"".join(bars + names)}{axis}</svg>'
        f'<div style="opacity: 0.75">{told}</div>'
    )


def _size(segments: Sequence[Segment]) -> int:
    return max(
        (len(segment.presented) for segment in segments if isinstance(segment, PatternSegment)),
        default=1,
    )


def _colours(segment: Segment, size: int) -> list[str]:
    if isinstance(segment, PatternSegment) and isinstance(segment.drives, Sequence):
        return [_colour(drive) for drive in segment.drives[:size]]
    return size * ["white" if segment.drives is None else style.NEUTRAL]


def _colour(drive: object) -> str:
    if not isinstance(drive, int | float):
        return "white" if drive is None else style.NEUTRAL
    return style.NEUTRAL if drive == 0 else style.PLUS if drive > 0 else style.MINUS
