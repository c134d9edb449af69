"""What ranks say to one another, counted between the program and its MPI library."""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import one_line
from hebbfilm.common.whole_files import replacing

_SOURCE = "mpi_counter.c"
_MINUTES = 20


class Talk(NamedTuple):
    """What one rank does in one call of a part of a step.

    Args:
        messages: sent to single ranks, also inside exchanges of each with each.
        bytes: in them.
        reductions: of numbers over all ranks.
        reduced_bytes: in them.
        exchanges: of each rank with each.
        others: other calls in which all ranks take part.
        waits: for messages or requests.
    """

    messages: float
    bytes: float
    reductions: float
    reduced_bytes: float
    exchanges: float
    others: float
    waits: float


def count_calls(comm: MPI.Intracomm, work: Callable[[], object], calls: int) -> list[Talk]:
    """What each rank does on average in a call, on all ranks; collective.

    The process has to be one that `on_ranks` started.

    Args:
        comm: all ranks.
        work: done once beforehand, uncounted.
        calls: how often it is done.
    """
    work()
    before = _counts()
    for _ in range(calls):
        work()
    found = (_counts() - before) / calls
    return [Talk(*each.tolist()) for each in comm.allgather(found)]


def _counts() -> IntArray:
    library = ctypes.CDLL(None)
    found = np.zeros(len(Talk._fields), dtype=np.int64)
    library.hebbfilm_mpi_counts(found.ctypes.data_as(ctypes.c_void_p))
    lost = ctypes.c_longlong.in_dll(library, "hebbfilm_mpi_lost").value
    assert lost == 0, f"{lost} requests were not counted"
    return found


def on_ranks(ranks: int, module: str, arguments: Sequence[str]) -> dict[str, Any]:
    """What a module prints as its last line, in JSON, as a program on so many counted ranks.

    More ranks than cores take turns on them: what they say to one another is the same. This process
    must be no rank that a launcher has started.

    Args:
        ranks: how many.
        module: its name.
        arguments: of its command line.

    Raises:
        InputError: there is no mpirun or mpicc, or the program failed; one line.
    """
    starter = _found("mpirun")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OMP_NUM_THREADS": "1",
    }
    command = [starter, "--oversubscribe", "--bind-to", "none", "-n", str(ranks)]
    command += ["-x", f"LD_PRELOAD={_counter()}", sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60 * _MINUTES,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"{ranks} ranks did not come to an end in {_MINUTES} minutes") from None
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise InputError(f"{ranks} ranks failed: {_first_words(done.stderr)}")
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def _first_words(text: str) -> str:
    """The last line that a rank has printed: what mpirun adds stands below a rule."""
    own = [line for line in text.partition("\n---")[0].splitlines() if line.strip()]
    return one_line(own[-1]) if own else "without a word"


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise InputError(f"there is no {program} here (Debian: openmpi-bin, libopenmpi-dev)")
    return path


def _counter() -> Path:
    """The library that counts, compiled at first use."""
    from dolfinx import jit

    compiler = _found("mpicc")
    source = files("hebbfilm.run.bench.model") / _SOURCE
    version = subprocess.run(
        [compiler, "--version"], capture_output=True, text=True, check=False
    ).stdout
    digest = hashlib.sha256((source.read_text() + version).encode()).hexdigest()[:16]
    library = Path(jit.get_options()["cache_dir"]) / f"hebbfilm_counter_{digest}.so"
    if not library.exists():
        library.parent.mkdir(parents=True, exist_ok=True)
        with as_file(source) as path, replacing(library) as whole:
            flags = ["-O2", "-shared", "-fPIC", "-o", str(whole), str(path)]
            done = subprocess.run([compiler, *flags], capture_output=True, text=True, check=False)
            if done.returncode:
                raise InputError(f"{compiler} failed: {one_line(done.stderr)[-300:]}")
    return library
