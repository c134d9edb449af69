"""What can be drawn of a run, from its folder alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder import files
from hebbfilm.run.folder.learnt import read_learnt
from hebbfilm.run.folder.manifest import Manifest, read_manifest
from hebbfilm.run.folder.protocol_run import read_protocol_run
from hebbfilm.run.folder.reader import Run, read_run
from hebbfilm.run.folder.snapshots import Snapshot, read_fields
from hebbfilm.run.folder.summary_file import has_patterns
from hebbfilm.run.pictures.chip import chip_picture
from hebbfilm.run.pictures.curves import conductance_picture, heat_picture
from hebbfilm.run.pictures.device import device_picture
from hebbfilm.run.pictures.displacement import displacement_picture
from hebbfilm.run.pictures.letters import letters_picture, pixels_of
from hebbfilm.run.pictures.matrices import weights_picture
from hebbfilm.run.pictures.overview import overview_picture
from hebbfilm.run.pictures.pads import pads_of
from hebbfilm.run.pictures.pages import story, textures_picture, with_negatives_named
from hebbfilm.run.pictures.picture import Picture, asked_for, fits
from hebbfilm.run.pictures.protocol import protocol_pictures
from hebbfilm.run.pictures.recall import recall_picture
from hebbfilm.run.pictures.snapshot import snapshot_pictures
from hebbfilm.run.pictures.surface import Surface, film_surface
from hebbfilm.run.pictures.texture_measures import has_texture, texture_measures_picture

_MOST_PRESENTED = 3
"""Patterns whose presentation stands beside the textures before and after."""
_KEPT = 6
"""Snapshots in memory, of which whole pictures need at most five."""


def names_of(folder: Path, *, few: bool = False, asked: Sequence[str] | None = None) -> list[str]:
    """The names of the pictures that a run has: those of the run as a whole, then of snapshots.

    Args:
        folder: of the run.
        few: leave out those of single snapshots.
        asked: names, or patterns of names as of a shell; None for all, or the few.

    Raises:
        InputError: a file of the run is missing or damaged, or it has no picture of such a name.
    """
    pictures = pictures_of(folder)
    wanted = [
        name
        for name, picture in sorted(pictures.items(), key=lambda each: each[1].of_snapshot)
        if fits(name, asked or ["*"]) and not (few and picture.of_snapshot) and picture.exists()
    ]
    if asked is None or all(any(fits(name, [each]) for name in wanted) for each in asked):
        return wanted
    # Only to tell what there is are the fields of all snapshots read.
    return asked_for(asked, names_of(folder), folder)


def pictures_of(folder: Path) -> dict[str, Picture]:
    """What can be drawn of a run, by its names; nothing is drawn, nor are fields read, yet.

    Raises:
        InputError: a file of the run is missing or damaged.
    """
    read_manifest(folder)
    if has_patterns(folder):
        run = _run_with_snapshots(folder)
        return _of_training(run, _surfaces_of(run.manifest))
    protocol = read_protocol_run(folder)
    return protocol_pictures(protocol, _surfaces_of(protocol.manifest))


def _run_with_snapshots(folder: Path) -> Run:
    run = read_run(folder)
    if not run.manifest.snapshots:
        raise InputError(f"{folder / files.MANIFEST}: 'fields' lists no snapshot")
    return with_negatives_named(run)


def _surfaces_of(manifest: Manifest) -> Callable[[Snapshot], Surface]:
    # Its mesh, and what is found of that, is shared by the others.
    first: list[Surface] = []

    @lru_cache(_KEPT)
    def surface(snapshot: Snapshot) -> Surface:
        found = film_surface(read_fields(manifest.folder, snapshot))
        if first and not found.difference_of_mesh(first[0]):
            return found.on_mesh_of(first[0])
        first[:] = [found]
        return found

    return surface


def _of_training(run: Run, surface: Callable[[Snapshot], Surface]) -> dict[str, Picture]:
    manifest = run.manifest
    chosen = story(manifest, _MOST_PRESENTED)
    ends = chosen[0], chosen[-1]
    pads = cache(lambda: pads_of(surface(chosen[-1]), manifest.as_neurons()))
    found = snapshot_pictures(manifest, surface)
    found["textures"] = Picture(lambda: textures_picture(manifest, chosen, [*map(surface, chosen)]))
    found["conductance"] = Picture(lambda: conductance_picture(run))
    if not np.isnan(run.conductance.highest_temperature).all():
        found["temperature"] = Picture(lambda: heat_picture(run))
    if not np.isnan(run.conductance.displacement).all():
        found["displacement"] = Picture(lambda: displacement_picture(run))
    if has_texture(run.conductance):
        found["texture_measures"] = Picture(lambda: texture_measures_picture(run))
    found["weights"] = Picture(lambda: weights_picture(run))
    if run.summary.has_weights:
        found["recall"] = Picture(lambda: recall_picture(run))
    if pixels_of(manifest):
        found["letters"] = Picture(lambda: letters_picture(read_learnt(manifest.folder), manifest))
    chip = run.recall_on_chip
    if chip is not None:
        found["recall_on_chip"] = Picture(lambda: chip_picture(run, chip))
    if len(chosen) > 1:
        found["device"] = Picture(
            lambda: device_picture(run, pads(), ends, [*map(surface, ends)]), lambda: bool(pads())
        )
    found["overview"] = Picture(
        lambda: overview_picture(run, {each: surface(each) for each in story(manifest)})
    )
    return found
