"""A run that was cut off at any moment goes on as if nothing had happened, to the last bit."""

import json
import resource
import shutil
import time
import tomllib
from itertools import pairwise

import numpy as np
import pytest

import hebbfilm
from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.analysis.trajectories import read_record
from hebbfilm.run.folder.conductance_table import conductance_header as header
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.training import recorder
from hebbfilm.run.training.recorder import Recorder
from hebbfilm.run.training.training_run import train

CASE = """
[layout]
kind = "square"
side = 120e-9
mesh_size = 15e-9
[initial]
relaxation = 8e-12
{initial}
[thermal]
temperature = {temperature}
equilibration = 4e-12
[training]
patterns = ["+,+,-,-"]
duration = 8e-12
presentation = "bipolar"
pause = 2e-12
rest = 4e-12
[reading]
average = 4e-12
duration = 2e-13
[output]
sample_interval = 2e-12
field_interval = 5e-12
texture = true
"""
SETTLED = "torque_tolerance = 1e8"
STACK = """
[material]
heat_transfer_coefficient = 3e7
temperature_coefficient = 2e-3
[heat]
sinks = { edge_1 = 300.0 }
[heat.magnet]
curie_temperature = 900.0
[oersted]
[[layers]]
name = "pt"
thickness = 3e-9
conductivity = 4e6
damping_like_efficiency = 0.1
"""
RECALL = """
[recall]
voltage = 2e-3
period = 2e-13
starts = ["+,+,+,-", "-,+,-,+"]
noise = 1e-7
most_periods = 8
"""
AMPLIFIED = """
[recall]
circuit = "amplifiers"
period = 4e-12
time_constant = 4e-13
starts = ["+,+,+,-", "-,+,-,+"]
most_periods = 4
"""
MINIMISED = "method = 'minimise'\ntorque_tolerance = 1e-3"


class CutError(Exception):
    """The end of a process, as far as one can have it without one."""


def end_process():
    raise CutError


@pytest.fixture
def start(comm, monkeypatch):
    """Does a run, or with numbers of rows saves it at one, or several, and cuts it off at another.

    By default it is cut off by an end of the process, but anything can be done to it.
    """

    def start(case, folder, save=None, cut=None, by=end_process, **options):
        watch = Recorder.watch

        def watched(it, film):
            watch(it, film)
            if it.notes.rows in (save if isinstance(save, tuple) else (save,)):
                it.checkpoint()
            if it.notes.rows == cut:
                by()

        with monkeypatch.context() as patch:
            patch.setattr(Recorder, "watch", watched)
            train(case, folder, comm, quiet=True, **options)
        comm.barrier()

    return start


def case_of(initial, temperature, stack=""):
    text = CASE.format(initial=initial, temperature=temperature) + stack
    return parse_case(tomllib.loads(text))


def spoil(folder):
    """What a kill can leave beside: half a row, a snapshot too many, an unfinished file."""
    with (folder / "conductance.csv").open("a") as table:
        table.write("3.5e-11,rel")
    (folder / "fields" / f"{len(list(folder.glob('fields/*.vtu'))):04d}.vtu").write_text("half")
    (folder / ".state.npz.abc.part").mkdir()


@pytest.mark.cross_method
@pytest.mark.parametrize(
    ("initial", "temperature", "stack", "cuts"),
    [
        # In the relaxation, coming to the temperature, reading, training, and reading again.
        ("", 300, "", [(None, 2), (3, 6), (8, 20), (27, 30), (36, 37), (45, 57)]),
        # When it had settled, in the first presentation, and at the end of the last.
        (SETTLED, 0, "", [(1, 1), (2, 3), (10, 11)]),
        # On the way to the minimum, and there.
        (MINIMISED, 0, "", [(0, 0), (1, 1)]),
        # On a layer, with all that follows the current: while it gets warm, and while it cools.
        (SETTLED, 0, STACK, [(3, 4), (6, 8), (10, 11)]),
        ("", 300, STACK, [(None, 2), (3, 6), (8, 20), (27, 30), (36, 37), (45, 57)]),
        # In the first recall on chip, and in the second; in the reading after it.
        (SETTLED, 0, RECALL, [(13, 15), (16, 18), (20, 21), (23, 26)]),
        ("", 300, RECALL, [(57, 58), (61, 63), (66, 70), (75, 80)]),
        # Saved within a period, too, as that is longer than a sample.
        (SETTLED, 0, AMPLIFIED, [(13, 14), (15, 16)]),
    ],
    ids=[
        "thermal",
        "settled",
        "minimised",
        "stack",
        "thermal stack",
        "chip",
        "thermal chip",
        "amplifiers",
    ],
)
def test_run_that_was_cut_off_leaves_what_an_undisturbed_one_does(
    start, folder_content, comm, shared_tmp_path, initial, temperature, stack, cuts
):
    case = case_of(initial, temperature, stack)
    require_like(start, folder_content, comm, shared_tmp_path, case, cuts)


