"""Pictures of a run, made from its folder alone, without a display."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder import files
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.folder.protocol_run import read_protocol_run
from hebbfilm.run.folder.reader import Run, read_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.folder.summary_file import has_patterns
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.chip import chip_picture
from hebbfilm.run.pictures.curves import conductance_picture, heat_picture
from hebbfilm.run.pictures.device import device_picture
from hebbfilm.run.pictures.displacement import displacement_picture
from hebbfilm.run.pictures.matrices import weights_picture
from hebbfilm.run.pictures.overview import overview_picture
from hebbfilm.run.pictures.pads import pads_of
from hebbfilm.run.pictures.pages import story, textures_picture, with_negatives_named
from hebbfilm.run.pictures.protocol import protocol_pictures
from hebbfilm.run.pictures.recall import recall_picture
from hebbfilm.run.pictures.snapshot import snapshot_pictures
from hebbfilm.run.pictures.surface import film_surface

_MOST_PRESENTED = 3
"""Patterns whose presentation stands beside the textures before and after."""


def draw_all(
    run_folder: Path | str, must_stop: Callable[[], bool] = lambda: False
) -> list[Path] | None:
    """Draw every picture of a run into its folder `pictures/`.

    Args:
        run_folder: a complete run folder.
        must_stop: asked before each picture.

    Returns:
        The files written: those of each snapshot (see `snapshot_pictures`), textures.png,
        conductance.png, temperature.png with heat, weights.png, overview.png, recall.png unless all
        weights are 0, recall_on_chip.png where a circuit recalled, displacement.png where that was
        measured, and device.png where all contacts are pads and not many. Of a run without patterns
        those of snapshots, conductance.png if it has pairs of contacts, temperature.png with heat,
        and hysteresis.png if it swept the applied field. None if it had to stop.

    Raises:
        InputError: a file of the run is missing or damaged, or a picture cannot be written.
    """
    folder = Path(run_folder)
    read_manifest(folder)
    pictures = (
        _pictures(_run_with_snapshots(folder))
        if has_patterns(folder)
        else protocol_pictures(read_protocol_run(folder))
    )
    written: list[Path] = []
    with rc_context(style.STYLE):
        for name, figure in pictures:
            if must_stop():
                return None
            written.append(style.save(figure, folder / files.PICTURES / f"{name}.png"))
    return written


def _run_with_snapshots(folder: Path) -> Run:
    run = read_run(folder)
    if not run.manifest.snapshots:
        raise InputError(f"{folder / files.MANIFEST}: 'fields' lists no snapshot")
    return run


def _pictures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Each picture of a run and its name."""
    run = with_negatives_named(run)
    manifest = run.manifest
    chosen = story(manifest, _MOST_PRESENTED)
    kept = {}
    for snapshot in manifest.snapshots:
        surface = film_surface(read_fields(manifest.folder, snapshot))
        yield from snapshot_pictures(manifest, snapshot, surface)
        if snapshot in chosen:
            kept[snapshot] = surface
    yield "textures", textures_picture(manifest, chosen, [kept[s] for s in chosen])
    yield "conductance", conductance_picture(run)
    if not np.isnan(run.conductance.highest_temperature).all():
        yield "temperature", heat_picture(run)
    if not np.isnan(run.conductance.displacement).all():
        yield "displacement", displacement_picture(run)
    yield "weights", weights_picture(run)
    if run.summary.has_weights:
        yield "recall", recall_picture(run)
    if run.recall_on_chip is not None:
        yield "recall_on_chip", chip_picture(run, run.recall_on_chip)
    pads = pads_of(kept[chosen[-1]], manifest.as_neurons())
    if pads and len(chosen) > 1:
        ends = chosen[0], chosen[-1]
        yield "device", device_picture(run, pads, ends, [kept[s] for s in ends])
    yield "overview", overview_picture(run, kept)
