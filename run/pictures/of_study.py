"""The pictures of a study, from its folder alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.metrics import METRICS
from hebbfilm.run.folder import files
from hebbfilm.run.folder.csv_rows import Rows, read_rows
from hebbfilm.run.inputs.plausible import PLAUSIBLE
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.formats import PNG, Form
from hebbfilm.run.pictures.panels import Varied
from hebbfilm.run.pictures.study import study_figures
from hebbfilm.run.study.members import value_text
from hebbfilm.run.study.outline import read_outline
from hebbfilm.run.study.table import TABLE


def draw_study_pictures(
    folder: Path, chosen: Callable[[Sequence[str]], Sequence[str]] = list, form: Form = PNG
) -> list[Path]:
    """Draw pictures of a study into its folder `pictures/`.

    Args:
        folder: of the study.
        chosen: takes the names of those that it has, and gives those to be drawn.
        form: of the files.

    Raises:
        InputError: a file of the study is missing or damaged, or a picture cannot be written.
    """
    figures = figures_of_study(folder)
    with rc_context(style.STYLE):
        return [
            style.save(figures[name](), form.file(folder / files.PICTURES, name), form)
            for name in chosen(list(figures))
        ]


def figures_of_study(folder: Path) -> dict[str, Callable[[], Figure]]:
    """What can be drawn of a study, by its names.

    Raises:
        InputError: a file of the study is missing or damaged, or no run of it is finished.
    """
    outline, path = read_outline(folder), folder / TABLE
    table = read_rows(path)
    members, states = table.texts("member"), table.texts("status")
    finished = [row for row, state in enumerate(states) if state == "finished"]
    for row in finished:
        if members[row] not in outline.settings:
            raise InputError(f"{path}: member {members[row]!r} is not in the outline of the study")
    if not finished:
        raise InputError(f"{folder}: no run of the study is finished")
    settings = [outline.settings[members[row]] for row in finished]
    varied = []
    for key in outline.keys:
        known = PLAUSIBLE.get(key)
        label = f"{key} / {known.unit}" if known is not None and known.unit else key
        values = tuple(each[key] for each in settings)
        varied.append(Varied(key, label, values, tuple(map(value_text, values))))
    return study_figures(outline.title, varied, _metrics(table, finished))


def _metrics(table: Rows, rows: Sequence[int]) -> dict[str, FloatArray]:
    return {name: _column(table, name)[rows] for name in METRICS}


def _column(table: Rows, name: str) -> FloatArray:
    """A metric of all runs, NaN where it has none; all NaN in a table older than the metric."""
    cells = [{name: row.get(name) or "nan"} for row in table.rows]
    return np.array(Rows(table.path, cells).numbers(name, unknown=True))
