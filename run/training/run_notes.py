"""What a run knows beside the state of its film, to go on where it was cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import HopfieldFilm
from hebbfilm.hopfield.displacements import Presentation
from hebbfilm.hopfield.moments import TRAINED, UNTRAINED
from hebbfilm.run.folder.chip_entries import ChipRecallEntry
from hebbfilm.run.folder.schema import STRICT, Count, Matrix, validated
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.folder.stack import StackEntries


@dataclass(kw_only=True, config=STRICT, eq=False)
class RunNotes:
    """Saved with the state of the film; conductances are in S, (N, N) between neurons.

    Args:
        phase: the name of that in which the run is.
        rows: of the table so far.
        table: checksum of these; None in states of earlier versions.
        readings: rows of the table of readings, of a run without patterns.
        readings_table: checksum of these.
        fields: the snapshots so far.
        next_field: time in s from which on another one is due, beside the main moments.
        before: conductances of the untrained film, once they are read.
        presented: those at the end of the last presentation so far.
        presented_power: the power then, in W; None in states of earlier versions.
        after: those of the trained film.
        on_the_way: those of the readings of the training, by their labels.
        bridge: G of its resistors, each time that they were balanced.
        recalls: on chip, so far.
        recall_begin: time in s of the film when the last one began.
        recalled: conductances after all of these.
        left_alone: those of the trained film that was left alone for the same time.
        samples: those of which all these are the means, by "before", "after", and the labels.
        reference_film: those of the reference film, by the labels of moments.
        reference_samples: those of which they are the means, like `samples`.
        presentations: what they did to the texture.
        max_current_density: the largest in A/m² so far.
        mean_current_density: the largest mean over the film in A/m².
        power_concentration: the largest so far.
        largest_angle: between neighbours, in rad, by what the table calls the phase.
        stack: what a summary tells of it.
    """

    phase: str = "relax"
    rows: Count = 0
    table: int | None = None
    readings: Count = 0
    readings_table: int | None = None
    fields: list[Snapshot] = Field(default_factory=list)
    next_field: float = 0.0
    before: Matrix | None = None
    presented: Matrix | None = None
    presented_power: float | None = None
    after: Matrix | None = None
    on_the_way: dict[str, Matrix] = Field(default_factory=dict)
    bridge: list[Matrix] = Field(default_factory=list)
    recalls: list[ChipRecallEntry] = Field(default_factory=list)
    recall_begin: float = 0.0
    recalled: Matrix | None = None
    left_alone: Matrix | None = None
    samples: dict[str, list[Matrix]] = Field(default_factory=dict)
    reference_film: dict[str, Matrix] = Field(default_factory=dict)
    reference_samples: dict[str, list[Matrix]] = Field(default_factory=dict)
    presentations: list[Presentation] = Field(default_factory=list)
    max_current_density: float = 0.0
    mean_current_density: float = 0.0
    power_concentration: float = 0.0
    largest_angle: dict[str, float] = Field(default_factory=dict)
    stack: StackEntries = StackEntries()

    def conductances(self) -> dict[str, FloatArray]:
        """All that was read so far, by the labels of the moments, in their order."""
        read = {UNTRAINED: self.before, **self.on_the_way, TRAINED: self.after}
        return {label: matrix for label, matrix in read.items() if matrix is not None}

    def hand_on(self, network: HopfieldFilm) -> None:
        """Give a network all that was read so far; what it has read by itself stays."""
        network.readings.update(self.conductances())
        network.reference_film.update(self.reference_film)

    def as_json(self) -> dict[str, Any]:
        """As a state file can hold them."""
        notes: dict[str, Any] = _NOTES.dump_python(self, mode="json")
        return notes

    @classmethod
    def from_json(cls, path: Path, content: dict[str, Any]) -> RunNotes:
        """What `as_json` gave.

        Args:
            path: of the state file, for the message.
            content: what it held.

        Raises:
            InputError: notes of no run.
        """
        return validated(path, content, cls)


_NOTES = TypeAdapter(RunNotes)
