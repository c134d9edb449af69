"""Run the tests serially, then on two ranks; options go to pytest. A run of all measures coverage.

Where there are two cores, two processes share the tests of the serial half.

A half ends where no test begins for too long: 20 minutes serially, and on two ranks 20 times what
the longest test of the serial half took, yet 5 minutes at least. $HEBBFILM_TEST_LIMIT (in seconds)
stands for both.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.suite.watch import INTERRUPTED, Outcome, tell, watched

SERIAL_LIMIT = 1200.0
LEAST_LIMIT = 300.0
TIMES_SERIAL = 20.0
LEAST_COVERAGE = 90
MOST_PROCESSES = 2
"""As much memory as the two ranks of the other half."""

# Rank 0 prints; what the others print is shown where they fail.
APART = """rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}
[ "$rank" -eq 0 ] || exec >"$0/rank_$rank" 2>&1
exec "$@" """


def _pytest(limit: float, options: Sequence[str]) -> list[str]:
    # A rank that stands still shows where before it is ended.
    waiting = ["-o", f"faulthandler_timeout={0.7 * limit:g}"]
    # mpirun gives rank 0 a terminal of its own, which pytest would colour for nobody.
    colour = [] if sys.stdout.isatty() else ["--color=no"]
    plugins = ["-p", "no:cacheprovider", "-p", "tests.suite.progress"]
    return ["-m", "pytest", *plugins, *waiting, *colour, *options]


def _serial(limit: float, options: Sequence[str], measure: Sequence[str]) -> Outcome:
    processes = min(MOST_PROCESSES, len(os.sched_getaffinity(0)))
    together = ["-p", "tests.suite.side_by_side"] if processes > 1 else []
    command = [sys.executable, *measure, *_pytest(limit, [*together, *options])]
    places = [f"process {number}" for number in range(processes)]
    return watched(processes * [command], places, limit)


def _two_ranks(limit: float, options: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as output:
        apart = ["bash", "-c", APART, output, sys.executable, *_pytest(limit, options)]
        status = watched([["mpirun", "-n", "2", *apart]], ["rank 0", "rank 1"], limit).status
        for file in Path(output).iterdir() if status else ():
            tell(file)
    return status


def _coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments], check=False).returncode


def _covered() -> int:
    """Print what the tests did not reach, in their processes and in those they started."""
    return _coverage("combine", "--quiet") or _coverage("report", f"--fail-under={LEAST_COVERAGE}")


def main(options: Sequence[str]) -> int:
    """Run both halves; return 0 where the tests passed and, all together, reach enough."""
    # The tests get Ctrl-C themselves, and end in good order.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    given = os.environ.get("HEBBFILM_TEST_LIMIT")
    measure = [] if options else ["-m", "coverage", "run"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COVERAGE_FILE"] = f"{folder}/coverage"
        print("hebbfilm: tests, serial", flush=True)
        limit = float(given or SERIAL_LIMIT)
        serial = _serial(limit, options, measure)
        if serial.status == INTERRUPTED:
            return INTERRUPTED
        print("hebbfilm: tests, two ranks", flush=True)
        limit = float(given or max(LEAST_LIMIT, TIMES_SERIAL * serial.longest))
        two_ranks = _two_ranks(limit, options)
        coverage = _covered() if measure else 0
    if not (serial.status or two_ranks or coverage):
        return 0
    status = f"serial {serial.status}, two ranks {two_ranks}, coverage {coverage}"
    print(f"hebbfilm: tests failed (status: {status})", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
