"""Watches pytest run on some ranks, or in processes, which may wait for ever."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.suite.progress import NOTES, PROCESS
from tests.suite.side_by_side import CLOSED, QUEUE

# As pytest has it: stopped by Ctrl-C.
INTERRUPTED = 2
OUT_OF_TIME = 124
LAST_LINES = 60


class Patience:
    """Counts for how long no rank and no process has begun another test.

    A second counts as a share of one while more processes want to run than the machine has cores.

    Attributes:
        waited: since one began a test, s.
        longest: that one took for a test, s.
    """

    def __init__(self, notes: Path) -> None:
        self._notes = notes
        self._seen: dict[str, int] = {}
        self._waits: dict[str, float] = {}
        self._last = time.monotonic()
        self.waited = self.longest = 0.0

    def look(self) -> None:
        """Go on counting."""
        seen = {file.name: file.stat().st_mtime_ns for file in self._notes.iterdir()}
        now = time.monotonic()
        share = min(1.0, len(os.sched_getaffinity(0)) / max(os.getloadavg()[0], 1e-3))
        passed = share * (now - self._last)
        self._waits = {
            name: self._waits[name] + passed if self._seen.get(name) == changed else 0.0
            for name, changed in seen.items()
        }
        self.waited = min(self._waits.values(), default=self.waited + passed)
        self.longest = max(self.longest, self.waited, *self._waits.values())
        self._seen, self._last = seen, now


@dataclass(frozen=True)
class Outcome:
    """How a run of pytest ended.

    Attributes:
        status: of the first command that failed, or 0.
        longest: that a rank or process took for a test, s on an idle machine.
    """

    status: int
    longest: float


@dataclass(frozen=True)
class _Started:
    process: subprocess.Popen[bytes]
    said: Path


def watched(commands: Sequence[Sequence[str]], places: Sequence[str], limit: float) -> Outcome:
    """Run pytest to its end, or until no rank and no process begins another test for too long.

    Args:
        commands: what runs it with the plugin of progress.py and, if there are several, with that
            of side_by_side.py. What others than the first say is shown if they do not end as it
            does.
        places: where tests run, such as "rank 0", in the order of their numbers in progress.py.
        limit: how long to wait for another test, s on an idle machine.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        folder = Path(name)
        first, *others = _start(commands, folder, ending)
        patience = Patience(folder / "notes")
        while patience.waited <= limit:
            time.sleep(0.2)
            patience.look()
            status, *further = [started.process.poll() for started in (first, *others)]
            if status is None:
                continue
            (folder / "queue" / CLOSED).touch()
            if None not in further:
                for other in others:
                    if other.process.returncode not in (0, status):
                        tell(other.said)
                return Outcome(next(filter(None, (status, *further)), 0), patience.longest)
        running = _running(folder / "notes", places)
        late = f"hebbfilm: out of time: no test began for {limit:g} s while there ran {running}"
        print(late, file=sys.stderr)
        ending.close()
        for other in others:
            tell(other.said)
    return Outcome(OUT_OF_TIME, patience.longest)


def tell(said: Path) -> None:
    """Print the last lines of what a rank or process printed."""
    last = said.read_text().splitlines()[-LAST_LINES:]
    print(f"hebbfilm: {said.name} said last:", *last, sep="\n")


def _start(commands: Sequence[Sequence[str]], folder: Path, ending: ExitStack) -> list[_Started]:
    environment = {NOTES: str(folder / "notes"), QUEUE: str(folder / "queue")}
    for path in environment.values():
        Path(path).mkdir()
    started = []
    for number, command in enumerate(commands):
        said = folder / f"process_{number}"
        with said.open("w") if number else contextlib.nullcontext() as output:
            process = subprocess.Popen(
                command,
                env=os.environ | environment | {PROCESS: str(number)},
                stdout=output,
                stderr=output,
            )
        ending.callback(_end, process)
        started.append(_Started(process, said))
    return started


def _running(notes: Path, places: Sequence[str]) -> str:
    files = [notes / str(number) for number in range(len(places))]
    tests = [file.read_text() if file.exists() else "no test yet" for file in files]
    if len(places) == 1:
        return tests[0]
    return ", ".join(f"{test} on {place}" for test, place in zip(tests, places, strict=True))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it if it runs; mpirun tells its ranks at the first signal, and kills at the second."""
    for end in (process.terminate, process.terminate, process.kill):
        if process.poll() is not None:
            return
        end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
