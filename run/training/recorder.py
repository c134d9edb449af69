"""What a run records while it goes on: table rows, snapshots, checkpoints, progress."""

import time
from collections.abc import Callable, Sequence
from math import nan
from typing import Protocol

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.whole_files import write_text
from hebbfilm.hopfield import Neurons
from hebbfilm.hopfield.displacements import Displacements
from hebbfilm.hopfield.pattern_segments import PatternSegment
from hebbfilm.run.folder import files
from hebbfilm.run.folder.commit import checkout_commit
from hebbfilm.run.folder.conductance_table import conductance_header
from hebbfilm.run.folder.manifest import sessions_of, write_manifest
from hebbfilm.run.folder.readings_table import Reading, readings_header
from hebbfilm.run.folder.same_case import keep_refinements
from hebbfilm.run.folder.session import Session, with_session
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.run.folder.writer import RunFolder
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.training.fields import write_snapshot
from hebbfilm.run.training.progress import RunProgress
from hebbfilm.run.training.run_manifest import manifest_of
from hebbfilm.run.training.run_notes import RunNotes
from hebbfilm.run.training.sampling import extras_of, sampled
from hebbfilm.run.training.stack_notes import note_drive
from hebbfilm.run.training.texture import texture_entry
from hebbfilm.solvers import Film, Segment, load_state, save_state
from hebbfilm.solvers.conduction.followed_conductance import FollowedConductance

_CHECKPOINT_EVERY = 30.0
"""Seconds of wall time between checkpoints."""


class Phase(Protocol):
    """What a recorder has to know of the phase of a run; see `hebbfilm.run.training.phases`."""

    name: str
    segments: Sequence[Segment]
    course: Sequence[Segment]

    @property
    def word(self) -> str:
        """What table and progress call it at this moment."""


