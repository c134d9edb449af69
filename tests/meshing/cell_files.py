"""GDSII and OASIS files as tests need them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gdstk

PLATE = gdstk.rectangle((0, 0), (200, 100), layer=1)


def write_cells(path: Path, **cells: Sequence[Any]) -> Path:
    """Cells by name, in nm, their elements copied; a text among them is a reference to a cell."""
    library = gdstk.Library(unit=1e-9, precision=1e-12)
    for name, elements in cells.items():
        library.new_cell(name).add(
            *(gdstk.Reference(e) if isinstance(e, str) else e.copy() for e in elements)
        )
    library.write_oas(path) if path.suffix == ".oas" else library.write_gds(path)
    return path
