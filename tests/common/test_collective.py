"""Work whose failure on one rank every rank learns of.

Class: regression.
"""

import sys

import pytest

from hebbfilm.common.collective import on_every_rank, on_root


@pytest.mark.parametrize(("status", "code"), [(None, None), (3, 3), ("why", "why")])
def test_exit_on_one_rank_is_one_on_all(comm, status, code):
    def work():
        if comm.rank == comm.size - 1:
            sys.exit(status)

    with pytest.raises(SystemExit) as caught:
        on_every_rank(comm, work)
    assert caught.value.code == code


def test_exit_on_the_root_is_one_on_all(comm):
    with pytest.raises(SystemExit) as caught:
        on_root(comm, lambda: sys.exit(3))
    assert caught.value.code == 3


def test_error_of_one_rank_is_raised_on_all(comm):
    def work():
        if comm.rank == comm.size - 1:
            raise OSError("no such table")

    with pytest.raises(OSError, match="no such table"):
        on_every_rank(comm, work)
