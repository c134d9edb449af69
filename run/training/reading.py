"""The phases in which the conductances are read that weights are made of."""

from abc import abstractmethod
from collections.abc import Callable

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.training.phase import Driven, Phase
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.solvers import Film

_SAMPLES = 20
"""In the time over which conductances are averaged."""


def take_samples(
    case: Case, film: Film, rest: Callable[[float, float], None], take: Callable[[], None]
) -> None:
    """Let samples be taken of which the mean is read: without noise one is enough.

    Args:
        case: says over which time.
        film: that is read.
        rest: lets the film rest for a time in s, and takes one after each interval in s.
        take: takes one now.
    """
    average = 0.0 if film.thermal is None else case.reading.average
    if average > 0:
        rest(average, average / _SAMPLES)
    else:
        take()


class Read(Phase):
    """Conductances are read, with thermal noise their mean over a while.

    The samples stand in the notes, so that an interrupted reading goes on.

    Attributes:
        moment: their name in the notes.
        label: of the snapshot.
    """

    moment: str
    label: str

    def follow(self) -> None:
        """Take the samples, their mean, and a snapshot."""
        take_samples(self.case, self.film, self.rest, self._take_sample)
        self.keep(np.mean(self._samples, axis=0))
        notes = self.recorder.notes
        if self.moment in notes.reference_samples:
            beside = notes.reference_samples[self.moment]
            notes.reference_film[self.label] = np.mean(beside, axis=0)
        self.recorder.snapshot(self.label)

    def end(self) -> None:
        """Save what was read."""
        self.recorder.checkpoint()

    def observe(self, film: Film) -> None:
        """Take a sample."""
        self._take_sample()
        super().observe(film)

    def _take_sample(self) -> None:
        neurons, matrix = self.recorder.neurons, self.film.conductance_matrix()
        self._samples.append(neurons.conductance(matrix))
        of_film = neurons.reference_conductance(matrix)
        if of_film is not None:
            samples = self.recorder.notes.reference_samples
            samples.setdefault(self.moment, []).append(of_film)

    @property
    def _samples(self) -> list[FloatArray]:
        return self.recorder.notes.samples.setdefault(self.moment, [])

    @abstractmethod
    def keep(self, conductance: FloatArray) -> None:
        """Note what was read between neurons, (N, N) in S."""


class ReadUntrained(Read):
    """The conductances with which those of the trained film are compared."""

    name, moment, label = "read untrained", "before", "untrained"

    def keep(self, conductance: FloatArray) -> None:
        """Note it."""
        self.recorder.notes.before = conductance


class ReadOnTheWay(Read, Driven):
    """The conductances at a moment of the training that has a label."""

    def __init__(self, case: Case, film: Film, recorder: Recorder, label: str) -> None:
        super().__init__(case, film, recorder)
        self.name, self.moment, self.label = f"read {label}", label, label

    def follow(self) -> None:
        """Read with all contacts open, though they may have been driven until now."""
        if self.film.current.drives is not None:
            self.film.current.apply(None)
        super().follow()

    def keep(self, conductance: FloatArray) -> None:
        """Note it."""
        self.recorder.notes.on_the_way[self.moment] = conductance


class ReadTrained(Read, Driven):
    """The conductances that the weights are made of."""

    name, moment, label = "read trained", "after", "trained"

    def keep(self, conductance: FloatArray) -> None:
        """Note it."""
        self.recorder.notes.after = conductance
