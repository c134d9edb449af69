"""The phases in which a bridge balances its dummy resistors against the film by itself."""

from __future__ import annotations

from typing import ClassVar

from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.hopfield.circuits import Bridge, ResistorNetwork
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.recall_section import ROUNDS
from hebbfilm.run.training.phase import Phase
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.solvers import Segment


class Balance(Phase):
    """Dummies are trimmed one by one, until they conduct as the untrained film does.

    What they come to stands in the notes: no reading of the film goes into it.

    Attributes:
        rounds: of probes.
        together: see `Bridge`.
    """

    name = "balance"
    rounds: ClassVar[int] = ROUNDS[0]
    together: ClassVar[bool] = False

    def __init__(
        self, case: Case, network: HopfieldFilm, recorder: Recorder, voltage: float
    ) -> None:
        super().__init__(case, network.film, recorder)
        self._neurons, self._voltage = network.neurons, voltage

    @property
    def word(self) -> str:
        """What table and progress call it."""
        return "balance"

    def follow(self) -> None:
        """Probe all neurons in turn, and trim the dummies from where the last bridge left them."""
        done = self.recorder.notes.bridge
        before = ResistorNetwork(done[-1]) if done else None
        bridge = Bridge(self._neurons, before, together=self.together, voltage=self._voltage)
        self.film.evolve(
            [Segment(self.rounds * bridge.round_time, bridge, self.name)],
            start=self.film.position,
            sample_interval=bridge.round_time,
            observer=self.observe,
        )
        self.film.current.apply(None)
        done.append(bridge.resistors.conductance)


class BalanceTogether(Balance):
    """All dummies are trimmed alike, until they conduct as the trained film does on average."""

    name = "balance together"
    rounds = ROUNDS[1]
    together = True
