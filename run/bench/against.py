"""The standard film in a peer's hands, in turn with ours, in an environment of the peer's own."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from scipy.interpolate import LinearNDInterpolator

from meshing.errors import InputError
from run.bench.films import voltages
from run.bench.timing import once
from solvers import Film, constant

_PACKAGES = {"magnumnp": ("magnum_np.py", ("torch", "magnumnp"))}
"""For each peer our script for it, and what it needs."""
PEERS = tuple(_PACKAGES)


def against(
    film: Film, peer: str, python: str, *, side: float, duration: float, repetitions: int
) -> dict[str, float]:
    """Wall time of a simulated ns in s, ours and the peer's, and how far its ⟨m⟩ is off; one rank.

    Args:
        film: with its maze, on one rank.
        peer: one of `PEERS`.
        python: interpreter that has the peer, or else from which its environment is made.
        side: of the film in m.
        duration: of each of the repetitions in s; one more goes before, for compilations.
        repetitions: how often both are timed, in turn.

    Raises:
        InputError: the peer cannot be installed or run.
    """
    ours, theirs, drive = [], [], constant(voltages(side), duration)
    with tempfile.TemporaryDirectory() as folder:
        _hand_over(film, side, Path(folder) / "film.npz")
        interpreter = _interpreter(peer, python, Path(folder))
        with _running(peer, interpreter, Path(folder) / "film.npz") as ask:
            for _ in range(repetitions + 1):
                ours.append(once(film.comm, partial(film.evolve, drive)))
                theirs.append(float(ask(f"run {duration}")[0]))
            found, exact = (np.array(ask(x), float) for x in
                            ("mean", f"exact {(repetitions + 1) * duration}"))  # fmt: skip
    per_ns = 1e-9 / duration
    return {
        "ours_s_per_ns": median(ours[1:]) * per_ns,
        f"{peer}_s_per_ns": median(theirs[1:]) * per_ns,
        f"{peer}_error_of_mean_m": float(np.abs(found - exact).max()),
    }


def grid_magnetisation(film: Film, side: float) -> tuple[np.ndarray, float]:
    """Directions (n, n, 3) at the centres of square cells as wide as edges; their width in m."""
    points = film.film_mesh.coordinates[:, :2]
    cells = round(side / np.sqrt(side**2 / len(points) * 2 / np.sqrt(3)))
    centres = (np.arange(cells) + 0.5) * side / cells
    wanted = np.stack(np.meshgrid(centres, centres, indexing="ij"), axis=-1)
    m = LinearNDInterpolator(points - points.min(axis=0), film.m)(wanted)
    return m / np.linalg.norm(m, axis=-1, keepdims=True), side / cells


def _hand_over(film: Film, side: float, file: Path) -> None:
    m, cell = grid_magnetisation(film, side)
    material = film.material
    density = -2 * voltages(side)[0] * material.conductivity / side
    names = ("saturation_magnetisation", "exchange_stiffness", "interfacial_dmi",
             "uniaxial_anisotropy", "damping", "nonadiabaticity")  # fmt: skip
    np.savez(
        file,
        m=m,
        cell=cell,
        thickness=film.film_mesh.thickness,
        drift=material.spin_drift_per_current_density * density,
        **{name: getattr(material, name) for name in names},
    )


def _interpreter(peer: str, python: str, folder: Path) -> str:
    if _succeeds([python, "-c", f"import {peer}"]):
        return python
    environment = folder / "environment"
    made = str(environment / "bin" / "python")
    _, packages = _PACKAGES[peer]
    if not _succeeds([python, "-m", "venv", str(environment)]):
        raise InputError(f"--peer-python {python}: cannot make a virtual environment")
    if not _succeeds([made, "-m", "pip", "install", "--quiet", *packages]):
        raise InputError(f"--against {peer}: pip cannot install {' '.join(packages)}")
    return made


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def _running(peer: str, interpreter: str, film: Path) -> Iterator[Any]:
    """A function that asks the peer's process and returns the words of its answer."""
    script, _ = _PACKAGES[peer]
    with as_file(files("run.bench") / "peers" / script) as path:
        process = subprocess.Popen(
            [interpreter, str(path), str(film)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        with process, process.stdin as questions, process.stdout as answers:

            def ask(question: str) -> list[str]:
                questions.write(question + "\n")
                questions.flush()
                for line in answers:
                    if line.startswith("answer "):
                        return line.split()[1:]
                raise InputError(f"--against {peer}: it ended with status {process.wait()}")

            yield ask
