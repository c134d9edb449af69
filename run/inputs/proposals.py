"""What is proposed for a first case: a layout, its mesh, patterns and a voltage."""

from __future__ import annotations

import inspect
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import shapely

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.text import counted, some_of
from hebbfilm.meshing import Layout
from hebbfilm.meshing.drawings import list_layers, read_drawing
from hebbfilm.meshing.drawings.drawing import LayerName, Shapes
from hebbfilm.run.inputs.layouts import CATALOGUE
from hebbfilm.solvers import Material
from hebbfilm.solvers.magnetisation.resolution import RESOLVED, resolution_of

_FINE = 0.75
"""Of the longest edge that resolves the texture."""
_FIELD = 1.2e5
"""In V/m between contacts, with both signs: what the four-node wheel learns with at 0.05 V."""
_NAMED = {
    "film": re.compile(r"film|magnet|layer|outline|device", re.IGNORECASE),
    "contacts": re.compile(r"contact|electrode|pad|terminal|metal|lead|gate", re.IGNORECASE),
}
_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "strip_network": {
        "vertices": {"a": [0.0, 0.0], "b": [6e-7, 0.0], "c": [3e-7, 5.2e-7]},
        "edges": [["a", "b"], ["b", "c"], ["c", "a"]],
    }
}
"""Of what a kind cannot do without."""


@dataclass(frozen=True)
class Proposal:
    """A layout for a first case.

    Args:
        keys: of [layout], its kind first.
        geometry: the film that they make.
        told: how they were chosen, in lines.
    """

    keys: Mapping[str, Any]
    geometry: Layout
    told: Sequence[str] = ()

    def training(self) -> dict[str, Any]:
        """Keys of [training]: one pattern of half plus, half minus, and a voltage that teaches it.

        Raises:
            InputError: a film with fewer than two contacts.
        """
        names = self.geometry.contact_names
        if len(names) < 2:
            raise InputError(
                f"the film has {counted(len(names), 'contact')} ({some_of(names)}); "
                "what learns needs two or more"
            )
        plus = (len(names) + 1) // 2
        pattern = ",".join("+" if number < plus else "-" for number in range(len(names)))
        return {"patterns": [pattern], "voltage": _voltage(self.geometry)}


def of_catalogue(kind: str) -> Proposal:
    """A film of the catalogue with all of its keys that have a value.

    Raises:
        InputError: no such kind.
    """
    if kind not in CATALOGUE:
        raise InputError(f"--kind {kind}: {allowed_are(kind, CATALOGUE)}")
    make = CATALOGUE[kind]
    given = {
        name: parameter.default
        for name, parameter in inspect.signature(make).parameters.items()
        if parameter.default not in (None, inspect.Parameter.empty)
    }
    keys = {**_EXAMPLES.get(kind, {}), **given}
    return Proposal({"kind": kind, **keys}, make(**keys))


def of_drawing(
    path: Path,
    folder: Path,
    *,
    film: LayerName | None = None,
    contacts: LayerName | None = None,
    unit: float | None = None,
) -> Proposal:
    """A film of a drawing, whose layers are chosen by their names, else in their order.

    Args:
        path: of the drawing.
        folder: of the case, from which the drawing is named.
        film: its layer, where it is given.
        contacts: their layer, where it is given.
        unit: metres per unit of the file; what the file says where it is not given.

    Raises:
        InputError: a file that cannot be read, without layers for both, or whose layers make none.
    """
    try:
        read = list_layers(path, unit)
    except InputError as error:
        raise InputError(str(error).replace("layout.unit", "--unit")) from None
    layers = {name: each for name, each in read.layers.items() if _drawn(each)}
    chosen = _chosen(path, list(layers), {"film": film, "contacts": contacts})
    given = {"unit": unit} if unit is not None else {}
    keys: dict[str, Any] = {**chosen, **given, "thickness": 1e-9, "mesh_size": _mesh_size()}
    geometry = _read(path, keys)
    others = [_as_number(name) for name in layers if name not in _texts(chosen["film"])]
    if len(geometry.contacts) < 2 < len(layers) and contacts is None:
        keys["contacts"] = others
        geometry = _read(path, keys)
    relative = os.path.relpath(path.resolve(), folder.resolve())
    told = [
        f"{path}: {_listed(layers, keys)}",
        f"mesh_size: {keys['mesh_size'] * 1e9:g} nm, which resolves the stripes of the material",
    ]
    return Proposal({"kind": "drawing", "path": relative, **keys}, geometry, told)


def _read(path: Path, keys: Mapping[str, Any]) -> Layout:
    try:
        return read_drawing(path, **keys)
    except InputError as error:
        told = str(error).replace("layout.unit", "--unit")
        layers = f"layers: film {keys['film']}, contacts {keys['contacts']}"
        raise InputError(f"{told} ({layers}; --film and --contacts choose others)") from None


def _drawn(layer: Shapes) -> bool:
    return bool(layer.filled or layer.lines)


def _chosen(
    path: Path, names: Sequence[str], given: Mapping[str, LayerName | None]
) -> dict[str, LayerName]:
    """A layer for the film, and one for its contacts."""
    found = {key: _as_number(name) for key, name in given.items() if name is not None}
    for by_name in (True, False):
        for key, pattern in _NAMED.items():
            taken = [text for layer in found.values() for text in _texts(layer)]
            free = [name for name in names if name not in taken]
            fits = [name for name in free if pattern.search(name)] if by_name else free
            if key not in found and fits:
                found[key] = _as_number(fits[0])
    if len(found) < len(_NAMED):
        raise InputError(
            f"{path}: holds {counted(len(names), 'layer')} with shapes ({some_of(names)}); the "
            "film and its contacts must each have one"
        )
    return found


def _as_number(name: LayerName) -> LayerName:
    """A layer by its number, if that says all."""
    number = str(name).removesuffix("/0")
    return int(number) if number.isdigit() else name


def _texts(layer: LayerName | Sequence[LayerName]) -> list[str]:
    """Names that drawings have for layers that are called so."""
    several = [layer] if isinstance(layer, int | str) else layer
    return [text for one in several for text in (str(one), f"{one}/0")]


def _listed(layers: Mapping[str, Shapes], keys: Mapping[str, Any]) -> str:
    """The layers, and what of."""
    told = []
    for name, shapes in layers.items():
        use = next((key for key in _NAMED if name in _texts(keys[key])), "not used")
        told.append(
            f"layer {name} ({counted(len(shapes.filled) + len(shapes.lines), 'shape')}, {use})"
        )
    return some_of(told, 12)


def _mesh_size() -> float:
    """A round number of m below what resolves the material that a case has by itself."""
    longest = RESOLVED * min(resolution_of(Material(), "none", 1.0).lengths.values())
    return float(f"{_FINE * longest:.1g}")


def _voltage(layout: Layout) -> float:
    """In V, for about the field that the four-node wheel learns with."""
    places = [contact.region.centroid for contact in layout.contacts]
    apart = [shapely.distance(a, b) for a, b in combinations(places, 2)]
    return float(f"{max(_FIELD * math.fsum(apart) / len(apart), 1e-3):.1g}")
