"""The steps of an explicit training schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from hebbfilm.common.arguments import check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Range, Time, Voltage, WrittenAs
from hebbfilm.hopfield.moments import check_label
from hebbfilm.hopfield.patterns import parse_pattern, require_drivable
from hebbfilm.solvers.drives.named_drives import check_named_drives


@dataclass(frozen=True)
class Step:
    """One entry of an explicit schedule: a pattern that is presented, drives, a rest or a reading.

    Args:
        pattern: like "+,+,-,-" or (1, 1, -1, -1), or its number in `Training.patterns`, from 1.
        sign: +1, or -1 to present the negative.
        voltage: V₀ of this step in V; None for that of the training.
        duration: of this step in s; None for that of the training.
        rest: time in s with all contacts open, in place of all else.
        drives: in place of a pattern, of contacts by their names: a voltage in V, {"current": A} or
            a `Current`, "float" or None, a waveform or its table, or a function, see `Segment`;
            contacts that are not named float.
        unlearn: in place of `pattern`, and written like it, a state that the reference film of the
            neurons gets, while the film is at 0 V: by what the reference film gains, weights since
            "reference_film" lose that state.
        read: in place of all else, the label under which the conductances of this moment are kept;
            with repeats of the steps, their number stands behind it: "A 1", "A 2".

    Example:
        >>> steps = Step("++--", duration=2e-9), Step(rest=1e-9), Step("++--", sign=-1)
        >>> [segment.duration for segment in Training(steps=steps).segments(("a", "b", "c", "d"))]
        [2e-09, 1e-09, 6e-09, 5e-09]
        >>> Step(drives={"a": 0.05, "b": {"current": -1e-5}}, duration=2e-9).duration
        2e-09
    """

    pattern: str | int | tuple[int, ...] | None = None
    sign: Annotated[int, Range(-1, 1)] = 1
    voltage: Voltage | None = None
    duration: Annotated[Time, Range(above=0)] | None = None
    rest: Annotated[Time, Range(above=0)] | None = None
    drives: Annotated[Mapping[str, Any] | None, WrittenAs("drives")] = None
    unlearn: str | int | tuple[int, ...] | None = None
    read: str | None = None

    @property
    def presents(self) -> bool:
        """Whether it presents a pattern."""
        return all(each is None for each in (self.rest, self.drives, self.read, self.unlearn))

    @property
    def shown(self) -> str | int | tuple[int, ...] | None:
        """What it presents, or unlearns."""
        return self.pattern if self.unlearn is None else self.unlearn


def check_step(step: Step, where: str, patterns: int) -> None:
    """Raise InputError unless the step can be followed.

    Args:
        step: to check.
        where: it stands, in front of the message, like "step 2 of training.steps: ".
        patterns: how many a number may stand for.
    """
    if step.read is not None:
        if step != Step(read=step.read):
            raise InputError(f"{where}a reading, read = {shown(step.read)}, has its label alone")
        check_label(step.read, f"{where}read")
        return
    if step.rest is not None:
        if step != Step(rest=step.rest):
            raise InputError(
                f"{where}a rest has neither pattern, sign, voltage, duration nor drives"
            )
        check_number(f"{where}rest", step.rest, "s")
        if not step.rest > 0:
            raise InputError(f"{where}rest = {step.rest}: must be positive, in seconds")
        return
    if step.drives is not None:
        if step != Step(duration=step.duration, drives=step.drives):
            raise InputError(f"{where}drives by name have neither pattern, sign nor voltage")
        check_drive(None, step.duration, where)
        check_named_drives(step.drives, f"{where}drives")
        return
    key = "pattern" if step.unlearn is None else "unlearn"
    if step.shown is None:
        raise InputError(
            f"{where}pattern is missing; a rest, like rest = 2e-9, drives and readings have none"
        )
    if step.presents != (step.pattern is not None):
        raise InputError(f"{where}pattern beside unlearn: make a step of each")
    if step.sign not in (1, -1):
        raise InputError(f"{where}sign = {step.sign}: must be 1 or -1")
    check_drive(step.voltage, step.duration, where)
    if isinstance(step.shown, bool):
        raise InputError(f"{where}{key} = {step.shown}: must be signs, or a number")
    if not isinstance(step.shown, int):
        require_drivable(parse_pattern(step.shown))
    elif not 1 <= step.shown <= patterns:
        allowed = f"1 to {patterns}, for those of" if patterns else "none without"
        raise InputError(f"{where}{key} = {step.shown}: allowed are {allowed} training.patterns")


def check_drive(voltage: float | None, duration: float | None, where: str) -> None:
    """Raise InputError, with `where` in front, unless a current flows for some time.

    Args:
        voltage: in V; None passes.
        duration: of this step in s; None passes.
        where: like "training.".
    """
    if voltage is not None:
        check_number(f"{where}voltage", voltage, "V")
    if duration is not None:
        check_number(f"{where}duration", duration, "s")
    if voltage == 0:
        raise InputError(f"{where}voltage = 0: no current flows; typical is 0.05 V")
    if duration is not None and not duration > 0:
        raise InputError(f"{where}duration = {duration}: must be positive, in seconds")
