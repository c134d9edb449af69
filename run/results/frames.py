"""Tables of run folders as pandas has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hebbfilm.run.folder.csv_rows import Rows, read_rows

if TYPE_CHECKING:
    import pandas as pd

_UNITS = {
    **{unit: unit for unit in ("s", "m", "V", "A", "S", "W", "K", "rad", "degrees")},
    "A_per_m": "A/m",
    "A_per_m2": "A/m^2",
}
"""By the ends of names."""
_TEXTS = ("phase", "label", "member", "status", "error")
"""Columns of words, whatever stands in them."""
_FLAGS = ("always_recalled", "oscillates")
"""Ends of the names of columns of 0 and 1, for no and yes."""


def read_frame(path: Path, index: str | None = None, *, growing: bool = False) -> pd.DataFrame:
    """A table, with the unit of each column in `attrs["units"]`, "" where its name tells of none.

    Args:
        path: of the CSV file.
        index: the column that numbers the rows.
        growing: whether a process may be at work on it: what is not yet a whole row is left out.

    Raises:
        InputError: the file is missing, empty, cut short, or lacks the column.
    """
    import pandas as pd

    rows = read_rows(path, growing=growing)
    names = list(rows.rows[0])
    frame = pd.DataFrame({name: _column(rows, name) for name in names})
    if index is not None:
        rows.texts(index)
        frame = frame.set_index(index)
    frame.attrs["units"] = {name: unit_of(name) for name in names}
    return frame


def unit_of(column: str) -> str:
    """The unit in the name of a column.

    Example:
        >>> unit_of("g_S:rim_1:centre"), unit_of("H_A_per_m:x"), unit_of("stripe_order")
        ('S', 'A/m', '')
    """
    base = column.partition(":")[0]
    ends = [end for end in _UNITS if base.endswith(f"_{end}")]
    return _UNITS[max(ends, key=len)] if ends else ""


def _column(rows: Rows, name: str) -> Sequence[object]:
    """Numbers where all cells are some, "" standing for none; else texts."""
    texts = rows.texts(name)
    if name in _TEXTS:
        return texts
    try:
        numbers = [float(text) if text else float("nan") for text in texts]
        return [number == 1 for number in numbers] if name.endswith(_FLAGS) else numbers
    except ValueError:
        return texts
