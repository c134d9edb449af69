"""The film of a run in three dimensions as a PNG file, without a display."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from matplotlib.image import imsave

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.folder.manifest import find_snapshot, read_manifest
from hebbfilm.run.pictures.scene import SIZE, plotter_of
from hebbfilm.run.pictures.scene_film import prepare_scene
from hebbfilm.run.pictures.scene_options import SceneOptions

PROBE = (
    "import pyvista as pv; p = pv.Plotter(off_screen=True, window_size=(32, 32));"
    "p.add_mesh(pv.Sphere()); p.screenshot(return_img=True)"
)


def save(
    run_folder: Path,
    path: Path,
    *,
    snapshot: str | int | None = None,
    options: SceneOptions | None = None,
    size: tuple[int, int] = SIZE,
) -> Path:
    """Write the film in three dimensions as a PNG file, without a display.

    Args:
        run_folder: a run folder; its manifest and fields are read.
        path: the file; written at once or not at all.
        snapshot: label (or its beginning) or number; None is the last.
        options: what is shown; None: the defaults.
        size: width and height in pixels.

    Raises:
        InputError: a file of the run is missing or damaged, the snapshot does not have what is to
            be shown, the path does not end in .png or cannot be written, or nothing can be rendered
            on this machine.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: pictures are written as PNG; let the name end in .png")
    # Begun before what takes long, to find at once that the picture cannot be written.
    with replacing(path, make_parents=True) as whole:
        manifest = read_manifest(Path(run_folder))
        scene = prepare_scene(manifest, find_snapshot(manifest, snapshot), options)
        check_rendering()
        silence_vtk()
        plotter: Any = plotter_of(scene, size)
        try:
            plotter.enable_anti_aliasing("ssaa")
            imsave(whole, plotter.screenshot(return_img=True), format="png")
        finally:
            plotter.close()
    return path


def check_rendering() -> None:
    """See in another process whether VTK can render: where it cannot, it crashes.

    Raises:
        InputError: VTK finds neither a display nor EGL nor OSMesa.
    """
    result = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, check=False)
    if result.returncode != 0:
        raise InputError(
            "VTK cannot render here: it finds no display and neither EGL nor OSMesa "
            "(Debian: libegl1 and libgl1-mesa-dri, or libosmesa6)"
        )


def silence_vtk() -> None:
    """Without a display VTK first warns of it, then renders all the same."""
    from vtkmodules.vtkCommonCore import vtkLogger, vtkObject

    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    vtkObject.GlobalWarningDisplayOff()
