"""Files to which all ranks write their blocks."""

import resource
from zlib import crc32

import numpy as np
import pytest

from hebbfilm.common.crc32 import joined
from hebbfilm.common.errors import InputError
from hebbfilm.common.row_blocks import RowBlocks
from hebbfilm.common.shared_files import crc_of_blocks, read_rows, replacing_together

SIZE = 5000


@pytest.fixture
def blocks(comm):
    """Every rank has each so-many-th row, in an order of its own."""
    rows = np.random.default_rng(1).permutation(SIZE)[comm.rank :: comm.size]
    return rows, RowBlocks(comm, rows, SIZE)


def save(comm, target, blocks, table, start=16):
    rows, shared = blocks
    width = table[:1].nbytes
    with replacing_together(comm, target) as file:
        (crc,) = file.write_blocks([(start + shared.first * width, shared.to_block(table[rows]))])
        file.write_pieces({0: b"a" * start, start + table.nbytes: b"z"})
    comm.barrier()
    return crc


@pytest.mark.analytic
@pytest.mark.parametrize("lengths", [[0], [1, 0, 7], [1024, 1024, 3], [8192, 0, 100_000, 1]])
def test_crc_of_the_whole_follows_from_its_parts(lengths):
    parts = [np.random.default_rng(k).bytes(length) for k, length in enumerate(lengths)]
    found = joined([(crc32(part), len(part)) for part in parts])
    assert found == crc32(b"".join(parts))


@pytest.mark.analytic
@pytest.mark.parametrize("kind", ["<f8", "<i4", "|u1"])
@pytest.mark.parametrize("inner", [(), (3,)])
def test_file_is_the_table_in_its_order(comm, shared_tmp_path, blocks, kind, inner):
    """Whatever rank has which rows, over an older file, and with the CRC-32 of all of it."""
    table = np.random.default_rng(2).integers(0, 200, (SIZE, *inner)).astype(kind)
    path = shared_tmp_path / "table"
    for content in (table[::-1].copy(), table):
        crc = save(comm, path, blocks, content)
        assert path.read_bytes() == b"a" * 16 + content.tobytes() + b"z"
        assert crc == crc32(content.tobytes())
        comm.barrier()
    assert [each.name for each in shared_tmp_path.iterdir()] == ["table"]
    shared, width = blocks[1], table[:1].nbytes
    own = read_rows(path, 16 + shared.first * width, kind, (shared.last - shared.first, *inner))
    assert np.array_equal(own, table[shared.first : shared.last])
    assert crc_of_blocks(comm, own) == crc


def failing(comm, rank, free):
    """On that rank no file can grow beyond so many bytes; None: on all."""
    if rank is None or comm.rank == rank:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (free, limits[1]))


@pytest.mark.parametrize("free", [0, 30_000])
@pytest.mark.parametrize("rank", [None, 0, -1])
def test_full_disk_of_any_rank_is_told_by_all_and_leaves_the_older_file(
    comm, shared_tmp_path, blocks, free, rank
):
    path, table = shared_tmp_path / "table", np.random.default_rng(3).random(SIZE)
    save(comm, path, blocks, table)
    before = path.read_bytes()
    comm.barrier()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    failing(comm, rank if rank is None else rank % comm.size, free)
    try:
        with pytest.raises(InputError) as told:
            save(comm, path, blocks, -table)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(set(comm.allgather(str(told.value)))) == 1
    assert str(told.value) == f"cannot write '{path}': File too large"
    assert path.read_bytes() == before
    assert [each.name for each in shared_tmp_path.iterdir()] == ["table"]


def test_rank_that_does_not_see_the_folder_is_told(comm, shared_tmp_path, blocks, monkeypatch):
    path = shared_tmp_path / "table"

    def write():
        with replacing_together(comm, path) as file:
            if comm.rank == comm.size - 1:
                monkeypatch.setattr(file, "_path", shared_tmp_path / "elsewhere" / "table")
            file.write_blocks([(0, np.zeros(3))])

    with pytest.raises(InputError, match=r"No such file or directory; .* must see that folder"):
        write()
    comm.barrier()
    assert not path.exists()


def test_failure_between_the_blocks_leaves_the_older_file(comm, shared_tmp_path, blocks):
    path, table = shared_tmp_path / "table", np.arange(float(SIZE))
    save(comm, path, blocks, table)

    def broken():
        yield 0, np.zeros(3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), replacing_together(comm, path) as file:
        file.write_blocks(broken())
    comm.barrier()
    assert np.array_equal(read_rows(path, 16, "<f8", (SIZE,)), table)
    assert [each.name for each in shared_tmp_path.iterdir()] == ["table"]


def test_file_that_ends_before_is_no_table(tmp_path):
    (tmp_path / "table").write_bytes(bytes(12))
    with pytest.raises(ValueError, match="reshape"):
        read_rows(tmp_path / "table", 0, "<f8", (2,))
