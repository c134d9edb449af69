"""A movie of a run from its snapshots: texture, current and conductances side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.folder import files
from hebbfilm.run.folder.checksummed_json import file_checksum, read_json
from hebbfilm.run.folder.conductance_table import ConductanceTable, read_conductance
from hebbfilm.run.folder.manifest import Manifest, read_manifest
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures.film_colours import ANGLE, CURRENT, FilmColours, film_colours
from hebbfilm.run.pictures.movie_course import Course
from hebbfilm.run.pictures.movie_file import MP4, Frame, require_encoder, write_movie
from hebbfilm.run.pictures.movie_frame import Frames
from hebbfilm.run.pictures.movie_progress import counting
from hebbfilm.run.pictures.phases import NS
from hebbfilm.run.pictures.surface import Surface, film_surface

SIZE = (1600, 720)
SMALL = (960, 432)
"""Of GIF and WebP, which grow large."""
_SECONDS = 10.0
_SLOWEST, _FASTEST = 2, 25
"""Frames in a second, between which a movie takes so long."""
_OFTEN = 0.1
"""Part of the snapshots under voltage, from which the current is worth a panel."""
_MANY = 40
"""Snapshots that make a movie that moves; wanted are more than twice as many."""


def make_movie(
    run_folder: Path,
    path: Path,
    *,
    fps: float | None = None,
    quantity: str | None = None,
    size: tuple[int, int] | None = None,
    shown: bool = False,
) -> str:
    """Make a movie of a run, finished or at work.

    Args:
        run_folder: a run folder.
        path: the file, .mp4, .gif or .webp; written whole or not at all.
        fps: frames in a second; None: so many that it takes ten seconds, if that is smooth.
        quantity: what colours the film beside the texture; see `film_colours`. None: the current,
            or of a run with hardly any the direction of m.
        size: width and height in pixels; None: one that suits the format.
        shown: whether to show progress.

    Returns:
        What was written, in a line, and how to have more frames if there are few.

    Raises:
        InputError: a file of the run is missing or damaged, it has less than two snapshots, or the
            movie cannot be written.
    """
    require_encoder(path)
    manifest = read_manifest(Path(run_folder))
    count = len(manifest.snapshots)
    if count < 2:
        raise InputError(
            f"{manifest.folder}: a movie needs two snapshots or more, and there is "
            f"{'one' if count else 'none'} yet; {_more(manifest)}"
        )
    if quantity is None:
        driven = sum(snapshot.voltages is not None for snapshot in manifest.snapshots)
        quantity = CURRENT if driven >= _OFTEN * count else ANGLE
    size = size or (SIZE if path.suffix.lower() == MP4 else SMALL)
    size = size[0] - size[0] % 2, size[1] - size[1] % 2
    table = _table(manifest)
    surfaces = _Surfaces(manifest)
    colours, means = _survey(surfaces, quantity, shown)
    times: FloatArray = np.array([snapshot.t * NS for snapshot in manifest.snapshots])
    course = Course(manifest, table, _patterns(manifest), times, means)
    frames = Frames(course, surfaces.first, quantity, colours, size)
    fps = fps or min(max(count / _SECONDS, _SLOWEST), _FASTEST)

    def drawn() -> Iterator[Frame]:
        for number in counting(range(count), "Frames", shown):
            yield frames.draw(manifest.snapshots[number], surfaces.of(number))

    write_movie(path, drawn(), size, fps)
    told = f"Written to {path}: {count} frames, {count / fps:.1f} s"
    return told if count >= _MANY else f"{told}\nFor a smoother movie: {_more(manifest)}"


class _Surfaces:
    """The film of each snapshot, on the mesh of the first."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self.first = self.of(0, check=False)

    def of(self, number: int, *, check: bool = True) -> Surface:
        """The film of a snapshot.

        Raises:
            InputError: its file is missing or damaged, or has another mesh.
        """
        snapshot = self._manifest.snapshots[number]
        surface = film_surface(read_fields(self._manifest.folder, snapshot))
        if not check:
            return surface
        if names := surface.difference_of_mesh(self.first):
            raise InputError(
                f"{self._manifest.folder / snapshot.file}: is of another film than the first "
                f"snapshot ({names} differ)"
            )
        return surface.on_mesh_of(self.first)

    def all(self, shown: bool) -> Iterator[Surface]:
        """All of them, one after another."""
        for number in counting(range(len(self._manifest.snapshots)), "Scales", shown):
            yield self.of(number)


def _survey(surfaces: _Surfaces, quantity: str, shown: bool) -> tuple[FilmColours, FloatArray]:
    """Colours with limits that suit all snapshots, and means of m, (n, 3)."""
    lows, highs, means = [], [], []
    for surface in surfaces.all(shown):
        colours = film_colours(surface, quantity)
        means.append(surface.mean)
        # What is 0 all over has limits that mean nothing.
        if colours.limits is not None and colours.values.any():
            lows.append(colours.limits[0])
            highs.append(colours.limits[1])
    limits = (min(lows), max(highs)) if lows else colours.limits
    return FilmColours(colours.title, colours.values, colours.colours, limits), np.array(means)


def _table(manifest: Manifest) -> ConductanceTable:
    """The course of a run, as far as it is written; of one that is finished, as it was then."""
    folder = manifest.folder
    path, summary = folder / files.CONDUCTANCE, folder / files.SUMMARY
    table = read_conductance(folder, manifest.as_neurons())
    if summary.exists():
        known = read_json(summary).get("files", {})
        if known.get(path.name, file_checksum(path)) != file_checksum(path):
            raise InputError(f"{path}: was changed after the run was finished")
    return table


def _patterns(manifest: Manifest) -> IntArray:
    """Those that the snapshots show presented, up to sign, (n, N)."""
    found = {s.pattern for s in manifest.snapshots if s.presents is not None and s.pattern}
    kept = {tuple(sign * pattern[0] for sign in pattern) for pattern in found}
    size = len(manifest.as_neurons().names)
    return np.array(sorted(kept), dtype=np.int64).reshape(len(kept), size)


def _more(manifest: Manifest) -> str:
    """How to have more snapshots."""
    last = max((snapshot.t for snapshot in manifest.snapshots), default=0.0)
    wanted = last / 100 if last > 0 else 1e-10
    power = 10.0 ** math.floor(math.log10(wanted))
    return (
        f"more are kept with --set output.field_interval={round(wanted / power) * power:.0e} "
        "when it runs"
    )
