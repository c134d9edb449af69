"""The film of a run as a view that can be turned within a page."""

from __future__ import annotations

import base64
import gzip
import io
from typing import Any

import numpy as np
from matplotlib.image import imsave

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.contacts import roomiest
from hebbfilm.run.pictures.pages import heading
from hebbfilm.run.pictures.scene import Scene, draw_scene, prepare_scene, set_camera
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
    import pyvista as pv

    scene = prepare_scene(manifest, snapshot)
    silence_vtk()
    plotter: Any = pv.Plotter(off_screen=True, window_size=list(_SIZE))
    try:
        draw_scene(plotter, scene, streamlines=True)
        set_camera(plotter)
        for name in _WORDS:
            plotter.remove_actor(name, render=False)
        poster = _poster(plotter)
        plotter.remove_actor("labels", render=False)
        _draw_names(plotter, scene)
        packed = base64.b64encode(gzip.compress(scene_page(plotter).encode(), 9)).decode()
    finally:
        plotter.close()
    thicker = scene.height / (manifest.thickness * 1e9)
    caption = (
        f"{heading(snapshot)}. Colour: m_z; arrows: m. The film is drawn {thicker:.0f} times "
        "thicker than it is. Drag to turn it, scroll or pinch to come nearer, Shift and drag to "
        "move it."
    )
    return View(packed, len(packed) / 1e6, caption, poster)


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
    """The names of contacts, as letters that lie on them: vtk.js has no labels."""
    import pyvista as pv

    surface = scene.surface
    letters = []
    for number, name in enumerate(scene.manifest.contacts, start=1):
        for piece in surface.pieces(number):
            members = surface.points[piece.vertices]
            outline = surface.points[piece.edges].reshape(-1, 2)
            place = roomiest(members, outline) if piece.is_pad else members.mean(axis=0)
            text = pv.Text3D(style.short_name(name), depth=0.0).scale(_LETTERS * scene.width)
            middle = np.array(text.center)
            above = 1.1 * scene.height if piece.is_pad else 2 * scene.height
            letters.append(text.translate([*(np.array(place) - middle[:2]), above - middle[2]]))
    if letters:
        plotter.add_mesh(pv.merge(letters), color=style.INK, lighting=False, name="names")
