"""How one cycle of a training is gone through again and again, with pauses and readings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hebbfilm.solvers import Segment, rest


@dataclass(frozen=True)
class Course:
    """Cycles of presentations; arguments as of `Training`."""

    repeats: int
    pause: float
    read_each: bool

    def parts(self, cycle: Sequence[Sequence[Segment] | str]) -> Iterator[Segment | str]:
        """All segments, and between them the labels of readings.

        Args:
            cycle: the segments of each presentation, and labels between them.
        """
        pause = rest(self.pause, "pause") if self.pause > 0 else []
        presented = 0
        for number in range(1, self.repeats + 1):
            for each in cycle:
                if isinstance(each, str):
                    yield self._label(each, number)
                    continue
                if presented and not self.read_each:
                    yield from pause
                presented += 1
                yield from each
                if self.read_each:
                    yield from pause
                    yield f"after {presented}"

    def extent(self, cycle: Sequence[tuple[int, float]]) -> tuple[int, float]:
        """Number of segments, and how long they last in s.

        Args:
            cycle: the same of each presentation.
        """
        segments = self.repeats * sum(count for count, _ in cycle)
        time = self.repeats * sum(duration for _, duration in cycle)
        if self.pause > 0:
            # The last is followed by the reading, or by the rest.
            pauses = self.repeats * len(cycle) - (not self.read_each)
            segments, time = segments + pauses, time + pauses * self.pause
        return segments, time

    def labels(self, cycle: Sequence[str], presentations: int) -> list[str]:
        """Of all readings, in their order.

        Args:
            cycle: labels in a cycle.
            presentations: how many are in a cycle.
        """
        if self.read_each:
            return [f"after {number + 1}" for number in range(self.repeats * presentations)]
        if not cycle:
            # Absurd repeats are refused later, by the limits.
            return []
        numbers = range(1, self.repeats + 1)
        return [self._label(label, number) for number in numbers for label in cycle]

    def _label(self, label: str, cycle: int) -> str:
        """Of a reading in the cycle of that number."""
        return f"{label} {cycle}" if self.repeats > 1 else label
