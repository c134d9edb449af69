"""What the documents name is there: files and folders, links, and recipes that work.

Class: regression.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
FOLDERS = ("common", "meshing", "solvers", "hopfield", "hebbfilm", "run", "tests", "docs")
NAMES = [ROOT.joinpath(name) for name in FOLDERS]
FILE = re.compile(r"`((?:[\w.*-]+/)*[\w.*-]+\.(?:pyi?|c|h|sh|md|cff))`")
FOLDER = re.compile(rf"`((?:{'|'.join(FOLDERS)})/(?:[\w.-]+/)*)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
ANCHOR = re.compile(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)")
LEFT_OPEN = re.compile(r"@@|\b(?:TODO|TBD|FIXME|XXX)\b")


def is_there(name: str) -> bool:
    """Whether a file is where it is said to be, from the top or from within a room."""
    return any(ROOT.glob(name)) or any(next(room.rglob(name), None) for room in NAMES)


def prose(document: Path) -> str:
    """A document without its code."""
    return re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(document: Path) -> set[str]:
    """What links to its headings are called: small letters, hyphens, no other signs."""
    words = re.findall(r"^#+ +(.+?) *$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", word.lower()).replace(" ", "-") for word in words}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_are_there(document):
    text = document.read_text(encoding="utf-8")
    # A run of its own name, and what a user would write, are no files of ours.
    named = [*FILE.findall(text), *FOLDER.findall(text)]
    assert [name for name in named if not (name.startswith("my_") or is_there(name))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    found = LINK.findall(prose(document))
    assert [to for to in found if not (document.parent / to).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_headings_lead_to_one(document):
    found = ANCHOR.findall(prose(document))
    read = {to: anchors(document.parent / to if to else document) for to, _ in found}
    assert [f"{to}#{heading}" for to, heading in found if heading not in read[to]] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_nothing_is_left_to_be_filled_in(document):
    assert LEFT_OPEN.findall(document.read_text(encoding="utf-8")) == []


def test_modules_of_the_page_on_modules():
    text = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    found: dict = {"__name__": "recipe"}
    for recipe in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(recipe, found)
    assert found["CubicAnisotropy"](4.8e4).name == "cubic_anisotropy"
    assert found["through"](0.0, [1e-4], [0.0], ohm=100) == 0.04
