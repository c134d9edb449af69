"""All pictures of single snapshots."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from matplotlib.figure import Figure

from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures.pages import current_picture, texture_picture
from hebbfilm.run.pictures.picture import Picture
from hebbfilm.run.pictures.stack import (
    is_uneven,
    layers_picture,
    oersted_picture,
    temperature_picture,
)
from hebbfilm.run.pictures.surface import Surface

_Draw: TypeAlias = Callable[[Manifest, Snapshot, Surface], Figure]
_Has: TypeAlias = Callable[[Surface], bool]

_AT_REST: dict[str, tuple[_Draw, _Has]] = {
    "texture": (texture_picture, lambda surface: True),
    "temperature": (temperature_picture, lambda surface: is_uneven(surface.temperature)),
}
_UNDER_VOLTAGE: dict[str, tuple[_Draw, _Has]] = {
    "texture": _AT_REST["texture"],
    "current": (current_picture, lambda surface: True),
    "layers": (layers_picture, lambda surface: bool(surface.layer_currents)),
    "oersted": (oersted_picture, lambda surface: surface.oersted_field is not None),
    "temperature": _AT_REST["temperature"],
}


def snapshot_pictures(
    manifest: Manifest, surface: Callable[[Snapshot], Surface]
) -> dict[str, Picture]:
    """Each picture of each snapshot, by its name.

    texture_NNNN; under voltage current_NNNN, with layers layers_NNNN, and oersted_NNNN where that
    field acts; temperature_NNNN where that differs from place to place.

    Args:
        manifest: of the run.
        surface: the film at a snapshot.
    """
    return {
        f"{kind}_{Path(snapshot.file).stem}": Picture(
            partial(_drawn, draw, manifest, snapshot, surface),
            partial(_is_there, has, snapshot, surface),
            of_snapshot=True,
        )
        for snapshot in manifest.snapshots
        for kind, (draw, has) in (_AT_REST if snapshot.voltages is None else _UNDER_VOLTAGE).items()
    }


def _drawn(
    draw: _Draw, manifest: Manifest, snapshot: Snapshot, surface: Callable[[Snapshot], Surface]
) -> Figure:
    return draw(manifest, snapshot, surface(snapshot))


def _is_there(has: _Has, snapshot: Snapshot, surface: Callable[[Snapshot], Surface]) -> bool:
    return has(surface(snapshot))
