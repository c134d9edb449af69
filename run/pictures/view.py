"""Show the film of a run in three dimensions, in a window or as a PNG file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyvista as pv
from matplotlib.image import imsave

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.folder.manifest import find_snapshot, read_manifest
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.film_colours import M_Z
from hebbfilm.run.pictures.scene import draw_scene, prepare_scene, set_camera

PROBE = (
    "import pyvista as pv; p = pv.Plotter(off_screen=True, window_size=(32, 32));"
    "p.add_mesh(pv.Sphere()); p.screenshot(return_img=True)"
)


def display_available() -> bool:
    """Whether a window could be opened here."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(
    run_folder: Path,
    *,
    snapshot: str | int | None = None,
    streamlines: bool = False,
    colour: str = M_Z,
) -> None:
    """Open a window on the film; a slider and the arrow keys go through the snapshots.

    Args:
        run_folder: a run folder; its manifest and fields are read.
        snapshot: label (or its beginning) or number of the one shown first; None is the last.
        streamlines: also draw lines along the current of snapshots under voltage.
        colour: what colours the film; see `film_colours`.

    Raises:
        InputError: no display, a snapshot without what is to be shown, or a file of the run is
            missing or damaged.
    """
    manifest = read_manifest(Path(run_folder))
    number = manifest.snapshots.index(find_snapshot(manifest, snapshot))
    if not display_available():
        raise InputError("no display to open a window on: write a picture with --save FILE.png")
    plotter: Any = pv.Plotter(title=f"hebbfilm: {manifest.folder}", window_size=[1400, 1000])
    last = len(manifest.snapshots) - 1

    def draw(value: float) -> None:
        nonlocal number
        number = min(max(round(value), 0), last)
        scene = prepare_scene(manifest, manifest.snapshots[number], colour)
        draw_scene(plotter, scene, streamlines)

    draw(number)
    set_camera(plotter)
    if last > 0:
        slider = plotter.add_slider_widget(
            draw,
            (0, last),
            value=number,
            title="snapshot (arrow keys)",
            title_height=0.02,
            slider_width=0.02,
            tube_width=0.004,
            color=style.INK,
            fmt="%.0f",
            interaction_event="end",
            pointa=(0.62, 0.92),
            pointb=(0.95, 0.92),
        )

        def step(by: int) -> None:
            draw(number + by)
            slider.GetRepresentation().SetValue(number)
            plotter.render()

        plotter.add_key_event("Right", lambda: step(1))
        plotter.add_key_event("Left", lambda: step(-1))
    plotter.show()


def save(
    run_folder: Path,
    path: Path,
    *,
    snapshot: str | int | None = None,
    streamlines: bool = False,
    colour: str = M_Z,
    size: tuple[int, int] = (1800, 1300),
) -> Path:
    """Write the film in three dimensions as a PNG file, without a display.

    Args:
        run_folder: a run folder; its manifest and fields are read.
        path: the file; written at once or not at all.
        snapshot: label (or its beginning) or number; None is the last.
        streamlines: also draw lines along the current of a snapshot under voltage.
        colour: what colours the film; see `film_colours`.
        size: width and height in pixels.

    Raises:
        InputError: a file of the run is missing or damaged, the snapshot does not have what is to
            be shown, the path does not end in .png or cannot be written, or nothing can be rendered
            on this machine.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: pictures are written as PNG; let the name end in .png")
    manifest = read_manifest(Path(run_folder))
    scene = prepare_scene(manifest, find_snapshot(manifest, snapshot), colour)
    check_rendering()
    _silence_vtk()
    plotter: Any = pv.Plotter(off_screen=True, window_size=list(size))
    try:
        plotter.enable_anti_aliasing("ssaa")
        draw_scene(plotter, scene, streamlines)
        set_camera(plotter)
        image = plotter.screenshot(return_img=True)
    finally:
        plotter.close()
    with replacing(path, make_parents=True) as whole:
        imsave(whole, image, format="png")
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


def _silence_vtk() -> None:
    """Without a display VTK first warns of it, then renders all the same."""
    from vtkmodules.vtkCommonCore import vtkLogger, vtkObject

    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    vtkObject.GlobalWarningDisplayOff()
