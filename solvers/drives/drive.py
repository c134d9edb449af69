"""What the contacts do in time: segments in which each keeps its voltage or its current."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hebbfilm.common.arguments import check_count, check_number
from hebbfilm.common.errors import InputError

_BALANCE = 1e-9
"""Sum of currents in relation to the largest, up to which it counts as the round-off of zero."""


@dataclass(frozen=True)
class Current:
    """A contact that a current source feeds: an equipotential with this total current.

    Args:
        amperes: into the film in A.

    Raises:
        InputError: not a finite number.

    Example:
        >>> -Current(1e-6)
        Current(amperes=-1e-06)
    """

    amperes: float

    def __post_init__(self) -> None:
        check_number("current of a contact", self.amperes, "A")
        object.__setattr__(self, "amperes", float(self.amperes))

    def __neg__(self) -> "Current":
        return Current(-self.amperes)


Drive = float | Current | None
"""Of one contact: its voltage in V, its current, or None to let it float (current zero)."""
Drives = Sequence[Drive]
"""Of each contact, in node order."""


@dataclass(frozen=True)
class Segment:
    """Voltages and currents held for a while.

    Args:
        duration: in s.
        drives: of each contact; None altogether: all contacts open, no current.
        label: what the segment is called in tables and pictures.

    Raises:
        InputError: a duration that is not positive, or drives that are none.

    Example:
        >>> Segment(1e-9, (0.05, Current(-1e-6), None), "mine")
        Segment(duration=1e-09, drives=(0.05, Current(amperes=-1e-06), None), label='mine')
    """

    duration: float
    drives: tuple[Drive, ...] | None
    label: str = ""

    def __post_init__(self) -> None:
        check_number("duration of a drive segment", self.duration, "s", above=0)
        if self.drives is not None:
            object.__setattr__(self, "drives", tuple(plain_drive(d) for d in self.drives))


def plain_drive(drive: Any, whose: str = "of a contact") -> Drive:
    """A drive whose voltage in V is a float, of whatever type it is given.

    Raises:
        InputError: neither a voltage nor a `Current` nor None.
    """
    if drive is None or isinstance(drive, Current):
        return drive
    check_number(f"voltage {whose}", drive, "V")
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
    currents = [drive.amperes for drive in plain if isinstance(drive, Current)]
    grounded = any(drive is not None and not isinstance(drive, Current) for drive in plain)
    largest = max(map(abs, currents), default=0.0)
    if not grounded and abs(sum(currents)) > _BALANCE * largest:
        raise InputError(
            f"currents into the film sum to {sum(currents):g} A: must be zero where no contact "
            "has a voltage; did you mean to ground one (0.0)?"
        )
    return plain


def constant(drives: Drives, duration: float, label: str = "") -> list[Segment]:
    """Contacts driven alike for `duration` in s.

    Example:
        >>> constant([0.05, 0.0], 1e-9)
        [Segment(duration=1e-09, drives=(0.05, 0.0), label='')]
    """
    return [Segment(duration, tuple(drives), label)]


def rest(duration: float, label: str = "rest") -> list[Segment]:
    """All contacts open for `duration` in s.

    Example:
        >>> rest(5e-9)
        [Segment(duration=5e-09, drives=None, label='rest')]
    """
    return [Segment(duration, None, label)]


def pulse_train(
    drives: Drives, *, on: float, off: float, count: int, label: str = ""
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
    drives: Drives, *, half_period: float, cycles: int, label: str = ""
) -> list[Segment]:
    """A drive and its reverse in turn, each for `half_period` in s: no net drift of the texture.

    Example:
        >>> [segment.drives for segment in alternating([0.05, 0], half_period=1e-9, cycles=1)]
        [(0.05, 0.0), (-0.05, 0.0)]
    """
    check_count("cycles", cycles, 0)
    reversed_ = [None if drive is None else -drive for drive in drives]
    cycle = [*constant(drives, half_period, label), *constant(reversed_, half_period, label)]
    return cycles * cycle


def drives_as_json(drives: Drives | None) -> list[Any] | None:
    """Drives as JSON can hold them: a current I is {"current": I}."""
    if drives is None:
        return None
    return [{"current": d.amperes} if isinstance(d, Current) else d for d in drives]


def drives_from_json(content: list[Any] | None) -> Drives | None:
    """What `drives_as_json` wrote."""
    if content is None:
        return None
    return tuple(Current(d["current"]) if isinstance(d, dict) else d for d in content)
