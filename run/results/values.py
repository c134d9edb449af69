"""The arrays of a snapshot by their names, with units."""

from __future__ import annotations

from typing import Any

from hebbfilm.run.folder.snapshots import Fields

INTERPOLATED = ("m", "potential", "temperature", "oersted_field")
"""What at vertices has values between them, too."""


def at_vertices(fields: Fields) -> dict[str, tuple[Any, str, str]]:
    """Arrays (N,) or (N, 3) by their names, each with its unit and what it is."""
    found = {
        "m": (fields.magnetisation, "1", "magnetisation, unit vectors"),
        "potential": (fields.potential, "V", "electric potential"),
        "contact": (fields.contact, "1", "number of the contact from 1, 0 for none"),
        "temperature": (fields.temperature, "K", "temperature"),
        "oersted_field": (fields.oersted_field, "A/m", "field of the current"),
    }
    return {name: entry for name, entry in found.items() if entry[0] is not None}


def in_cells(fields: Fields) -> dict[str, tuple[Any, str, str]]:
    """The same of arrays (n_cells,) or (n_cells, 3)."""
    found = {
        "current_density": (fields.current_density, "A/m^2", "current density"),
        "region": (fields.region, "1", "number of the region from 1, 0 for none"),
    } | {
        f"current_density_{name}": (values, "A/m^2", f"current density of the layer {name}")
        for name, values in fields.layer_currents.items()
    }
    return {name: entry for name, entry in found.items() if entry[0] is not None}


def with_unit(name: str, unit: str) -> str:
    """A name that ends in the unit.

    Example:
        >>> with_unit("current_density", "A/m^2"), with_unit("m", "1")
        ('current_density_A_per_m2', 'm')
    """
    return name if unit == "1" else f"{name}_{unit.replace('/', '_per_').replace('^', '')}"