class Recorder:
    """Watches a film from sample to sample; all methods are collective.

    Args:
        case: of the run.
        folder: of the run.
        film: to watch.
        neurons: that its contacts make.
        progress: where to show it.
        stop: asks for the end.

    Attributes:
        neurons: as given.
        notes: of the run.
    """

    def __init__(
        self,
        case: Case,
        folder: RunFolder,
        film: Film,
        neurons: Neurons,
        progress: RunProgress,
        stop: StopRequest,
    ) -> None:
        self._case = case
        self._folder = folder
        self._film = film
        self.neurons = neurons
        self._header = conductance_header(
            self.neurons, extras_of(film, texture=case.output.texture)
        )
        # Of a run without patterns alone.
        self._readings = None if case.training else readings_header(film.contacts)
        self._progress = progress
        self._stop = stop
        self._last_checkpoint = time.monotonic()
        self._phase: Phase | None = None
        self._displacements: Displacements | None = None
        self.notes = RunNotes()
        self._sessions: list[Session] = []
        self._rows: FollowedConductance | None = None
        if film.conduction is not None:
            self._rows = FollowedConductance(film.conduction)
            film.further_parts.append(self._rows)

    def begin(self) -> None:
        """Start the files of a new run, of a film in its initial texture."""

        def write() -> None:
            self._folder.keep_modules(self._case.modules())
            write_text(self._folder.path / files.CASE, self._case.as_toml())
            if self._readings is not None:
                self._folder.readings.start(self._readings)
            self._folder.table.start(self._header)

        self._note_session(list)
        # First, as it tells a folder with the beginning of a run from any other.
        self._write_manifest()
        on_root(self._film.comm, write)
        # From now on the run can be killed at any moment.
        self.checkpoint()

    def go_on(self, notes: RunNotes) -> None:
        """Take up an interrupted run: what it recorded after its state was saved is dropped."""
        self.notes = notes

        def drop() -> None:
            keep_refinements(self._case, self._folder.path)
            self._folder.table.cut(notes.rows, notes.table, self._header)
            if self._readings is not None:
                self._folder.readings.cut(notes.readings, notes.readings_table, self._readings)
            self._folder.cut_snapshots(len(notes.fields))

        on_root(self._film.comm, drop)
        self._note_session(lambda: sessions_of(self._folder.path))
        self._write_manifest()

    def begin_phase(self, phase: Phase) -> None:
        """From now on the film is in this phase."""
        self._phase, self.notes.phase = phase, phase.name
        self._displacements = Displacements(self._film, self.notes.presentations)

    def observe(self, film: Film) -> None:
        """Record a sample; raise Interrupted, with the state saved, if asked to stop."""
        conductance, power = self.record_row()
        if self._last_drive_ends():
            note_drive(film, self.notes)
        self._snapshot_if_due(conductance, power)
        self.watch(film)

    def watch(self, film: Film) -> None:
        """Show where the film is; raise Interrupted, with the state saved, if asked to stop."""
        self._show()
        status = self._stop.received()
        if status or self._checkpoint_is_due():
            self.checkpoint()
        if status:
            raise Interrupted(status)

    def record_row(self) -> tuple[FloatArray, float]:
        """Append the present conductances, voltages, currents and power to the table.

        Returns:
            The conductance matrix between neurons, (N, N) in S, and the power in W.
        """
        displacement = self._follow_displacement()
        row = self._film, self.neurons, self.notes, self._rows, self._word, displacement
        texture, exact = self._case.output.texture, self._presentation_ends()
        sample, conductance = sampled(*row, texture=texture, exact=exact)
        on_root(self._film.comm, lambda: self._folder.table.append(sample.row()))
        self.notes.rows += 1
        return conductance, sample.power

    def record_reading(self, reading: Reading) -> None:
        """Append to the table of readings, of a run without patterns."""
        on_root(self._film.comm, lambda: self._folder.readings.append(reading.row()))
        self.notes.readings += 1

    def snapshot(self, label: str) -> None:
        """Keep the fields of this moment."""
        film = self._film
        # The fields belong together: the current is that of this very m.
        drives = film.current.drives
        current = None if drives is None else film.solve_current(drives)
        voltages = None if current is None else tuple(map(float, current.source_voltages))
        name = self._folder.snapshot(len(self.notes.fields))
        write_snapshot(film, self._folder.path / name, current)
        segment = self._segment()
        presents = segment.presented if isinstance(segment, PatternSegment) else None
        self.notes.fields.append(
            Snapshot(
                file=name,
                t=film.time,
                label=label,
                voltages=voltages,
                presents=presents,
                texture=texture_entry(film),
            )
        )
        self._write_manifest()

    def checkpoint(self) -> None:
        """Save the state of the run, after the rows that it counts."""
        self.notes.table = on_root(self._film.comm, self._folder.table.sync)
        if self._readings is not None:
            self.notes.readings_table = on_root(self._film.comm, self._folder.readings.sync)
        save_state(self._film, self._folder.state, self.notes.as_json())
        self._last_checkpoint = time.monotonic()

    def keep_trained(self) -> None:
        """Save the trained film once more, as it is before any recall on it."""
        save_state(self._film, self._folder.trained)

    def load_trained(self) -> None:
        """Bring the film, on trial, to what `keep_trained` saved."""
        load_state(self._film, self._folder.trained)

    def heed(self) -> None:
        """Raise Interrupted if asked to stop; what was saved last stands."""
        if status := self._stop.received():
            raise Interrupted(status)

    def _checkpoint_is_due(self) -> bool:
        due = time.monotonic() - self._last_checkpoint > _CHECKPOINT_EVERY
        return bool(self._film.comm.bcast(due))

    @property
    def _word(self) -> str:
        return self._phase.word if self._phase else ""

    def _segment(self) -> Segment | None:
        """The one in which the film is, where patterns are presented."""
        if self._phase is None or not self._phase.segments:
            return None
        return self._phase.segments[self._film.position.segment]

    def _last_drive_ends(self) -> bool:
        """Whether it is the end of the last segment in which contacts are driven."""
        if self._phase is None or not self._phase.course:
            return False
        position = self._film.position
        segment = self._phase.course[position.segment]
        if segment.drives is None or position.elapsed != segment.duration:
            return False
        return all(later.drives is None for later in self._later_segments())

    def _snapshot_if_due(self, conductance: FloatArray, power: float) -> None:
        if self._keep_presentation(conductance, power):
            return
        interval = self._case.output.field_interval
        if interval is not None and self._film.time >= self.notes.next_field - 1e-15:
            self.notes.next_field = self._film.time + interval
            self.snapshot(self._word)

    def _keep_presentation(self, conductance: FloatArray, power: float) -> bool:
        """Note what a presentation did at its end; whether a snapshot shows it."""
        segment = self._segment()
        if not self._presentation_ends() or not isinstance(segment, PatternSegment):
            return False
        self.notes.presented, self.notes.presented_power = conductance, power
        # What is presented again shows then what it did.
        if any(map(segment.presents_as, self._later_segments())):
            return False
        self.snapshot(f"presented {segment.label}")
        return True

    def _presentation_ends(self) -> bool:
        """Whether it is the end of a presentation that does not go on in the next segment."""
        segment = self._segment()
        if not isinstance(segment, PatternSegment):
            return False
        if self._film.position.elapsed != segment.duration:
            return False
        return not any(map(segment.presents_as, self._later_segments()[:1]))

    def _later_segments(self) -> Sequence[Segment]:
        return (
            () if self._phase is None else self._phase.segments[self._film.position.segment + 1 :]
        )

    def _follow_displacement(self) -> float:
        segment = self._segment()
        if segment is None or self._displacements is None:
            return nan
        return self._displacements.follow(segment)

    def _show(self) -> None:
        film = self._film
        if film.comm.bcast(self._progress.is_due):
            step, torque = film.integrator.step, film.dynamics.largest_torque()
            self._progress.update(self._word, film.time, step, torque)

    def _note_session(self, before: Callable[[], Sequence[Session]]) -> None:
        """From the present time of the film on, it is this session that does the run."""
        comm, begins = self._film.comm, self._film.time

        def found() -> list[Session]:
            made_by, versions = checkout_commit(), all_versions()
            now = Session(begins=begins, commit=made_by, versions=versions, ranks=comm.size)
            return with_session(before(), now)

        self._sessions = comm.bcast(on_root(comm, found), root=0)

    def _write_manifest(self) -> None:
        film, path = self._film, self._folder.path
        found = manifest_of(self._case, film, self.neurons, path, self._sessions, self.notes)
        on_root(film.comm, lambda: write_manifest(found))
