"""How far each presentation of a run displaces the texture."""

from collections.abc import Sequence
from math import nan
from typing import Any

import numpy as np

from hebbfilm.hopfield import format_pattern
from hebbfilm.hopfield.patterns import Pattern, presented
from hebbfilm.solvers import Film
from hebbfilm.solvers.magnetisation.displacement import LARGEST_TURN, displacement


class Displacements:
    """Adds up, from sample to sample, how far the texture moves; all methods are collective.

    Directions are those of the current of a stored pattern, so that what its negative does has
    the other sign. Without a current nothing is measured.

    Args:
        film: to follow.
        patterns: that are stored.
        notes: one entry a segment of the drive, which this extends.
    """

    def __init__(
        self, film: Film, patterns: Sequence[Pattern], notes: list[dict[str, Any]]
    ) -> None:
        self._film = film
        self._patterns = patterns
        self._notes = notes
        self._m = film.dynamics.m.copy()

    def follow(self) -> float:
        """How far in m the texture has moved since the last call; NaN without a current."""
        film, before = self._film, self._m
        self._m = film.dynamics.m.copy()
        if film.current.drives is None or film.conduction is None:
            return nan
        pattern, sign = presented(film.conduction.voltages, self._patterns)
        found = displacement(film.operators, before, self._m, film.conduction.current_density)
        distance = sign * found.distance
        entry = self._entry(pattern, sign)
        entry["displacement"] += distance
        entry["lowest"] = min(entry["lowest"], entry["displacement"])
        entry["highest"] = max(entry["highest"], entry["displacement"])
        entry["turned"] += found.turn**2
        entry["explained"] += found.explained * found.turn**2
        entry["largest_turn"] = max(entry["largest_turn"], found.turn)
        return distance

    def _entry(self, pattern: Pattern, sign: int) -> dict[str, Any]:
        segment = self._film.position.segment
        if not self._notes or self._notes[-1]["segment"] != segment:
            entry = {"segment": segment, "pattern": format_pattern(pattern), "sign": sign}
            keys = ("displacement", "lowest", "highest", "turned", "explained", "largest_turn")
            self._notes.append(entry | dict.fromkeys(keys, 0.0))
        return self._notes[-1]


def as_presentations(notes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The notes as they stand in `summary.json`."""
    return [
        {
            "pattern": entry["pattern"],
            "sign": entry["sign"],
            "displacement": entry["displacement"],
            "peak_to_peak": entry["highest"] - entry["lowest"],
            "explained": entry["explained"] / entry["turned"] if entry["turned"] else 0.0,
            "largest_turn_between_samples": entry["largest_turn"],
        }
        for entry in notes
    ]


def displacement_text(presentations: Sequence[dict[str, Any]]) -> str:
    """A line a pattern, for a terminal; empty where nothing was presented."""
    patterns = list(dict.fromkeys(entry["pattern"] for entry in presentations))
    lines = [
        _line(pattern, [entry for entry in presentations if entry["pattern"] == pattern])
        for pattern in patterns
    ]
    largest = max((e["largest_turn_between_samples"] for e in presentations), default=0.0)
    if largest > LARGEST_TURN:
        lines.append(
            f"Warning: m changed by {largest:.2f} (root mean square) between two samples; "
            f"displacements are reliable up to {LARGEST_TURN}: lower output.sample_interval"
        )
    return "\n".join(lines)


def _line(pattern: str, entries: Sequence[dict[str, Any]]) -> str:
    parts, net = [], 0.0
    for sign, mark in ((1, "+"), (-1, "-")):
        moved = [1e9 * entry["displacement"] for entry in entries if entry["sign"] == sign]
        if moved:
            net += sum(moved)
            times = f"{len(moved)} times " if len(moved) > 1 else ""
            parts.append(f"{sum(moved) / len(moved):+.1f} nm {times}under {mark}")
    explained = 100 * np.mean([entry["explained"] for entry in entries])
    return (
        f"Texture along the current of ({pattern}): {', '.join(parts)}, net {net:+.1f} nm; "
        f"{explained:.0f} % of the change of m"
    )
