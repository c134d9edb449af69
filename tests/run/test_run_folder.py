"""The folder of a run: what may be taken up again, and by whom."""

import subprocess
import sys

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.folder import writer as run_folder
from hebbfilm.run.folder.lock import sole_use
from hebbfilm.run.folder.writer import RunFolder

HEADER = ["t_s", "phase"]
TABLE = "t_s,phase\n1e-11,relax\n2e-11,relax\n"
HOLDER = """
import fcntl, os, sys, time
fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path):
    """With everything that stands there when the first state is saved, but that state."""
    run = RunFolder(tmp_path / "run")
    with run.opened(overwrite=False, resume=False) as goes_on:
        assert not goes_on
        (run.path / "manifest.json").write_text("{}")
        (run.path / "case.toml").touch()
        run.table.start(["t_s", "phase"])
    return run


def goes_on(run, **options):
    with run.opened(**{"overwrite": False, "resume": True} | options) as found:
        return found


def test_folder_that_was_only_just_made_will_do(tmp_path):
    assert not goes_on(RunFolder(tmp_path))
    assert [entry.name for entry in tmp_path.iterdir()] == ["fields"]


def test_run_goes_on_from_its_state_and_begins_anew_before_it_has_one(folder):
    assert not goes_on(folder)
    assert not folder.table.path.exists()
    (folder.path / "state.npz").write_text("")
    assert goes_on(folder)
    assert (folder.path / "state.npz").exists()


@pytest.mark.parametrize("there", ["recall.csv", "fields/0000.vtu", "pictures/a.png", "rows"])
def test_run_whose_state_is_lost_is_not_begun_anew_unasked(folder, there):
    if there == "rows":
        (folder.path / "conductance.csv").write_text(TABLE)
    else:
        (folder.path / there).parent.mkdir(exist_ok=True)
        (folder.path / there).write_text("")
    with pytest.raises(InputError, match=r"there is no state file .*state\.npz; start with --over"):
        goes_on(folder)
    assert (folder.path / "case.toml").exists()


def test_folder_without_a_run_cannot_go_on(tmp_path):
    with pytest.raises(InputError, match=r"there is no run .*nowhere to go on with"):
        goes_on(RunFolder(tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputError, match="there is no state file"):
        goes_on(RunFolder(tmp_path))


def test_run_is_replaced_only_if_asked(folder):
    (folder.path / "state.npz").write_text("")
    with pytest.raises(InputError, match=r"holds a run already \(state\.npz\): add --resume"):
        goes_on(folder, resume=False)
    assert not goes_on(folder, resume=False, overwrite=True)
    assert [entry.name for entry in folder.path.iterdir()] == ["fields"]


@pytest.mark.parametrize("name", ["case.toml", "recall.csv", "pictures/a.png", "fields/a.txt"])
@pytest.mark.parametrize("options", [{}, {"overwrite": True}, {"resume": True}])
def test_what_is_not_of_a_run_is_kept(tmp_path, name, options):
    """A folder of somebody's own work with names that a run has too."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    with pytest.raises(InputError, match=r"no run that it could be of|no state file"):
        goes_on(RunFolder(tmp_path), **{"resume": False} | options)
    assert [file.read_text() for file in tmp_path.rglob("*.*")] == ["mine"]


def test_table_is_cut_to_the_rows_that_the_state_counts(folder):
    (folder.path / "conductance.csv").write_text(TABLE + "3e-11,re")
    folder.table.cut(1, None, HEADER)
    assert folder.table.path.read_text() == "t_s,phase\n1e-11,relax\n"


@pytest.mark.parametrize(
    "text", [TABLE, TABLE + "3e-11,re", TABLE.replace("2e-11,", "") + "3e-11,relax\n", "", "\0"]
)
def test_table_that_lost_rows_is_refused(folder, text):
    (folder.path / "conductance.csv").write_text(text)
    with pytest.raises(InputError, match=r"cannot go on with .*conductance\.csv: ") as refused:
        folder.table.cut(3, None, HEADER)
    assert "\n" not in str(refused.value)
    assert folder.table.path.read_text() == text


@pytest.mark.parametrize(
    ("header", "difference"),
    [
        ([*HEADER, "noise_K"], "it has no column noise_K"),
        (HEADER[:1], "this version writes no column phase"),
        (["t_s", "g_S"], "it has no column g_S and this version writes no column phase"),
        (HEADER[::-1], "this version writes its columns in another order"),
    ],
)
def test_table_with_columns_of_another_version_is_refused(folder, header, difference):
    (folder.path / "conductance.csv").write_text(TABLE)
    with pytest.raises(InputError, match=r"cannot go on with .*conductance\.csv: ") as refused:
        folder.table.cut(1, None, header)
    assert f"{difference}; go on with the version of hebbfilm that began the run" in str(
        refused.value
    )
    assert "\n" not in str(refused.value)
    assert folder.table.path.read_text() == TABLE


def test_one_process_at_a_time_is_at_work(folder, monkeypatch):
    """Another waits for a moment, and goes on once the first has been killed."""
    command = [sys.executable, "-c", HOLDER, str(folder.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        monkeypatch.setattr(run_folder, "sole_use", lambda path: sole_use(path, patience=0.2))
        with pytest.raises(InputError, match="another process is at work on the run in"):
            goes_on(folder)
        assert folder.table.path.exists()
        holder.kill()
        holder.wait()
    assert not goes_on(folder)
