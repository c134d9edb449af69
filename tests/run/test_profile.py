"""Where the time of a run goes: that every part is found, and nothing counts twice."""

import itertools
import json
import re
import time
from pathlib import Path

import pytest

from hebbfilm.run.cli import main
from hebbfilm.run.folder.profile import PartEntry, Profile
from hebbfilm.run.pictures import gallery
from hebbfilm.run.profile import profile, stopwatch
from hebbfilm.run.profile.places import PARTS, PLACES
from hebbfilm.run.profile.stopwatch import Place, Stopwatch, watching
from hebbfilm.run.profile.text import profile_text

CASES = Path(__file__).parents[2] / "run" / "cases"
COARSE = ["layout.mesh_size=30e-9", "numerics.allow_coarse_mesh=true"]
SHORT = ["initial.relaxation=4e-11", "training.duration=4e-11", "training.rest=2e-11",
         "output.sample_interval=2e-11"]  # fmt: skip
ALWAYS = {
    "imports", "meshing", "set-up of the film", "field and torque", "assembly of σ(m)",
    "potential and current", "drift", "exchange between ranks", "reading", "output",
    "weights, recall, checks", "Python and rest",
}  # fmt: skip
PROTOCOL = """
[layout]
kind = "square"
side = 200e-9
mesh_size = 30e-9

[initial]
method = "minimise"

[[protocol.steps]]
kind = "drive"
drives = { edge_1 = 0.01, edge_3 = 0.0 }
duration = 2e-11

[[protocol.steps]]
kind = "read"
"""


@pytest.fixture
def clock(monkeypatch):
    """Gains a second whenever it is looked at."""
    ticks = itertools.count()
    monkeypatch.setattr(stopwatch.time, "perf_counter", lambda: next(ticks))


def test_parts_do_not_count_what_is_timed_inside_them(clock):
    watch = Stopwatch()
    inner = watch.timed("inner", "nothing", lambda: None)
    watch.timed("outer", "twice", lambda: (inner(), inner()))()
    assert watch.calls == {"nothing": 2, "twice": 1}
    assert watch.seconds == {"inner": 2, "outer": 3}


def test_whole_parts_count_all_that_they_call(clock):
    watch = Stopwatch()
    inner = watch.timed("inner", "nothing", lambda: None)
    watch.timed("outer", "twice", lambda: (inner(), inner()), whole=True)()
    assert watch.seconds == {"outer": 1}
    inner()
    assert watch.seconds == {"outer": 1, "inner": 1}


def test_what_fails_counts_and_is_over(clock):
    watch = Stopwatch()
    with pytest.raises(ZeroDivisionError):
        watch.timed("fails", "divide", lambda: 1 / 0, whole=True)()
    watch.timed("next", "nothing", lambda: None)()
    assert watch.seconds == {"fails": 1, "next": 1}


def test_every_place_is_there_and_is_left_as_it_was():
    """A function that moved elsewhere would be missed, and its time count as the rest."""
    found = [stopwatch._found(where) for _, where, _ in PLACES]
    before = [getattr(owner, name) for owner, name in found]
    with watching(Stopwatch(), PLACES):
        now = [getattr(owner, name) for owner, name in found]
        assert all(one.__wrapped__ is other for one, other in zip(now, before, strict=True))
    assert [getattr(owner, name) for owner, name in found] == before
    assert {part for part, _, _ in PLACES} | {"imports"} == set(PARTS)


def test_place_that_is_not_there_is_an_error():
    with (
        pytest.raises(AttributeError, match="solve_all"),
        watching(Stopwatch(), [Place("x", "hebbfilm.solvers.film:Film.solve_all")]),
    ):
        pass


def profiled(comm, folder, capsys, *arguments):
    """What the file has, and what was printed on rank 0."""
    capsys.readouterr()
    assert main([*arguments, "--profile"]) == 0
    comm.barrier()
    return json.loads((folder / "profile.json").read_text()), capsys.readouterr().out


def set_all(settings):
    return [word for each in settings for word in ("--set", each)]


