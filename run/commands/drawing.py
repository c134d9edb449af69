"""Pictures that commands draw at their end; matplotlib, slow to import, is loaded only then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hebbfilm.run.study.table import Row


def draw_run(folder: Path, must_stop: Callable[[], bool]) -> bool:
    """Draw the pictures of a run, on one rank; whether all are drawn.

    Args:
        folder: of the run.
        must_stop: asked before each picture.

    Raises:
        InputError: a file of the run is missing or damaged, or a picture cannot be written.
    """
    from hebbfilm.run.pictures.gallery import draw_all

    return draw_all(folder, must_stop) is not None


def draw_study(title: str, keys: Sequence[str], rows: Sequence[Row], folder: Path) -> None:
    """Draw the pictures of a study, on one rank.

    Args:
        title: of the study.
        keys: that it varies.
        rows: of its finished runs, at least one.
        folder: of the study.

    Raises:
        InputError: a picture cannot be written.
    """
    from hebbfilm.run.inputs.plausible import PLAUSIBLE
    from hebbfilm.run.pictures.panels import Varied
    from hebbfilm.run.pictures.study import save_study_pictures
    from hebbfilm.run.study.members import value_text
    from hebbfilm.run.study.table import columns

    varied = []
    for key in keys:
        known = PLAUSIBLE.get(key)
        label = f"{key} / {known.unit}" if known is not None and known.unit else key
        values = tuple(row.member.settings[key] for row in rows)
        varied.append(Varied(key, label, values, tuple(map(value_text, values))))
    save_study_pictures(title, varied, columns(rows), folder)
