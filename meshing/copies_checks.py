"""What is wrong with several like films; each of them was checked as it was drawn."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import check_length, check_names
from hebbfilm.meshing.film_copies import Copies
from hebbfilm.meshing.layout_checks import check_number
from hebbfilm.meshing.region_checks import check_region_names

if TYPE_CHECKING:
    from hebbfilm.meshing.layout import Layout


def check_copies(layout: Layout, copies: Copies) -> None:
    """All films alike, apart, and with names of their own.

    Raises:
        LayoutError: one line with what is wrong.
    """
    check_number(layout)
    check_names(layout.contact_names)
    check_region_names(layout.region_names, layout.contact_names)
    left, low, right, top = layout.outline.bounds
    check_length("the width of all copies", right - left)
    check_length("the height of all copies", top - low)
    for field in fields(layout):
        if field.name == "copies":
            continue
        made = copies if hasattr(copies, field.name) else copies.film
        if getattr(layout, field.name) != getattr(made, field.name):
            raise LayoutError(
                f"layout: {field.name} of films that are copies is that of the first; change it "
                "before the film is copied"
            )
