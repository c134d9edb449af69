"""What the documents name is there: files and folders, links, and recipes that work.

Class: regression.
"""

import argparse
import re
from pathlib import Path

import pytest

from hebbfilm.common.errors import LayoutError

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
FOLDERS = ("common", "meshing", "solvers", "hopfield", "hebbfilm", "run", "tests", "docs")
NAMES = [ROOT.joinpath(name) for name in FOLDERS]
FILE = re.compile(r"`((?:[\w.*-]+/)*[\w.*-]+\.(?:pyi?|c|h|sh|md|cff))`")
FOLDER = re.compile(rf"`((?:{'|'.join(FOLDERS)})/(?:[\w.-]+/)*)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")


def is_there(name: str) -> bool:
    """Whether a file is where it is said to be, from the top or from within a room."""
    return any(ROOT.glob(name)) or any(next(room.rglob(name), None) for room in NAMES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_are_there(document):
    text = document.read_text(encoding="utf-8")
    # A run of its own name, and what a user would write, are no files of ours.
    named = [*FILE.findall(text), *FOLDER.findall(text)]
    assert [name for name in named if not is_there(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [to for to in LINK.findall(text) if not (document.parent / to).exists()] == []


def recipes():
    """What the Python of each recipe on the page on extending defines, in order."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    for recipe in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        found: dict = {"__name__": "recipe"}
        exec(recipe, found)
        yield found


def test_recipes_of_the_page_on_extending():
    script, family, term, command = recipes()
    assert script["film"].contact_names == ("left", "right")
    assert family["bar"](length=300e-9).contact_names == ("left", "right")
    with pytest.raises(
        LayoutError, match=r"^width 60 m: lengths are metres; did you mean 60e-9\?$"
    ):
        family["bar"](width=60)
    assert term["Exchange"](1e-11).name == "exchange"
    line = argparse.ArgumentParser()
    command["add"](line.add_subparsers())
    assert line.parse_args(["peak", "RUN"]).run is command["run"]


def test_module_of_the_page_on_modules():
    text = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    found: dict = {"__name__": "recipe"}
    exec(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0], found)
    assert found["CubicAnisotropy"](4.8e4).name == "cubic_anisotropy"
