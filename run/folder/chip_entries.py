"""What a run keeps of recall by a circuit on its film: of each recall, and of all together."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.contact_pairs import relative_change
from hebbfilm.run.folder.schema import (
    STRICT,
    Count,
    Fraction,
    Matrix,
    NotNegative,
    Number,
    Positive,
    Word,
)

Signs = Annotated[tuple[Literal[1, -1], ...], Field(strict=False, min_length=1)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ChipRecallEntry:
    """One recall: states of ±1, when it began and how long it took in s, and its energy in J."""

    start: Signs
    end: Signs
    begin: NotNegative
    time: NotNegative
    energy: Number
    periods: Count
    switches: Count
    settled: bool


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CorrectedEntry:
    """Starts with some flips, as `hebbfilm.hopfield.corrupted.Corrected`.

    `different` is None in runs that did not count them.
    """

    flips: Count
    starts: Count
    corrected: Count
    different: Count | None = None


@dataclass(frozen=True, kw_only=True, eq=False, config=STRICT)
class ChipEntry:
    """All recalls of a run; in its summary.

    `level` is what the dummy resistors conduct more than the untrained film, as the rule of the
    weights has it, None where a film is compared with; it was `given`, or is that of the trained
    film. `weights` are G - G_ref of the trained film in S, (N, N), by which recall is compared:
    `agreement` is the share of starts with the same end. Conductances (N, N) in S are those after
    all recalls, and of the trained film left alone for the same time; changes are relative, of the
    pair that changed most: since it was trained, the same left alone, and what is between them.
    `moving` is the number of recalls in which m moved, None where that is all of them; changes are
    what these did. `corrected` has the numbers of corrupted patterns, by their flips, that were
    recalled; None where starts were others.
    """

    circuit: Word
    voltage: Positive
    period: Positive
    reference: Literal["resistors", "bridge", "film"]
    level: Number | None = None
    level_unit: str = ""
    level_given: bool = False
    weights: Matrix
    agreement: Fraction
    recalled: Fraction
    settled: Fraction
    mean_time: NotNegative
    largest_time: NotNegative
    mean_energy: Number
    conductance: Matrix
    conductance_left_alone: Matrix
    largest_change: NotNegative
    largest_change_left_alone: NotNegative
    largest_change_by_recall: NotNegative
    moving: Count | None = None
    corrected: list[CorrectedEntry] | None = None

    def require_size(self, size: int) -> None:
        """Raise ValueError unless its matrices are those of so many neurons."""
        for name in ("weights", "conductance", "conductance_left_alone"):
            if getattr(self, name).shape != (size, size):
                raise ValueError(f"recall_on_chip.{name}: must be {size} rows of {size} numbers")


def largest_changes(
    trained: FloatArray, recalled: FloatArray, left_alone: FloatArray
) -> dict[str, float]:
    """The changes of a `ChipEntry` by their names, of conductance matrices, (N, N), S."""
    between = {
        "largest_change": (trained, recalled),
        "largest_change_left_alone": (trained, left_alone),
        "largest_change_by_recall": (left_alone, recalled),
    }
    return {
        name: float(np.nanmax(np.abs(relative_change(*matrices))))
        for name, matrices in between.items()
    }
