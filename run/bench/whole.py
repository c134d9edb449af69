"""Whole runs as a person starts them, from the first moment to the last picture."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import one_line
from hebbfilm.common.tables import aligned
from hebbfilm.run.folder import files
from hebbfilm.run.folder.versions import all_versions

RANKS = 1, 2
REPETITIONS = 3
_TOLD = 4
"""Largest parts that the text tells of; the file has all."""


def time_whole(case: Path, repetitions: int, settings: Sequence[str] = ()) -> dict[str, Any]:
    """Time a training with its pictures on one rank and on two, in turn.

    One run of each goes before, which compiles what has to be, and is left out.

    Args:
        case: as `hebbfilm train` takes it, also the name of one that comes with hebbfilm.
        repetitions: how often each is timed.
        settings: "section.key=value" that overrule the case.

    Raises:
        InputError: there is no mpirun, or a run fails.
    """
    starter = shutil.which("mpirun")
    if starter is None:
        raise InputError("--whole: there is no mpirun here (Debian: openmpi-bin)")
    found: dict[int, list[dict[str, Any]]] = {ranks: [] for ranks in RANKS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(repetitions + 1):
            for ranks, runs in found.items():
                start = [] if ranks == 1 else [starter, "--oversubscribe", "-n", str(ranks)]
                runs.append(_run(start, case, Path(folder) / "run", settings))
    timed = {str(ranks): _figures(runs[1:]) for ranks, runs in found.items()}
    return {"case": str(case), "set": list(settings), "versions": all_versions(), "ranks": timed}


def _run(start: list[str], case: Path, out: Path, settings: Sequence[str]) -> dict[str, Any]:
    """Wall time and processor time of a run in s, and its shares."""
    command = [*start, sys.executable, "-m", "hebbfilm", "train", str(case), "--out", str(out)]
    command += [option for setting in settings for option in ("--set", setting)]
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    used, begin = _used(), time.perf_counter()
    done = subprocess.run(
        [*command, "--overwrite", "--profile"],
        # That of no rank, as this command is none, and with what MPI was told for this machine.
        env={**os.environ, **paths},
        capture_output=True,
        text=True,
        check=False,
    )
    wall, processor = time.perf_counter() - begin, _used() - used
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("hebbfilm: ")]
        raise InputError(f"--whole {case}: {one_line(lines[-1] if lines else done.stderr)[-300:]}")
    parts = json.loads((out / files.PROFILE).read_text(encoding="utf-8"))["parts"]
    shares = {name: part["share"] for name, part in parts.items()}
    return {"wall_s": wall, "processor_s": processor, "shares": shares}


def _used() -> float:
    """Processor time of all processes that this one has started, and that are over, in s."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _figures(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians and the best, and the shares of the run that took least."""
    best = min(runs, key=lambda run: float(run["wall_s"]))
    return {
        "wall_s": median(run["wall_s"] for run in runs),
        "best_wall_s": best["wall_s"],
        "processor_s": median(run["processor_s"] for run in runs),
        "shares": best["shares"],
    }


def as_text(found: dict[str, Any]) -> str:
    """The figures as people read them."""
    rows = [("ranks", "wall / s", "best / s", "processor / s", "largest parts of the best")]
    for ranks, each in found["ranks"].items():
        largest = sorted(each["shares"].items(), key=lambda part: -float(part[1]))[:_TOLD]
        told = ", ".join(f"{name} {100 * share:.0f} %" for name, share in largest)
        names = ("wall_s", "best_wall_s", "processor_s")
        rows.append((ranks, *(f"{each[name]:.1f}" for name in names), told))
    asked = "".join(f" --set {setting}" for setting in found["set"])
    head = f"hebbfilm train {found['case']}{asked} with its pictures, as a whole; medians, in turn"
    return "\n".join([head, *aligned(rows, ">>>><")])
