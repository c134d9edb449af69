"""What the contacts do in time: segments of constant voltages."""

from collections.abc import Sequence
from dataclasses import dataclass

from meshing.errors import InputError


@dataclass(frozen=True)
class Segment:
    """Voltages held for a while.

    Args:
        duration: in s.
        voltages: in V for each contact, None for a floating one; None altogether: all contacts
            open, no current.
        label: what the segment is called in tables and pictures.

    Raises:
        InputError: a duration that is not positive.
    """

    duration: float
    voltages: tuple[float | None, ...] | None
    label: str = ""

    def __post_init__(self) -> None:
        if not self.duration > 0:
            raise InputError(f"a drive segment lasts {self.duration} s: must be positive")


def constant(voltages: Sequence[float | None], duration: float, label: str = "") -> list[Segment]:
    """Voltages in V held for `duration` in s."""
    return [Segment(duration, tuple(voltages), label)]


def rest(duration: float, label: str = "rest") -> list[Segment]:
    """All contacts open for `duration` in s."""
    return [Segment(duration, None, label)]


def pulse_train(
    voltages: Sequence[float | None], *, on: float, off: float, count: int, label: str = ""
) -> list[Segment]:
    """`count` pulses of `on` seconds, each followed by `off` seconds with all contacts open."""
    pulse = [*constant(voltages, on, label), *(rest(off, label) if off > 0 else [])]
    return count * pulse


def alternating(
    voltages: Sequence[float | None], *, half_period: float, cycles: int, label: str = ""
) -> list[Segment]:
    """+V and -V in turn, each for `half_period` in s: the same pattern, and no net drift."""
    reversed_ = [None if voltage is None else -voltage for voltage in voltages]
    cycle = [*constant(voltages, half_period, label), *constant(reversed_, half_period, label)]
    return cycles * cycle
