"""A notebook with films in it, executed as Jupyter does, and looked at in a browser where one is.

Bars and what objects show are in its output, and the page that it makes asks for nothing.
"""

import nbformat
import pytest
from nbclient import NotebookClient

from tests.run.browser import needs_browser, running_browser

pytestmark = pytest.mark.slow

CELLS = [
    "from mpi4py import MPI\nfrom hebbfilm import *\nfrom hebbfilm.common import progress\n"
    "progress._PATIENCE = progress._LOOK_EVERY = 0.0\n"
    "layout = strip(length=80e-9, mesh_size=1e-8)\nlayout",
    "film_mesh = mesh_film(layout, MPI.COMM_WORLD)\nfilm_mesh",
    "film = Film(film_mesh, Material(damping=0.3))\nfilm.randomise(seed=1)\n"
    "settled = film.relax(2e-12, torque_tolerance=0)",
    "film",
    "film.material.damping",
    "network = HopfieldFilm(film)\nnetwork.train(['+-'], duration=1e-12, rest=0)",
    "Training(('+-',))",
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """As it stands when all cells are done."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    client = NotebookClient(
        made,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}},
    )
    return client.execute()


@pytest.fixture
def browser(tmp_path):
    with running_browser(tmp_path / "browser") as started:
        yield started


def pieces(cell) -> list[str]:
    """What of its output is HTML."""
    shown = [out.get("data", {}) for out in cell["outputs"]]
    return [data["text/html"] for data in shown if "text/html" in data]


def html_of(cell) -> str:
    (found,) = pieces(cell)
    return found


def test_cells_show_objects_and_bars(notebook):
    layout, mesh, relaxed, film, _, trained, training = notebook.cells
    assert "<svg" in html_of(layout)
    assert "data:image/webp" in html_of(mesh)
    assert "data:image/webp" in html_of(film)
    assert "neuron 1" in html_of(training)
    # What stands in place of a bar that has come to its end.
    assert "Relaxing: 0.002 ns" in html_of(relaxed)
    assert "Training: 0.001 ns" in html_of(trained)


@needs_browser
def test_notebook_as_a_page_is_drawn_without_a_word_on_the_console(notebook, browser, tmp_path):
    body = "<hr>".join(piece for cell in notebook.cells for piece in pieces(cell))
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset='utf-8'><body>{body}", encoding="utf-8")
    browser.open(page)
    assert browser.console() == []
    assert browser.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 100)")
    assert browser.requests() == {page.as_uri()}
