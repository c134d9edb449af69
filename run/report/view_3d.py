"""The film of a run as a view that can be turned within a page."""

from __future__ import annotations

import base64
import gzip
import io
from typing import Any

import numpy as np
import pyvista as pv
from matplotlib.image import imsave

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.scene import plotter_of
from hebbfilm.run.pictures.scene_contacts import pad_height
from hebbfilm.run.pictures.scene_film import Scene, prepare_scene
from hebbfilm.run.pictures.scene_labels import names_in
from hebbfilm.run.pictures.scene_options import SceneOptions
from hebbfilm.run.pictures.scene_words import scene_heading
from hebbfilm.run.pictures.view import check_rendering, silence_vtk
from hebbfilm.run.report.content import Picture, View
from hebbfilm.run.report.embedding import embedded
from hebbfilm.run.report.vtk_scene import scene_page

_SIZE = (1200, 800)
_WORDS = ("heading", "scale")
"""Of the scene, which stand beneath it on the page."""
_LETTERS = 0.028
"""Height of the names on contacts, in widths of the film."""


def view_of(manifest: Manifest, snapshot: Snapshot) -> View:
    """A snapshot in three dimensions.

    Args:
        manifest: of the run.
        snapshot: one of it.

    Raises:
        InputError: the file of the snapshot is missing or damaged.
    """
    scene = prepare_scene(manifest, snapshot, SceneOptions(streamlines=True))
    silence_vtk()
    plotter: Any = plotter_of(scene, _SIZE)
    try:
        for name in _WORDS:
            plotter.remove_actor(name, render=False)
        poster = _poster(plotter)
        plotter.remove_actor("labels", render=False)
        _draw_names(plotter, scene)
        packed = base64.b64encode(gzip.compress(scene_page(plotter).encode(), 9)).decode()
    finally:
        plotter.close()
    return View(packed, len(packed) / 1e6, _caption(scene), poster)


def _caption(scene: Scene) -> str:
    thicker = f" The film is drawn {scene.stretch:.2g} times thicker." if scene.stretch > 1 else ""
    return (
        f"{scene_heading(scene)}. Colour: {scene.colours.title}; arrows: m.{thicker} Drag to "
        "turn it, scroll or pinch to come nearer, Shift and drag to move it."
    )


def _poster(plotter: Any) -> Picture | None:
    try:
        check_rendering()
    except InputError:
        return None
    file = io.BytesIO()
    imsave(file, plotter.screenshot(return_img=True), format="png")
    caption = "The film in three dimensions, as it is before it is turned"
    return embedded("view", "", caption, file.getvalue())


def _draw_names(plotter: Any, scene: Scene) -> None:
    """The names of nodes, as letters that lie on the film: vtk.js has no labels."""
    names, letters = names_in(scene), []
    for name, place in zip(names.texts, names.anchors, strict=True):
        # Voltages are told by colours.
        text = pv.Text3D(name.partition("  ")[0], depth=0.0).scale(_LETTERS * scene.width)
        middle = np.array(text.center)
        above = 1.3 * pad_height(scene) - middle[2]
        letters.append(text.translate([*(np.array(place) - middle[:2]), above]))
    if letters:
        plotter.add_mesh(pv.merge(letters), color=style.INK, lighting=False, name="names")
