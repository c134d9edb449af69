"""A waveform by its values at some times, given or from a file."""

import csv
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from hebbfilm.common.arguments import check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason, shown
from hebbfilm.common.quantities import Plain, Time
from hebbfilm.solvers.drives.waveform import AnyWaveform

_MOST_ROWS = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Table(AnyWaveform):
    """Straight lines between values at some times; before and after them, the first and the last.

    Two values at one time are a jump, at which the later one holds. Steps end at each of the times.

    Args:
        amplitude: of a field H along x, y and z in A/m; of a contact its voltage in V, or its
            `Current`. Values multiply it: with 1.0 they are themselves in V.
        times: of the values, in order, s; as many as these.
        values: by which the amplitude is multiplied at these times.
        path: of a CSV file with one time in s and one value a row, in place of both; a first row
            of words is passed over. It is read at once, and then forgotten.

    Raises:
        InputError: a file that cannot be read, times that are not in order, or a number that is
            none.

    Example:
        >>> Table(amplitude=0.05, times=(0, 1e-9), values=(0, 1)).drive(0.5e-9)
        0.025
    """

    times: tuple[Time, ...] = ()
    values: tuple[Plain, ...] = ()
    path: str | None = None
    kind: Literal["table"] = "table"

    def __post_init__(self) -> None:
        super().__post_init__()
        times: Sequence[float] = self.times
        values: Sequence[float] = self.values
        if self.path is not None:
            if len(times) or len(values):
                raise InputError(
                    f"{self._where}.path = {shown(self.path)} beside times or values: give either"
                )
            times, values = self._read(Path(self.path))
            object.__setattr__(self, "path", None)
        object.__setattr__(self, "times", self._numbers("times", times))
        object.__setattr__(self, "values", self._numbers("values", values))
        self._check()

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        after = bisect_right(self.times, time)
        if after == 0:
            return self.values[0]
        if after == len(self.times):
            return self.values[-1]
        begin, end = self.times[after - 1], self.times[after]
        share = (time - begin) / (end - begin)
        return (1 - share) * self.values[after - 1] + share * self.values[after]

    def largest(self) -> float:
        """The largest magnitude of the values."""
        return max(map(abs, self.values))

    def breakpoints(self) -> tuple[float, ...]:
        """All of its times."""
        return tuple(sorted(set(self.times)))

    def _numbers(self, name: str, given: Sequence[Any]) -> tuple[float, ...]:
        for number, value in enumerate(given):
            check_number(f"{self._where}.{name}[{number}]", value, "s" if name == "times" else "")
        return tuple(float(value) for value in given)

    def _check(self) -> None:
        count = len(self.times)
        if not 1 <= count <= _MOST_ROWS or len(self.values) != count:
            raise InputError(
                f"{self._where}.times: {count} of them with {len(self.values)} values; must be "
                f"as many, 1 to {_MOST_ROWS}"
            )
        for before, after in pairwise(self.times):
            if after < before:
                raise InputError(
                    f"{self._where}.times: {after:g} s stands after {before:g} s: must be in order"
                )

    def _read(self, path: Path) -> tuple[list[float], list[float]]:
        where = f"{self._where}.path = {shown(str(path))}"
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                rows = [row for row in csv.reader(file) if any(map(str.strip, row))]
        except (OSError, UnicodeError, csv.Error) as error:
            what = error.strerror if isinstance(error, OSError) else reason(error)
            raise InputError(f"{where}: cannot be read: {what}") from None
        found = [_pair(row) for row in rows]
        if found and found[0] is None:
            found, rows = found[1:], rows[1:]
        for row, pair in zip(rows, found, strict=True):
            if pair is None:
                raise InputError(
                    f"{where}: has a row {shown(','.join(row))}; must be a time in s and a value, "
                    "with a comma between them"
                )
        pairs = [pair for pair in found if pair is not None]
        if not pairs:
            raise InputError(f"{where}: has no row of a time in s and a value")
        return [time for time, _ in pairs], [value for _, value in pairs]


def _pair(row: list[str]) -> tuple[float, float] | None:
    try:
        time, value = map(float, row)
    except ValueError:
        return None
    return time, value
