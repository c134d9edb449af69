"""`recall_on_chip.csv`: where a circuit on the film led from each start, and what it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import format_pattern
from hebbfilm.hopfield.patterns import Pattern, same_up_to_sign
from hebbfilm.run.folder import files
from hebbfilm.run.folder.chip_entries import ChipEntry, ChipRecallEntry
from hebbfilm.run.folder.csv_rows import read_rows, write_rows
from hebbfilm.run.folder.recall_table import left, read_flags, read_states

_COLUMNS = (
    "start",
    "end",
    "matrix_end",
    "agree",
    "recalled",
    "begin_s",
    "time_s",
    "energy_J",
    "periods",
    "switches",
    "settled",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class ChipRecalls:
    """Recalls by a circuit, one after another on one film.

    Attributes:
        starts, ends: states of ±1, (n, N).
        matrix_ends: where the same circuit without faults leads by the weights of the trained film.
        agree: whether these are the same, (n,).
        recalled: whether the end is a stored pattern or its negative, (n,).
        begin: time of the film in s, (n,).
        time: until the circuit came to rest in s, (n,).
        energy: that the contacts fed into the film in J, (n,).
        periods: of the circuit that passed, (n,).
        switches: how often a neuron changed its sign, (n,).
        settled: whether it came to rest, (n,).
    """

    starts: IntArray
    ends: IntArray
    matrix_ends: IntArray
    agree: BoolArray
    recalled: BoolArray
    begin: FloatArray
    time: FloatArray
    energy: FloatArray
    periods: IntArray
    switches: IntArray
    settled: BoolArray

    @classmethod
    def of(
        cls,
        recalls: Sequence[ChipRecallEntry],
        matrix_ends: Sequence[Pattern],
        patterns: Sequence[Pattern],
    ) -> ChipRecalls:
        """All recalls of a run.

        Args:
            recalls: in their order.
            matrix_ends: of the matrix recall from the same starts, (N,) each.
            patterns: that are stored, (N,) each.
        """
        starts, ends = (np.array([getattr(r, of) for r in recalls]) for of in ("start", "end"))
        numbers = {
            name: np.array([getattr(each, name) for each in recalls])
            for name in ("begin", "time", "energy", "periods", "switches", "settled")
        }
        led = np.array(matrix_ends, dtype=np.int64)
        recalled = [any(same_up_to_sign(end, p) for p in patterns) for end in ends]
        return cls(
            starts=starts,
            ends=ends,
            matrix_ends=led,
            agree=(ends == led).all(axis=1),
            recalled=np.array(recalled),
            **numbers,
        )

    def rightly_recalled(self, patterns: IntArray) -> BoolArray:
        """Recalled, and a stored state as itself: (n,), of patterns (p, N)."""
        return self.recalled & ~left(self.starts, self.ends, patterns)

    def figures(self) -> dict[str, float]:
        """What a `ChipEntry` tells of them, by name."""
        return {
            "agreement": float(self.agree.mean()),
            "recalled": float(self.recalled.mean()),
            "settled": float(self.settled.mean()),
            "mean_time": float(self.time.mean()),
            "largest_time": float(self.time.max()),
            "mean_energy": float(self.energy.mean()),
        }


def write_chip_recalls(folder: Path, found: ChipRecalls) -> None:
    """Write `recall_on_chip.csv`: a row a recall, in their order.

    Raises:
        InputError: the file cannot be written.
    """
    states = [map(format_pattern, each) for each in (found.starts, found.ends, found.matrix_ends)]
    flags = [each.astype(int).tolist() for each in (found.agree, found.recalled)]
    numbers = [
        each.tolist()
        for each in (found.begin, found.time, found.energy, found.periods, found.switches)
    ]
    columns = [*states, *flags, *numbers, found.settled.astype(int).tolist()]
    write_rows(folder / files.RECALL_ON_CHIP, _COLUMNS, list(zip(*columns, strict=True)))


def read_chip_recalls(folder: Path, size: int) -> ChipRecalls:
    """Read `recall_on_chip.csv` of a run with `size` neurons.

    Raises:
        InputError: the file is missing, empty, cut short, or holds what it cannot.
    """
    rows = read_rows(folder / files.RECALL_ON_CHIP)
    begin, time, energy, periods, switches = (
        np.array(rows.numbers(name))
        for name in ("begin_s", "time_s", "energy_J", "periods", "switches")
    )
    agree, recalled, settled = (read_flags(rows, n) for n in ("agree", "recalled", "settled"))
    return ChipRecalls(
        starts=read_states(rows, "start", size),
        ends=read_states(rows, "end", size),
        matrix_ends=read_states(rows, "matrix_end", size),
        agree=agree,
        recalled=recalled,
        begin=begin,
        time=time,
        energy=energy,
        periods=periods.astype(np.int64),
        switches=switches.astype(np.int64),
        settled=settled,
    )


def require_fit(path: Path, found: ChipRecalls, told: ChipEntry) -> None:
    """Refuse a table whose figures are not those of the summary.

    Args:
        path: of the table.
        found: in it.
        told: by the summary.

    Raises:
        InputError: the first that differs.
    """
    if not np.array_equal(found.agree, (found.ends == found.matrix_ends).all(axis=1)):
        raise InputError(f"{path}: column 'agree' does not fit the ends beside it")
    for name, value in found.figures().items():
        # The table has ten digits.
        if not np.isclose(value, getattr(told, name), rtol=1e-8, atol=0):
            raise InputError(
                f"{path}: gives recall_on_chip.{name} = {value:.10g}, and {files.SUMMARY} has "
                f"{getattr(told, name):.10g}"
            )
