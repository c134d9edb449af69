"""Where in time things happen."""

from collections.abc import Iterator
from dataclasses import dataclass

_ROUND_OFF = 1e-9


@dataclass(frozen=True)
class Position:
    """A point of a drive: the segment's number and the time in s since that segment began."""

    segment: int = 0
    elapsed: float = 0.0


def sample_times(duration: float, interval: float | None) -> Iterator[float]:
    """Multiples of `interval` below `duration`, then `duration`, all in s.

    Every time is a product, never a sum, so that a run that is continued meets the same numbers.
    """
    if interval is not None:
        k = 1
        while k * interval < duration * (1 - _ROUND_OFF):
            yield k * interval
            k += 1
    yield duration