def test_manifest_tells_all_sessions(start, comm, shared_tmp_path, monkeypatch):
    """Those that came to something: nothing is left of what was done after the last state."""
    case, folder = case_of(SETTLED, 0), shared_tmp_path / "run"
    # Rows are 2 ps apart. The second ends without a state of its own, and the third goes on there.
    cuts = [("a", 3, 5), ("b", None, 6), ("c", 8, 9), ("d", None, None)]
    for commit, save, cut in cuts:
        monkeypatch.setattr(recorder, "checkout_commit", lambda commit=commit: commit)
        if cut is None:
            start(case, folder, resume=True)
            continue
        with pytest.raises(CutError):
            start(case, folder, save=save, cut=cut, resume=commit != "a")
    manifest = read_manifest(folder)
    assert [each.commit for each in manifest.sessions] == ["a", "c", "d"]
    assert [each.ranks for each in manifest.sessions] == [comm.size] * 3
    assert all(each.versions == manifest.versions for each in manifest.sessions)
    begins = [each.begins for each in manifest.sessions]
    times = np.loadtxt(folder / "conductance.csv", delimiter=",", skiprows=1, usecols=0)
    assert begins == [0.0, times[2], times[7]]
    assert manifest.commit == "d"


@pytest.mark.parametrize("damaged", [False, True])
def test_manifest_of_an_earlier_version_tells_one(comm, start, shared_tmp_path, damaged):
    """What it says of itself is the first session; of a damaged one nothing is known."""
    case, folder = case_of(SETTLED, 0), shared_tmp_path / "run"
    with pytest.raises(CutError):
        start(case, folder, save=3, cut=5)
    if comm.rank == 0:
        path = folder / "manifest.json"
        told = json.loads(path.read_text())
        kept = {key: told[key] for key in told if key not in ("sessions", "checksum")}
        path.write_text("{" if damaged else json.dumps(kept | {"commit": "old", "ranks": 7}))
    comm.barrier()
    start(case, folder, resume=True)
    first, *later = read_manifest(folder).sessions
    assert len(later) == (0 if damaged else 1)
    if not damaged:
        assert (first.begins, first.commit, first.ranks) == (0.0, "old", 7)


def require_like(start, folder_content, comm, path, case, cuts):
    """A run that is cut off again and again against one that is not."""
    whole, folder = path / "whole", path / "cut"
    start(case, whole)
    for number, (save, cut) in enumerate(cuts):
        with pytest.raises(CutError):
            start(case, folder, save=save, cut=cut, resume=number > 0)
        if comm.rank == 0:
            spoil(folder)
        comm.barrier()
    start(case, folder, resume=True)
    expected, found = folder_content(whole), folder_content(folder)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.cross_method
@pytest.mark.parametrize(
    ("temperature", "cuts"),
    [
        # At the end of the first stretch, on the second, and in the rest: rows 2-5, 6-11, 12-13.
        (0, [(5, 5), (None, 6), (7, 8), (12, 13)]),
        # Readings of 20 rows end at 23, 43, 67, 87, 113 and 135, stretches at 47, 93 and 115.
        (300, [(30, 33), (47, 47), (50, 60), (67, 70), (89, 90), (100, 110), (114, 120)]),
    ],
    ids=["cold", "thermal"],
)
def test_run_that_reads_on_the_way_goes_on(
    start, folder_content, comm, shared_tmp_path, temperature, cuts
):
    steps = """steps = [
    { read = "first" }, { pattern = "+,+,-,-" }, { read = "after A" }, { read = "again" },
    { pattern = "+,+,-,-", sign = -1 }, { rest = 4e-12 }, { read = "after -A" } ]"""
    text = CASE.format(initial=SETTLED, temperature=temperature)
    text = text.replace('presentation = "bipolar"\npause = 2e-12', steps)
    reading = """[reading]
    reference = "absolute"
    since = "first"
    of = ["after A", "after -A"]
    """
    case = parse_case(tomllib.loads(text.replace("[reading]\n", reading)))
    require_like(start, folder_content, comm, shared_tmp_path, case, cuts)
    summary = json.loads((shared_tmp_path / "whole" / "summary.json").read_text())
    manifest = json.loads((shared_tmp_path / "whole" / "manifest.json").read_text())
    labels = ["untrained", "first", "after A", "again", "after -A", "trained"]
    assert list(summary["readings"]) == [*labels, "uniform"]
    rows = (shared_tmp_path / "whole" / "conductance.csv").read_text().count("\n") - 1
    assert rows == (135 if temperature else 13)
    assert [s["label"] for s in manifest["fields"] if s["label"] in labels] == labels
    read = {label: np.array(matrix) for label, matrix in summary["readings"].items()}
    mean = (read["after A"] + read["after -A"]) / 2
    d = (read["first"] - mean)[np.triu_indices(4, 1)]
    found = np.array(summary["weights"])[np.triu_indices(4, 1)]
    # G is symmetric to 1e-10 of its largest.
    assert found == pytest.approx(d.mean() - d, rel=0, abs=1e-9 * np.abs(mean).max())
    if not temperature:
        # No time passes between two readings.
        assert np.array_equal(read["first"], read["untrained"])
        assert np.array_equal(read["again"], read["after A"])
    changes = [np.abs(read[a] - read[b]).max() for a, b in pairwise(labels[2:])]
    assert all(change > 1e-9 for change in (changes if temperature else changes[1:]))


