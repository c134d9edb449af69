"""How far the presentations of a run displaced the texture, as text for a terminal."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.text import compact
from hebbfilm.hopfield.pattern_names import name_of
from hebbfilm.hopfield.patterns import Pattern, parse_pattern
from hebbfilm.run.folder.summary import PresentationEntry
from hebbfilm.solvers.magnetisation.displacement import LARGEST_TURN


def presentations_text(
    presentations: Sequence[PresentationEntry], stored: Sequence[Pattern]
) -> str:
    """A line a pattern, for a terminal; empty where nothing was presented.

    Args:
        presentations: of the run.
        stored: patterns, by whose numbers those of many signs are called.
    """
    patterns = list(dict.fromkeys(entry.pattern for entry in presentations))
    lines = [
        _line(
            _told(pattern, stored), [entry for entry in presentations if entry.pattern == pattern]
        )
        for pattern in patterns
    ]
    largest = max((e.largest_turn_between_samples for e in presentations), default=0.0)
    if largest > LARGEST_TURN:
        lines.append(
            f"Warning: m changed by {largest:.2f} (root mean square) between two samples; "
            f"displacements are reliable up to {LARGEST_TURN}: lower output.sample_interval"
        )
    return "\n".join(lines)


def _told(pattern: str, stored: Sequence[Pattern]) -> str:
    name = name_of(parse_pattern(pattern), stored)
    return f"({compact(name)})" if name == pattern else name


def _line(told: str, entries: Sequence[PresentationEntry]) -> str:
    parts, net = [], 0.0
    for sign, mark in ((1, "+"), (-1, "-")):
        moved = [1e9 * entry.displacement for entry in entries if entry.sign == sign]
        if moved:
            net += sum(moved)
            times = f"{len(moved)} times " if len(moved) > 1 else ""
            parts.append(f"{sum(moved) / len(moved):+.1f} nm {times}under {mark}")
    explained = 100 * np.mean([entry.explained for entry in entries])
    return (
        f"Texture along the current of {told}: {', '.join(parts)}, "
        f"net {net:+.1f} nm; {explained:.0f} % of the change of m"
    )
