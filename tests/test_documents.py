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


def is_there(name: str) -> bool:
    """Whether a file is where it is said to be, from the top or from within a room."""
    return any(ROOT.glob(name)) or any(next(room.rglob(name), None) for room in NAMES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_are_there(document):
    text = document.read_text(encoding="utf-8")
    # A run of its own name, and what a user would write, are no files of ours.
    named = [*FILE.findall(text), *FOLDER.findall(text)]
    assert [name for name in named if not (name.startswith("my_") or is_there(name))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [to for to in LINK.findall(text) if not (document.parent / to).exists()] == []


def test_modules_of_the_page_on_modules():
    text = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    found: dict = {"__name__": "recipe"}
    for recipe in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(recipe, found)
    assert found["CubicAnisotropy"](4.8e4).name == "cubic_anisotropy"
    assert found["through"](0.0, [1e-4], [0.0], ohm=100) == 0.04


@pytest.mark.analytic
def test_energy_on_the_first_page():
    """K₁/3 along [111]."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found: dict = {"__name__": "recipe"}
    exec(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[1], found)
    film = found["film"]
    film.set_magnetisation([1, 1, 1])
    expected = 4e4 / 3 * film.operators.volume
    assert film.dynamics.energies()["cubic"] == pytest.approx(expected, rel=1e-12)
