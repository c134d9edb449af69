"""`hebbfilm report`: one page that needs nothing but itself, of whatever state a run is in."""

import base64
import csv
import gzip
import io
import json
import re
import shutil
import tomllib
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest
import pyvista as pv
from PIL import Image

from hebbfilm import InputError, parse_case
from hebbfilm.run.cli import main
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.inputs.textures import TEXTURES
from hebbfilm.run.report import page as page_module
from hebbfilm.run.report import run_page
from hebbfilm.run.report.content import Table
from hebbfilm.run.report.course import TEXTURE_WORDS, sentence
from hebbfilm.run.report.vtk_scene import make_light
from hebbfilm.run.report.words import in_lines, plain, quantity, signed_percent
from tests.run.pages import whole

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="each rank makes runs of its own")

ROOT = Path(__file__).parents[2]
CASE = """
title = "Strip"
[layout]
kind = "strip"
length = 80e-9
width = 40e-9
thickness = 1e-9
mesh_size = 10e-9
[material]
interfacial_dmi = 0
[numerics]
allow_coarse_mesh = true
[initial]
relaxation = 1e-11
[output]
sample_interval = 1e-11
"""
TRAINED = '[training]\npatterns = ["+,-"]\nduration = 2e-11\nrest = 2e-11\n'
STEPS = """
[protocol]
steps = [{ kind = "read" }, { kind = "drive", drives = { left = 0.01 }, duration = 2e-11 },
         { kind = "read", label = "after" }]
"""


@pytest.fixture
def words_alone(monkeypatch):
    """Leave out what takes longest of a page, and what other tests look at."""
    monkeypatch.setattr(run_page, "view_of", lambda manifest, snapshot: None)
    for name in ("pictures_of_training", "pictures_of_protocol"):
        monkeypatch.setattr(run_page, name, lambda *given: [])


@pytest.fixture(scope="module")
def page_of_run(run_folder_maker, tmp_path_factory):
    """The report of a made-up run of four contacts, and its folder."""
    folder = run_folder_maker(tmp_path_factory.mktemp("report") / "run", size=60.0)
    assert main(["report", str(folder)]) == 0
    return folder, whole((folder / "report.html").read_text("utf-8"))


def test_page_needs_nothing_but_itself(page_of_run):
    _, page = page_of_run
    assert page.addresses()
    assert all(address.startswith("data:") for address in page.addresses())
    assert "default-src 'none'" in page.all("meta")[2]["content"]


def test_every_picture_is_there_and_can_be_looked_at(page_of_run):
    _, page = page_of_run
    told = {image["alt"].partition(":")[0]: image for image in page.all("img")}
    expected = {"Overview", "Texture", "Conductances", "Weights", "Recall", "Device"}
    assert expected <= set(told)
    assert any(alt.startswith("The film in three dimensions") for alt in told)
    for name, image in told.items():
        kind, data = image["src"].split(",")
        assert kind == "data:image/webp;base64"
        picture = Image.open(io.BytesIO(base64.b64decode(data)))
        assert picture.size == (int(image["width"]), int(image["height"]))
        pixels = np.asarray(picture.convert("L"))
        rim = np.concatenate([pixels[[0, -1]].ravel(), pixels[:, [0, -1]].ravel()])
        # What reaches to the rim may be cut off there; white, but for what compression leaves.
        assert name.startswith("The film in three") or rim.min() > 245, name


@pytest.mark.regression
def test_key_numbers_and_tables_are_those_of_the_run(page_of_run):
    folder, page = page_of_run
    summary = json.loads((folder / "summary.json").read_text())
    assert f"Correlation with Hebb’s rule {plain(summary['hebb_correlation'])}" in page.text
    assert "Recalled 88 %" in page.text
    changes = [*summary["relative_change"].values()]
    # + + - -: pairs 12 and 34 are of equal signs.
    margin = min(changes[1:5]) - max(changes[0], changes[5])
    assert f"Margin {signed_percent(margin)}" in page.text
    assert "rim_1-rim_2 equal" in page.text
    assert "rim_1-centre opposite" in page.text
    assert page.text.count("oscillates") == 0
    rows = list(csv.DictReader((folder / "recall.csv").open()))
    missed = sum(row["always_recalled"] == "0" for row in rows)
    ends = re.findall(r"\([+,−]+\) \([+,−]+\) (yes|no)", page.text)
    assert (len(ends), ends.count("no")) == (len(rows), missed)


def test_film_in_three_dimensions_is_a_page_of_its_own_without_the_web(page_of_run):
    folder, _ = page_of_run
    text = (folder / "report.html").read_text("utf-8")
    packed = re.search(r'id="packed">([^<]+)<', text)[1]
    viewer = gzip.decompress(base64.b64decode(packed)).decode()
    assert "OfflineLocalView.load" in viewer
    assert "kitware.github.io/vtk-js/icon" not in viewer
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="http', viewer)


