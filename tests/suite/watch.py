"""Watches pytest run on some ranks, which would wait for ever for one that never comes."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# As pytest has it: stopped by Ctrl-C.
INTERRUPTED = 2
OUT_OF_TIME = 124


class Patience:
    """Counts for how long no rank has begun another test.

    A second counts as a share of one while more processes want to run than the machine has cores.

    Attributes:
        waited: since a rank began a test, s.
        longest: such wait, s.
    """

    def __init__(self, notes: Path) -> None:
        self._notes = notes
        self._seen: list[int] = []
        self._last = time.monotonic()
        self.waited = self.longest = 0.0

    def look(self) -> None:
        """Go on counting."""
        seen = [file.stat().st_mtime_ns for file in sorted(self._notes.iterdir())]
        now = time.monotonic()
        share = min(1.0, len(os.sched_getaffinity(0)) / max(os.getloadavg()[0], 1e-3))
        self.waited = self.waited + share * (now - self._last) if seen == self._seen else 0.0
        self.longest = max(self.longest, self.waited)
        self._seen, self._last = seen, now


@dataclass(frozen=True)
class Outcome:
    """How a run of pytest ended.

    Attributes:
        status: that of the command.
        longest: wait for another test, s on an idle machine.
    """

    status: int
    longest: float


def watched(command: Sequence[str], ranks: int, limit: float) -> Outcome:
    """Run pytest to its end, or until no rank begins another test for too long.

    Args:
        command: what runs it on the ranks, with the plugin of progress.py.
        ranks: how many there are.
        limit: how long to wait for another test, s on an idle machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder)
        patience = Patience(notes)
        process = subprocess.Popen(command, env=os.environ | {"HEBBFILM_TEST_NOTES": folder})
        try:
            while patience.waited <= limit:
                time.sleep(0.2)
                patience.look()
                if (status := process.poll()) is not None:
                    return Outcome(status, patience.longest)
            running = _running(notes, ranks)
        finally:
            _end(process)
    late = f"hebbfilm: out of time: no test began for {limit:g} s while there ran {running}"
    print(late, file=sys.stderr)
    return Outcome(OUT_OF_TIME, patience.longest)


def _running(notes: Path, ranks: int) -> str:
    files = [notes / str(rank) for rank in range(ranks)]
    tests = [file.read_text() if file.exists() else "no test yet" for file in files]
    return ", ".join(
        test + (f" on rank {rank}" if ranks > 1 else "") for rank, test in enumerate(tests)
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it if it runs; mpirun tells its ranks at the first signal, and kills at the second."""
    for end in (process.terminate, process.terminate, process.kill):
        if process.poll() is not None:
            return
        end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