@pytest.mark.cross_method
@pytest.mark.parametrize(
    "cuts",
    # While it is formed, when it is, in the second half period, and in the pause after it.
    [[(3, 4), (9, 9), (12, 14), (17, 17)], [(None, 2), (10, 11), (13, 13), (18, 19)]],
)
def test_run_that_is_formed_and_alternates_goes_on(
    start, folder_content, comm, shared_tmp_path, cuts
):
    protocol = """presentation = "alternating"
    half_period = 2e-12
    negative_voltage = 0.03
    decay = 0.9
    polarity = "most_negative"
    read_each = true
    repeats = 2
    pause = 2e-12
    forming = { patterns = ["+,-,+,-"], amplitudes = [1.0, 0.5], duration = 2e-12, rest = 4e-12 }"""
    text = CASE.format(initial=SETTLED, temperature=0).replace('["+,+,-,-"]', '["+,+,-,+"]')
    text = text.replace('presentation = "bipolar"\npause = 2e-12', protocol)
    case = parse_case(tomllib.loads(text))
    require_like(start, folder_content, comm, shared_tmp_path, case, cuts)
    whole = shared_tmp_path / "whole"
    summary = json.loads((whole / "summary.json").read_text())
    labels = ["untrained", "formed", "after 1", "after 2", "trained", "uniform"]
    assert list(summary["readings"]) == labels
    assert summary["patterns"] == [[1, 1, -1, 1]]
    signs = [(entry["pattern"], entry["sign"]) for entry in summary["presentations"]]
    assert signs == 4 * [("+,+,-,+", -1), ("+,+,-,+", 1)]
    rows = [row.split(",") for row in (whole / "conductance.csv").read_text().splitlines()]
    phases = [row[rows[0].index("phase")] for row in rows[1:]]
    # Samples of 2 ps: the end of settling, forming and its rest, and twice four halves and a pause.
    expected = ["relax"] * (len(phases) - 18) + 4 * ["form"] + 2 * ["rest"]
    assert phases == expected + 2 * (4 * ["train"] + ["rest"]) + 2 * ["rest"]
    for driven in read_record([whole]).trajectories.driven.T:
        assert driven.tolist() == [phase in ("form", "train") for phase in phases[-18:]]
    assert "rad while it was formed" in run_report(whole)


@pytest.mark.cross_method
def test_run_of_twins_with_a_film_to_compare_with_goes_on(
    start, folder_content, comm, shared_tmp_path
):
    """In its first presentation, and with noise in readings: rows 4-23, 24-28, …"""
    text = CASE.format(initial=SETTLED, temperature=300)
    text = text.replace("mesh_size = 15e-9", "mesh_size = 20e-9\ncopies = 3")
    case = parse_case(tomllib.loads('neurons = "twins_and_reference"' + text))
    require_like(start, folder_content, comm, shared_tmp_path, case, [(8, 12), (24, 26), (37, 45)])


@pytest.mark.regression
def test_script_stops_a_run_and_goes_on_by_public_names(comm, shared_tmp_path, capsys):
    """With the folder as text and pictures by `draw_all`; and again when nothing is left to do."""
    few_snapshots = CASE.format(initial=SETTLED, temperature=0).replace(
        "field_interval = 5e-12", ""
    )
    folder, case = shared_tmp_path / "run", parse_case(tomllib.loads(few_snapshots))
    stop = hebbfilm.StopRequest(comm, end=time.time())
    with pytest.raises(hebbfilm.Interrupted, match="the wall time") as stopped:
        hebbfilm.train(case, str(folder), comm, quiet=True, stop=stop)
    assert stopped.value.status == 75
    said = []
    for draw in (hebbfilm.draw_all, None):
        capsys.readouterr()
        hebbfilm.train(case, str(folder), comm, resume=True, draw=draw)
        comm.barrier()
        assert (folder / "pictures" / "overview.png").is_file()
        said.append("Nothing of this run is left to do" in capsys.readouterr().err)
    assert said == [False, comm.rank == 0]


