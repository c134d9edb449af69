"""Which cells of a library are drawn: one, and all that it refers to."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import gdstk

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.text import some_of


def chosen_cell(library: gdstk.Library, name: str | None) -> gdstk.Cell:
    """The cell of a name, or the only one that no other refers to.

    Raises:
        LayoutError: there is no such cell, or not one alone.
    """
    cells = {cell.name: cell for cell in library.cells if isinstance(cell, gdstk.Cell)}
    if name is not None:
        if name not in cells:
            raise LayoutError(
                f"layout.cell = {name!r}: no such cell (cells: {some_of(sorted(cells))})"
                + did_you_mean(name, cells, quoted=True)
            )
        return cells[name]
    if not cells:
        raise LayoutError("the file holds no cell")
    tops = [cell for cell in library.top_level() if isinstance(cell, gdstk.Cell)]
    if not tops:
        _sorted(cells.values())
    if len(tops) > 1:
        _check_spelling(library, {cell.name for cell in tops})
    if len(tops) != 1:
        raise LayoutError(
            f"layout.cell is missing: the file has {len(tops)} top cells "
            f"({some_of(sorted(cell.name for cell in tops))})"
        )
    return tops[0]


def _check_spelling(library: gdstk.Library, tops: set[str]) -> None:
    """Raise LayoutError if a cell is on top only as another spells its name in another case."""
    by_lower = {name.lower() for name in tops}
    for cell in library.cells:
        for reference in cell.references if isinstance(cell, gdstk.Cell) else ():
            lost = not isinstance(reference.cell, gdstk.Cell)
            if lost and reference.cell_name.lower() in by_lower:
                raise _missing(library, cell.name, reference.cell_name)


def _missing(library: gdstk.Library, cell: str, name: str) -> LayoutError:
    return LayoutError(
        f"cell {cell!r} refers to {name!r}, which is not in the file"
        + did_you_mean(name, (cell.name for cell in library.cells), quoted=True)
    )


def with_inner_cells(library: gdstk.Library, top: gdstk.Cell) -> list[gdstk.Cell]:
    """A cell and all that it refers to, those that are referred to first.

    Raises:
        LayoutError: a cell that is not in the file, or that contains itself.
    """
    found, new = {top.name: top}, [top]
    while new:
        inner = [(cell, r) for cell in new for r in cell.references]
        new = []
        for cell, reference in inner:
            name = reference.cell_name
            if not isinstance(reference.cell, gdstk.Cell):
                raise _missing(library, cell.name, name)
            if name not in found:
                found[name] = reference.cell
                new.append(reference.cell)
    return _sorted(found.values())


def _sorted(cells: Iterable[gdstk.Cell]) -> list[gdstk.Cell]:
    by_name = {cell.name: cell for cell in cells}
    graph = {
        name: {r.cell_name for r in cell.references if r.cell_name in by_name}
        for name, cell in by_name.items()
    }
    try:
        return [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        loop = [repr(name) for name in reversed(error.args[1])]
        if len(loop) > 6:
            loop[3:-2] = ["…"]
        raise LayoutError(
            f"a cell of the file contains itself: {' contains '.join(loop)}"
        ) from None
