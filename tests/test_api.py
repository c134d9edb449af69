"""The public face: each name documented, with an example that runs, and listed in docs/api.md.

Class: regression.
"""

import doctest
import inspect
import re
from pathlib import Path

from mpi4py import MPI

import pytest

import hebbfilm

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
NAMES = {name: getattr(hebbfilm, name) for name in hebbfilm.__all__}
WITHOUT_EXAMPLE = {
    "errors": ("InputError", "LayoutError", "MeshError", "RecallError", "SolverError"),
    "what functions return": (
        "ChipRecall", "Conduction", "Criteria", "FilmMesh", "FilmView", "FlipCorrection",
        "Landscape", "MeshQuality", "NoisyRecall", "ProtocolRun", "ReadDisturbance", "RecallTable",
        "Run", "RunResults", "StudyResults", "TextureMeasures",
    ),
    "files, and whole runs": (
        "Case", "Groups", "Interrupted", "StopRequest", "draw_all", "load_state", "read_case",
        "open_run", "open_study", "read_drawing", "read_mesh", "read_ovf", "read_protocol_run",
        "read_run", "run_case", "save_state", "train", "write_msh", "write_xdmf",
    ),
    "takes longer": ("read_disturbance",),
    "what others are made of": ("Texture",),
}  # fmt: skip


def test_page_lists_the_public_names_once_each():
    assert sorted(name for name, _, _ in ROWS) == sorted(NAMES)


@pytest.mark.parametrize(("name", "line", "form"), ROWS)
def test_page_says_what_the_docstring_says(name, line, form):
    """In its first line; and beside it the form, or the unit, of what goes in and comes out."""
    documented = inspect.getdoc(NAMES[name])
    assert documented is not None
    assert line == documented.splitlines()[0].replace("|", "\\|").removesuffix(".")
    assert form


@pytest.mark.parametrize("name", NAMES)
def test_public_name_has_a_home_and_is_documented(name):
    """A docstring of its own, and not one that a base class or a type left it."""
    thing = NAMES[name]
    assert thing.__module__.startswith("hebbfilm.")
    assert thing.__doc__
    assert not thing.__doc__.startswith(f"{name}(")
    if inspect.isfunction(thing):
        assert inspect.signature(thing).return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize(
    "name", [name for name, thing in NAMES.items() if inspect.isfunction(thing)]
)
def test_files_and_folders_are_taken_as_text_too(name):
    told = {str(each.annotation) for each in inspect.signature(NAMES[name]).parameters.values()}
    assert not {text for text in told if text.endswith("Path") or "Path'" in text}


EXAMPLES = {
    example.name: example
    for name, thing in NAMES.items()
    for example in doctest.DocTestFinder(recurse=False).find(thing, name, globs=dict(NAMES))
    if example.examples
}


def test_names_without_an_example_are_those_that_need_none():
    without = {name for names in WITHOUT_EXAMPLE.values() for name in names}
    assert set(NAMES) - set(EXAMPLES) == without


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="they show what one rank sees")
@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name):
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(EXAMPLES[name], out=told.append)
    assert not told, "".join(told)
