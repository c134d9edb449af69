"""`hebbfilm pictures`: by name, in every format, by several hands; the same whoever draws."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from mpi4py import MPI

import pytest
from fontTools.ttLib import TTFont

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.pictures import formats, gallery, hands
from hebbfilm.run.pictures.formats import Form
from hebbfilm.run.pictures.progress import seconds_left
from hebbfilm.run.study.outline import OUTLINE, Outline, read_outline, write_outline
from hebbfilm.run.study.queue import Queue

WHOLE = ["textures", "conductance", "weights", "recall", "device", "overview"]
SINGLE = ["texture_0000", "texture_0001", "current_0001", "texture_0002"]

alone = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process, which may start others")


@pytest.fixture(autouse=True)
def _coarse(monkeypatch):
    monkeypatch.setattr(formats, "_DPI", dict.fromkeys(formats.FORMATS, 40))


@pytest.fixture(scope="module")
def made(run_folder_maker, tmp_path_factory):
    """The folder of a made-up run, without pictures."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path_factory.mktemp("made") / "run")
    if comm.rank == 0:
        run_folder_maker(folder, size=40.0)
    comm.barrier()
    return folder


@pytest.fixture
def run(comm, made, shared_tmp_path):
    folder = shared_tmp_path / "run"
    if comm.rank == 0:
        shutil.copytree(made, folder, ignore=shutil.ignore_patterns("pictures"))
    comm.barrier()
    return folder


def drawn(folder):
    return sorted(path.name for path in (folder / "pictures").iterdir())


def test_lists_names_without_drawing(run, comm, capsys):
    assert main(["pictures", str(run), "--list"]) == 0
    printed = capsys.readouterr().out.split()
    assert printed == ([*WHOLE, *SINGLE] if comm.rank == 0 else [])
    assert not (run / "pictures").exists()


def test_draws_what_is_named_and_what_fits(run, comm):
    assert main(["pictures", str(run), "weights", "texture_000[01]"]) == 0
    comm.barrier()
    assert drawn(run) == ["texture_0000.png", "texture_0001.png", "weights.png"]


def test_all_hands_draw_the_same(run, comm, made):
    """All ranks of mpirun together, and this process alone: byte by byte."""
    assert main(["pictures", str(run)]) == 0
    comm.barrier()
    by_all = {path.name: path.read_bytes() for path in (run / "pictures").iterdir()}
    comm.barrier()
    if comm.rank == 0:
        shutil.rmtree(run / "pictures")
        assert gallery.draw_all(run) is not None
        by_one = {path.name: path.read_bytes() for path in (run / "pictures").iterdir()}
        assert by_one == by_all
        assert sorted(by_one) == sorted(f"{name}.png" for name in [*SINGLE, *WHOLE])
    comm.barrier()


@alone
def test_two_processes_draw_the_same(run, monkeypatch):
    paths = gallery.draw_all(run, names=["weights", "recall", "conductance"])
    expected = {path.name: path.read_bytes() for path in paths}
    monkeypatch.setattr(hands, "hands_for", lambda order: 2)
    again = gallery.draw_all(run, names=["weights", "recall", "conductance"])
    assert again == paths
    assert {path.name: path.read_bytes() for path in paths} == expected
    assert [path.name for path in (run / "pictures").iterdir() if path.is_dir()] == []


@alone
def test_failure_of_another_process_is_told_in_one_line(run, monkeypatch):
    """This one takes nothing, so that the other finds the damaged file."""
    (run / "recall.csv").write_text("")
    order = hands.Order(run, ("recall",), run / "pictures", Form())
    monkeypatch.setattr(hands, "hands_for", lambda order: 2)
    monkeypatch.setattr(hands, "work", lambda *arguments: True)
    with pytest.raises(InputError, match=r"recall.csv: is empty") as caught:
        hands.share_out(lambda: order, lambda: False, None, shown=False)
    assert "\n" not in str(caught.value)
    assert drawn(run) == []


