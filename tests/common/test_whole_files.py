"""Files that are written whole or not at all."""

import os
import resource
import socket
import stat
from contextlib import contextmanager

import pytest

from hebbfilm.common.errors import InputError, MeshError
from hebbfilm.common.whole_files import replacing
from hebbfilm.meshing import mesh_film, read_msh, strip, write_msh


@contextmanager
def full_disk(free):
    """No file can grow beyond so many bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_file_takes_the_place_of_an_older_one(tmp_path):
    target = tmp_path / "table.csv"
    for text in ("old", "new"):
        with replacing(target) as path:
            assert path.name == target.name
            path.write_text(text)
        assert target.read_text() == text
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_files_beside_move_along(tmp_path):
    with replacing(tmp_path / "mesh.xdmf") as path:
        path.write_text("names mesh.h5")
        path.with_suffix(".h5").write_text("data")
    assert {file.name for file in tmp_path.iterdir()} == {"mesh.xdmf", "mesh.h5"}


def test_crash_leaves_the_older_file(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")

    def write():
        with replacing(target) as path:
            path.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_full_disk_leaves_the_older_file(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")

    def write():
        with full_disk(1000), replacing(target) as path:
            path.write_bytes(bytes(2000))

    with pytest.raises(InputError, match=r"cannot write .*table.csv': "):
        write()
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["table.csv", "table.h5"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device", "link to a device"])
def test_what_is_no_file_is_kept(tmp_path, kind, name):
    """Itself, and what would be written beside the target."""
    there = tmp_path / name
    if kind == "folder":
        there.mkdir()
    elif kind == "pipe":
        os.mkfifo(there)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(there))
    elif kind == "link to a device":
        there.symlink_to("/dev/full")
    else:
        try:
            os.mknod(there, stat.S_IFCHR | 0o600, os.makedev(1, 7))
        except PermissionError:
            pytest.skip("only root makes devices")
    before = there.lstat()

    def write():
        with replacing(tmp_path / "table.csv") as path:
            path.write_text("new")
            path.with_suffix(".h5").write_text("new")

    with pytest.raises(InputError, match=r"cannot write .*table.csv': .* is no regular file but a"):
        write()
    assert there.lstat().st_mode == before.st_mode
    assert there.lstat().st_ino == before.st_ino
    assert list(tmp_path.iterdir()) == [there]


def test_file_behind_a_link_may_be_replaced(tmp_path):
    (tmp_path / "old").write_text("old")
    (tmp_path / "table.csv").symlink_to("old")
    with replacing(tmp_path / "table.csv") as path:
        path.write_text("new")
    assert (tmp_path / "table.csv").read_text() == "new"
    assert (tmp_path / "old").read_text() == "old"


def test_missing_folder_is_made_if_asked(tmp_path):
    target = tmp_path / "pictures" / "a.png"
    with pytest.raises(InputError, match="No such file"), replacing(target):
        pass
    with replacing(target, make_parents=True) as path:
        path.write_text("a")
    assert target.read_text() == "a"


def test_mesh_on_a_full_disk_is_named(comm, shared_tmp_path):
    path = shared_tmp_path / "film.msh"
    film = mesh_film(strip(60e-9, 40e-9, mesh_size=5e-9), comm)
    write_msh(film, path)
    comm.barrier()
    with pytest.raises(MeshError, match="cannot write"), full_disk(2000):
        write_msh(film, path)
    again = read_msh(path, comm, thickness=film.thickness)
    assert again.numbering.size == film.numbering.size
