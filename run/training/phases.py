"""The phases of a run, each of which can be cut off at any sample and goes on from there."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.training.progress import RunProgress
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.solvers import Film, Segment, rest

_SAMPLES = 20
"""In the time over which conductances are averaged."""


class Phase(ABC):
    """A part of a run; all methods are collective.

    Args:
        case: of the run.
        network: whose film goes through it.
        recorder: watches it.

    Attributes:
        name: in the notes of the run.
        segments: of the drive, if patterns are presented.
    """

    name: str
    segments: Sequence[Segment] = ()

    def __init__(self, case: Case, network: HopfieldFilm, recorder: Recorder) -> None:
        self.case = case
        self.network = network
        self.film = network.film
        self.recorder = recorder

    @property
    def word(self) -> str:
        """What table and progress call it at this moment."""
        return "relax"

    @abstractmethod
    def follow(self) -> None:
        """Go through it, from where the film stands."""

    def end(self) -> None:  # noqa: B027 - most leave nothing
        """What is left to do when the run counts as in the next phase."""

    def _rest(self, duration: float, interval: float) -> None:
        """All contacts open for `duration` in s, sampled every `interval` in s."""
        self.film.evolve(
            rest(duration),
            start=self.film.position,
            sample_interval=interval,
            observer=self.observe,
        )

    def observe(self, film: Film) -> None:
        """Called at each sample."""
        self.recorder.observe(film)


class Relax(Phase):
    """The initial texture settles, by dynamics with a high damping."""

    name = "relax"

    def __init__(
        self, case: Case, network: HopfieldFilm, recorder: Recorder, progress: RunProgress
    ) -> None:
        super().__init__(case, network, recorder)
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
    """A film that was relaxed without heat comes to its temperature."""

    name = "equilibrate"

    def follow(self) -> None:
        """Wait, if there is heat."""
        if self.film.thermal is not None and self.case.thermal.equilibration > 0:
            self._rest(self.case.thermal.equilibration, self.case.output.sample_interval)


class Read(Phase):
    """Conductances are read, with heat their mean over a while.

    The samples stand in the notes, so that an interrupted reading goes on.

    Attributes:
        moment: their name in the notes.
        label: of the snapshot.
    """

    moment: str
    label: str

    def follow(self) -> None:
        """Take the samples, their mean, and a snapshot."""
        average = self.case.reading.average
        if self.film.thermal is not None and average > 0:
            self._rest(average, average / _SAMPLES)
        else:
            self._samples.append(self.film.conductance_matrix())
        self.keep(np.mean(self._samples, axis=0))
        self.recorder.snapshot(self.label)

    def end(self) -> None:
        """Save what was read."""
        self.recorder.checkpoint()

    def observe(self, film: Film) -> None:
        """Take a sample."""
        self._samples.append(film.conductance_matrix())
        super().observe(film)

    @property
    def _samples(self) -> list[FloatArray]:
        return self.recorder.notes.samples.setdefault(self.moment, [])

    @abstractmethod
    def keep(self, conductance: FloatArray) -> None:
        """Note what was read, (N, N) in S."""


class ReadUntrained(Read):
    """The conductances with which those of the trained film are compared."""

    name, moment, label = "read untrained", "before", "untrained"

    def keep(self, conductance: FloatArray) -> None:
        """Note it."""
        self.recorder.notes.before = conductance


class _Driven(Phase):
    """From the first presentation on."""

    @property
    def word(self) -> str:
        return "rest" if self.film.current.drives is None else "train"


class Train(_Driven):
    """Patterns are presented, and the film rests."""

    name = "train"

    def __init__(self, case: Case, network: HopfieldFilm, recorder: Recorder) -> None:
        super().__init__(case, network, recorder)
        self._schedule = case.required_training()
        self.segments = self._schedule.segments(network.film.contacts)

    def follow(self) -> None:
        """Follow the schedule."""
        self.network.before = self.recorder.notes.before
        self.network.run(
            self._schedule,
            start=self.film.position,
            sample_interval=self.case.output.sample_interval,
            observer=self.observe,
        )


class ReadTrained(Read, _Driven):
    """The conductances that the weights are made of."""

    name, moment, label = "read trained", "after", "trained"

    def keep(self, conductance: FloatArray) -> None:
        """Note it."""
        self.recorder.notes.after = conductance


class Done(_Driven):
    """All is read."""

    name = "done"

    def follow(self) -> None:
        """Nothing."""


def phases(
    case: Case, network: HopfieldFilm, recorder: Recorder, progress: RunProgress
) -> list[Phase]:
    """Those of a run, in order.

    Args:
        case: of the run.
        network: that is trained.
        recorder: watches it.
        progress: of the run.
    """
    relax = Minimise if case.initial.method == "minimise" else Relax
    others = (Equilibrate, ReadUntrained, Train, ReadTrained, Done)
    return [
        relax(case, network, recorder, progress),
        *(phase(case, network, recorder) for phase in others),
    ]


def go_through(course: Sequence[Phase], recorder: Recorder) -> None:
    """Go through the phases of a run, from that in which the recorder is; collective."""
    begin = [phase.name for phase in course].index(recorder.notes.phase)
    recorder.begin_phase(course[begin])
    for phase, following in pairwise(course[begin:]):
        phase.follow()
        recorder.begin_phase(following)
        phase.end()
