"""Folders that last as long as the process that made them."""

import signal
import subprocess
import sys

from hebbfilm.common import temporary
from hebbfilm.common.temporary import remove_abandoned, temporary_folder
from hebbfilm.common.whole_files import replacing

KILLED = """
import os, pathlib, runpy, signal, sys
temporary_folder = runpy.run_path(sys.argv[1])["temporary_folder"]
with temporary_folder(pathlib.Path(sys.argv[2]), "a."):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_folder_lasts_until_the_end(tmp_path):
    with temporary_folder(tmp_path, "a.", ".b") as folder:
        (folder / "file").write_text("text")
        assert [folder.name] == names(tmp_path)
        assert folder.name.startswith("a.")
        assert folder.name.endswith(".b")
    assert not names(tmp_path)


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_not(tmp_path):
    command = [sys.executable, "-c", KILLED, temporary.__file__, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    (abandoned,) = names(tmp_path)
    (tmp_path / "other").mkdir()
    with temporary_folder(tmp_path, "a.") as used:
        remove_abandoned(tmp_path, "b.")
        assert abandoned in names(tmp_path)
        remove_abandoned(tmp_path, "a.")
        assert names(tmp_path) == sorted([used.name, "other"])
        remove_abandoned(tmp_path, "a.")
        assert used.is_dir()
    remove_abandoned(tmp_path / "missing", "a.")


def test_file_that_was_cut_short_is_written_again_and_leaves_nothing(tmp_path):
    target = tmp_path / "table.csv"

    abandoned = tmp_path / ".table.csv.1.part"
    abandoned.mkdir()
    (abandoned / "table.csv").write_text("half")
    with replacing(tmp_path / "other.csv") as path:
        path.write_text("other")
    assert abandoned.is_dir()
    with replacing(target) as first:
        first.write_text("first")
        # Another process writes the same file at the same time: neither disturbs the other.
        with replacing(target) as second:
            second.write_text("second")
        assert target.read_text() == "second"
    assert target.read_text() == "first"
    assert names(tmp_path) == ["other.csv", "table.csv"]