def test_shares_of_a_training_add_up_and_table_and_file_agree(
    comm, shared_tmp_path, capsys, monkeypatch
):
    out = shared_tmp_path / "run"
    monkeypatch.setattr(gallery, "draw_all", lambda *_, **__: [])
    began = time.perf_counter()
    given = [str(CASES / "four_node.toml"), *set_all([*COARSE, *SHORT]), "--out", str(out)]
    found, printed = profiled(comm, out, capsys, "train", *given, "--pictures", "few")
    assert found["format"] == 1
    assert found["ranks"] == comm.size
    parts = found["parts"]
    assert set(parts) == ALWAYS | {"pictures"}
    assert list(parts) == [part for part in PARTS if part in parts]
    assert sum(part["share"] for part in parts.values()) == pytest.approx(1)
    assert all(0 < part["share"] < 1 for part in parts.values())
    assert all(part["least_s"] <= part["mean_s"] <= part["most_s"] for part in parts.values())
    # What went before main() counts as well, but as imports alone.
    inside = sum(part["most_s"] for name, part in parts.items() if name != "imports")
    assert inside <= comm.size * (time.perf_counter() - began)
    if comm.rank:
        assert printed == ""
        return
    rows = dict(re.findall(r"^ (.+?) {2,}([\d.]+) +[\d.]+", printed, re.MULTILINE))
    assert rows == {name: f"{100 * part['share']:.1f}" for name, part in parts.items()}


def test_session_that_only_reads_anew_tells_of_itself_alone(comm, shared_tmp_path, capsys):
    out = shared_tmp_path / "run"
    settings = set_all([*COARSE, *SHORT])
    given = [str(CASES / "four_node.toml"), *settings, "--out", str(out), "--no-pictures"]
    assert main(["train", *given]) == 0
    comm.barrier()
    assert not (out / "profile.json").exists()
    again = [str(out), "--resume", "--no-pictures"]
    found, _ = profiled(comm, out, capsys, "train", *again)
    assert "weights, recall, checks" in found["parts"]
    assert "drift" not in found["parts"]
    assert "pictures" not in found["parts"]


def test_heat_noise_and_the_demagnetising_field_are_told_apart(comm, shared_tmp_path, capsys):
    out = shared_tmp_path / "run"
    settings = [*COARSE, *SHORT, "demagnetisation=full", "oersted=true", "initial.relaxation=0"]
    settings += ["thermal.temperature=300", "thermal.equilibration=0", "reading.average=2e-12"]
    given = [str(CASES / "heated.toml"), *set_all(settings), "--out", str(out), "--no-pictures"]
    found, _ = profiled(comm, out, capsys, "train", *given)
    assert set(found["parts"]) == ALWAYS | {"noise", "demagnetisation", "Oersted field", "heat"}


def test_protocols_are_profiled_too(comm, shared_tmp_path, capsys):
    case, out = shared_tmp_path / "case.toml", shared_tmp_path / "run"
    if comm.rank == 0:
        case.write_text(PROTOCOL)
    comm.barrier()
    given = [str(case), *set_all(COARSE[1:]), "--out", str(out), "--no-pictures"]
    found, _ = profiled(comm, out, capsys, "run", *given)
    assert set(found["parts"]) == ALWAYS | {"linear algebra of steps"}


def test_start_of_the_process_lies_before_everything(monkeypatch):
    since = time.perf_counter() - profile.process_start()
    # The kernel tells it to a hundredth of a second.
    assert since > time.process_time() / 2 - 0.02

    def fail(*_, **__):
        raise OSError

    monkeypatch.setattr(profile.Path, "read_text", fail)
    used, start = time.process_time(), profile.process_start()
    assert time.perf_counter() - start >= used


def test_one_rank_has_no_extremes():
    entry = PartEntry(share=1.0, mean_s=2.0, least_s=1.5, most_s=2.5)
    one = profile_text(Profile(ranks=1, wall_s=2.0, parts={"meshing": entry}))
    two = profile_text(Profile(ranks=2, wall_s=2.0, parts={"meshing": entry}))
    assert "least s" not in one
    assert "least s" in two
    assert "100.0  " in two
    assert "1.50" in two
    assert "2.50" in two
    assert "2.0 s of wall time on 2 ranks" in two
