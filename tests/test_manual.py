"""The manual: every page has its place, what it quotes is so, notebooks run, and the site holds.

Class: regression; notebooks compare with theory themselves.
"""

import ast
import html
import logging
import re
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

from mpi4py import MPI

import jupytext
import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from hebbfilm import InputError, parse_case
from hebbfilm.run.inputs.case import Case

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
NOTEBOOKS = sorted(DOCS.glob("notebooks/*.py"))
ROOMS = ("common", "meshing", "solvers", "hopfield", "run")
alone = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process makes the site")


@pytest.fixture(scope="module")
def equations():
    """The module that draws them."""
    sys.path.insert(0, str(DOCS / "site"))
    try:
        import equations
    finally:
        sys.path.pop(0)
    return equations


def listed(entry):
    """The pages of a part of the contents."""
    if isinstance(entry, str):
        return [entry]
    parts = entry if isinstance(entry, list) else entry.values()
    return [page for part in parts for page in listed(part)]


def test_contents_have_every_page_once():
    contents = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
    made = {"commands.md", "CONTRIBUTING.md", "CHANGELOG.md"}
    there = {path.name for path in PAGES} | {f"notebooks/{path.stem}.md" for path in NOTEBOOKS}
    assert sorted(listed(contents)) == sorted(there | made)


def blocks(language):
    pattern = re.compile(rf"^```{language}\n(.*?)^```", re.DOTALL | re.MULTILINE)
    return [
        (page.name, text) for page in PAGES for text in pattern.findall(page.read_text("utf-8"))
    ]


def test_equations_are_numbered_in_order_and_drawn(equations):
    found = blocks("math")
    numbers = [
        re.findall(r"\\tag\{(\d+)\}", text) for name, text in found if name == "equations.md"
    ]
    assert numbers == [[str(number)] for number in range(1, len(numbers) + 1)]
    for _, text in found:
        drawn = equations.fence(text, "math", "", {}, None)
        assert drawn.count("<path") == 1
        assert html.escape(" ".join(text.split()[:3])) in drawn


def test_equation_that_cannot_be_drawn_is_refused(equations):
    with pytest.raises(ValueError, match="unknown"):
        equations.drawn(r"\unknown{x}")


PART_OF = {"layout": {"kind": "wheel"}, "training": {"patterns": ["+,+,-,-"]}}
"""What parts of cases are parts of, where they do not say it."""
NOT_SHOWN = (
    "No such file or directory",
    "no run is in it",
    "nothing is read then",
    "of training.steps presents",
    "for those of training.patterns",
)
"""Files and runs of the reader, and steps that stand elsewhere on the page."""


def wrong_case(text):
    """What is wrong with a block as a part of a case; None if nothing is, or it is none."""
    given = tomllib.loads(text)
    if set(given) - set(Case.model_fields):
        return None
    whole = {**PART_OF, **given}
    if "protocol" in given:
        del whole["training"]
    elif "training" in given:
        whole["training"] = {**PART_OF["training"], **given["training"]}
    try:
        parse_case(whole)
    except InputError as error:
        return None if any(words in str(error) for words in NOT_SHOWN) else str(error)
    return None


def test_parts_of_cases_are_right():
    """All blocks but those that show one key in several ways."""
    found = {text: name for name, text in blocks("toml") if name != "protocols.md"}
    assert len(found) > 30
    assert {name: wrong for text, name in found.items() if (wrong := wrong_case(text))} == {}


def spoken():
    """All that the sources say, with numbers and names in it left out."""
    said = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    said.append(node.value)
    shell = [*(ROOT / "run").rglob("*.sh"), ROOT / "run" / "env"]
    said += [re.sub(r'"\s*\\\n\s*"', " ", path.read_text("utf-8")) for path in shell]
    return "\n".join(said)


def test_messages_of_the_page_on_trouble_are_some():
    """Each that it quotes in the first column is said somewhere, so that one can look it up."""
    page = (DOCS / "troubleshooting.md").read_text("utf-8")
    quoted = [
        words for cell in re.findall(r"^\| ([^|]*`[^|]*) \|", page, re.MULTILINE)
        for words in re.findall(r"`([^`]+)`", cell)
    ]  # fmt: skip
    said = spoken()
    assert len(quoted) > 30
    assert [words for words in quoted if words not in said] == []


@alone
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path, monkeypatch, capsys):
    """As a script. What it asserts about its results is so."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    text = path.read_text("utf-8")
    exec(compile(text, str(path), "exec"), {"__name__": "__main__"})
    assert "assert " in text
    assert capsys.readouterr().out


def as_written(path):
    """The page of a notebook that is not run, in the place of `docs/site/notebooks.py`."""
    cells = jupytext.read(path).cells
    text = "\n\n".join(
        cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```"
        for cell in cells
    )
    return {f"{path.stem}.md": text}


@alone
def test_mkdocs_warns_of_nothing(tmp_path, monkeypatch, caplog):
    """Of links, anchors and docstrings; notebooks are left as they are written."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(sys.modules, "notebooks", SimpleNamespace(notebook_page=as_written))
    with suppress(Abort), caplog.at_level(logging.WARNING):
        build(load_config("mkdocs.yml", site_dir=str(tmp_path), strict=True))
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []
    assert (tmp_path / "index.html").exists()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of the site, by their places."""
    folder = tmp_path_factory.mktemp("site")
    made = subprocess.run(
        [ROOT / "run" / "docs", "--site-dir", folder], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return {path: path.read_text("utf-8") for path in folder.rglob("*.html")}


def targets(page, text):
    """The files to which a page of the site links, or which it loads, with their anchors."""
    for link in re.findall(r'(?:href|src)="([^"]*)"', text):
        link = html.unescape(link)
        if not re.match(r"[a-z]+:", link):
            place, _, anchor = link.partition("#")
            yield (page.parent / place.partition("?")[0]).resolve() if place else page, anchor


@alone
@pytest.mark.slow
def test_links_of_the_site_lead_somewhere(site):
    ids = {page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in site.items()}
    lost = [
        (page.name, target.name, anchor)
        for page, text in site.items()
        if page.name != "404.html"  # which stands at any place
        for target, anchor in targets(page, text)
        if not target.exists() or (anchor and target in ids and anchor not in ids[target] | {""})
    ]
    assert lost == []


@alone
@pytest.mark.slow
def test_site_loads_nothing_from_elsewhere(site):
    """What a browser fetches by itself: scripts, style sheets, pictures, fonts."""
    loads = re.compile(
        r'<(?:script|img|iframe|source)[^>]*\bsrc="(https?:[^"]*)"|<link[^>]*href="(https?:[^"]*)"'
    )
    assert [
        (page.name, found) for page, text in site.items() for found in loads.findall(text)
    ] == []


@alone
@pytest.mark.slow
def test_site_has_equations_examples_and_output(site):
    by_name = {page.name: text for page, text in site.items()}
    assert by_name["equations.html"].count('class="equation"') > 30
    assert "<code>&gt;&gt;&gt;" in by_name["networks.html"] or "gp" in by_name["networks.html"]
    assert by_name["relax_a_skyrmion.html"].count("<img") >= 1
    assert "usage: hebbfilm train" in by_name["commands.html"]
