"""What a VTU file says of itself: the time, the thickness, and which contact has which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

_TIME = "TimeValue"
"""What ParaView takes for the time of a file."""
_GRID = b"<UnstructuredGrid>\n"
_HEAD = 1000
"""Bytes in which the grid begins."""


def snapshot_numbers(
    time: float, thickness: float, contacts: Sequence[str], regions: Sequence[str]
) -> dict[str, float]:
    """Numbers of a snapshot by their names; those of contacts and regions are from 1 on.

    Args:
        time: in s.
        thickness: of the film in m, its mean where it differs.
        contacts: their names in node order.
        regions: their names in order.
    """
    kinds = {"contact": contacts, "region": regions}
    numbers = {
        f"{kind} {name}": float(number)
        for kind, names in kinds.items()
        for number, name in enumerate(names, start=1)
    }
    return {_TIME: time, "thickness_m": thickness, **numbers}


def add_numbers(path: Path, numbers: Mapping[str, float]) -> None:
    """Give a VTU file of meshio numbers that belong to no point or cell, as its FieldData.

    meshio writes none, and cannot read text there: so what has a name is the name of its number.

    Args:
        path: of the file.
        numbers: by their names.
    """
    arrays = "".join(
        f'<DataArray type="Float64" Name="{escape(name)}" NumberOfTuples="1" format="ascii">'
        f"{float(value)!r}</DataArray>\n"
        for name, value in numbers.items()
    )
    content = path.read_bytes()
    end = content.index(_GRID, 0, _HEAD) + len(_GRID)
    told = f"<FieldData>\n{arrays}</FieldData>\n".encode()
    path.write_bytes(content[:end] + told + content[end:])
