"""The steps of a [protocol], one kind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias, get_args

import numpy as np
from pydantic import Field, model_validator

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import FieldStrength, Time, WrittenAs
from hebbfilm.run.inputs.functions import segment_drives
from hebbfilm.run.inputs.sections import Damping, FieldVector, PositiveTime, PositiveTorque, Section
from hebbfilm.solvers import Segment
from hebbfilm.solvers import rest as open_contacts
from hebbfilm.solvers.drives.named_drives import check_named_drives

DRIVES = "protocol.steps.drives"
"""The key of what drives contacts."""

Label = Annotated[str, Field(max_length=200)]


class Settling(Section):
    """How m settles by dynamics, as in [initial]: without current and noise, at most so long.

    Attributes:
        duration: how long m settles at most, or moves by itself, s.
        damping: Gilbert's α while m settles.
        torque_tolerance: largest |m × H| at which m counts as settled, A/m; 0 for the whole time.
    """

    duration: PositiveTime = 5e-9
    damping: Damping = 0.5
    torque_tolerance: FieldStrength = Field(default=10.0, ge=0)


class RelaxStep(Settling):
    """m settles by dynamics with a high damping, until the torque is small or the time is over."""

    kind: Literal["relax"] = "relax"


class MinimiseStep(Section):
    """m goes downhill to an equilibrium, in no time.

    Attributes:
        torque_tolerance: largest |m × H| at the end, A/m.
    """

    kind: Literal["minimise"] = "minimise"
    torque_tolerance: PositiveTorque = 10.0


class RestStep(Section):
    """All contacts are open.

    Attributes:
        duration: how long, s.
    """

    kind: Literal["rest"] = "rest"
    duration: PositiveTime

    def segments(self, contacts: Sequence[str]) -> list[Segment]:
        """What the contacts do."""
        return open_contacts(self.duration)


class _Driven(Section):
    """Contacts are driven.

    Attributes:
        drives: of contacts by their names; those that are not named float.
        label: under which the fields at the end are kept; without one they are not.
    """

    drives: Annotated[dict[str, Any], WrittenAs("drives")]
    label: Label = ""

    @model_validator(mode="after")
    def _possible(self) -> _Driven:
        check_named_drives(self.drives, DRIVES)
        return self


class DriveStep(_Driven):
    """Contacts are driven alike for a while; a label keeps the fields at its end.

    Attributes:
        duration: how long, s.
    """

    kind: Literal["drive"] = "drive"
    duration: PositiveTime

    def segments(self, contacts: Sequence[str]) -> list[Segment]:
        """What the contacts do."""
        drives = segment_drives(self.drives, contacts, DRIVES)
        return [Segment(self.duration, drives, self.label or "drive")]


class PulsesStep(_Driven):
    """Pulses, each followed by a while with all contacts open.

    Attributes:
        on: how long each pulse is, s.
        off: how long all contacts are open after it, s.
        count: of pulses.
    """

    kind: Literal["pulses"] = "pulses"
    on: PositiveTime
    off: Time = Field(default=0.0, ge=0)
    count: int = Field(ge=1)

    def segments(self, contacts: Sequence[str]) -> list[Segment]:
        """What the contacts do."""
        label = self.label or "pulse"
        pulse = [Segment(self.on, segment_drives(self.drives, contacts, DRIVES), label)]
        if self.off > 0:
            pulse += open_contacts(self.off, label)
        return self.count * pulse


class FieldStep(Section):
    """From here on the uniform applied field is another than `applied_field`.

    Attributes:
        value: H along x, y and z, A/m.
    """

    kind: Literal["field"] = "field"
    value: FieldVector


class SweepStep(Settling):
    """The applied field goes from `first` to `last`, and m follows at each point.

    It settles as in a step "relax" or "minimise", or it moves for `duration` as it does by itself
    ("evolve"): with noise, with the damping of the material, and under the `drives`.

    Attributes:
        first: H at the first point, along x, y and z, A/m.
        last: H at the last point, A/m.
        points: of the sweep, first and last included.
        settle: how m follows at each point.
        drives: of contacts by their names while m moves by itself; the others float.
        label: under which the points are in the table.
    """

    kind: Literal["sweep"] = "sweep"
    first: FieldVector
    last: FieldVector
    points: int = Field(ge=2)
    settle: Literal["relax", "minimise", "evolve"] = "relax"
    drives: Annotated[dict[str, Any], WrittenAs("drives")] = Field(default_factory=dict)
    label: Label = "sweep"

    @model_validator(mode="after")
    def _possible(self) -> SweepStep:
        if self.drives:
            check_named_drives(self.drives, DRIVES)
            if self.settle != "evolve":
                raise InputError(
                    f"{DRIVES}: no current acts while m settles; set settle = 'evolve' in this "
                    "sweep"
                )
        if self.settle == "minimise" and not self.torque_tolerance:
            raise InputError(
                "protocol.steps.torque_tolerance = 0: must be positive for the minimiser, in A/m"
            )
        return self

    def segments(self, contacts: Sequence[str]) -> list[Segment]:
        """What the contacts do at each point, where m moves as it does by itself."""
        if not self.drives:
            return open_contacts(self.duration, self.label)
        drives = segment_drives(self.drives, contacts, DRIVES)
        return [Segment(self.duration, drives, self.label)]

    def field(self, point: int) -> FloatArray:
        """H in A/m, (3,), at a point, counted from 0."""
        share = point / (self.points - 1)
        return (1 - share) * np.array(self.first) + share * np.array(self.last)


class ReadStep(Section):
    """⟨m⟩ and the conductance matrix go to the table.

    Attributes:
        label: under which they are there.
        fields: whether the fields are kept, too.
    """

    kind: Literal["read"] = "read"
    label: Annotated[Label, Field(min_length=1)] = "read"
    fields: bool = True


class RepeatStep(Section):
    """Steps that are done again and again.

    Attributes:
        count: how often.
        steps: that are repeated, in their order.
    """

    kind: Literal["repeat"] = "repeat"
    count: int = Field(ge=1)
    steps: tuple[ProtocolStep, ...] = Field(min_length=1)


ContactStep: TypeAlias = RestStep | DriveStep | PulsesStep
"""A step in which the contacts alone decide what happens."""
SingleStep: TypeAlias = (
    RelaxStep | MinimiseStep | FieldStep | SweepStep | ReadStep | RestStep | DriveStep | PulsesStep
)
ProtocolStep: TypeAlias = Annotated[SingleStep | RepeatStep, Field(discriminator="kind")]

STEPS: Mapping[str, type[Section]] = {
    step.model_fields["kind"].default: step for step in (*get_args(SingleStep), RepeatStep)
}
"""By their kinds."""
