"""A scene of PyVista as a page of its own: the offline viewer of vtk.js with its data.

`Plotter.export_html` does the same by way of a server that it starts; this needs none.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import numpy as np
from scipy.spatial import KDTree

MOST_TRIANGLES = 150_000
"""Of a whole scene: about 6 MB of a page, and what a phone still turns smoothly."""

_ICON = re.compile(r"https://kitware\.github\.io/[^`\"']*")
_TITLE = re.compile(r"<title>[^<]*</title>")


def scene_page(plotter: Any) -> str:
    """A page that shows what a plotter draws, and asks for nothing from anywhere.

    What vtk.js cannot draw, like labels in the plane of the screen, is left out.

    Args:
        plotter: of PyVista.
    """
    from trame_vtk.tools.vtksz2html import write_html

    make_light(plotter)
    packed, page = io.BytesIO(), io.StringIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.json", _scene_json(plotter), compress_type=zipfile.ZIP_DEFLATED)
    write_html(packed.getvalue(), page)
    # The viewer gives itself icons from the web, and the name of an example.
    text = _ICON.sub("data:,", page.getvalue())
    return _TITLE.sub("<title>The film in three dimensions</title>", text)


def make_light(plotter: Any, most: int = MOST_TRIANGLES) -> None:
    """Leave out triangles where there are too many, and digits that nobody sees.

    Args:
        plotter: of PyVista.
        most: triangles of all that it draws.
    """
    shown = [actor for actor in plotter.actors.values() if hasattr(actor.mapper, "dataset")]
    triangles = [actor.mapper.dataset.triangulate().n_cells for actor in shown]
    count = sum(triangles)
    for actor, own in zip(shown, triangles, strict=True):
        mesh = actor.mapper.dataset
        if count > most and own > most / (2 * len(shown)):
            # Its own mesh is changed: a mapper does not keep another one alive.
            mesh.copy_from(_fewer_triangles(mesh, most / count))
        mesh.points = np.asarray(mesh.points, np.float32)
        for name in mesh.point_data.keys():  # noqa: SIM118 - it is no mapping
            mesh.point_data[name] = np.asarray(mesh.point_data[name], np.float32)


def _fewer_triangles(mesh: Any, share: float) -> Any:
    """About that share of the triangles; vertices that are left keep their values."""
    name = mesh.active_scalars_name
    full = mesh.cell_data_to_point_data(pass_cell_data=False).triangulate()
    few = full.decimate_pro(1 - share, preserve_topology=True)
    _, nearest = KDTree(full.points).query(few.points)
    few.clear_data()
    if name is not None:
        few.point_data[name] = full.point_data[name][nearest]
        few.set_active_scalars(name)
    return few


def _scene_json(plotter: Any) -> str:
    """What the viewer reads: the scene, and its arrays by their checksums."""
    from trame_vtk.modules.vtk.serializers import (
        SynchronizationContext,
        extract_array_hash,
        initialize_serializers,
        reference_id,
        serialize,
    )

    initialize_serializers()
    context = SynchronizationContext()
    context.set_ignore_last_dependencies(True)
    window = plotter.render_window
    camera = plotter.camera
    scene = serialize(None, window, reference_id(window), context, 1)
    scene["extra"] = {
        "vtkRefId": reference_id(window),
        "centerOfRotation": camera.GetFocalPoint(),
        "camera": reference_id(camera),
    }
    arrays = {
        entry["hash"]: {**entry, "content": context.get_cached_data_array(entry["hash"], False)}
        for entry in extract_array_hash(scene)
    }
    return json.dumps({"hashes": arrays, "scene": scene})
