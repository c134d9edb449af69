"""The pictures of a page, and what they show in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.run.folder.conductance_table import ConductanceTable
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import heat_picture
from hebbfilm.run.pictures.formats import as_png
from hebbfilm.run.pictures.of_run import pictures_of
from hebbfilm.run.pictures.of_study import figures_of_study
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
    "letters": (
        "Patterns as pixels",
        "Each pattern as it is stored, with 10, 20 and 30 % of its signs flipped, "
        "and as the film and ideal Hebb recall it from there; rims mark what is wrong.",
    ),
    "recall": ("Recall", "Where recall ends from every start."),
    "recall_on_chip": ("Recall on chip", "What the circuit at the contacts recalled."),
    "device": ("Device", "The film before and after training, and its pads."),
    "hysteresis": ("Hysteresis", "The mean magnetisation along the field that was swept."),
}
"""Of pictures by the beginnings of their names: title, and what is seen."""
_OF_STUDIES = {
    "recall": (
        "Recall",
        "The share of recalls that end in a stored state, of each run, over what varies.",
    ),
    "distributions": ("Distributions", "How the figures of all finished runs are spread."),
    "margin": ("Margin", "The margin of each run over what was varied."),
    "change": ("Change", "The change of conductance of each run over what was varied."),
    "prediction": (
        "Prediction",
        "What was learnt, over the margin that the geometry alone predicts.",
    ),
}
"""The same of studies."""
_OF_TRAINING = ("overview", "textures", "conductance", "weights", "recall", "recall_on_chip")
_OF_ANY = ("temperature", "displacement", "device", "hysteresis")


@dataclass(frozen=True)
class _Course:
    """What of an unfinished run its course is drawn from."""

    manifest: Manifest
    conductance: ConductanceTable


def pictures_of_training(folder: Path) -> list[Picture]:
    """Those that tell of a finished run with patterns.

    Raises:
        InputError: a file of the run is missing or damaged.
    """
    return _drawn(folder, (*_OF_TRAINING, *_OF_ANY))


def pictures_of_protocol(folder: Path, manifest: Manifest) -> list[Picture]:
    """Those that tell of a finished run without patterns, and of as many textures as fit.

    Raises:
        InputError: a file of the run is missing or damaged.
    """
    stems = [Path(snapshot.file).stem for snapshot in manifest.snapshots]
    textures = [f"texture_{stem}" for stem in _spread(stems, _MOST_TEXTURES)]
    return _drawn(folder, ("hysteresis", "conductance", *_OF_ANY, *textures))


def _spread(names: Sequence[str], most: int) -> list[str]:
    places = np.unique(np.linspace(0, len(names) - 1, min(most, len(names))).round().astype(int))
    return [names[place] for place in places]


def _drawn(folder: Path, names: Iterable[str]) -> list[Picture]:
    """Those of these pictures that a run has."""
    there = pictures_of(folder)
    chosen = {name: there[name] for name in names if name in there}
    with rc_context(style.STYLE):
        return [
            _embedded(name, picture.draw()) for name, picture in chosen.items() if picture.exists()
        ]


def _embedded(
    name: str, figure: Figure, captions: Mapping[str, tuple[str, str]] = CAPTIONS
) -> Picture:
    title, caption = captions[_NUMBER.sub("", name)]
    return embedded(name, title, caption, as_png(figure, _DPI))


def pictures_of_study(folder: Path) -> list[Picture]:
    """All of a study.

    Raises:
        InputError: a file of the study is missing or damaged.
    """
    with rc_context(style.STYLE):
        figures = figures_of_study(folder)
        return [_embedded(name, draw(), _OF_STUDIES) for name, draw in figures.items()]


def pictures_on_the_way(manifest: Manifest, table: ConductanceTable | None) -> list[Picture]:
    """Those of a run that is not finished: textures so far, and the course so far.

    Args:
        manifest: of the run.
        table: its course; None where nothing was noted yet.

    Raises:
        InputError: a file of the run is missing or damaged.
    """
    with rc_context(style.STYLE):
        return [_embedded(name, figure) for name, figure in _so_far(manifest, table)]


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
