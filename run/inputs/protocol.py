"""[protocol]: what happens to a film in a run without patterns, one step after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.functions import segment_drives
from hebbfilm.run.inputs.protocol_steps import (
    DRIVES,
    DriveStep,
    FieldStep,
    MinimiseStep,
    ProtocolStep,
    PulsesStep,
    ReadStep,
    RepeatStep,
    SingleStep,
    SweepStep,
)
from hebbfilm.run.inputs.sections import FieldVector, Section
from hebbfilm.solvers.drives.drive import check_pieces, require_followed


class Protocol(Section):
    """The steps of a run without patterns.

    Attributes:
        steps: one after another, each a table with its kind.
    """

    steps: tuple[ProtocolStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _does_something(self) -> Protocol:
        if all(isinstance(step, FieldStep) for step in _each(self.steps)):
            raise InputError(
                "protocol.steps set a field alone, and nothing follows it: add kind = 'relax' and "
                "kind = 'read'"
            )
        return self

    def in_order(self) -> Iterator[SingleStep]:
        """Each step, as often as it is done."""
        return _in_order(self.steps)

    def extent(self) -> Extent:
        """What it comes to; goes through no step more than once."""
        return _extent(self.steps)

    def moves_field(self) -> bool:
        """Whether any step sets the applied field."""
        return self.largest_field() > 0 or _any_kind(self.steps, (FieldStep, SweepStep))

    def largest_field(self) -> float:
        """The largest |H| in A/m that a step sets."""
        return max((float(np.linalg.norm(field)) for field in _set_fields(self.steps)), default=0.0)

    def require_fit(self, contacts: Sequence[str], joined: Sequence[IntArray] = ()) -> None:
        """Refuse drives of contacts that the film does not have, or that no step can follow.

        Args:
            contacts: names of its nodes.
            joined: groups of their numbers between which current can flow, where they are known.

        Raises:
            InputError: no such contact, or a film, or a piece of it, on which no current can flow;
                or a waveform that moves too fast.
        """
        for step in _each(self.steps):
            if isinstance(step, DriveStep | PulsesStep | SweepStep):
                lasting = step.on if isinstance(step, PulsesStep) else step.duration
                _require_fit(step.drives, lasting, contacts, joined)


class Extent(Section):
    """How much a protocol, or a step of it, comes to: counts, and the time in s."""

    segments: float = 0
    time: float = 0.0
    readings: float = 0
    fields: float = 0
    minimisations: float = 0

    def times(self, count: float) -> Extent:
        """The same, so many times."""
        return Extent(**{name: count * value for name, value in self})

    def plus(self, other: Extent) -> Extent:
        """Both."""
        return Extent(**{name: value + getattr(other, name) for name, value in self})


def _extent(steps: Sequence[SingleStep | RepeatStep]) -> Extent:
    found = Extent()
    for step in steps:
        found = found.plus(_extent_of(step))
    return found


def _extent_of(step: SingleStep | RepeatStep) -> Extent:
    if isinstance(step, RepeatStep):
        return _extent(step.steps).times(step.count)
    if isinstance(step, SweepStep):
        minimised = step.settle == "minimise"
        lasting = 0.0 if minimised else step.duration
        point = Extent(segments=1, time=lasting, readings=1, minimisations=minimised)
        return point.times(step.points)
    if isinstance(step, PulsesStep):
        pulse = Extent(segments=1 + (step.off > 0), time=step.on + step.off)
        return pulse.times(step.count).plus(Extent(fields=bool(step.label)))
    return Extent(
        segments=1,
        time=getattr(step, "duration", 0.0),
        minimisations=isinstance(step, MinimiseStep),
        readings=isinstance(step, ReadStep),
        fields=(isinstance(step, ReadStep) and step.fields)
        or (isinstance(step, DriveStep) and bool(step.label)),
    )


def _in_order(steps: Sequence[SingleStep | RepeatStep]) -> Iterator[SingleStep]:
    for step in steps:
        if isinstance(step, RepeatStep):
            for _ in range(step.count):
                yield from _in_order(step.steps)
        else:
            yield step


def _each(steps: Sequence[SingleStep | RepeatStep]) -> Iterator[SingleStep]:
    for step in steps:
        if isinstance(step, RepeatStep):
            yield from _each(step.steps)
        else:
            yield step


def _any_kind(steps: Sequence[SingleStep | RepeatStep], kinds: tuple[type, ...]) -> bool:
    return any(isinstance(step, kinds) for step in _each(steps))


def _set_fields(steps: Sequence[SingleStep | RepeatStep]) -> Iterator[FieldVector]:
    for step in _each(steps):
        if isinstance(step, FieldStep):
            yield step.value
        elif isinstance(step, SweepStep):
            yield from (step.first, step.last)


def _require_fit(
    drives: Mapping[str, Any],
    duration: float,
    contacts: Sequence[str],
    joined: Sequence[IntArray],
) -> None:
    if drives and len(contacts) < 2:
        raise InputError(f"{DRIVES}: this film has {len(contacts)} contacts; a current needs two")
    if drives:
        found = segment_drives(drives, contacts, DRIVES)
        if not callable(found):
            check_pieces(joined, found, contacts)
            require_followed(found, duration)
