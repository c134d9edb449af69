"""A cycle of a training in the order of its steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.pattern_segments import present
from hebbfilm.hopfield.patterns import Pattern, format_pattern, parse_pattern, same_up_to_sign
from hebbfilm.hopfield.polarity import in_polarity
from hebbfilm.hopfield.steps import Step, check_step
from hebbfilm.solvers import Segment, rest
from hebbfilm.solvers.drives.named_drives import drives_of_contacts

UNLEARN = "unlearn"
"""Label of the segments in which the reference film gets a state."""


@dataclass(frozen=True)
class StepOrder:
    """What one cycle of a `Training` with steps does; arguments as there."""

    steps: tuple[Step, ...]
    voltage: float
    duration: float
    polarity: str

    def check(self, listed: int) -> None:
        """Raise InputError for a step that cannot be followed, or a label that stands twice.

        Args:
            listed: patterns that the training lists, and a number stands for.
        """
        labels: list[str] = []
        for number, step in enumerate(self.steps, start=1):
            where = f"step {number} of training.steps: "
            check_step(step, where, listed)
            if step.read is None:
                continue
            if step.read in labels:
                raise InputError(
                    f"{where}read = {shown(step.read)}: is the label of an earlier step; choose "
                    "another"
                )
            labels.append(step.read)

    def require_presented(self, patterns: Sequence[Pattern]) -> None:
        """Raise InputError if no step presents one of the stored patterns."""
        presented = [_pattern_of(step, patterns, None) for step in self.steps if step.presents]
        for pattern in patterns:
            if not any(_same(pattern, other) for other in presented):
                raise InputError(
                    f"training.patterns has '{format_pattern(pattern)}', "
                    "which no step of training.steps presents"
                )

    def parsed(self, neurons: Neurons | None) -> list[Pattern]:
        """The patterns that steps write as signs, each once.

        Raises:
            InputError: a pattern of another length.
        """
        found: list[Pattern] = []
        for step in self.steps:
            if step.pattern is None or isinstance(step.pattern, int):
                continue
            pattern = _pattern_of(step, (), neurons)
            # What another step showed, or its negative, is the same stored pattern.
            if not any(_same(pattern, other) for other in found):
                found.append(pattern)
        return found

    def cycle(self, patterns: Sequence[Pattern], neurons: Neurons) -> list[list[Segment] | str]:
        """The segments of each step, or the label of a reading; of stored patterns.

        Raises:
            InputError: a pattern of another length, or drives of no contact.
        """
        return [step.read or self._take(step, patterns, neurons) for step in self.steps]

    def taken(self) -> list[str]:
        """Which of voltage and duration steps take from the training, as they have none."""
        driven = [step for step in self.steps if step.rest is None and step.read is None]
        found = ["duration"] if any(step.duration is None for step in driven) else []
        if any(step.voltage is None and step.drives is None for step in driven):
            found.append("voltage")
        return found

    def extents(self) -> list[tuple[int, float]]:
        """Of each step that takes time, the number of segments and the time in s."""
        return [
            (1, self._duration(step) if step.rest is None else step.rest)
            for step in self.steps
            if step.read is None
        ]

    def _duration(self, step: Step) -> float:
        return self.duration if step.duration is None else step.duration

    def _take(self, step: Step, patterns: Sequence[Pattern], neurons: Neurons) -> list[Segment]:
        if step.rest is not None:
            return rest(step.rest)
        if step.drives is not None:
            found = drives_of_contacts(step.drives, neurons.contacts, "training.steps.drives")
            return [Segment(self._duration(step), found, "drives")]
        voltage = self.voltage if step.voltage is None else step.voltage
        pattern = in_polarity(_pattern_of(step, patterns, neurons), self.polarity)
        if step.unlearn is not None:
            volts = neurons.unlearnt(voltage * step.sign * pattern)
            return [Segment(self._duration(step), tuple(map(float, volts)), UNLEARN)]
        return [present(step.sign * pattern, voltage, self._duration(step), patterns)]


def _pattern_of(step: Step, patterns: Sequence[Pattern], neurons: Neurons | None) -> Pattern:
    if isinstance(step.shown, int):
        return patterns[step.shown - 1]
    assert step.shown is not None
    return parse_pattern(step.shown) if neurons is None else neurons.pattern(step.shown)


def _same(a: Pattern, b: Pattern) -> bool:
    return len(a) == len(b) and same_up_to_sign(a, b)
