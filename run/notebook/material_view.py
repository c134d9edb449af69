"""A material in a notebook: its parameters with units and what they are."""

from __future__ import annotations

from typing import Any

from hebbfilm.run.inputs.key_list import key_list
from hebbfilm.run.notebook.card import card, table
from hebbfilm.run.report.words import written
from hebbfilm.solvers import Material

_SECTION = "material"


def html(material: Material) -> str:
    """All parameters; those that differ from place to place are named as what they are given by."""
    known = {key.last: key for key in key_list() if key.section == _SECTION}
    rows = []
    for name, value in material.described().items():
        if value is None:
            continue
        unit, meaning = (known[name].unit, known[name].description) if name in known else ("", "")
        rows.append((name, f"{_short(value)} {unit}".strip(), meaning.replace("`", "")))
    return card("Material", "", table(rows, ("parameter", "value", "what it is")))


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else written(value)
