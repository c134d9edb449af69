"""What the contacts do in time: segments in which each keeps its voltage or its current."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from hebbfilm.common.arguments import check_count, check_number
from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.drives.current import Current as Current
from hebbfilm.solvers.drives.current import require_voltage
from hebbfilm.solvers.drives.waveform import AnyWaveform
from hebbfilm.solvers.drives.waveforms import Waveform

_BALANCE = 1e-9
"""Sum of currents in relation to the largest, up to which it counts as the round-off of zero."""


Drive = float | Current | None
"""Of one contact: its voltage in V, its current, or None to let it float (current zero)."""
Drives = Sequence[Drive]
"""Of each contact, in node order."""
DriveFunction: TypeAlias = Callable[[float, FloatArray, FloatArray], float | Current]
"""Of t in s, currents (N,) in A into the film and voltages (N,) in V of all nodes: what one contact
gets then."""
CircuitFunction: TypeAlias = Callable[[float, FloatArray, FloatArray], Drives]
"""The same for all contacts at once."""
ContactDrive: TypeAlias = Drive | Waveform | DriveFunction
"""What a contact gets for the time of a segment."""


@dataclass(frozen=True)
class Segment:
    """What the contacts are driven by for a while.

    A contact has a voltage in V, a `Current`, None (it floats), a waveform of either, or a function
    of (t, currents, voltages) that returns a voltage or a `Current`: t in s since the segment
    began, the currents in A into the film and voltages in V of all nodes, (N,), as they are then.

    A function is called, on all ranks, at least after each time step, and also on trial, for times
    to come, and again and again for one time until what it returns agrees with the currents that it
    causes. So it depends on its arguments alone, or remembers what it needs: then it has `state()`,
    a mapping of names to what JSON can hold, and `restore(state)`. All calls are undone but one for
    each time that the film has come to, which sees what flowed until then.

    A function whose drives jump at times that are known has `breakpoints(duration)`, which gives
    these in s since the segment of that duration in s began; steps end there. One that compares
    currents which differ by little has an `accuracy`: the relative error with which they are found
    for it, whenever they are.

    Args:
        duration: in s.
        drives: of each contact; or one function that returns a list of them, each a voltage, a
            `Current` or None: a circuit; None altogether: all contacts open, no current.
        label: what the segment is called in tables and pictures.

    Raises:
        InputError: a duration that is not positive, or drives that are none.

    Example:
        >>> Segment(1e-9, (0.05, Current(-1e-6), None), "mine")
        Segment(duration=1e-09, drives=(0.05, Current(amperes=-1e-06), None), label='mine')
        >>> through_100_ohm = Segment(1e-9, (lambda t, i, v: 0.05 - 100 * i[0], 0.0))
        >>> wave = Segment(1e-9, (Sine(amplitude=0.05, frequency=1e9), 0.0))
    """

    duration: float
    drives: tuple[ContactDrive, ...] | CircuitFunction | None
    label: str = ""

    def __post_init__(self) -> None:
        check_number("duration of a drive segment", self.duration, "s", above=0)
        if self.drives is not None and not callable(self.drives):
            object.__setattr__(self, "drives", tuple(contact_drive(d) for d in self.drives))


def require_followed(drives: Sequence[ContactDrive], duration: float) -> None:
    """Raise InputError for a waveform that no step can follow for so many s, or with a pole."""
    for drive in drives:
        if isinstance(drive, AnyWaveform):
            drive.pace(0.0, duration)


def contact_drive(drive: Any) -> ContactDrive:
    """What a contact gets in a segment, a voltage in V as a float, of whatever type it is given.

    Raises:
        InputError: none of what `Segment` takes, or a waveform of a field.
    """
    if isinstance(drive, AnyWaveform):
        drive.drive(0.0)
    elif not callable(drive):
        return plain_drive(drive)
    given: ContactDrive = drive
    return given


def plain_drive(drive: Any, whose: str = "of a contact") -> Drive:
    """A drive whose voltage in V is a float, of whatever type it is given.

    Raises:
        InputError: neither a voltage nor a `Current` nor None.
    """
    if drive is None or isinstance(drive, Current):
        return drive
    require_voltage(f"voltage {whose}", drive)
    return float(drive)


def plain_drives(drives: Drives, contacts: Sequence[str]) -> list[Drive]:
    """One drive for each contact, their voltages as floats.

    Args:
        drives: of the contacts.
        contacts: their names.

    Raises:
        InputError: a wrong number of drives, a voltage that is not finite, or currents that do not
            sum to zero where no contact has a voltage.
    """
    if len(drives) != len(contacts):
        raise InputError(
            f"{len(drives)} voltages or currents for {len(contacts)} contacts "
            f"({', '.join(contacts)})"
        )
    plain = [
        plain_drive(drive, f"of contact {name}")
        for name, drive in zip(contacts, drives, strict=True)
    ]
    check_balance(plain, "the film")
    return plain


def voltage_of(drive: Drive) -> float | None:
    """The voltage in V of a contact that has one."""
    return None if isinstance(drive, Current) else drive


def acts(drive: Drive) -> bool:
    """Whether a contact has a voltage or a current that is not zero."""
    return bool(drive.amperes if isinstance(drive, Current) else drive)


def check_balance(drives: Sequence[Drive], into: str) -> None:
    """Raise InputError where no contact has a voltage, and currents do not sum to zero.

    Args:
        drives: of the contacts, their voltages as floats.
        into: what they drive, as the message calls it.
    """
    currents = [drive.amperes for drive in drives if isinstance(drive, Current)]
    largest = max(map(abs, currents), default=0.0)
    grounded = any(voltage_of(drive) is not None for drive in drives)
    if not grounded and abs(sum(currents)) > _BALANCE * largest:
        raise InputError(
            f"currents into {into} sum to {sum(currents):g} A: must be zero where no contact has a "
            "voltage; did you mean to ground one (0.0)?"
        )


def check_pieces(
    groups: Sequence[IntArray], drives: Sequence[ContactDrive], contacts: Sequence[str]
) -> None:
    """Raise InputError where currents cannot leave the piece of film that they enter.

    Args:
        groups: numbers of the nodes that the film joins, see `Strips`.
        drives: of each node; what changes in time is looked at as it does.
        contacts: names of the nodes.
    """
    for group in groups if len(groups) > 1 else ():
        own = [drives[k] for k in group]
        plain = [each for each in own if each is None or isinstance(each, float | Current)]
        if len(plain) == len(own):
            names = ", ".join(contacts[k] for k in group)
            check_balance(plain, f"the piece of film of {names}")


def constant(
    drives: Sequence[ContactDrive] | CircuitFunction, duration: float, label: str = ""
) -> list[Segment]:
    """Contacts driven alike for `duration` in s: a drive for each, or one function for all.

    Example:
        >>> constant([0.05, 0.0], 1e-9)
        [Segment(duration=1e-09, drives=(0.05, 0.0), label='')]
    """
    return [Segment(duration, drives if callable(drives) else tuple(drives), label)]


def rest(duration: float, label: str = "rest") -> list[Segment]:
    """All contacts open for `duration` in s.

    Example:
        >>> rest(5e-9)
        [Segment(duration=5e-09, drives=None, label='rest')]
    """
    return [Segment(duration, None, label)]


def pulse_train(
    drives: Sequence[ContactDrive], *, on: float, off: float, count: int, label: str = ""
) -> list[Segment]:
    """`count` pulses of `on` seconds, each followed by `off` seconds with all contacts open.

    Example:
        >>> [segment.drives for segment in pulse_train([1, 0], on=2e-9, off=1e-9, count=2)]
        [(1.0, 0.0), None, (1.0, 0.0), None]
    """
    check_number("off", off, "s", least=0)
    check_count("count", count, 0)
    pulse = [*constant(drives, on, label), *(rest(off, label) if off > 0 else [])]
    return count * pulse


def alternating(
    drives: Sequence[ContactDrive], *, half_period: float, cycles: int, label: str = ""
) -> list[Segment]:
    """A drive and its reverse in turn, each for `half_period` in s: no net drift of the texture.

    Example:
        >>> [segment.drives for segment in alternating([0.05, 0], half_period=1e-9, cycles=1)]
        [(0.05, 0.0), (-0.05, 0.0)]
    """
    check_count("cycles", cycles, 0)
    reversed_ = [_reversed(drive) for drive in drives]
    cycle = [*constant(drives, half_period, label), *constant(reversed_, half_period, label)]
    return cycles * cycle


def _reversed(drive: ContactDrive) -> ContactDrive:
    if drive is None:
        return None
    if callable(drive):
        raise InputError(
            f"alternating: drive {name_of(drive)} cannot be reversed; write a segment for each half"
        )
    return -drive


def name_of(function: Callable[..., Any]) -> str:
    """Module and name of a function, or of the class of an object that can be called."""
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"
