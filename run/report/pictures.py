"""The pictures of a page, and what they show in words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.run.folder import files
from hebbfilm.run.folder.conductance_table import ConductanceTable
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import heat_picture
from hebbfilm.run.pictures.gallery import draw_all
from hebbfilm.run.pictures.pages import story, textures_picture
from hebbfilm.run.pictures.protocol import course_picture
from hebbfilm.run.pictures.surface import film_surface
from hebbfilm.run.report.content import Picture
from hebbfilm.run.report.embedding import embedded

_DPI = 150
_MOST_TEXTURES = 4
_NUMBER = re.compile(r"_\d{4}$")

CAPTIONS = {
    "overview": (
        "Overview",
        "The film before, while and after it was trained, the course of its conductances, its "
        "weights beside those of Hebb's rule, and what is recalled.",
    ),
    "textures": (
        "Texture",
        "The magnetisation from above: green where it points up, violet where it points down, "
        "arrows where it lies in the film.",
    ),
    "texture": (
        "Texture",
        "The magnetisation from above: green where it points up, violet where it points down, "
        "arrows where it lies in the film.",
    ),
    "current": ("Current", "Potential and current density under voltage, from above."),
    "conductance": (
        "Conductances",
        "Each conductance between two contacts over time, in relation to its first value; beneath "
        "it what the contacts were driven by, and the power.",
    ),
    "temperature": ("Temperature", "The highest and the mean temperature of the film over time."),
    "displacement": (
        "Displacement",
        "How far each presentation moved the texture along its current.",
    ),
    "weights": (
        "Weights",
        "The weights that were read from the film, beside those of ideal rules for the same "
        "patterns: the more alike, the better it learnt.",
    ),
    "recall": ("Recall", "Where recall ends from every start."),
    "recall_on_chip": ("Recall on chip", "What the circuit at the contacts recalled."),
    "device": ("Device", "The film before and after training, and its pads."),
    "hysteresis": ("Hysteresis", "The mean magnetisation along the field that was swept."),
    "distributions": ("Distributions", "How the figures of all finished runs are spread."),
    "margin": ("Margin", "The margin of each run over what was varied."),
    "change": ("Change", "The change of conductance of each run over what was varied."),
    "prediction": (
        "Prediction",
        "What was learnt, over the margin that the geometry alone predicts.",
    ),
}
"""Of pictures by the beginnings of their names: title, and what is seen."""
_OF_TRAINING = ("overview", "textures", "conductance", "weights", "recall", "recall_on_chip")
_OF_ANY = ("temperature", "displacement", "device", "hysteresis")


@dataclass(frozen=True)
class _Course:
    """What of an unfinished run its course is drawn from."""

    manifest: Manifest
    conductance: ConductanceTable


def pictures_of_training(folder: Path) -> list[Picture]:
    """Those that tell of a finished run with patterns; drawn first, where they are not there.

    Raises:
        InputError: a file of the run is missing or damaged.
    """
    return _from_files(folder, (*_OF_TRAINING, *_OF_ANY))


def pictures_of_protocol(folder: Path, manifest: Manifest) -> list[Picture]:
    """Those that tell of a finished run without patterns, and of as many textures as fit.

    Raises:
        InputError: a file of the run is missing or damaged.
    """
    stems = [Path(snapshot.file).stem for snapshot in manifest.snapshots]
    chosen = _spread(stems, _MOST_TEXTURES)
    return _from_files(
        folder, ("hysteresis", "conductance", *_OF_ANY[:2], *(f"texture_{stem}" for stem in chosen))
    )


def _spread(names: Sequence[str], most: int) -> list[str]:
    places = np.unique(np.linspace(0, len(names) - 1, min(most, len(names))).round().astype(int))
    return [names[place] for place in places]


def _from_files(folder: Path, names: Iterable[str]) -> list[Picture]:
    """Pictures that the run has; those of an older summary are drawn anew."""
    drawn, made = folder / files.PICTURES, (folder / files.SUMMARY).stat().st_mtime
    there = list(drawn.glob("*.png"))
    if not there or min(path.stat().st_mtime for path in there) < made:
        draw_all(folder)
    found = [drawn / f"{name}.png" for name in names]
    return [picture_of(path) for path in found if path.is_file()]


def pictures_in(folder: Path) -> list[Picture]:
    """All that lie in a folder, by their names."""
    return [picture_of(path) for path in sorted(folder.glob("*.png"))]


def picture_of(path: Path) -> Picture:
    """A picture from its file."""
    return embedded(path.stem, *_told(path.stem), path)


def _told(name: str) -> tuple[str, str]:
    short = _NUMBER.sub("", name)
    title = short.replace("_", " ").capitalize()
    return CAPTIONS.get(short, (title, f"{title}, of the folder of the study."))


def pictures_on_the_way(manifest: Manifest, table: ConductanceTable | None) -> list[Picture]:
    """Those of a run that is not finished: textures so far, and the course so far.

    Args:
        manifest: of the run.
        table: its course; None where nothing was noted yet.

    Raises:
        InputError: a file of the run is missing or damaged.
    """
    with rc_context(style.STYLE):
        return [
            embedded(name, *_told(name), _png(figure)) for name, figure in _so_far(manifest, table)
        ]


def _so_far(manifest: Manifest, table: ConductanceTable | None) -> Iterator[tuple[str, Figure]]:
    if manifest.snapshots:
        chosen = story(manifest)
        surfaces = [film_surface(read_fields(manifest.folder, each)) for each in chosen]
        yield "textures", textures_picture(manifest, chosen, surfaces)
    if table is None or len(table.time) < 2:
        return
    run = _Course(manifest, table)
    if len(manifest.as_neurons().names) > 1:
        yield "conductance", course_picture(run)
    if not np.isnan(table.highest_temperature).all():
        yield "temperature", heat_picture(run)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI)
    return file.getvalue()
