"""Writes a page: from what stands on it to one file of HTML."""

from __future__ import annotations

import datetime
import html
import re
from importlib import resources
from pathlib import Path

import hebbfilm
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.report.content import Link, Page
from hebbfilm.run.report.run_page import require_folder, run_page
from hebbfilm.run.report.study_page import is_study, study_page

_CODE = re.compile(r"`([^`]+)`")


def write_report(folder: Path, out: Path) -> float:
    """Write the report of a run, or of a study, as one page that needs no other file.

    Args:
        folder: of the run or the study.
        out: the file; it is written whole or not at all.

    Returns:
        Its size in MB.

    Raises:
        InputError: a file of the run is missing or damaged, or the page cannot be written.
    """
    require_folder(folder)
    # Begun before what takes long, to find at once that the page cannot be written.
    with replacing(out, make_parents=True) as part:
        page = study_page(folder, out) if is_study(folder) else run_page(folder)
        return part.write_bytes(as_html(page).encode()) / 1e6


def as_html(page: Page) -> str:
    """A page as HTML."""
    import jinja2

    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("hebbfilm.run.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters["code"] = _code
    templates.tests["link"] = _is_link
    made = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return templates.get_template("page.html.j2").render(
        page=page,
        made=made,
        version=hebbfilm.__version__,
        style=_part("style.css"),
        script=_part("script.js"),
    )


def _part(name: str) -> str:
    return resources.files("hebbfilm.run.report").joinpath("templates", name).read_text("utf-8")


def _is_link(cell: object) -> bool:
    return isinstance(cell, Link)


def _code(text: str) -> str:
    """Plain text as HTML, in which what stands between backticks is code."""
    from markupsafe import Markup

    return Markup(_CODE.sub(r"<code>\1</code>", html.escape(text)))
