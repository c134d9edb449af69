"""The commit that a manifest records: of the checkout itself, and of nothing around it."""

import os
import shutil
import subprocess

import pytest

from hebbfilm.run.folder.commit import checkout_commit

IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@b.c")


@pytest.fixture
def checkout(tmp_path):
    """A folder that says of itself that it is one."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def stand_in(tmp_path, monkeypatch, script):
    """A program in the place of git."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_folder_that_is_no_checkout_has_none(tmp_path, monkeypatch):
    """Though it may lie in one, as an installed package may."""
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "site-packages"
    inner.mkdir()
    monkeypatch.setenv("HEBBFILM_COMMIT", f"{tmp_path}@abc")
    stand_in(tmp_path, monkeypatch, "echo abc")
    assert checkout_commit(inner) == ""


def test_git_is_asked_of_this_very_folder(checkout, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    stand_in(checkout, monkeypatch, 'echo "$PWD $GIT_DIR$*"')
    told = checkout_commit(checkout)
    assert told.startswith(f"{checkout} describe --always")
    assert "--dirty" in told


def test_without_git_the_commit_is_that_told_from_outside(checkout, monkeypatch):
    stand_in(checkout, monkeypatch, "exit 127")
    monkeypatch.setenv("HEBBFILM_COMMIT", f"{checkout}@abc-dirty")
    assert checkout_commit(checkout) == "abc-dirty"
    monkeypatch.setenv("HEBBFILM_COMMIT", f"{checkout}/other@abc")
    assert checkout_commit(checkout) == ""
    monkeypatch.delenv("HEBBFILM_COMMIT")
    assert checkout_commit(checkout) == ""


@pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")
def test_changed_files_are_told(tmp_path):
    def git(*words):
        command = ["git", "-C", tmp_path, *IDENTITY, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init")
    file = tmp_path / "a.py"
    file.write_text("a = 1")
    git("add", ".")
    git("commit", "-m", "a")
    head = git("rev-parse", "HEAD")
    assert checkout_commit(tmp_path) == head
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "b.csv").write_text("1")
    assert checkout_commit(tmp_path) == head
    file.write_text("a = 2")
    assert checkout_commit(tmp_path) == f"{head}-dirty"
