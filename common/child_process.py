"""Work of libraries that crash, exit or print, done in a Python of its own."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from hebbfilm.common.errors import InputError

T = TypeVar("T")

SECONDS = 120.0
_LAUNCHER = ("OMPI_", "PMIX_", "PMI_", "PRTE_", "HYDI_", "MPIR_")  # variables that make a rank

_START = "from hebbfilm.common.child_process import serve; serve()"


def environment_of_no_rank() -> dict[str, str]:
    """The variables of this process but for those that make it a rank.

    A child that had them would join the MPI world of this rank, in the memory that the rank uses.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith(_LAUNCHER)}


def guarded(
    library: str,
    function: Callable[..., T],
    *arguments: Any,
    error: type[InputError] = InputError,
    seconds: float = SECONDS,
) -> tuple[T, list[str]]:
    """Call a function in a Python of its own, with no memory beyond the machine's.

    Args:
        library: whose code it runs, for error messages.
        function: of a module that imports neither mpi4py nor DOLFINx: a child of a rank must not
            start MPI.
        arguments: of the function; they, and its result, are pickled.
        error: class of what is raised.
        seconds: that it may take, s.

    Returns:
        The function's result, and the lines that it printed on either stream.

    Raises:
        InputError: the process crashed, ended, or took too long or too much memory; one line.
        Exception: what the function raised.
    """
    environment = environment_of_no_rank()
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        process = subprocess.run(
            [sys.executable, "-P", "-c", _START],
            input=pickle.dumps((function, arguments, seconds)),
            capture_output=True,
            env=environment,
            start_new_session=True,  # Ctrl-C is for this process, which then ends the other
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        _too_slow(library, seconds, error)
    printed = process.stderr.decode(errors="replace").splitlines()
    if process.returncode < 0:
        if process.returncode == -signal.SIGXCPU:
            _too_slow(library, seconds, error)
        why = signal.strsignal(-process.returncode) or f"signal {-process.returncode}"
        raise error(f"{library} crashes on it ({why}): it is damaged, or of another kind")
    if process.returncode or not process.stdout:
        last = next((line.strip() for line in reversed(printed) if line.strip()), "without a word")
        raise error(f"{library} gives it up: {last}")
    result, failure = pickle.loads(process.stdout)
    if isinstance(failure, MemoryError):
        raise error(f"{library} needs more memory for it than this machine has")
    if failure is not None:
        raise failure
    return result, printed


def serve() -> None:
    """The other process: do what standard input asks for, and answer on standard output."""
    function, arguments, seconds = pickle.load(sys.stdin.buffer)
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no part of the answer
    _limit(resource.RLIMIT_AS, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    _limit(resource.RLIMIT_CPU, max(1, round(seconds)))  # should the first process be killed
    _limit(resource.RLIMIT_CORE, 0)
    done: tuple[Any, Exception | None]
    try:
        done = function(*arguments), None
    except Exception as failure:
        done = None, _sendable(failure)
    with answer:
        pickle.dump(done, answer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.flush()
    os._exit(0)  # libraries may crash once more as they are unloaded


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (soft, hard))


def _sendable(failure: Exception) -> Exception:
    """The exception, or one of the same words where it cannot be pickled and read again."""
    try:
        pickle.loads(pickle.dumps(failure))
    except Exception:
        return RuntimeError(str(failure) or type(failure).__name__)
    return failure


def _too_slow(library: str, seconds: float, error: type[InputError]) -> NoReturn:
    raise error(f"{library} does not get through it in {seconds:g} s")