def test_failure_of_one_rank_is_that_of_all(run, comm, monkeypatch):
    work = hands.work

    def failing(*arguments):
        if comm.rank == comm.size - 1:
            raise InputError("no ink")
        return work(*arguments)

    monkeypatch.setattr(hands, "work", failing)
    with pytest.raises(InputError, match="no ink"):
        gallery.draw_all(run, comm=comm)
    comm.barrier()  # rank 0 removes the queue
    assert not list((run / "pictures").glob(".*"))


def test_stops_before_the_first_picture(run, comm):
    assert gallery.draw_all(run, lambda: comm.rank == comm.size - 1, comm) is None
    assert not (run / "pictures").exists()


def test_all_stop_when_one_is_asked_to(run, comm, monkeypatch):
    """Rank 0 after one picture; the others wait for that before they draw a second one."""
    monkeypatch.setattr(hands, "hands_for", lambda order: 1)  # no processes, which would not wait
    asked = []

    def stop():
        asked.append(True)
        if comm.rank == 0:
            return len(asked) > 2
        while len(asked) > 2 and not list((run / "pictures").glob(".queue-*/*.stopped")):
            time.sleep(0.01)
        return False

    assert gallery.draw_all(run, stop, comm) is None
    comm.barrier()
    assert len(drawn(run)) < len(SINGLE + WHOLE)
    comm.barrier()


@alone
def test_one_of_many_ranks_starts_no_processes(run, monkeypatch):
    """And without others as many as have a core and enough to do."""
    many = hands.Order(run, tuple(f"overview_{k}" for k in range(100)), run, Form())
    few = hands.Order(run, ("weights",), run, Form())
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(3)))
    assert (hands.hands_for(many), hands.hands_for(few)) == (3, 1)
    monkeypatch.setattr(hands, "_free_memory", lambda: 7e8)
    assert hands.hands_for(many) == 2
    world = SimpleNamespace(COMM_WORLD=SimpleNamespace(size=2))
    monkeypatch.setitem(sys.modules, "mpi4py.MPI", world)
    assert hands.hands_for(many) == 1


@alone
def test_helper_ends_with_the_one_that_started_it(run, tmp_path):
    order = hands.Order(run, ("weights",), run / "pictures", Form())
    assert not hands.help_draw(order, _empty(tmp_path / "old"), os.getpid())
    assert hands.help_draw(order, _empty(tmp_path / "new"), os.getppid())
    assert drawn(run) == ["weights.png"]


@alone
def test_what_another_has_taken_is_left_to_it(run, tmp_path):
    order = hands.Order(run, ("weights", "recall"), run / "pictures", Form())
    queue = _empty(tmp_path / "queue")
    assert Queue(queue).take(order.by_cost().index("weights"))
    assert hands.work(order, queue, lambda: False)
    assert drawn(run) == ["recall.png"]


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.analytic
def test_time_that_is_left():
    """Two hands, 2 + 1 + 1 s expected; then the first has taken 6 s of both together.

    What is expected counts as if half of all had been drawn as expected: 6 + 2 s for 2 + 2.
    """
    costs = [2.0, 1.0, 1.0]
    assert seconds_left(costs, set(), 2, 1.0) == 2.0
    assert seconds_left(costs, {0}, 2, 3.0) == pytest.approx(2.0)
    assert seconds_left(costs, {0, 1, 2}, 2, 5.0) == 0.0


def test_first_picture_that_comes_late_does_not_foretell_minutes():
    """Ten pictures of 0.4 s by two processes that took 12 s for the first, and 31 s for all."""
    assert 10 < seconds_left([0.4] * 10, {0}, 2, 12.0) < 38


def test_progress_from_the_start(run, comm, capsys):
    assert main(["pictures", str(run), "weights", "recall"]) == 0
    told = capsys.readouterr().err.splitlines()
    by = f" by {comm.size} processes" if comm.size > 1 else ""
    assert told == ([f"2 pictures{by}, about 1 s"] if comm.rank == 0 else [])


