"""A program on two ranks: how long messages and reductions take on this machine."""

import json
import time
from collections.abc import Callable
from typing import NamedTuple

from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

_SMALL, _LARGE = 8, 4 << 20
"""Bytes."""
_ROUNDS, _TRIES = 200, 30


class Network(NamedTuple):
    """What a message costs.

    Args:
        latency: of a small message in s.
        bandwidth: of a large one in bytes/s.
        reduction: of two numbers over two ranks in s; over p of them log2(p) as long.
    """

    latency: float
    bandwidth: float
    reduction: float

    def seconds(self, messages: float, size: float, reductions: float, ranks: int) -> float:
        """What a rank waits in s, if nothing overlaps: messages, all their bytes, reductions."""
        levels = np.log2(ranks) if ranks > 1 else 0.0
        return float(
            messages * self.latency + size / self.bandwidth + reductions * levels * self.reduction
        )


CLUSTER = Network(1.5e-6, 1.2e10, 2.5e-6)
"""Usual figures of a network for clusters: 1.5 µs and 12 GB/s for each rank alone."""


def measure(comm: MPI.Intracomm) -> Network:
    """The network between two ranks; collective."""
    small, large = np.zeros(_SMALL, dtype=np.int8), np.zeros(_LARGE, dtype=np.int8)
    pair = np.zeros(2)
    found = np.zeros_like(pair)
    latency = _fastest(comm, lambda: _there_and_back(comm, small), _ROUNDS) / 2
    crossing = _fastest(comm, lambda: _there_and_back(comm, large), 2) / 2
    reduction = _fastest(comm, lambda: comm.Allreduce(pair, found), _ROUNDS)
    return Network(latency, _LARGE / (crossing - latency), reduction)


def _there_and_back(comm: MPI.Intracomm, data: NDArray[np.int8]) -> None:
    if comm.rank == 0:
        comm.Send(data, dest=1)
        comm.Recv(data, source=1)
    else:
        comm.Recv(data, source=0)
        comm.Send(data, dest=0)


def _fastest(comm: MPI.Intracomm, work: Callable[[], None], rounds: int) -> float:
    times = []
    for _ in range(_TRIES):
        comm.Barrier()
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        times.append((time.perf_counter() - start) / rounds)
    least: float = comm.bcast(min(times))
    return least


if __name__ == "__main__":
    measured = measure(MPI.COMM_WORLD)
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(measured._asdict()))
