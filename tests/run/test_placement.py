"""Where ranks are, and what makes them slow."""

from collections.abc import Sequence

from mpi4py import MPI

import pytest

from hebbfilm.run.job.placement import Place, describe, own_place, troubles


def place(cores: Sequence[int], machine: str = "one", threads: int | None = 1) -> Place:
    return Place(machine, frozenset(cores), threads, frozenset({0}))


BOUND = [place([0]), place([1])]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([place([0, 1])], "1 rank of 1 thread on 1 machine with 2 cores, not bound to cores"),
        (BOUND, "2 ranks of 1 thread on 1 machine with 2 cores, bound to cores"),
        (
            [place([0, 1], threads=None), place([0, 1], "two")],
            "2 ranks of any number of threads on 2 machines with 2 cores, not bound to cores",
        ),
        (
            [Place("one", frozenset(range(8)), 1, frozenset({0, 1}))],
            "1 rank of 1 thread on 1 machine with 8 cores, not bound to cores; a rank may wander "
            "over 2 NUMA nodes",
        ),
    ],
)
def test_description(places: list[Place], told: str) -> None:
    assert describe(places) == told


@pytest.mark.parametrize(
    ("places", "word"),
    [
        ([place([0, 1])] * 3, "3 ranks share 2 cores of one"),
        ([place([0]), place([0]), place([1]), place([2, 3])], "bound to the same core"),
        ([place([0], threads=2), place([1], threads=2)], "OMP_NUM_THREADS=1"),
        ([place([0], threads=None), place([1])], "OMP_NUM_THREADS=1"),
    ],
)
def test_troubles(places: list[Place], word: str) -> None:
    (told,) = troubles(places)
    assert word in told


@pytest.mark.parametrize(
    "places",
    [BOUND, [place([0, 1])] * 2, [place([0, 1], threads=2)], [place([0]), place([0], "two")]],
)
def test_nothing_to_complain_of(places: list[Place]) -> None:
    assert troubles(places) == []


def test_own_place(comm: MPI.Intracomm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    found = own_place()
    assert found.threads == 3
    assert found.cores
    assert found.machine == MPI.Get_processor_name()
