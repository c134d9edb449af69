"""Scripts of pages that have no test of their own work as printed, on a coarse mesh.

Class: regression. Networks are trained for no time: what films do then, others test.
"""

import re
from pathlib import Path

from mpi4py import MPI

import pytest

from hebbfilm import (
    Film,
    Forming,
    HopfieldFilm,
    Layer,
    Material,
    Reference,
    Slab,
    Step,
    Training,
    mesh_film,
    wheel,
)

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="scripts for one process")
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TESTED_BY = {
    "circuits.md": "tests/test_circuits_page.py",
    "extending.md": "tests/test_extending.py",
    "learning_on_chip.md": "tests/test_learning_on_chip.py",
    "modules.md": "tests/test_documents.py",
    "results.md": "tests/run/test_results_page.py",
    "textures.md": "tests/test_textures_page.py",
    "tutorial.md": "tests/run/test_manual_runs.py",
}
"""Pages whose scripts are run elsewhere."""


def scripts(page):
    return re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.M | re.S)


def test_every_page_with_scripts_has_a_test():
    """By its name, in this module or another."""
    own = set(re.findall(r'scripts\("(\w+\.md)"\)', Path(__file__).read_text("utf-8")))
    with_scripts = {page.name for page in DOCS.glob("*.md") if scripts(page.name)}
    assert with_scripts == own | set(TESTED_BY)
    for page, test in TESTED_BY.items():
        text = (ROOT / test).read_text("utf-8")
        assert page in text


@pytest.fixture
def folder(run_folder_maker, tmp_path, monkeypatch):
    """One with runs/four_node and runs/film, made up."""
    for name in ("four_node", "film"):
        run_folder_maker(tmp_path / "runs" / name, size=60.0)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files(folder, capsys):
    (script,) = scripts("files.md")
    exec(script, {})
    assert capsys.readouterr().out.count("\n") >= 2


def test_barriers(capsys):
    """Regression: it prints what the page says that it prints."""
    (script,) = scripts("barriers.md")
    exec(script, {})
    page = (DOCS / "barriers.md").read_text("utf-8")
    assert f"```text\n{capsys.readouterr().out}```" in page


def test_view(folder):
    (script,) = scripts("view.md")
    exec(script, {})
    assert (folder / "charge.png").stat().st_size > 10_000


@pytest.fixture
def network(comm, monkeypatch):
    """A wheel whose time stands still."""
    monkeypatch.setattr(Film, "evolve", lambda *_, **__: None)
    return HopfieldFilm(Film(mesh_film(wheel(mesh_size=4e-8), comm), Material()))


def test_network(network):
    (script,) = scripts("network.md")
    found = {"HopfieldFilm": HopfieldFilm, "Reference": Reference, "film": network.film}
    exec(script, found)
    assert {"after A", "after -A"} <= set(found["network"].readings)


def test_schedules(network):
    found = scripts("schedules.md")
    assert len(found) == 4
    names = {each.__name__: each for each in (Forming, Step, Training)}
    for script in found:
        exec(script, {**names, "network": HopfieldFilm(network.film)})


def test_several_patterns(capsys):
    """Regression: what is shown at once is run, what simulates for minutes is read alone."""
    first, *longer = scripts("several_patterns.md")
    exec(first, {})
    assert capsys.readouterr().out.endswith(" of 100 random pairs\n")
    for script in longer:
        compile(script, "several_patterns.md", "exec")


def test_stack(comm):
    (script,) = scripts("stack.md")
    found = {
        **{each.__name__: each for each in (Film, Layer, Slab, mesh_film)},
        **{"layout": wheel(mesh_size=4e-8), "comm": comm, "material": Material()},
    }
    exec(script, found)
    assert [layer.name for layer in found["film"].layers] == ["pt", "cap"]
