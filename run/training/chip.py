"""The phases in which a circuit at the contacts recalls on the film, and what that did to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.hopfield.circuits import Circuit, recall_on_chip
from hebbfilm.hopfield.circuits.chip_recall import ChipRecall
from hebbfilm.hopfield.circuits.held_recall import recall_on_held_film
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.run.folder.chip_entries import ChipRecallEntry
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.recall_section import RecallSection
from hebbfilm.run.training.balancing import BalanceTogether
from hebbfilm.run.training.chip_circuit import chip_circuit
from hebbfilm.run.training.phase import Driven, Phase
from hebbfilm.run.training.progress import RunProgress
from hebbfilm.run.training.reading import Read, take_samples
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.solvers import Film, rest
from hebbfilm.solvers.drives.schedule import START


class RecallOnChip(Driven):
    """One recall after another, each on the film as the last has left it, until it is held."""

    name = "recall"

    def __init__(
        self,
        case: Case,
        section: RecallSection,
        network: HopfieldFilm,
        recorder: Recorder,
        progress: RunProgress,
    ) -> None:
        super().__init__(case, network.film, recorder)
        self._section, self._network, self._progress = section, network, progress

    @property
    def word(self) -> str:
        """What table and progress call it."""
        return "recall"

    def follow(self) -> None:
        """Recall from all starts that are left, in the first of them from where the film stands."""
        notes, film, network = self.recorder.notes, self.film, self._network
        if not notes.recalls and film.position == START:
            # What recall does to the film is compared with what it does left alone.
            self.recorder.keep_trained()
        notes.hand_on(network)
        circuit = chip_circuit(self._section, network, notes.bridge).circuit
        at_most = self._section.most_periods
        patterns = self.case.required_training().parsed(network.neurons)
        states = self._section.states(network.neurons.names, patterns)
        moving = len(states) if self._section.held_after is None else self._section.held_after
        expected = self._section.expected_periods(len(network.neurons.names)) * circuit.period
        self._progress.restart_clock()
        for number in range(len(notes.recalls), min(moving, len(states))):
            if film.position == START:
                notes.recall_begin = film.time
            found = recall_on_chip(
                film,
                network.neurons,
                circuit,
                states[number],
                clamped=self._section.clamped,
                number=number,
                most_periods=at_most,
                position=film.position,
                observer=self.observe,
                longest_interval=min(self.case.output.sample_interval, circuit.pace),
                between=self.recorder.watch,
            )
            notes.recalls.append(_entry(found, notes.recall_begin))
            # The film is left alone for as long afterwards.
            self._progress.skip(2 * (expected - (film.time - notes.recall_begin)))
        film.current.apply(None)
        self._recall_held(circuit, states)

    def _recall_held(self, circuit: Circuit, states: Sequence[Pattern]) -> None:
        """Recall from all starts that are left on the film as it is now, which stays so."""
        notes, film, neurons = self.recorder.notes, self.film, self._network.neurons
        if len(notes.recalls) == len(states):
            return
        seen = film.outside_conductance_matrix()
        for number in range(len(notes.recalls), len(states)):
            found = recall_on_held_film(
                seen,
                neurons,
                circuit,
                states[number],
                clamped=self._section.clamped,
                number=number,
                most_periods=self._section.most_periods,
            )
            notes.recalls.append(_entry(found, film.time))


class ReadRecalled(Read, Driven):
    """The conductances after all recalls."""

    name, moment, label = "read recalled", "recalled", "recalled"

    def keep(self, conductance: FloatArray) -> None:
        """Note it."""
        self.recorder.notes.recalled = conductance


class LeaveAlone(Driven):
    """The trained film once more, on trial, with open contacts for as long as all recalls took.

    A film that had not come to rest changes by itself, too.
    """

    name = "left alone"

    def __init__(
        self,
        case: Case,
        section: RecallSection,
        film: Film,
        recorder: Recorder,
        progress: RunProgress,
    ) -> None:
        super().__init__(case, film, recorder)
        self._moving, self._progress = section.held_after, progress
        self._samples: list[FloatArray] = []

    def follow(self) -> None:
        """Leave it alone, and read it like the other."""
        notes, film = self.recorder.notes, self.film
        moving = notes.recalls[: self._moving]
        self._until = film.time
        self._progress.restart_clock()
        with film.on_trial():
            self.recorder.load_trained()
            self._from = film.time
            still = moving[-1].begin + moving[-1].time - film.time if moving else 0.0
            film.evolve(
                rest(still) if still else [],
                sample_interval=self.case.output.sample_interval,
                observer=self._observe,
            )
            take_samples(self.case, film, self._wait, self._take_sample)
            notes.left_alone = np.mean(self._samples, axis=0)

    def end(self) -> None:
        """Save what was found."""
        self.recorder.checkpoint()

    def _wait(self, duration: float, interval: float) -> None:
        """Rest for the time over which G is averaged, in s, and take a sample at each interval."""

        def sample(film: Film) -> None:
            self._observe(film)
            self._take_sample()

        self.film.evolve(rest(duration), sample_interval=interval, observer=sample)

    def _observe(self, film: Film) -> None:
        # Its time goes on from the end of the recalls: that of the bar never runs back.
        done = self._until + film.time - self._from
        torque = film.dynamics.largest_torque()
        self._progress.update(self.name, done, film.integrator.step, torque)
        self.recorder.heed()

    def _take_sample(self) -> None:
        found = self.recorder.neurons.conductance(self.film.conductance_matrix())
        self._samples.append(found)


def _entry(found: ChipRecall, begin: float) -> ChipRecallEntry:
    return ChipRecallEntry(
        start=_plain(found.start),
        end=_plain(found.end),
        begin=begin,
        time=found.time,
        energy=found.energy,
        periods=found.periods,
        switches=found.switches,
        settled=found.settled,
    )


def _plain(state: Pattern) -> tuple[Literal[1, -1], ...]:
    return tuple(1 if sign > 0 else -1 for sign in state)


def chip_phases(
    case: Case, network: HopfieldFilm, recorder: Recorder, progress: RunProgress
) -> list[Phase]:
    """What follows the reading of a trained film if a circuit recalls on it, in order.

    Arguments as of `hebbfilm.run.training.phases.phases_of_run`.
    """
    if case.recall is None:
        return []
    bridged = case.recall.reference == "bridge"
    return [
        *([BalanceTogether(case, network, recorder, case.recall.voltage)] if bridged else []),
        RecallOnChip(case, case.recall, network, recorder, progress),
        ReadRecalled(case, network.film, recorder),
        LeaveAlone(case, case.recall, network.film, recorder, progress),
    ]
