"""How far each presentation of a pattern displaces the texture of a film."""

from dataclasses import dataclass
from math import nan

import numpy as np

from hebbfilm.hopfield.pattern_segments import PatternSegment
from hebbfilm.hopfield.patterns import format_pattern
from hebbfilm.solvers import Film, Segment
from hebbfilm.solvers.magnetisation.displacement import fit_displacement


@dataclass
class Presentation:
    """What one segment of the drive did to the texture, as far as it was followed.

    `pattern` was presented, or with `sign` -1 its negative; the texture is at `displacement` in m
    along the current of the pattern, and was between `lowest` and `highest`. `turned` and
    `explained` are the sums over samples of (Δm)², mean over the film, and of the part of it that
    is displacement; `largest_turn` is the largest root mean square of Δm.
    """

    segment: int
    pattern: str
    sign: int
    displacement: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0
    turned: float = 0.0
    explained: float = 0.0
    largest_turn: float = 0.0


class Displacements:
    """Adds up, from sample to sample, how far the texture moves; all methods are collective.

    Directions are those of the current of a stored pattern, so that what its negative does has
    the other sign. Without a current nothing is measured.

    Args:
        film: to follow.
        presentations: one for each segment of the drive, which this extends.
    """

    def __init__(self, film: Film, presentations: list[Presentation]) -> None:
        self._film = film
        self.presentations = presentations
        self._m = film.dynamics.m.copy()

    def follow(self, segment: Segment) -> float:
        """How far in m the texture has moved since the last call, in this segment of the drive.

        NaN if the segment presents no pattern.
        """
        film, before = self._film, self._m
        self._m = film.dynamics.m.copy()
        if not isinstance(segment, PatternSegment) or film.conduction is None:
            return nan
        found = fit_displacement(film.operators, before, self._m, film.conduction.current_density)
        distance = segment.sign * found.distance
        entry = self._entry(segment)
        entry.displacement += distance
        entry.lowest = min(entry.lowest, entry.displacement)
        entry.highest = max(entry.highest, entry.displacement)
        entry.turned += found.turn**2
        entry.explained += found.explained * found.turn**2
        entry.largest_turn = max(entry.largest_turn, found.turn)
        return distance

    def _entry(self, segment: PatternSegment) -> Presentation:
        number = self._film.position.segment
        if not self.presentations or self.presentations[-1].segment != number:
            pattern = format_pattern(np.array(segment.stored))
            self.presentations.append(Presentation(number, pattern, segment.sign))
        return self.presentations[-1]
