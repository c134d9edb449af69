"""What objects show of themselves in a notebook: their figures, and pictures within."""

import base64
import io
import re

from mpi4py import MPI

import numpy as np
import pytest
from PIL import Image

import hebbfilm
from hebbfilm import (
    Film,
    HopfieldFilm,
    Material,
    Training,
    disc,
    mesh_film,
    open_run,
    recall_table,
    square,
    strip,
    wheel,
)
from hebbfilm.common.notebook import as_html
from tests.run.pages import Parsed

SHOWN = ("Layout", "FilmMesh", "Film", "Material", "Training", "HopfieldFilm", "RecallTable")


@pytest.fixture(scope="module")
def film(comm):
    made = Film(mesh_film(wheel(mesh_size=4e-8), comm), Material(damping=0.2))
    made.set_magnetisation(np.array([0.0, 0.6, 0.8]))
    return made


def shown(thing) -> Parsed:
    """As HTML that is well formed and needs nothing from elsewhere."""
    page = Parsed(thing._repr_html_())
    assert not page.open
    assert all(address.startswith("data:") for address in page.addresses())
    assert all(image["alt"] for image in page.all("img"))
    return page


def pixels(page: Parsed) -> np.ndarray:
    (image,) = page.all("img")
    data = base64.b64decode(image["src"].partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=float)


@pytest.mark.parametrize("name", SHOWN)
def test_public_objects_show_themselves(name):
    assert getattr(hebbfilm, name)._repr_html_ is as_html


@pytest.mark.parametrize(
    "layout", [wheel(), square(), disc(), strip()], ids=lambda one: one.outline.geom_type
)
def test_layout_is_drawn_with_its_contacts(layout):
    page = shown(layout)
    assert len(page.all("path")) == 1 + len(layout.contacts)
    assert [words for words in layout.contact_names if words not in page.text] == []
    box = page.all("svg")[0]["viewbox"].split()
    assert max(map(float, box[2:])) == pytest.approx(420, abs=1)
    points = re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", " ".join(p["d"] for p in page.all("path")))
    x, y = np.array(points, dtype=float).T
    assert min(x.min(), y.min()) >= 0
    assert x.max() <= float(box[2])
    assert y.max() <= float(box[3])


def test_mesh_tells_its_quality(film):
    page = shown(film.film_mesh)
    if film.comm.size > 1:
        assert f"shared by {film.comm.size} ranks" in page.text
        return
    assert f"vertices {film.film_mesh.quality().vertices}" in page.text
    assert pixels(page).std() > 10


def test_film_shows_its_texture_now(film):
    """Uniform with m_z = 0.8: green nearly everywhere; turned round, violet."""
    page = shown(film)
    if film.comm.size > 1:
        assert f"shared by {film.comm.size} ranks" in page.text
        return
    assert "mean of m (+0.000, +0.600, +0.800)" in page.text
    up = pixels(page)
    with film.on_trial():
        film.set_magnetisation(np.array([0.0, 0.6, -0.8]))
        down = pixels(shown(film))
    green = [float((image[..., 1] - image[..., 2]).mean()) for image in (up, down)]
    assert green[0] > 0 > green[1]


def test_one_rank_may_show_a_film_alone(film):
    """Else a cell that is run on one of several ranks would wait for the others for ever."""
    if film.comm.rank == 0:
        shown(film)
        shown(film.film_mesh)
    film.comm.barrier()


def test_material_has_units_and_meanings():
    page = shown(Material(damping=0.25, uniaxial_anisotropy={"film": 1e5, "soft": 2e5}))
    assert "damping 0.25 Gilbert's damping α" in page.text
    assert "saturation_magnetisation 580000 A/m" in page.text
    assert "soft" in page.text


def test_training_is_drawn_over_time():
    """Two patterns in quadrature, with pauses: + + - - is red, red, blue, blue."""
    training = Training(("++--", "+-+-"), presentation="quadrature", duration=2e-9, pause=1e-9)
    page = shown(training)
    bars = page.all("rect")
    segments = training.segments(("a", "b", "c", "d"))
    assert len(bars) == 4 * len(segments)
    first = [bar["fill"] for bar in bars[:4]]
    assert first[0] == first[1] != first[2] == first[3]
    widths = np.array([float(bar["width"]) for bar in bars[::4]])
    lasting = np.array([segment.duration for segment in segments])
    # Two digits of a pixel are written, of bars of some 25.
    assert widths / widths.sum() == pytest.approx(lasting / lasting.sum(), rel=1e-3)
    assert "(+,+,−,−), (+,−,+,−)" in page.text


def test_network_shows_its_weights_once_it_has_some(film):
    network = HopfieldFilm(film)
    assert "not trained yet" in shown(network).text
    matrix = np.array([[3.0, -1, -1, -1], [-1, 3, -1, -1], [-1, -1, 3, -1], [-1, -1, -1, 3]]) * 1e-3
    after = matrix + 1e-5 * np.outer([1, 1, -1, -1], [1, 1, -1, -1]) * (1 - np.eye(4))
    network.readings.update(untrained=matrix, trained=after)
    network.patterns = [np.array([1, 1, -1, -1], dtype=np.int8)]
    page = shown(network)
    assert f"{network.weights[0, 1]:+.2e}".replace("-", "−") in page.text
    assert "correlation with Hebb’s rule 1 " in page.text


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process reads run folders")
def test_damaged_run_tells_what_is_wrong(run_folder_maker, tmp_path):
    """No traceback for who only looks at it: other parts can be read."""
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    run = open_run(folder)
    last = folder / "fields" / "0002.vtu"
    last.write_bytes(last.read_bytes()[:-200])
    page = Parsed(run._repr_html_())
    assert "run cannot be shown:" in page.text
    assert str(last) in page.text


def test_recall_table_tells_how_many_are_recalled():
    table = recall_table([[0, 1], [1, 0]], ["++"])
    page = shown(table)
    count = sum(row.recalled for row in table)
    assert f"{count} of 4 recalled" in page.text
    assert page.text.count("✓") == count
    assert len(page.all("tr")) == 1 + 4 + 2


def test_runs_show_what_stands_out(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    for run in (hebbfilm.read_run(folder), hebbfilm.open_run(folder)):
        page = shown(run)
        assert "Recalled 88 %" in page.text
        assert pixels(page).std() > 10
    (folder / "summary.json").unlink()
    assert "Not finished: 16 ns." in shown(hebbfilm.open_run(folder)).text
