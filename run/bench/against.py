"""The standard film in a peer's hands, in turn with ours, in an environment of the peer's own."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import LinearNDInterpolator

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.bench.films import drift_current_density
from hebbfilm.run.bench.timing import once
from hebbfilm.solvers import Film, constant
from hebbfilm.solvers.drives.drive import Drives


class Peer(NamedTuple):
    """A package: our script for it, what that imports, what pip installs, and how it is compared.

    Its first `warm_up` runs are not counted: they compile.
    """

    script: str
    imports: str
    packages: tuple[str, ...]
    physics: str
    warm_up: int


PEERS = {
    "magnumnp": Peer(
        "magnum_np.py", "torch, magnumnp", ("torch", "magnumnp"), "with a prescribed current", 1
    ),
    "neuralmag": Peer(
        "neural_mag.py", "neuralmag, jax, diffrax", ("neuralmag[jax]",), "without any current", 2
    ),
}
"""What can be run in turn with ours."""


def time_against(
    film: Film, peer: str, python: str, drives: Drives, *, duration: float, repetitions: int
) -> dict[str, float]:
    """Wall time of a simulated ns in s, ours and the peer's, and how far its ⟨m⟩ is off; one rank.

    Args:
        film: with its maze, on one rank.
        peer: a key of `PEERS`.
        python: interpreter that has the peer, or else from which its environment is made.
        drives: of the contacts.
        duration: of each of the repetitions in s; one or two more go before, for compilations.
        repetitions: how often both are timed, in turn.

    Raises:
        InputError: the peer cannot be installed or run.
    """
    ours, theirs, drive = [], [], constant(drives, duration)
    warm_up = PEERS[peer].warm_up
    runs = warm_up + repetitions
    with tempfile.TemporaryDirectory() as folder:
        _hand_over(film, Path(folder) / "film.npz")
        interpreter = _interpreter(peer, python, Path(folder))
        with _running(peer, interpreter, Path(folder) / "film.npz") as ask:
            for _ in range(runs):
                ours.append(once(film.comm, partial(film.evolve, drive)))
                theirs.append(float(ask(f"run {duration}")[0]))
            found, exact = (np.array(ask(x), float) for x in ("mean", f"exact {runs * duration}"))
    per_ns = 1e-9 / duration
    return {
        "ours_s_per_ns": median(ours[warm_up:]) * per_ns,
        f"{peer}_s_per_ns": median(theirs[warm_up:]) * per_ns,
        f"{peer}_error_of_mean_m": float(np.abs(found - exact).max()),
    }


def grid_magnetisation(film: Film) -> tuple[FloatArray, FloatArray, float]:
    """Directions of m in a square film, on a grid of square cells as wide as edges.

    Returns:
        Directions (n, n, 3) at the centres of cells and (n + 1, n + 1, 3) at their corners, and
        their width in m.
    """
    points = film.film_mesh.coordinates[:, :2]
    side = np.ptp(points[:, 0])
    cells = round(side / np.sqrt(side**2 / len(points) * 2 / np.sqrt(3)))
    interpolated = LinearNDInterpolator(points - points.min(axis=0), film.m)

    def directions(at: FloatArray) -> FloatArray:
        # By round-off, points on the edge of the film may lie beyond it.
        inside = side * np.clip(at / cells, 1e-9, 1 - 1e-9)
        m = interpolated(np.stack(np.meshgrid(inside, inside, indexing="ij"), axis=-1))
        unit: FloatArray = m / np.linalg.norm(m, axis=-1, keepdims=True)
        return unit

    return (
        directions(np.arange(cells) + 0.5),
        directions(np.arange(cells + 1.0)),
        float(side / cells),
    )


def _hand_over(film: Film, file: Path) -> None:
    centres, corners, cell = grid_magnetisation(film)
    material = film.material
    names = (
        "saturation_magnetisation",
        "exchange_stiffness",
        "interfacial_dmi",
        "uniaxial_anisotropy",
        "damping",
        "nonadiabaticity",
    )
    np.savez(
        file,
        m=centres,
        m_of_corners=corners,
        cell=cell,
        thickness=film.film_mesh.thickness,
        # That of electrons, which run against the current.
        drift=-material.spin_drift_per_current_density * drift_current_density(),
        **{name: getattr(material, name) for name in names},
    )


def _interpreter(peer: str, python: str, folder: Path) -> str:
    if _succeeds([python, "-I", "-c", f"import {PEERS[peer].imports}"]):
        return python
    environment = folder / "environment"
    made = str(environment / "bin" / "python")
    packages = PEERS[peer].packages
    # Debian's Python has pip, but not what a new environment would get its own from.
    if not _succeeds([python, "-m", "venv", "--without-pip", str(environment)]):
        raise InputError(f"--peer-python {python}: cannot make a virtual environment")
    if not _succeeds([python, "-m", "pip", "--python", made, "install", "--quiet", *packages]):
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
    log = film.with_suffix(".log")
    with (
        as_file(files("hebbfilm.run.bench") / "peers" / PEERS[peer].script) as path,
        log.open("w") as said,
    ):
        process = subprocess.Popen(
            [interpreter, "-I", str(path), str(film)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process, process.stdin as questions, process.stdout as answers:

            def ask(question: str) -> list[str]:
                # One that has ended cannot be asked; why it did stands in its log.
                with suppress(BrokenPipeError):
                    questions.write(question + "\n")
                    questions.flush()
                for line in answers:
                    if line.startswith("answer "):
                        return line.split()[1:]
                last = log.read_text().strip().rpartition("\n")[2]
                raise InputError(f"--against {peer}: it ended with status {process.wait()}: {last}")

            yield ask
