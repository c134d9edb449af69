"""The film of a run in three dimensions: all that is drawn of a snapshot, and from where."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyvista as pv
from vtkmodules.vtkInteractionWidgets import vtkWidgetRepresentation

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.manifest import find_snapshot, read_manifest
from hebbfilm.run.pictures.scene_arrows import draw_arrows
from hebbfilm.run.pictures.scene_body import draw_directions, draw_film, draw_layers
from hebbfilm.run.pictures.scene_contacts import draw_contacts
from hebbfilm.run.pictures.scene_current import draw_current
from hebbfilm.run.pictures.scene_film import Scene, prepare_scene
from hebbfilm.run.pictures.scene_labels import draw_labels
from hebbfilm.run.pictures.scene_options import SceneOptions
from hebbfilm.run.pictures.scene_words import draw_colour_bar, draw_words

SIZE = (1800, 1300)
_FROM = {
    "front": ((0, -0.9, 1.15), (0, 0, 1)),
    "top": ((0, 0, 1), (0, 1, 0)),
    "iso": ((1, -1, 1), (0, 0, 1)),
}
"""The direction to each camera, and what is up in its picture."""
_ZOOM = {"front": 1.4, "top": 1.15, "iso": 1.4}
_CLEAR = np.array([[-0.94, -0.72], [0.94, 0.84]])
"""Left and bottom, right and top of where the film may be, in a picture from -1 to 1."""


def scene_of(
    run_folder: Path | str,
    snapshot: str | int | None = None,
    options: SceneOptions | None = None,
    *,
    size: tuple[int, int] = SIZE,
) -> pv.Plotter:
    """The scene of a snapshot, drawn off screen: for a picture, or to be exported.

    Args:
        run_folder: a run folder; its manifest and fields are read.
        snapshot: label (or its beginning) or number; None is the last.
        options: what is shown; None: the defaults.
        size: width and height in pixels.

    Returns:
        A plotter, to be closed by who asked for it.

    Raises:
        InputError: a file of the run is missing or damaged, or the snapshot does not have what is
            to be shown.
    """
    manifest = read_manifest(Path(run_folder))
    return plotter_of(prepare_scene(manifest, find_snapshot(manifest, snapshot), options), size)


def plotter_of(scene: Scene, size: tuple[int, int]) -> pv.Plotter:
    """A scene drawn off screen, in so many pixels."""
    plotter = pv.Plotter(off_screen=True, window_size=list(size))
    draw_scene(plotter, scene)
    set_camera(plotter, scene)
    return plotter


def draw_scene(plotter: Any, scene: Scene) -> None:
    """Draw a snapshot, in place of the one drawn before."""
    plotter.set_background("white")
    for title in list(plotter.scalar_bars.keys()):
        plotter.remove_scalar_bar(title, render=False)
    for name, actor in list(plotter.actors.items()):
        # The slider of a window stays.
        if not isinstance(actor, vtkWidgetRepresentation):
            plotter.remove_actor(name, render=False)
    draw_film(plotter, scene)
    draw_layers(plotter, scene)
    if scene.options.pads:
        draw_contacts(plotter, scene)
    if scene.options.labels:
        draw_labels(plotter, scene)
    if scene.options.arrows:
        draw_arrows(plotter, scene)
    if scene.with_current:
        draw_current(plotter, scene)
    if scene.colours.colours is None:
        draw_directions(plotter, scene)
    draw_colour_bar(plotter, scene)
    draw_words(plotter, scene)


def set_camera(plotter: Any, scene: Scene) -> None:
    """Look at the whole film: from the front and above, from the top, or from a corner."""
    camera = scene.options.camera
    place, up = _FROM[camera]
    plotter.camera_position = [place, (0, 0, 0), up]
    plotter.reset_camera(bounds=scene.bounds)
    plotter.camera.zoom(_ZOOM[camera])
    _keep_clear(plotter, scene)


def _keep_clear(plotter: Any, scene: Scene) -> None:
    """Leave what is written, and the bar of colours, beside the film."""
    low, high = _seen(plotter, scene)
    wide, tall = high - low
    room = _CLEAR[1] - _CLEAR[0]
    shrunk = min(1.0, room[0] / wide, room[1] / tall)
    plotter.camera.zoom(shrunk)
    low, high = shrunk * low, shrunk * high
    # By as much as it would reach beyond.
    moved = np.minimum(_CLEAR[1] - high, 0) + np.maximum(_CLEAR[0] - low, 0)
    plotter.camera.SetWindowCenter(*-moved)


def _seen(plotter: Any, scene: Scene) -> tuple[FloatArray, FloatArray]:
    """The lowest and highest x and y of the film in the picture, which reaches from -1 to 1."""
    wide, tall = plotter.window_size
    bounds = np.reshape(scene.bounds, (3, 2))
    corners = [(*corner, 1.0) for corner in product(*bounds)]
    plotter.camera.SetWindowCenter(0, 0)
    matrix = plotter.camera.GetCompositeProjectionTransformMatrix(wide / tall, -1, 1)
    rows = np.array([[matrix.GetElement(i, j) for j in range(4)] for i in range(4)])
    x, y, _, scale = rows @ np.transpose(corners)
    places = np.array([x, y]) / scale
    return places.min(axis=1), places.max(axis=1)
