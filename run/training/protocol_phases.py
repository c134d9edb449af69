"""The phases of a run without patterns: one for each step of its protocol, or point of a sweep."""

from collections.abc import Iterator, Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.readings_table import Reading
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.films import applied_field, held_field
from hebbfilm.run.inputs.protocol import Protocol
from hebbfilm.run.inputs.protocol_steps import (
    ContactStep,
    DriveStep,
    FieldStep,
    MinimiseStep,
    PulsesStep,
    ReadStep,
    RelaxStep,
    RestStep,
    Settling,
    SingleStep,
    SweepStep,
)
from hebbfilm.run.training.phase import Phase
from hebbfilm.run.training.phases import Done, first_phases
from hebbfilm.run.training.progress import RunProgress
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.run.training.sampling import conductances_of
from hebbfilm.solvers import Film, Segment


class StepPhase(Phase):
    """A step of the protocol; all methods are collective.

    Args:
        number: of the step in the order in which they are done, from 1.
        step: what is done.
    """

    def __init__(
        self,
        case: Case,
        film: Film,
        recorder: Recorder,
        progress: RunProgress,
        number: int,
        step: SingleStep,
    ) -> None:
        super().__init__(case, film, recorder)
        self.name = f"step {number}"
        self._progress = progress
        self._number = number
        self._step = step

    def end(self) -> None:
        """Stop, or save, where that is asked for: the step is done."""
        self.recorder.watch(self.film)

    def evolve(self, segments: Sequence[Segment]) -> None:
        """Follow what the contacts do."""
        self.course = segments
        self.film.evolve(
            segments,
            start=self.film.position,
            sample_interval=self.case.output.sample_interval,
            observer=self.observe,
        )

    def relax(self, settling: Settling) -> None:
        """Settle by dynamics, or give up when the time is over."""
        begin = self.film.time - self.film.position.elapsed
        self.film.relax(
            settling.duration,
            damping=settling.damping,
            torque_tolerance=settling.torque_tolerance,
            start=self.film.position,
            sample_interval=self.case.output.sample_interval,
            observer=self.observe,
        )
        self._progress.skip(settling.duration - (self.film.time - begin))

    def minimise(self, torque_tolerance: float) -> None:
        """Settle by the minimiser, and note where."""
        self.film.minimise(torque_tolerance=torque_tolerance, observer=self.recorder.watch)
        self.recorder.record_row()

    def set_field(self, field: FloatArray) -> None:
        """From now on this is the applied field, (3,) in A/m."""
        held = held_field(self.film)
        assert held is not None
        x, y, z = map(float, field)
        held.present = (x, y, z)

    def read(self, label: str) -> None:
        """Note ⟨m⟩, conductances, voltages and currents of this moment, to full precision."""
        film, drives = self.film, self.film.current.drives
        conductance = conductances_of(film)
        voltages: FloatArray = np.zeros(len(conductance))
        sources = voltages
        if drives is not None:
            found = film.solve_current(drives)
            voltages, sources = found.voltages, found.source_voltages
        reading = Reading(
            time=film.time,
            step=self._number,
            label=label,
            field=applied_field(self.case, film),
            magnetisation=film.dynamics.mean_magnetisation(),
            conductance=conductance,
            voltage=sources,
            current=conductance @ voltages,
        )
        self.recorder.record_reading(reading)


class Relaxing(StepPhase):
    """m settles by dynamics."""

    _step: RelaxStep

    def follow(self) -> None:
        """Settle."""
        self.relax(self._step)


class Minimising(StepPhase):
    """m settles by the minimiser."""

    _step: MinimiseStep

    def follow(self) -> None:
        """Settle for good."""
        self.minimise(self._step.torque_tolerance)


class Driving(StepPhase):
    """The contacts do something, if only to be open."""

    _step: ContactStep

    @property
    def word(self) -> str:
        """As the contacts are: driven, or open."""
        return "rest" if self.film.current.drives is None else "drive"

    def follow(self) -> None:
        """Follow it, and keep the fields at its end if it has a label."""
        self.evolve(self._step.segments(self.film.contacts))
        label = getattr(self._step, "label", "")
        if label:
            self.recorder.snapshot(label)


class SettingField(StepPhase):
    """The applied field gets a value."""

    _step: FieldStep

    def follow(self) -> None:
        """Set it."""
        self.set_field(np.array(self._step.value))


class SweepPoint(StepPhase):
    """One field of a sweep."""

    _step: SweepStep

    def __init__(
        self,
        case: Case,
        film: Film,
        recorder: Recorder,
        progress: RunProgress,
        number: int,
        step: SweepStep,
        point: int,
    ) -> None:
        super().__init__(case, film, recorder, progress, number, step)
        self.name = f"step {number} point {point + 1}"
        self._field = step.field(point)

    @property
    def word(self) -> str:
        """That of all points."""
        return "field"

    def follow(self) -> None:
        """Set the field, let m follow, and read."""
        step = self._step
        self.set_field(self._field)
        if step.settle == "minimise":
            self.minimise(step.torque_tolerance)
        elif step.settle == "relax":
            self.relax(step)
        else:
            self.evolve(step.segments(self.film.contacts))
        self.read(step.label)


class ReadingFilm(StepPhase):
    """The film is read."""

    _step: ReadStep

    def follow(self) -> None:
        """Read, and keep the fields."""
        # A run that goes on from here has not solved for the current yet.
        self.film.current.begin(self.film.time)
        self.recorder.record_row()
        self.read(self._step.label)
        if self._step.fields:
            self.recorder.snapshot(self._step.label)


_PHASES: dict[type[SingleStep], type[StepPhase]] = {
    RelaxStep: Relaxing,
    MinimiseStep: Minimising,
    RestStep: Driving,
    DriveStep: Driving,
    PulsesStep: Driving,
    FieldStep: SettingField,
    ReadStep: ReadingFilm,
}


def phases_of_protocol(
    case: Case, film: Film, recorder: Recorder, progress: RunProgress
) -> list[Phase]:
    """Those of a run without patterns, in order.

    Args:
        case: of the run.
        film: that goes through them.
        recorder: watches it.
        progress: of the run.
    """
    return [
        *first_phases(case, film, recorder, progress),
        *_step_phases(case.steps(), case, film, recorder, progress),
        Done(case, film, recorder),
    ]


def _step_phases(
    protocol: Protocol, case: Case, film: Film, recorder: Recorder, progress: RunProgress
) -> Iterator[Phase]:
    for number, step in enumerate(protocol.in_order(), start=1):
        if isinstance(step, SweepStep):
            for point in range(step.points):
                yield SweepPoint(case, film, recorder, progress, number, step, point)
        else:
            yield _PHASES[type(step)](case, film, recorder, progress, number, step)
