"""What a phase of a run does, and how a run goes through its phases."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from itertools import pairwise

from hebbfilm.run.inputs.case import Case
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.solvers import Film, Segment, rest


class Phase(ABC):
    """A part of a run; all methods are collective.

    Args:
        case: of the run.
        film: that goes through it.
        recorder: watches it.

    Attributes:
        name: in the notes of the run.
        segments: of the drive, if patterns are presented.
        course: of the drive, whatever it is, from when it begins.
    """

    name: str
    segments: Sequence[Segment] = ()
    course: Sequence[Segment] = ()

    def __init__(self, case: Case, film: Film, recorder: Recorder) -> None:
        self.case = case
        self.film = film
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

    def rest(self, duration: float, interval: float) -> None:
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


class Driven(Phase):
    """From the first presentation on."""

    @property
    def word(self) -> str:
        """As the contacts are: driven, or open."""
        return "rest" if self.film.current.drives is None else "train"


def go_through(course: Sequence[Phase], recorder: Recorder) -> None:
    """Go through the phases of a run, from that in which the recorder is; collective."""
    begin = [phase.name for phase in course].index(recorder.notes.phase)
    recorder.begin_phase(course[begin])
    for phase, following in pairwise(course[begin:]):
        phase.follow()
        recorder.begin_phase(following)
        phase.end()
