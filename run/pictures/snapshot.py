"""All pictures of one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures.pages import current_picture, texture_picture
from hebbfilm.run.pictures.stack import (
    is_uneven,
    layers_picture,
    oersted_picture,
    temperature_picture,
)
from hebbfilm.run.pictures.surface import Surface


def snapshot_pictures(
    manifest: Manifest, snapshot: Snapshot, surface: Surface
) -> Iterator[tuple[str, Figure]]:
    """Each picture of a snapshot and its name.

    texture_NNNN; under voltage current_NNNN, with layers layers_NNNN, and oersted_NNNN where that
    field acts; temperature_NNNN where that differs from place to place.
    """
    drawn = [("texture", texture_picture)]
    if snapshot.voltages is not None:
        drawn.append(("current", current_picture))
        if surface.layer_currents:
            drawn.append(("layers", layers_picture))
        if surface.oersted_field is not None:
            drawn.append(("oersted", oersted_picture))
    if is_uneven(surface.temperature):
        drawn.append(("temperature", temperature_picture))
    stem = Path(snapshot.file).stem
    for name, picture in drawn:
        yield f"{name}_{stem}", picture(manifest, snapshot, surface)