def test_scene_of_too_many_triangles_is_made_lighter():
    plotter = pv.Plotter(off_screen=True)
    plane = pv.Plane(i_resolution=60, j_resolution=60)
    plane.point_data["m_z"] = plane.points[:, 0].astype(float)
    plotter.add_mesh(plane, scalars="m_z", name="film")
    make_light(plotter, most=2000)
    mesh = plotter.actors["film"].mapper.dataset
    assert mesh.n_cells <= 2100
    assert mesh.points.dtype == np.float32
    # Linear over the plane, and so it stays whichever vertices are left.
    assert np.allclose(mesh.point_data["m_z"], mesh.points[:, 0], rtol=0, atol=1e-6)
    plotter.close()


@pytest.fixture(scope="module")
def strips(tmp_path_factory):
    """A trained strip, and one that went through steps."""
    folder = tmp_path_factory.mktemp("strips")
    for name, what in (("trained", TRAINED), ("steps", STEPS)):
        (folder / f"{name}.toml").write_text(CASE + what)
        case, out = str(folder / f"{name}.toml"), str(folder / name)
        assert main(["run", case, "--out", out, "--no-pictures"]) == 0
    return folder


def test_report_of_a_run_without_patterns(words_alone, strips):
    assert main(["report", str(strips / "steps")]) == 0
    page = whole((strips / "steps" / "report.html").read_text("utf-8"))
    assert "report of a run without patterns" in page.text
    assert "then taken through 3 steps." in page.text
    assert "Readings 2 in 3 steps, each repeat counted" in page.text
    assert re.search(r"after 0\.0\d+ 0 0 0 [+−]", page.text)


def test_case_with_keys_that_differ_from_defaults(words_alone, strips):
    assert main(["report", str(strips / "trained")]) == 0
    page = whole((strips / "trained" / "report.html").read_text("utf-8"))
    marked = re.findall(r"● ([a-z_.]+) (\S+)", page.text)
    assert ("initial.relaxation", "1e-11") in marked
    assert ("training.rest", "2e-11") in marked
    assert ("layout.length", "8e-08") in marked
    names = [name for name, _ in marked]
    assert "training.voltage" not in names
    assert "training.voltage 0.05 V" in page.text
    assert "material.damping" not in names


def test_checksums_are_those_of_the_files(words_alone, strips):
    assert main(["report", str(strips / "trained")]) == 0
    page = whole((strips / "trained" / "report.html").read_text("utf-8"))
    summary = json.loads((strips / "trained" / "summary.json").read_text())
    for name, checksum in summary["files"].items():
        assert re.search(rf"{name} [\d.]+ k?B {checksum}", page.text)


def test_report_of_a_run_that_is_not_finished(words_alone, strips, tmp_path, capsys):
    folder = tmp_path / "cut"
    shutil.copytree(strips / "trained", folder)
    (folder / "summary.json").unlink()
    rows = (folder / "conductance.csv").read_text().splitlines(keepends=True)
    (folder / "conductance.csv").write_text("".join(rows[:4]))
    done = float(rows[3].split(",")[0])
    assert main(["report", str(folder)]) == 0
    page = whole((folder / "report.html").read_text("utf-8"))
    # 0.01 ns to relax, 0.02 ns of voltage and as long a rest.
    assert f"Not finished: {plain(done * 1e9)} of 0.05 ns." in page.text
    assert f"hebbfilm run {folder} --resume" in page.text
    assert "Key numbers" in page.text
    assert {"Texture", "Conductances"} <= {
        image["alt"].partition(":")[0] for image in page.all("img")
    }


def test_damaged_run_has_no_report(strips, tmp_path, capsys):
    folder = tmp_path / "damaged"
    shutil.copytree(strips / "trained", folder)
    (folder / "report.html").unlink(missing_ok=True)
    table = folder / "conductance.csv"
    table.write_text(table.read_text().replace("train", "rest", 1))
    assert main(["report", str(folder)]) == 2
    assert capsys.readouterr().err == (
        f"hebbfilm: {table}: was changed after the run was finished\n"
    )
    assert not (folder / "report.html").exists()


def test_page_that_cannot_be_written_is_refused_before_work(strips, tmp_path, monkeypatch, capsys):
    """And a folder that was missing is made, but does not stay without a page."""
    monkeypatch.setattr(page_module, "run_page", lambda folder: pytest.fail("has begun"))
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "page.html"
    assert main(["report", str(strips / "trained"), "--out", str(out)]) == 2
    assert capsys.readouterr().err == f"hebbfilm: cannot write '{out}': Not a directory\n"

    def damaged(folder):
        raise InputError("damaged")

    monkeypatch.setattr(page_module, "run_page", damaged)
    out = tmp_path / "new" / "deep" / "page.html"
    assert main(["report", str(strips / "trained"), "--out", str(out)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none"], "none: no such folder; give the folder of a run, or of a study"),
        (["."], ".: no run is in it, as it has no manifest.json"),
        ([".", "--out", "page.txt"], "--out page.txt: a page is HTML; let its name end in .html"),
    ],
)
def test_what_has_no_report_is_told_in_a_line(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["report", *arguments]) == 2
    assert capsys.readouterr().err == f"hebbfilm: {message}\n"
    assert not list(tmp_path.iterdir())


