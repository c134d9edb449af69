"""What the documents name is there: files and folders, links, and recipes that work.

Class: regression.
"""

import argparse
import math
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


def recipe(heading):
    """What the Python under a heading of the page on extending defines."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found: dict = {"__name__": "recipe"}
    exec(re.findall(r"```python\n(.*?)```", section, re.DOTALL)[0], found)
    return found


def test_recipe_of_a_layout():
    assert recipe("A layout from a script")["film"].contact_names == ("left", "right")


def test_recipe_of_a_drive():
    """V = V₀/(1 + RG) · (1 - e^(-t/τ)), τ = C/(1/R + G), to the tolerance of renewals, 0.04."""
    found = recipe("A drive")
    film, circuit = found["film"], found["circuit"]
    conductance = film.conductance_matrix()[0, 0]
    rate = (1 / circuit.resistance + conductance) / circuit.capacitance
    last = circuit.source / (1 + circuit.resistance * conductance)
    expected = last * (1 - math.exp(-rate * circuit.time))
    assert circuit.time == 1e-11
    assert film.conduction.voltages[0] == pytest.approx(expected, abs=0.04 * last)


def test_recipe_of_a_family():
    family = recipe("A family of layouts")
    assert family["bar"](length=300e-9).contact_names == ("left", "right")
    with pytest.raises(
        LayoutError, match=r"^width 60 m: lengths are metres; did you mean 60e-9\?$"
    ):
        family["bar"](width=60)


def test_recipe_of_a_term():
    assert recipe("An energy term")["Exchange"](1e-11).name == "exchange"


def test_recipe_of_a_command():
    command, line = recipe("A command"), argparse.ArgumentParser()
    command["add"](line.add_subparsers())
    assert line.parse_args(["peak", "RUN"]).run is command["run"]


def test_module_of_the_page_on_modules():
    text = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    found: dict = {"__name__": "recipe"}
    exec(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0], found)
    assert found["CubicAnisotropy"](4.8e4).name == "cubic_anisotropy"
