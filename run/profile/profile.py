"""The shares of a whole run, from the start of its process on."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mpi4py import MPI

from hebbfilm.run.folder.profile import PartEntry, Profile
from hebbfilm.run.profile.places import IMPORTS, PARTS, PLACES, REST
from hebbfilm.run.profile.stopwatch import Stopwatch, watching


@contextmanager
def profiling(began: float) -> Iterator[Stopwatch]:
    """Time the parts of a run inside; what went before counts as imports.

    Args:
        began: when the process did, in s of `time.perf_counter`.
    """
    watch = Stopwatch()
    with watching(watch, PLACES):
        watch.seconds[IMPORTS] = time.perf_counter() - began
        yield watch


def process_start() -> float:
    """When this process began, in s of `time.perf_counter`.

    Linux tells it to 10 ms. Elsewhere it is reckoned from the processor time so far, of which
    imports are most.
    """
    try:
        # The fields after the name, which may have any signs in it; proc_pid_stat(5).
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        since = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        since = time.process_time()
    return time.perf_counter() - since


def profile_of(comm: MPI.Intracomm, watch: Stopwatch, began: float) -> Profile | None:
    """What a stopwatch found, on rank 0, None elsewhere; collective.

    Args:
        comm: ranks of the run.
        watch: whose time ends now.
        began: as of `profiling`.
    """
    wall = time.perf_counter() - began
    watch.rest(REST, wall)
    found = comm.gather([wall, *(watch.seconds[part] for part in PARTS)])
    if found is None:
        return None
    walls, *columns = zip(*found, strict=True)
    parts = {
        part: PartEntry(
            share=sum(seconds) / sum(walls),
            mean_s=sum(seconds) / comm.size,
            least_s=min(seconds),
            most_s=max(seconds),
        )
        for part, seconds in zip(PARTS, columns, strict=True)
        if any(seconds)
    }
    return Profile(ranks=comm.size, wall_s=max(walls), parts=parts)
