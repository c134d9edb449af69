"""Runs and studies in a notebook: what stands out of their reports."""

from __future__ import annotations

import html as text
from pathlib import Path

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
    """Key numbers and a picture."""
    if isinstance(shown, StudyResults):
        return _of(study_page(shown.path, shown.path / files.REPORT))
    path = shown.path if isinstance(shown, RunResults) else shown.manifest.folder
    return _of(brief_page(Path(path)))


def _of(page: Page) -> str:
    note = f"{page.kind} in {page.folder}"
    rows = [(number.name, number.value, number.meaning) for number in page.numbers]
    parts = [f"<div>{text.escape(page.banner)}</div>" if page.banner else "", table(rows)]
    parts += [image(picture, _WIDTH) for picture in page.pictures[:1]]
    return card(page.title, note, *parts)
