"""Where in time things happen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hebbfilm.common.arguments import check_number
from hebbfilm.common.errors import InputError

_ROUND_OFF = 1e-9
_MOST_SAMPLES = 10_000_000


@dataclass(frozen=True)
class Position:
    """A point of a drive: the segment's number and the time in s since that segment began."""

    segment: int = 0
    elapsed: float = 0.0

    def require_within(self, durations: Sequence[float]) -> None:
        """Raise InputError unless the point lies in a drive of segments of these durations in s."""
        length = durations[self.segment] if 0 <= self.segment < len(durations) else 0.0
        if 0 <= self.segment <= len(durations) and 0 <= self.elapsed <= length * (1 + _ROUND_OFF):
            return
        raise InputError(
            f"start = segment {self.segment}, {self.elapsed:g} s: beyond the end of a drive of "
            f"{len(durations)} segments of {', '.join(f'{d:g}' for d in durations[:5])} … s; "
            "was it saved under another drive?"
        )


START = Position()
"""Of any drive."""


def check_samples(durations: Sequence[float], interval: float | None) -> None:
    """Raise InputError unless an interval in s makes samples, and not too many.

    Args:
        durations: of the segments in s.
        interval: None for samples at their ends alone.
    """
    if interval is None:
        return
    check_number("sample_interval", interval, "s", above=0)
    samples = max(durations, default=0.0) / interval
    if samples > _MOST_SAMPLES:
        raise InputError(
            f"sample_interval = {interval:g} s: {samples:.1g} samples in a segment of "
            f"{max(durations):g} s; at most {_MOST_SAMPLES:.0e} are taken"
        )


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
