"""A window on the film of a run: a slider and keys go through its snapshots, and change it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyvista as pv

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.manifest import Manifest, find_snapshot, read_manifest
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.film_colours import quantities_of
from hebbfilm.run.pictures.scene import draw_scene, set_camera
from hebbfilm.run.pictures.scene_film import Scene, prepare_scene
from hebbfilm.run.pictures.scene_options import CAMERAS, Plane, SceneOptions
from hebbfilm.run.pictures.scene_words import write
from hebbfilm.run.pictures.surface import NM
from hebbfilm.run.pictures.view import silence_vtk

KEYS = (
    "← → snapshots   space play   c colours   x y z cut, ↑ ↓ move it   j current   a arrows   "
    "b pads   n names   i inside   k camera   q quit"
)
_ELSE = "write a picture with --save FILE.png"
_OFF_SCREEN = ("EGL", "OSOpenGL")
"""In the names of VTK's windows that are none."""
_TICK = 0.1
"""Seconds between looks at what plays or follows."""
_LOOK_EVERY = 2.0
"""Seconds between looks at a run that is followed."""
_STEP = 0.1
"""By which keys move a cut, in parts of the film."""


def display_available() -> bool:
    """Whether a window could be opened here."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(_display())


def _display() -> str:
    return os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or ""


def show(
    run_folder: Path,
    *,
    snapshot: str | int | None = None,
    options: SceneOptions | None = None,
    follow: bool = False,
    size: tuple[int, int] = (1400, 1000),
) -> None:
    """Open a window on the film, with `KEYS`.

    Args:
        run_folder: a run folder; its manifest and fields are read.
        snapshot: label (or its beginning) or number of the one shown first; None is the last.
        options: what is shown first; None: the defaults.
        follow: show new snapshots of a run at work as they appear.
        size: width and height in pixels.

    Raises:
        InputError: no display, a snapshot without what is to be shown, or a file of the run is
            missing or damaged.
    """
    manifest = read_manifest(Path(run_folder))
    number = manifest.snapshots.index(find_snapshot(manifest, snapshot))
    if not display_available():
        raise InputError(f"no display to open a window on: {_ELSE}")
    silence_vtk()
    plotter: Any = pv.Plotter(title=f"hebbfilm: {manifest.folder}", window_size=list(size))
    # Without a display VTK would render, and end at once.
    if any(kind in plotter.render_window.GetClassName() for kind in _OFF_SCREEN):
        raise InputError(f"no window can be opened on display {_display()}: {_ELSE}")
    window = FilmWindow(plotter, manifest, number, options or SceneOptions())
    window.add_keys()
    plotter.add_timer_event(sys.maxsize, round(1000 * _TICK), lambda _: window.tick(follow))
    plotter.show()


class FilmWindow:
    """What a window shows, and how it goes on to something else.

    Args:
        plotter: of the window.
        manifest: of the run.
        number: of the snapshot shown first.
        options: what is shown first.

    Raises:
        InputError: that snapshot cannot be shown so.
    """

    def __init__(
        self, plotter: Any, manifest: Manifest, number: int, options: SceneOptions
    ) -> None:
        self.plotter, self.manifest, self.number, self.options = plotter, manifest, number, options
        self.playing = False
        self._looked = time.monotonic()
        self._scene = self._prepared()
        self._slider: Any = None
        self._draw()
        set_camera(plotter, self._scene)
        self._make_slider()

    def add_keys(self) -> None:
        """Let keys change what is shown."""
        actions = {
            "Right": lambda: self.step(1),
            "Left": lambda: self.step(-1),
            "space": self.play,
            "c": self.next_quantity,
            "Up": lambda: self.move_cut(1),
            "Down": lambda: self.move_cut(-1),
            "k": self.next_camera,
        }
        switches = {"j": "streamlines", "a": "arrows", "b": "pads", "n": "labels", "i": "inside"}
        # Pyvista's own would zoom while a cut moves.
        self.plotter.reset_key_events()
        for key in actions:
            self.plotter.clear_events_for_key(key, raise_on_missing=False)
        for key, action in actions.items():
            self.plotter.add_key_event(key, action)
        for key, name in switches.items():
            self.plotter.add_key_event(key, lambda name=name: self.switch(name))
        for axis, key in enumerate("xyz"):
            self.plotter.add_key_event(key, lambda axis=axis: self.cut(axis))

    def go_to(self, number: int) -> None:
        """Show another snapshot; the first or last where there is none of that number."""
        self.number = min(max(number, 0), len(self.manifest.snapshots) - 1)
        if self._slider is not None:
            self._slider.GetRepresentation().SetValue(self._time())
        self._renew()

    def step(self, by: int) -> None:
        """Go on, or back."""
        self.go_to(self.number + by)

    def play(self) -> None:
        """Begin to go through the snapshots, from the first if it is at the last; or stop."""
        self.playing = not self.playing
        if self.playing and self.number == len(self.manifest.snapshots) - 1:
            self.go_to(0)

    def next_quantity(self) -> None:
        """Colour the film by the next of what it has."""
        known = quantities_of(self._scene.solid or self._scene.surface)
        following = known.index(self.options.quantity) + 1
        self._change(quantity=known[following % len(known)])

    def switch(self, name: str) -> None:
        """Show what is hidden, or hide what is shown; a field of `SceneOptions`."""
        self._change(**{name: not getattr(self.options, name)})

    def cut(self, axis: int) -> None:
        """Cut across an axis; no more, if it is cut there."""
        clip = self.options.clip
        self._change(clip=None if clip is not None and clip.axis == axis else Plane(axis))

    def move_cut(self, by: int) -> None:
        """Move the cut along its axis by steps, within the film."""
        if self.options.clip is None:
            return
        low, high = self._scene.extent(axis := self.options.clip.axis)
        here = self.options.clip.position
        middle = 0.5 * (low + high) if here is None else here * NM
        place = np.clip(middle + by * _STEP * (high - low), low, high)
        if low < place < high:
            self._change(clip=Plane(axis, float(place) / NM))

    def next_camera(self) -> None:
        """Look from elsewhere."""
        following = CAMERAS.index(self.options.camera) + 1
        self._change(camera=CAMERAS[following % len(CAMERAS)])
        set_camera(self.plotter, self._scene)
        self.plotter.render()

    def tick(self, follow: bool) -> None:
        """What happens by itself: playing goes on, and a run that is followed is looked at."""
        if self.playing:
            self.step(1)
            self.playing = self.number < len(self.manifest.snapshots) - 1
        if follow and time.monotonic() - self._looked > _LOOK_EVERY:
            self._looked = time.monotonic()
            self._look_again()

    def _look_again(self) -> None:
        try:
            manifest = read_manifest(self.manifest.folder)
        except InputError as error:
            self._say(error)
            return
        if len(manifest.snapshots) == len(self.manifest.snapshots):
            return
        at_end = self.number >= len(self.manifest.snapshots) - 1
        self.manifest = manifest
        self._make_slider()
        if at_end:
            self.go_to(len(manifest.snapshots) - 1)

    def _change(self, **values: Any) -> None:
        before = self.options
        self.options = replace(before, **values)
        if not self._renew():
            self.options = before

    def _prepared(self) -> Scene:
        return prepare_scene(self.manifest, self.manifest.snapshots[self.number], self.options)

    def _renew(self) -> bool:
        """Draw anew; whether that went well. What did not is said in the window."""
        try:
            self._scene = self._prepared()
        except InputError as error:
            self._say(error)
            return False
        self._draw()
        self.plotter.render()
        return True

    def _say(self, error: InputError) -> None:
        write(self.plotter, "error", str(error), 0.9, 9, colour=style.BAD)
        self.plotter.render()

    def _draw(self) -> None:
        draw_scene(self.plotter, self._scene)
        write(self.plotter, "keys", KEYS, 0.005, 8, colour=style.FAINT)

    def _time(self) -> float:
        return self.manifest.snapshots[self.number].t * NM

    def _make_slider(self) -> None:
        """A slider over the times of the snapshots, which takes the nearest."""
        times = np.array([snapshot.t * NM for snapshot in self.manifest.snapshots])
        if times[-1] <= times[0]:
            return
        if self._slider is not None:
            representation = self._slider.GetRepresentation()
            representation.SetMinimumValue(times[0])
            representation.SetMaximumValue(times[-1])
            return
        self._slider = self.plotter.add_slider_widget(
            lambda value: self._slide(value),
            (times[0], times[-1]),
            value=self._time(),
            title="time / ns",
            title_height=0.02,
            slider_width=0.02,
            tube_width=0.004,
            color=style.INK,
            fmt="%.2f",
            interaction_event="end",
            pointa=(0.62, 0.92),
            pointb=(0.95, 0.92),
        )
        # By default the key i switches widgets of VTK off.
        self._slider.KeyPressActivationOff()

    def _slide(self, value: float) -> None:
        times = np.array([snapshot.t * NM for snapshot in self.manifest.snapshots])
        nearest = int(np.abs(times - value).argmin())
        if times[nearest] != self._time():
            self.go_to(nearest)
