"""Pictures of a run, made from its folder alone, without a display."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from meshing.errors import InputError
from run.pictures import style
from run.pictures.curves import conductance_picture
from run.pictures.displacement import displacement_picture
from run.pictures.matrices import weights_picture
from run.pictures.overview import overview_picture
from run.pictures.pages import current_picture, story, texture_picture, textures_picture
from run.pictures.recall import recall_picture
from run.pictures.surface import film_surface
from run.run_reader import read_run
from run.snapshots import read_fields
from run.summary_reader import has_weights


def draw_all(run_folder: Path) -> list[Path]:
    """Draw every picture of a run into its folder `pictures/`.

    Args:
        run_folder: a complete run folder.

    Returns:
        The files written: texture_NNNN.png of each snapshot, current_NNNN.png of each under
        voltage, textures.png, conductance.png, weights.png, overview.png, recall.png unless all
        weights are 0, and displacement.png where that was measured.

    Raises:
        InputError: a file of the run is missing or damaged, or a picture cannot be written.
    """
    run = read_run(Path(run_folder))
    manifest = run.manifest
    if not manifest.snapshots:
        raise InputError(f"{manifest.folder / 'manifest.json'}: 'fields' lists no snapshot")
    chosen = story(manifest)
    kept = {}
    written: list[Path] = []

    def save(figure: Figure, name: str) -> None:
        written.append(style.save(figure, manifest.folder / "pictures" / f"{name}.png"))

    with rc_context(style.STYLE):
        for snapshot in manifest.snapshots:
            surface = film_surface(read_fields(snapshot))
            stem = snapshot.path.stem
            save(texture_picture(manifest, snapshot, surface), f"texture_{stem}")
            if snapshot.voltages is not None:
                save(current_picture(manifest, snapshot, surface), f"current_{stem}")
            if snapshot in chosen:
                kept[snapshot] = surface
        save(textures_picture(manifest, chosen, [kept[s] for s in chosen]), "textures")
        save(conductance_picture(run), "conductance")
        if not np.isnan(run.conductance.displacement).all():
            save(displacement_picture(run), "displacement")
        save(weights_picture(run), "weights")
        if has_weights(run.summary):
            save(recall_picture(run), "recall")
        save(overview_picture(run, kept), "overview")
    return written