def test_names_are_no_html(words_alone, strips, tmp_path):
    """A title may have any letters; on the page they are letters."""
    folder = tmp_path / "named"
    case = strips / "steps.toml"
    title = "--set=title=<script>alert(1)</script> & co"
    assert main(["run", str(case), title, "--out", str(folder), "--no-pictures"]) == 0
    assert main(["report", str(folder)]) == 0
    page = whole((folder / "report.html").read_text("utf-8"))
    assert "<script>alert(1)</script> & co" in page.text
    assert len(page.all("script")) == 1


STUDY = """
case = "{case}"
title = "Two voltages"
pictures = false
[[vary]]
key = "training.voltage"
values = [0.01, 0.02]
[[vary]]
key = "layout.length"
values = [80e-9, 30e-9]
"""


def test_report_of_a_study_links_its_runs_and_tells_what_failed(
    words_alone, strips, tmp_path, capsys
):
    """A strip shorter than wide learns as any other; the failure is written by hand."""
    (tmp_path / "study.toml").write_text(STUDY.format(case=strips / "trained.toml"))
    out = tmp_path / "all"
    assert main(["study", str(tmp_path / "study.toml"), "--out", str(out)]) == 0
    one, other, *_ = sorted(path.name for path in out.glob("voltage*"))
    note = json.loads((out / other / "member.json").read_text())
    note = {**note, "status": "failed", "error": "the current was not found: <b>"}
    del note["checksum"]
    (out / other / "member.json").write_text(json.dumps(note))
    assert main(["report", str(out / one)]) == 0
    assert main(["report", str(out), "--out", str(tmp_path / "pages.html")]) == 0
    page = whole((tmp_path / "pages.html").read_text("utf-8"))
    links = [address for address in page.addresses() if not address.startswith("data:")]
    assert links == [f"all/{one.replace('=', '%3D')}/report.html"]
    assert "4 runs of one case in which training.voltage and layout.length vary" in page.text
    assert f"Failed runs run why {other} the current was not found: <b>" in page.text
    assert "The table is older than the runs, of which 3 of 4 are finished" in page.text
    assert len(page.all("table")) >= 3


def test_report_of_a_study_before_its_table(strips, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "member.json").write_text('{"status": "failed", "error": "no film"}')
    assert main(["report", str(tmp_path)]) == 0
    page = whole((tmp_path / "report.html").read_text("utf-8"))
    assert "Not finished: 0 runs of those that have begun." in page.text
    assert "no film" in page.text


def test_a_report_is_no_hindrance_to_a_run_that_has_hardly_begun(strips, tmp_path):
    folder = tmp_path / "begun"
    shutil.copytree(strips / "trained", folder)
    for name in ("summary.json", "state.npz", "recall.csv"):
        (folder / name).unlink()
    shutil.rmtree(folder / "pictures", ignore_errors=True)
    shutil.rmtree(folder / "fields")
    (folder / "fields").mkdir()
    table = folder / "conductance.csv"
    table.write_text(table.read_text().splitlines(keepends=True)[0])
    assert main(["run", str(folder), "--resume", "--no-pictures"]) == 0


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (9.57e-14, "J", "95.7 fJ"),
        (1.73e12, "A/m²", "1.73·10¹² A/m²"),
        (-0.05, "V", "−50 mV"),
        (1e-9, "m", "1 nm"),
        (900.0, "K", "900 K"),
        (0.0, "J", "0 J"),
    ],
)
def test_quantities_have_prefixes(value, unit, text):
    assert quantity(value, unit) == text


def test_columns_of_numbers_are_told_from_words():
    table = Table("t", ("a", "b", "c"), [("x", "+1.5e−03", "1 of 2"), ("y", "95.7 fJ", "3")])
    assert table.numeric == [False, True, False]


def test_all_kinds_of_textures_have_words():
    assert set(TEXTURE_WORDS) == set(TEXTURES)


def test_sentence_names_the_file_that_a_film_began_from(strips):
    texture = {"kind": "file", "path": str(ROOT / "run" / "cases" / "skyrmion.ovf")}
    read = tomllib.loads(CASE + STEPS)
    case = parse_case({**read, "initial": {"texture": texture, "relaxation": 1e-11}})
    manifest = read_manifest(strips / "steps")
    assert "was settled from the file skyrmion.ovf for 10 ps, then taken" in sentence(
        manifest, case
    )


def test_steps_of_a_case_stand_in_a_line_each():
    steps = [{"kind": "read"}, {"kind": "drive", "drives": {"left": 0.01}, "duration": 2e-11}]
    first, second = in_lines(steps).splitlines()
    assert first == "1: kind = read"
    assert second == "2: kind = drive, drives = { left = 0.01 }, duration = 2e-11"
    assert in_lines(50 * steps).splitlines()[-1] == "… 60 more"
    assert in_lines(["+,-", "-,+"]) == "[+,-, -,+]"
