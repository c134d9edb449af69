"""State files that are not as they were written, or never were such files."""

import hashlib
import io
import json
import resource
import zipfile

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, NumericTorque, load_state, save_state

DAMAGED = "is not a state file of hebbfilm, or damaged: its checksum does not fit"


@pytest.fixture
def film(comm):
    film = Film(mesh_film(strip(60e-9, 30e-9, mesh_size=10e-9), comm))
    film.randomise(seed=1)
    return film


@pytest.fixture
def path(film, shared_tmp_path):
    path = shared_tmp_path / "state.npz"
    save_state(film, path, {"remark": "µ"})
    film.comm.barrier()
    return path


def alter(film, path, content):
    """Rank 0 writes other content."""
    film.comm.barrier()
    if film.comm.rank == 0:
        path.write_bytes(content)
    film.comm.barrier()


def refusal(film, path):
    """The one line by which the file is refused; m is then as it was."""
    before = film.m.copy()
    with pytest.raises(InputError) as refused:
        load_state(film, path)
    assert np.array_equal(film.m, before)
    message = str(refused.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


def test_state_is_an_archive_that_numpy_reads(film, path):
    if film.comm.rank == 0:
        with np.load(path) as archive:
            assert json.loads(str(archive["header"]))["notes"] == {"remark": "µ"}
    assert load_state(film, path) == {"remark": "µ"}


def test_every_flipped_bit_is_noticed(film, path):
    """Of 150 bits all over the file, also where the archive keeps a checksum of nothing."""
    whole = film.comm.bcast(path.read_bytes())
    places = np.random.default_rng(0).integers(0, 8 * len(whole), 150)
    ends = [0, 8 * len(whole) - 1]
    for place in [*ends, *places]:
        altered = bytearray(whole)
        altered[place // 8] ^= 1 << place % 8
        alter(film, path, bytes(altered))
        assert refusal(film, path).endswith(DAMAGED)
    alter(film, path, whole)
    load_state(film, path)


@pytest.mark.parametrize("kept", [0.0, 0.001, 0.3, 0.9, 0.9999])
def test_file_that_was_cut_short_is_refused(film, path, kept):
    whole = film.comm.bcast(path.read_bytes())
    alter(film, path, whole[: int(kept * len(whole))])
    assert refusal(film, path).endswith(DAMAGED)


def archive_of(**arrays):
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (b"not an archive", DAMAGED),
        (archive_of(m=np.zeros(3)), DAMAGED),
        (archive_of(header=np.arange(3)), DAMAGED),
        (archive_of(header=np.array("[4]")), DAMAGED),
        (
            archive_of(header=np.array('{"format": 3}')),
            "has state format 3; this version reads 4 and 5",
        ),
    ],
)
def test_foreign_file_is_refused(film, path, content, end):
    alter(film, path, content)
    assert refusal(film, path).endswith(end)


class Counting(NumericTorque):
    """Remembers how often it was asked."""

    def __init__(self, name):
        self.name, self.calls = name, 0

    def torque(self, state):
        self.calls += 1
        return 0 * state.m

    def state(self):
        return {f"{self.name}_calls": self.calls}

    def restore(self, state):
        self.calls = state[f"{self.name}_calls"]


@pytest.mark.parametrize(
    ("saved", "loaded", "told"),
    [
        (["first"], [], "has the state of first; in this film there is one of none"),
        (
            [],
            ["first"],
            "has the state of no terms and torques; in this film there is one of first",
        ),
        (["first"], ["second"], "has the state of first; in this film there is one of second"),
    ],
)
def test_states_of_other_torques_are_refused(film, path, saved, loaded, told):
    one = Film(film.film_mesh, torques=list(map(Counting, saved)))
    other = Film(film.film_mesh, torques=list(map(Counting, loaded)))
    save_state(one, path)
    with pytest.raises(InputError, match=told):
        load_state(other, path)
    assert load_state(one, path) == {}


def earlier(path, notes):
    """The content of a state file as versions up to format 4 wrote it."""
    with np.load(path) as archive:
        arrays = dict(archive)
    header = {**json.loads(str(arrays.pop("header"))), "format": 4, "notes": notes}
    content = io.BytesIO()
    np.savez(content, header=np.array(json.dumps(header)), **arrays)
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = bytes(64)
    covered = content.getvalue()[:-64]
    return covered + hashlib.sha256(covered).hexdigest().encode()


@pytest.mark.regression
def test_state_of_an_earlier_version_is_read_and_its_damage_noticed(film, path):
    content = film.comm.bcast(on_root(film.comm, lambda: earlier(path, "of old")))
    before = film.m.copy()
    alter(film, path, content)
    film.randomise(seed=2)
    assert load_state(film, path) == "of old"
    assert np.array_equal(film.m, before)
    for place in np.random.default_rng(1).integers(0, len(content), 40):
        altered = bytearray(content)
        altered[place] ^= 4
        alter(film, path, bytes(altered))
        assert refusal(film, path).endswith(DAMAGED)


@pytest.mark.cross_method
def test_state_is_the_same_file_on_any_ranks_and_read_on_any(comm, shared_tmp_path):
    """Of three blocks of vertices: from one rank, and to it, to the last bit."""
    kept = []
    for ranks, name in ((comm, "all"), (MPI.COMM_SELF, f"one_{comm.rank}")):
        film = Film(mesh_film(strip(150e-9, 90e-9, mesh_size=2.5e-9), ranks))
        x, y, _ = film.film_mesh.coordinates[: film.operators.owned].T
        film.set_magnetisation(np.column_stack([x, y + 1e-9, 1e-8 + 0 * x]))
        kept.append((film, film.m.copy(), shared_tmp_path / f"{name}.npz"))
        save_state(film, kept[-1][2])
    comm.barrier()
    (of_all, m, path), (of_one, whole, single) = kept
    assert of_all.film_mesh.numbering.size > 2 * 1024
    assert path.read_bytes() == single.read_bytes()
    for film, expected, file in ((of_all, m, single.with_name("one_0.npz")), (of_one, whole, path)):
        film.randomise(seed=3)
        load_state(film, file)
        assert np.array_equal(film.m, expected)


def test_full_disk_of_one_rank_is_told_by_all(film, path):
    before = path.read_bytes()
    film.comm.barrier()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    if film.comm.rank == film.comm.size - 1:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(InputError, match=rf"^cannot write '{path}': File too large$"):
            save_state(film, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    film.comm.barrier()
    assert path.read_bytes() == before


def test_state_of_a_film_of_other_vertices_is_refused(film, path):
    """As many of them, half as far apart."""
    with pytest.raises(InputError, match="is of another mesh: its vertices lie elsewhere"):
        load_state(Film(mesh_film(strip(30e-9, 15e-9, mesh_size=5e-9), film.comm)), path)
