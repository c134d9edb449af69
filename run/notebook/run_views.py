"""Runs and studies in a notebook: what stands out of their reports."""

from __future__ import annotations

import html as text
from pathlib import Path

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder import files
from hebbfilm.run.folder.protocol_run import ProtocolRun
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.notebook.card import card, image, table
from hebbfilm.run.report.content import Page
from hebbfilm.run.report.run_page import brief_page
from hebbfilm.run.report.study_page import study_page
from hebbfilm.run.results.run_results import RunResults
from hebbfilm.run.results.study_results import StudyResults

_WIDTH = 720


def html(shown: Run | ProtocolRun | RunResults | StudyResults) -> str:
    """Key numbers and a picture; of what is damaged, what is wrong with it."""
    path = Path(shown.manifest.folder if isinstance(shown, Run | ProtocolRun) else shown.path)
    try:
        if isinstance(shown, StudyResults):
            return _of(study_page(path, path / files.REPORT))
        return _of(brief_page(path))
    except InputError as error:
        return card(path.resolve().name, f"cannot be shown: {error}")


def _of(page: Page) -> str:
    note = f"{page.kind} in {page.folder}"
    rows = [(number.name, number.value, number.meaning) for number in page.numbers]
    parts = [f"<div>{text.escape(page.banner)}</div>" if page.banner else "", table(rows)]
    parts += [image(picture, _WIDTH) for picture in page.pictures[:1]]
    return card(page.title, note, *parts)
