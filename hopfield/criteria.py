"""Whether a network stores its patterns: named criteria, strict ones among them.

A film cannot tell a pattern from its negative, so the stored states are the patterns and their
negatives. A unit whose field is zero, a tie, keeps its sign, and a state is a fixed point if no
unit wants to flip.

stable: how many of the stored states are fixed points.
firm: how many of them are fixed points without a tie, which the slightest error would break.
exact: the fixed points are the stored states, and there are no others.
exact_and_firm: exact, and none of them is held by a tie.
one_bit, two_bit: fraction corrected of starts with one and two flips, see `flips`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from numpy.typing import ArrayLike

from hebbfilm.hopfield.flips import SAMPLES, enumerated_flips, flip_correction
from hebbfilm.hopfield.landscape import ENUMERATED_UP_TO, energy_landscape, stored_states
from hebbfilm.hopfield.patterns import Pattern, PatternLike
from hebbfilm.hopfield.states import checked_weights


@dataclass(frozen=True)
class Criteria:
    """What a network makes of the patterns that it should store.

    The head of this module explains the names. None stands for what is not known: of all fixed
    points above 16 units, and of starts with two flips where there are none.
    """

    stored: int
    stable: int
    firm: int
    fixed_points: int | None
    exact: bool | None
    exact_and_firm: bool | None
    one_bit: float | None
    two_bit: float | None
    one_bit_interval: tuple[float, float] | None = None
    two_bit_interval: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, for the summary of a run."""
        return asdict(self)


def storage_criteria(
    w: ArrayLike,
    patterns: Sequence[PatternLike] | Pattern,
    *,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Criteria:
    """Judge a network by the patterns that it should store.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns, one or more.
        samples: starts with one and two flips where N is above 16; below it all are taken.
        seed: of the samples.

    Raises:
        InputError: not such weights, or not such patterns.

    Example:
        >>> found = storage_criteria(hebb_weights(["++--"]), ["++--"])
        >>> found.exact, found.one_bit
        (True, 1.0)
    """
    weights, _ = checked_weights(w)
    stored = stored_states(patterns, len(weights))
    stable, firm = stability(weights, stored)
    if len(weights) > ENUMERATED_UP_TO:
        flips = flip_correction(weights, patterns, most=2, samples=samples, seed=seed)
        fixed_points = exact = None
    else:
        whole = energy_landscape(weights)
        flips = enumerated_flips(whole, stored)
        fixed_points = len(whole.fixed)
        exact = fixed_points == stable == len(stored)
    by_number = {found.flips: found for found in flips}
    one, two = by_number.get(1), by_number.get(2)
    return Criteria(
        stored=len(stored),
        stable=stable,
        firm=firm,
        fixed_points=fixed_points,
        exact=exact,
        exact_and_firm=None if exact is None else exact and firm == len(stored),
        one_bit=one.corrected if one else None,
        two_bit=two.corrected if two else None,
        one_bit_interval=one.interval if one else None,
        two_bit_interval=two.interval if two else None,
    )


def stability(w: ArrayLike, stored: Pattern) -> tuple[int, int]:
    """Return how many of the stored states (M, N) are fixed points, and how many without a tie."""
    weights, ties = checked_weights(w)
    along = stored * (stored @ weights)
    return int((along >= -ties).all(axis=1).sum()), int((along > ties).all(axis=1).sum())


def is_exact(w: ArrayLike, stored: Pattern) -> bool:
    """Tell whether the fixed points are the stored states (M, N) and no others.

    Raises:
        InputError: not such weights, or N above 16.
    """
    return len(energy_landscape(w).fixed) == stability(w, stored)[0] == len(stored)
