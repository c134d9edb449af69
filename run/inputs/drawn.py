"""Rows of contacts of a lattice, and patterns drawn as pictures that have to fit them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.drawn import drawn_rows, is_drawn, require_rows
from hebbfilm.run.inputs.layouts import CATALOGUE

if TYPE_CHECKING:
    from hebbfilm.hopfield import Neurons
    from hebbfilm.run.inputs.case_model import Case

_RECTANGLES = ("square_lattice", "triangular_lattice", "pixel_lattice")
_HEXAGON = "hexagonal_lattice"


def rows_of(layout: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Contacts in each row of a lattice, from below; None of other films.

    Args:
        layout: the section of a case, of a layout that can be.

    Example:
        >>> rows_of({"kind": "hexagonal_lattice", "rings": 1})
        (2, 3, 2)
        >>> rows_of({"kind": "pixel_lattice", "rows": 2})
        (5, 5)
    """
    kind = layout.get("kind")
    if kind == _HEXAGON:
        rings = _number(layout, "rings")
        return tuple(2 * rings + 1 - abs(up) for up in range(-rings, rings + 1))
    if kind in _RECTANGLES:
        return (_number(layout, "columns"),) * _number(layout, "rows")
    return None


def require_pictures_fit(case: Case, neurons: Neurons) -> None:
    """Refuse pictures among the patterns and starts of a case whose film has other rows, or none.

    Args:
        case: with a training.
        neurons: of its film; where they are not one for each contact of a lattice, it has no rows.

    Raises:
        InputError: one line with the key, the row and what it should have.
    """
    rows = rows_of(case.layout)
    if rows is not None and sum(rows) != len(neurons.names):
        rows = None
    for what, text in _written(case):
        if isinstance(text, str) and rows is not None:
            require_rows(text, rows, what)
        elif isinstance(text, str) and is_drawn(text) and len(drawn_rows(text)) > 1:
            raise InputError(
                f"{what}: is a picture, which needs a layout with rows of neurons "
                f"({', '.join((*_RECTANGLES, _HEXAGON))}); of this film give the signs of its "
                f"neurons in their order, {', '.join(neurons.names)}"
            )


def _written(case: Case) -> Iterator[tuple[str, object]]:
    if case.training is not None:
        training = case.training
        yield from _numbered("training.patterns", training.patterns)
        yield from _numbered("training.steps", (step.pattern for step in training.steps))
        if training.forming is not None:
            yield from _numbered("training.forming.patterns", training.forming.patterns)
    if case.recall is not None:
        yield from _numbered("recall.starts", case.recall.starts)


def _numbered(key: str, values: Iterable[object]) -> Iterator[tuple[str, object]]:
    return ((f"{key}, number {number}", value) for number, value in enumerate(values, 1))


def _number(layout: Mapping[str, Any], key: str) -> int:
    default = inspect.signature(CATALOGUE[layout["kind"]]).parameters[key].default
    return int(layout.get(key, default))
