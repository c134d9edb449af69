"""How patterns are presented to a film: what the contacts do, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated

from hebbfilm.common.arguments import check_count, check_number, check_truth
from hebbfilm.common.errors import InputError
from hebbfilm.common.notebook import as_html
from hebbfilm.common.quantities import (
    OneOf,
    Plain,
    Range,
    Time,
    Voltage,
)
from hebbfilm.hopfield.course import Course
from hebbfilm.hopfield.forming import FORMED, Forming
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.pattern_segments import PatternSegment, at_contacts
from hebbfilm.hopfield.patterns import (
    Pattern,
    listed,
    parse_pattern,
    plain_pattern,
    require_drivable,
)
from hebbfilm.hopfield.polarity import POLARITIES
from hebbfilm.hopfield.presenting import HALF_PERIOD, PRESENTATIONS, Presenting
from hebbfilm.hopfield.step_order import StepOrder
from hebbfilm.hopfield.steps import Step, check_drive
from hebbfilm.solvers import Segment, rest
from hebbfilm.solvers.drives.drive import require_followed


@dataclass(frozen=True)
class Training:
    """A schedule: each pattern ξ is presented as V_i = V₀ ξ_i, one after another, then a rest.

    The order of two patterns A and B in one cycle, by `presentation`:

    - "constant": A, B.
    - "alternating": A, B, each switched between ξ and -ξ within its duration. These are the same
      pattern, but drag the texture to and fro instead of away.
    - "bipolar": A, -A, B, -B.
    - "quadrature": A, B, -A, -B.
    - "all_orders": quadrature in as many orders of the patterns as it takes to present them one
      after another in each relative polarity: of three, A, B, C, -A, -B, -C, A, C, B, -A, -C, -B.

    Args:
        patterns: one or more, in order, each like "+,+,-,-" or (1, 1, -1, -1). With steps they may
            be left out: those of the steps are taken.
        voltage: V₀ of the states ±1, in V.
        duration: of one presentation in s.
        presentation: order and signs of the patterns in one cycle, of two A, B; or each switched to
            and fro; or A, -A, B, -B; or A, B, -A, -B; or that in all orders of the patterns that
            reach each of their relative polarities.
        half_period: of "alternating" alone, s; `duration` is rounded to whole periods.
        steps: one cycle of any other order, in place of `presentation`.
        repeats: the number of cycles.
        pause: time in s with all contacts open between presentations, of which there are several.
        rest: time in s with all contacts open at the end.
        polarity: the sign with which each pattern is presented, and that `sign` of a step turns
            round: "as_given", or "most_negative", that with fewer positive neurons, and of as many,
            that whose last neuron is negative. It stays the stored pattern; a negative voltage
            turns all signs round.
        decay: of "alternating", the amplitude of each half period by that of the last, (0, 1].
        negative_voltage: with which -ξ is presented, V, where both are; None for V₀. ξ is what
            `polarity` takes.
        negative_duration: likewise, s: of a presentation, or where they alternate of a half
            period.
        forming: what is done to the film first, once; the film is read under "formed" after it.
        read_each: whether the film is read after each presentation and its pause, under "after 1",
            "after 2", and so on. Each is followed by a pause then, the last, too.

    Raises:
        InputError: a value out of its range, a pattern that drives no current, or more patterns
            than are presented in all orders.

    Example:
        >>> schedule = Training(("++--", "+-+-"), voltage=0.05, presentation="bipolar")
        >>> [segment.label for segment in schedule.segments(("a", "b", "c", "d"))]
        ['+,+,-,-', '-,-,+,+', '+,-,+,-', '-,+,-,+', 'rest']
    """

    patterns: tuple[str | tuple[int, ...], ...] = ()
    voltage: Voltage = 0.05
    duration: Annotated[Time, Range(above=0)] = 6e-9
    presentation: Annotated[str, OneOf(PRESENTATIONS)] = "constant"
    half_period: Annotated[Time, Range(above=0)] = HALF_PERIOD
    steps: tuple[Step, ...] = ()
    repeats: Annotated[int, Range(1)] = 1
    pause: Annotated[Time, Range(0)] = 0.0
    rest: Annotated[Time, Range(0)] = 5e-9
    polarity: Annotated[str, OneOf(POLARITIES)] = "as_given"
    decay: Annotated[Plain, Range(above=0, most=1)] = 1.0
    negative_voltage: Voltage | None = None
    negative_duration: Annotated[Time, Range(above=0)] | None = None
    forming: Forming | None = None
    read_each: bool = False

    _repr_html_ = as_html

    def __post_init__(self) -> None:
        # Schedules are compared, as arrays cannot be.
        plain = map(plain_pattern, listed(self.patterns, what="training.patterns"))
        object.__setattr__(self, "patterns", tuple(plain))
        check_drive(self.voltage, self.duration, "training.")
        self._presenting()
        check_number("training.voltage", self.voltage, "V")
        check_count("training.repeats", self.repeats, 1)
        check_truth("training.read_each", self.read_each)
        for key in ("pause", "rest"):
            check_number(f"training.{key}", getattr(self, key), "s")
            if getattr(self, key) < 0:
                raise InputError(
                    f"training.{key} = {getattr(self, key)}: must be zero or positive, in seconds"
                )
        object.__setattr__(self, "forming", Forming.of(self.forming))
        if self.steps:
            self._check_steps()
        if not self.parsed():
            raise InputError(
                "training.patterns is empty: give at least one, like '+,+,-,-'; a run without "
                "patterns has a [protocol] in place of [training]"
            )
        self._check_pause(self.repeats * len(self._cycle_extent()))
        if self.forming is not None:
            self._check_forming(self.forming)

    def parsed(self, contacts: Sequence[str] | Neurons | None = None) -> list[Pattern]:
        """The stored patterns, with one sign for each of the contacts, or neurons, if given.

        Raises:
            InputError: a pattern of another length, or one that drives no current.
        """
        neurons = None if contacts is None else Neurons.of(contacts)
        if not self.patterns:
            return self._ordered().parsed(neurons)
        read = parse_pattern if neurons is None else neurons.pattern
        patterns = [read(pattern) for pattern in self.patterns]
        for pattern in patterns:
            require_drivable(pattern)
        return patterns

    def require_fit(self, contacts: Sequence[str] | Neurons) -> None:
        """Refuse contacts that the patterns, or the steps, are not of; arguments as of `segments`.

        Raises:
            InputError: a pattern of another length, or of other names, or drives of such, or a
                waveform that no step can follow.
        """
        neurons = Neurons.of(contacts)
        patterns = self.parsed(neurons)
        if self.forming is not None:
            self.forming.parsed(len(neurons.names))
        for part in self._ordered().cycle(patterns, neurons):
            for segment in () if isinstance(part, str) else part:
                if segment.drives is not None and not callable(segment.drives):
                    require_followed(segment.drives, segment.duration)

    def extent(self) -> tuple[int, float]:
        """Number of segments of the whole schedule, and how long they last in s; makes none."""
        segments, time = self._repeated().extent(self._cycle_extent())
        if self.forming is not None:
            count, lasting = self.forming.extent(len(self.parsed()[0]))
            segments, time = segments + count, time + lasting
        return segments + (self.rest > 0), time + self.rest

    def _cycle_extent(self) -> list[tuple[int, float]]:
        """Of each presentation in one cycle, the number of segments and the time in s."""
        if self.steps:
            return self._ordered().extents()
        return self._presenting().extents(len(self.parsed()))

    def _ordered(self) -> StepOrder:
        return StepOrder(self.steps, self.voltage, self.duration, self.polarity)

    def _presenting(self) -> Presenting:
        return Presenting(**{field.name: getattr(self, field.name) for field in fields(Presenting)})

    def segments(self, contacts: Sequence[str] | Neurons) -> list[Segment]:
        """The drive of a film with these contacts: a `PatternSegment` where a pattern is shown.

        Args:
            contacts: names of the nodes; or the neurons that they make.

        Raises:
            InputError: a pattern of another length.
        """
        return self.course(contacts)[0]

    def moments(self, contacts: Sequence[str] | Neurons) -> dict[str, int]:
        """By the labels of the readings on the way, how many segments lie before each, in order.

        Arguments and what is raised as of `segments`.

        Example:
            >>> steps = Step("++--"), Step(read="after A"), Step("+-+-")
            >>> Training(steps=steps).moments(("a", "b", "c", "d"))
            {'after A': 1}
        """
        return self.course(contacts)[1]

    def course(self, contacts: Sequence[str] | Neurons) -> tuple[list[Segment], dict[str, int]]:
        """Both `segments` and `moments`; arguments and what is raised as of these."""
        segments: list[Segment] = []
        moments: dict[str, int] = {}
        for part in self._parts(Neurons.of(contacts)):
            if isinstance(part, Segment):
                segments.append(part)
            else:
                moments[part] = len(segments)
        return segments, moments

    def labels(self) -> list[str]:
        """Of the readings on the way, in their order."""
        reads = [step.read for step in self.steps if step.read is not None]
        formed = [] if self.forming is None else [FORMED]
        return formed + self._repeated().labels(reads, len(self._cycle_extent()))

    @property
    def reading_count(self) -> int:
        """How many are on the way."""
        reads = sum(step.read is not None for step in self.steps)
        each = len(self._cycle_extent()) if self.read_each else reads
        return self.repeats * each + (self.forming is not None)

    def last_voltages(self, contacts: Sequence[str] | Neurons) -> list[float]:
        """Of each contact in V, in the last presentation; arguments as of `segments`.

        Raises:
            InputError: a pattern of another length.
        """
        presented = [s for s in self.segments(contacts) if isinstance(s, PatternSegment)]
        drives = presented[-1].drives
        assert isinstance(drives, tuple)
        return [float(voltage) for voltage in drives if isinstance(voltage, float)]

    def _parts(self, neurons: Neurons) -> list[Segment | str]:
        """All segments, and between them the labels of the readings."""
        cycle = [
            each if isinstance(each, str) else [at_contacts(segment, neurons) for segment in each]
            for each in self._cycle(self.parsed(neurons), neurons)
        ]
        formed: list[Segment | str] = []
        if self.forming is not None:
            formed = [*self.forming.segments(neurons, self.voltage), FORMED]
        end = rest(self.rest) if self.rest > 0 else []
        return [*formed, *self._repeated().parts(cycle), *end]

    def _repeated(self) -> Course:
        return Course(self.repeats, self.pause, self.read_each)

    def _cycle(
        self, patterns: list[Pattern], neurons: Neurons
    ) -> Sequence[Sequence[Segment] | str]:
        """Of each step what is presented, or the label of a reading."""
        if self.steps:
            return self._ordered().cycle(patterns, neurons)
        return self._presenting().cycle(patterns)

    def _check_pause(self, presentations: int) -> None:
        if self.pause > 0 and presentations == 1 and not self.read_each:
            raise InputError(
                f"training.pause = {self.pause}: a pause lies between presentations, and there is "
                "one alone; the time with open contacts at the end is training.rest"
            )

    def _check_forming(self, forming: Forming) -> None:
        forming.parsed(len(self.parsed()[0]))
        if any(step.read == FORMED for step in self.steps):
            raise InputError(
                f"training.steps has read = '{FORMED}' beside training.forming, after which the "
                "film is read under this label already: choose another"
            )

    def _check_steps(self) -> None:
        if self.presentation != "constant":
            raise InputError(
                f"training.presentation = '{self.presentation}' beside training.steps: "
                "the steps are the order; leave one of the two out"
            )
        if self.read_each:
            raise InputError(
                "training.read_each beside training.steps: the steps say when the film is read; "
                "put one like { read = 'after A' } between them"
            )
        if self.pause > 0 and any(step.rest is not None for step in self.steps):
            raise InputError(
                f"training.pause = {self.pause} beside steps that rest: leave one of the two out"
            )
        self._ordered().check(len(self.patterns))
        self._ordered().require_presented(self.parsed())
        taken = set(self._ordered().taken()) | ({"voltage"} if self.forming is not None else set())
        for key in ("voltage", "duration"):
            value = getattr(self, key)
            if key not in taken and value != getattr(Training, key):
                raise InputError(
                    f"training.{key} = {value}: every step of training.steps has a {key} of its "
                    "own; leave it out, or leave theirs out"
                )
