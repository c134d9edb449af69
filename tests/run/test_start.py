"""The command from its first moment on, while libraries load."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from mpi4py import MPI

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = """
import os, signal, time
try:
    os.kill(os.getpid(), signal.{name})
    time.sleep(0.05)
except BaseException:
    pass
def dumps(content): ...
"""

LOADED = """
import sys
import hebbfilm.run.cli, hebbfilm.run.training.training_run
for slow in ("matplotlib", "pyvista", "vtk", "gmsh", "pandas", "scipy.stats", "scipy.optimize"):
    assert slow not in sys.modules, slow
"""


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts a Python of its own")
def test_a_run_begins_without_what_it_may_never_need():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts the command itself")
@pytest.mark.parametrize(
    ("name", "status", "told"),
    [("SIGINT", 130, "SIGINT (Ctrl-C)"), ("SIGUSR1", 138, "SIGUSR1")],
)
def test_signal_while_libraries_load_ends_in_one_line(tmp_path, name, status, told):
    """Even in one that swallows whatever a handler raises."""
    (tmp_path / "tomli_w.py").write_text(LIBRARY.format(name=name))
    paths = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "HEBBFILM_SIGNAL_FILE": ""}
    done = subprocess.run(
        [ROOT / "run/bin/hebbfilm", "conductance", ROOT / "run/cases/four_node.toml"],
        env=os.environ | paths,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == status
    assert done.stderr == f"hebbfilm: stopped by {told}\n"
    assert done.stdout == ""


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts the command itself")
@pytest.mark.parametrize("name", ["SIGINT", "SIGUSR1"])
def test_signal_before_our_code_runs_waits_for_it(tmp_path, name):
    """The wrapper starts Python with these blocked, so nothing that comes then is lost."""
    (tmp_path / "sitecustomize.py").write_text(LIBRARY.format(name=name))
    paths = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "HEBBFILM_SIGNAL_FILE": ""}
    done = subprocess.run(
        [ROOT / "run/bin/hebbfilm", "info"],
        env=os.environ | paths,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 128 + signal.Signals[name]
    assert done.stderr.startswith(f"hebbfilm: stopped by {name}")
    assert done.stderr.count("\n") == 1