@alone
def test_svg_keeps_text_and_carries_its_fonts(run):
    assert main(["pictures", str(run), "conductance", "overview", "--format", "svg"]) == 0
    for name in ("conductance", "overview"):
        svg = (run / "pictures" / f"{name}.svg").read_text()
        assert re.search(r"<text[^>]*>[^<]*time / ns", svg)
        assert "rim_1" in "".join(re.findall(r"<text[^>]*>([^<]*)", svg))
        assert "<dc:date>" not in svg
        faces = re.findall(
            r"font-weight:(\w+);font-style:(\w+);src:url\(data:font/ttf;base64,(.*?)\)", svg
        )
        assert {face[:2] for face in faces} >= {("normal", "normal"), ("bold", "normal")}
        characters = set(TTFont(io.BytesIO(base64.b64decode(faces[0][2]))).getBestCmap())
        assert set(map(ord, "time / ns")) <= characters


@alone
def test_pdf_keeps_text_in_embedded_fonts(run):
    assert main(["pictures", str(run), "overview", "--format", "pdf"]) == 0
    pdf = (run / "pictures" / "overview.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf


@alone
def test_same_picture_is_the_same_file(run):
    for form in (Form("svg"), Form("pdf")):
        (path,) = gallery.draw_all(run, names=["current_0001"], form=form)
        first = path.read_bytes()
        gallery.draw_all(run, names=["current_0001"], form=form)
        assert path.read_bytes() == first


@alone
def test_dots_decide_the_size(run):
    from PIL import Image

    sizes = []
    for dpi in ("30", "60"):
        assert main(["pictures", str(run), "weights", "--dpi", dpi]) == 0
        with Image.open(run / "pictures" / "weights.png") as image:
            assert image.mode == "RGB"
            sizes.append(image.size)
    assert [2 * side for side in sizes[0]] == pytest.approx(sizes[1], abs=3)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["overvew"], "no picture 'overvew'; allowed are textures, .*did you mean overview?"),
        (["oersted_*"], r"no picture 'oersted_\*'; allowed are textures, "),
        (["--format", "jpg"], "format 'jpg': allowed are png, svg, pdf"),
        (["--dpi", "0"], "dpi = 0: must be 20 to 1200"),
        (["--dpi", "90000"], "dpi = 90000: must be 20 to 1200"),
    ],
)
def test_what_is_wrong_is_told(run, comm, capsys, arguments, told):
    assert main(["pictures", str(run), *arguments]) == 2
    printed = capsys.readouterr().err
    if comm.rank == 0:
        assert re.fullmatch(f"hebbfilm: .*{told}.*\n", printed)
    assert not (run / "pictures").exists()


@pytest.mark.parametrize("what", ["missing", "unfinished", "empty"])
def test_no_run_is_told(run, comm, capsys, what):
    folder = run
    if what == "missing":
        folder = run / "nowhere"
    elif comm.rank == 0:
        (run / "summary.json").unlink()
        if what == "empty":
            shutil.rmtree(run)
            run.mkdir()
    comm.barrier()
    assert main(["pictures", str(folder)]) == 2
    printed = capsys.readouterr().err
    if comm.rank == 0:
        assert printed.count("\n") == 1
        assert str(folder) in printed


@alone
def test_outline_of_a_study(tmp_path):
    outline = Outline("A study", ["a.b"], {"b=1": {"a.b": 1}, "b=x": {"a.b": [True, "x"]}})
    write_outline(outline, tmp_path)
    assert read_outline(tmp_path) == outline
    (tmp_path / OUTLINE).write_text(json.dumps({"title": "A study", "keys": ["a.b"]}))
    with pytest.raises(InputError, match=r"study.json: is damaged; hebbfilm study STUDY --out"):
        read_outline(tmp_path)
    with pytest.raises(InputError, match=r"study.json: no such file, as an earlier version made"):
        read_outline(tmp_path / "nowhere")


@alone
def test_signal_while_drawing_ends_all(run, capsys, monkeypatch):
    """Ctrl-C reaches this process alone; it lets the others stop, and no queue stays."""
    monkeypatch.setattr(hands, "hands_for", lambda order: 2)
    pictures_of = hands.pictures_of

    def interrupted(folder):
        os.kill(os.getpid(), signal.SIGINT)
        return pictures_of(folder)

    monkeypatch.setattr(hands, "pictures_of", interrupted)
    assert main(["pictures", str(run)]) == 130
    assert "stopped by SIGINT" in capsys.readouterr().err
    assert not list((run / "pictures").glob(".queue*"))
