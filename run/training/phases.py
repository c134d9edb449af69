"""The phases of a run that trains a film, from relaxation to the last reading."""

from collections.abc import Iterator, Sequence

from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.hopfield.forming import FORMED, FORMING
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.training.balancing import Balance
from hebbfilm.run.training.chip import chip_phases
from hebbfilm.run.training.phase import Driven, Phase
from hebbfilm.run.training.progress import RunProgress
from hebbfilm.run.training.reading import ReadOnTheWay, ReadTrained, ReadUntrained
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.solvers import Film, Segment
from hebbfilm.solvers.drives.schedule import Position


class Relax(Phase):
    """The initial texture settles, by dynamics with a high damping."""

    name = "relax"

    def __init__(self, case: Case, film: Film, recorder: Recorder, progress: RunProgress) -> None:
        super().__init__(case, film, recorder)
        self._progress = progress

    def follow(self) -> None:
        """Settle, or give up when the time is over."""
        initial = self.case.initial
        if initial.relaxation > 0:
            self.film.relax(
                initial.relaxation,
                damping=initial.damping,
                torque_tolerance=initial.torque_tolerance,
                start=self.film.position,
                sample_interval=self.case.output.sample_interval,
                observer=self.observe,
            )

    def end(self) -> None:
        """Leave out the time that it did not take."""
        self._progress.skip(self.case.initial.relaxation - self.film.time)


class Minimise(Relax):
    """The initial texture settles, by the minimiser."""

    def follow(self) -> None:
        """Settle for good."""
        tolerance = self.case.initial.torque_tolerance
        self.film.minimise(torque_tolerance=tolerance, observer=self.recorder.watch)

    def end(self) -> None:
        """Record where it settled: a row of the next phase, so that going on adds no other."""
        self.observe(self.film)
        super().end()


class Equilibrate(Phase):
    """A film that was relaxed without noise comes to its temperature."""

    name = "equilibrate"

    def follow(self) -> None:
        """Wait, if there is noise."""
        if self.film.thermal is not None and self.case.thermal.equilibration > 0:
            self.rest(self.case.thermal.equilibration, self.case.output.sample_interval)


class Train(Driven):
    """Patterns are presented, and the film rests: a stretch of the schedule without a reading.

    Args:
        name: of the phase.
        segments: of the whole schedule.
        begin: the number of the first of the stretch, from 0.
        end: of the first that is not of it any more.
    """

    def __init__(
        self,
        case: Case,
        film: Film,
        recorder: Recorder,
        name: str,
        segments: Sequence[Segment],
        begin: int,
        end: int,
    ) -> None:
        super().__init__(case, film, recorder)
        self.name = name
        self.segments = self.course = segments
        self._begin, self._end = begin, end

    @property
    def word(self) -> str:
        """What forms the film presents nothing."""
        word = super().word
        forms = self.segments[self.film.position.segment].label == FORMING
        return "form" if forms and word == "train" else word

    def follow(self) -> None:
        """Follow the schedule."""
        position = self.film.position
        self.film.evolve(
            self.segments[: self._end],
            start=position if position.segment >= self._begin else Position(self._begin),
            sample_interval=self.case.output.sample_interval,
            observer=self.observe,
        )


class Done(Driven):
    """All is read."""

    name = "done"

    def follow(self) -> None:
        """Nothing."""


def phases_of_run(
    case: Case, network: HopfieldFilm, recorder: Recorder, progress: RunProgress
) -> list[Phase]:
    """Those of a run with a training, in order.

    Args:
        case: of the run.
        network: that is trained.
        recorder: watches it.
        progress: of the run.
    """
    film = network.film
    return [
        *first_phases(case, film, recorder, progress),
        ReadUntrained(case, film, recorder),
        *([] if case.required_training().forming else _balance(case, network, recorder)),
        *_phases_of_training(case, network, recorder),
        ReadTrained(case, film, recorder),
        *chip_phases(case, network, recorder, progress),
        Done(case, film, recorder),
    ]


def _phases_of_training(case: Case, network: HopfieldFilm, recorder: Recorder) -> Iterator[Phase]:
    """The stretches of the schedule, and the readings between them."""
    schedule, film = case.required_training(), network.film
    segments, moments = schedule.course(network.neurons)
    name, begin = "train", 0
    for label, end in moments.items():
        if begin < end:
            yield Train(case, film, recorder, name, segments, begin, end)
        yield ReadOnTheWay(case, film, recorder, label)
        # Steps may have a reading of this name, too, which forms nothing.
        if label == FORMED and schedule.forming is not None:
            yield from _balance(case, network, recorder)
        name, begin = f"train after {label}", end
    if begin < len(segments):
        yield Train(case, film, recorder, name, segments, begin, len(segments))


def _balance(case: Case, network: HopfieldFilm, recorder: Recorder) -> Iterator[Phase]:
    """A bridge, where recall compares with one; against the film as it is before it learns."""
    if case.recall is not None and case.recall.reference == "bridge":
        yield Balance(case, network, recorder, case.recall.voltage)


def first_phases(case: Case, film: Film, recorder: Recorder, progress: RunProgress) -> list[Phase]:
    """How any run begins; arguments as of `phases_of_run`."""
    relax = Minimise if case.initial.method == "minimise" else Relax
    return [relax(case, film, recorder, progress), Equilibrate(case, film, recorder)]