@pytest.mark.regression
@pytest.mark.parametrize("change", [lambda h: [*h, "noise_K"], lambda h: h[:-1]])
def test_run_with_columns_of_another_version_is_refused_and_kept(
    start, folder_content, comm, shared_tmp_path, monkeypatch, change
):
    """Rows of another length under its header would spoil what it has recorded."""
    folder = shared_tmp_path / "run"
    with pytest.raises(CutError):
        start(case_of(SETTLED, 0), folder, save=2, cut=4)
    comm.barrier()
    before = folder_content(folder)
    with monkeypatch.context() as patch:
        patch.setattr(recorder, "conductance_header", lambda *film: change(header(*film)))
        with pytest.raises(InputError, match=r"conductance\.csv: .* no column .*; go on with"):
            start(case_of(SETTLED, 0), folder, resume=True)
    comm.barrier()
    assert folder_content(folder) == before


@pytest.fixture
def full_disk():
    """From the call on, no file can grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda free: resource.setrlimit(resource.RLIMIT_FSIZE, (free, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.cross_method
@pytest.mark.parametrize(
    ("save", "cut", "free", "failed"),
    [
        (2, 4, 0, "conductance.csv"),
        (2, 2, 9000, "0002.vtu"),
        # Saved once more between two snapshots, which are larger.
        ((2, 12), 11, 11_000, "state.npz"),
    ],
)
def test_full_disk_is_named_and_takes_nothing_that_was_saved(
    start, folder_content, full_disk, shared_tmp_path, save, cut, free, failed
):
    whole, folder = shared_tmp_path / "whole", shared_tmp_path / "cut"
    case = case_of(SETTLED, 0)
    start(case, whole)
    with pytest.raises(InputError, match=f"cannot write .*{failed}'?: ") as told:
        start(case, folder, save=save, cut=cut, by=lambda: full_disk(free))
    assert "\n" not in str(told.value)
    full_disk(resource.RLIM_INFINITY)
    start(case, folder, resume=True)
    assert folder_content(folder) == folder_content(whole)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("conductance.csv", "remove", "cannot write .*conductance.csv: No such file"),
        ("conductance.csv", "shorten", "conductance.csv was changed by others"),
        ("conductance.csv", "replace", "conductance.csv was changed by others"),
        ("case.toml", "remove", "case.toml was removed while the run was at work"),
        ("fields/0000.vtu", "remove", "0000.vtu was removed while the run was at work"),
        ("fields", "remove", "cannot write .*vtu"),
        (".", "remove", "cannot write .*conductance.csv: No such file"),
    ],
)
def test_files_taken_from_a_run_at_work_are_named(
    start, comm, shared_tmp_path, name, change, message
):
    folder = shared_tmp_path / "run"
    path = folder / name

    def meddle():
        comm.barrier()
        if comm.rank == 0:
            if path.is_dir():
                shutil.rmtree(path)
            elif change == "remove":
                path.unlink()
            else:
                rows = path.read_text().splitlines(keepends=True)
                path.write_text("".join(rows[:-1] if change == "shorten" else rows[::-1]))
        comm.barrier()

    with pytest.raises(InputError, match=message) as told:
        start(case_of(SETTLED, 0), folder, save=2, cut=4, by=meddle)
    assert "\n" not in str(told.value)
    comm.barrier()
    assert not (folder / "summary.json").exists()
    if change != "remove" or name == "conductance.csv":
        assert (folder / "state.npz").is_file()


def test_mesh_of_a_version_before_is_asked_for_once(comm, shared_tmp_path):
    """Folders of versions that meshed every film at once say nothing of refinements."""
    text = """
[layout]
kind = "strip"
length = 120e-9
width = 60e-9
mesh_size = 10e-9
[initial]
relaxation = 1e-12
[training]
patterns = ["+-"]
duration = 2e-12
rest = 0.0
[reading]
duration = 2e-13
"""
    asked = {k: parse_case(tomllib.loads(f"{text}[numerics]\nrefinements = {k}")) for k in (0, 1)}
    folder = shared_tmp_path / "run"
    train(parse_case(tomllib.loads(text)), folder, comm, quiet=True)
    with pytest.raises(InputError, match=r"numerics\.refinements = None, not 1: remove"):
        train(asked[1], folder, comm, resume=True, quiet=True)
    train(asked[0], folder, comm, resume=True, quiet=True)
    assert "refinements = 0" in (folder / "case.toml").read_text()
    kept = read_case_of_run(folder)
    assert kept.numerics.refinements == 0
    train(kept, folder, comm, resume=True, quiet=True)
    with pytest.raises(InputError, match=r"numerics\.refinements = 0, not 1: remove"):
        train(asked[1], folder, comm, resume=True, quiet=True)
