"""Read a run folder: the manifest, the summary and the snapshots of the film."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import meshio
import numpy as np
from numpy.typing import NDArray

from hopfield.weights import coupled_pairs
from meshing.errors import InputError
from run.run_tables import (
    ConductanceTable,
    Floats,
    Integers,
    RecallTable,
    one_line,
    read_conductance,
    read_recall,
)

CELL_TYPES = ("tetra", "triangle")


@dataclass(frozen=True)
class Snapshot:
    """One state of the film on disk: file, time in s, label, contact voltages in V or None."""

    path: Path
    time: float
    label: str
    voltages: tuple[float, ...] | None


@dataclass(frozen=True)
class Fields:
    """The fields of one snapshot.

    `points` (N, 3) m; `cells` (n_cells, 3 or 4); `magnetisation` (N, 3); `potential` (N,) V;
    `contact` (N,), 0 for none and k for the k-th contact; `current_density` (n_cells, 3) A/m².
    """

    points: Floats
    cells: Integers
    magnetisation: Floats
    potential: Floats
    contact: Integers
    current_density: Floats


@dataclass(frozen=True)
class Manifest:
    """What a run says of itself: contacts in node order, film thickness in m, snapshots."""

    folder: Path
    contacts: tuple[str, ...]
    thickness: float
    snapshots: tuple[Snapshot, ...]


@dataclass(frozen=True)
class Run:
    """A complete run: manifest, summary as written, patterns (n, N) of ±1 and both tables."""

    manifest: Manifest
    summary: dict[str, Any]
    patterns: Integers
    conductance: ConductanceTable
    recall: RecallTable

    @property
    def coupled(self) -> NDArray[np.bool_]:
        """Which pairs of contacts i < j have a conductance between them, and so a weight."""
        return coupled_pairs(self.summary["conductance_before"])


def read_run(folder: Path) -> Run:
    """Read everything but the snapshots' fields.

    Raises:
        InputError: a file is missing, unreadable or lacks an entry; the message names it.
    """
    manifest = read_manifest(folder)
    path = folder / "summary.json"
    summary = _read_json(path)
    contacts = manifest.contacts
    patterns = _array(path, summary, "patterns", (-1, len(contacts))).astype(np.int64)
    for key in ("conductance_before", "conductance_after", "weights", "ideal_weights"):
        summary[key] = _array(path, summary, key, (len(contacts), len(contacts)))
    # Weights that are all equal have no correlation with anything; JSON has no NaN.
    correlation = summary.get("hebb_correlation")
    summary["hebb_correlation"] = np.nan if correlation is None else float(correlation)
    return Run(
        manifest,
        summary,
        patterns,
        read_conductance(folder / "conductance.csv", contacts),
        read_recall(folder / "recall.csv", len(contacts)),
    )


def finished_runs(folder: Path) -> list[Path]:
    """The folder itself if it is a finished run, else the finished runs in it, sorted by name.

    Raises:
        InputError: there is none.
    """
    if (folder / "summary.json").is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob("*/summary.json"))
    if not found:
        what = "no finished run is in it" if folder.is_dir() else "there is no such folder"
        raise InputError(f"{folder}: {what}; give the folder of a run, or of a study")
    return found


def all_finished_runs(folders: Iterable[Path]) -> list[Path]:
    """The finished runs of all these folders, one after another; raises as `finished_runs`."""
    return [run for folder in folders for run in finished_runs(folder)]


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json` of a run folder.

    Raises:
        InputError: the folder is missing, or the manifest is missing or incomplete.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such run folder")
    path = folder / "manifest.json"
    content = _read_json(path)
    contacts = tuple(_entry(path, content, "contacts"))
    try:
        snapshots = tuple(
            Snapshot(
                folder / item["file"],
                float(item["t"]),
                str(item["label"]),
                None if item["voltages"] is None else tuple(map(float, item["voltages"])),
            )
            for item in _entry(path, content, "fields")
        )
        thickness = float(_entry(path, content, "thickness"))
    except InputError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: an entry of 'fields' (file, t, label, voltages) or 'thickness' is not as "
            f"it should be ({one_line(error)})"
        ) from None
    return Manifest(folder, contacts, thickness, snapshots)


def find_snapshot(manifest: Manifest, wanted: str | int | None) -> Snapshot:
    """Pick a snapshot by label, or by number from 0 (−1 is the last); None is the last.

    A label may be shortened; the last snapshot that begins with it is taken.

    Raises:
        InputError: no such snapshot; the message lists those there are.
    """
    snapshots = manifest.snapshots
    text = "-1" if wanted is None else str(wanted)
    if text.lstrip("-").isdigit() and -len(snapshots) <= int(text) < len(snapshots):
        return snapshots[int(text)]
    for match in (lambda s: s.label == text, lambda s: s.label.startswith(text)):
        found = [snapshot for snapshot in snapshots if match(snapshot)]
        if found:
            return found[-1]
    there = ", ".join(f"{k} '{s.label}'" for k, s in enumerate(snapshots)) or "none"
    raise InputError(
        f"{manifest.folder / 'manifest.json'}: no snapshot '{text}'; there are: {there}"
    )


def read_fields(snapshot: Snapshot) -> Fields:
    """Read the fields of a snapshot.

    Raises:
        InputError: the file is missing, cut short, or lacks a field.
    """
    path = snapshot.path
    if not path.is_file():
        raise InputError(f"{path}: no such file, though the manifest names it")
    # meshio raises whatever its parsers meet in a damaged file, and exits on some.
    try:
        mesh = meshio.read(path)
    except (Exception, SystemExit) as error:
        raise InputError(f"{path}: not a readable VTU file ({one_line(error)})") from None
    kind = next((k for k in CELL_TYPES if k in mesh.cells_dict), None)
    if kind is None:
        raise InputError(f"{path}: holds neither triangles nor tetrahedra")
    try:
        return Fields(
            np.asarray(mesh.points, dtype=np.float64),
            mesh.cells_dict[kind].astype(np.int64),
            np.asarray(mesh.point_data["m"], dtype=np.float64),
            np.asarray(mesh.point_data["potential"], dtype=np.float64).reshape(-1),
            np.asarray(mesh.point_data["contact"]).reshape(-1).astype(np.int64),
            np.asarray(mesh.cell_data_dict["current_density"][kind], dtype=np.float64),
        )
    except KeyError as error:
        raise InputError(f"{path}: field {error} is missing") from None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise InputError(f"{path}: not complete JSON ({one_line(error)})") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: not a JSON object")
    return content


def _entry(path: Path, content: dict[str, Any], key: str) -> Any:
    if content.get(key) is None:
        raise InputError(f"{path}: entry '{key}' is missing")
    return content[key]


def _array(path: Path, content: dict[str, Any], key: str, shape: tuple[int, int]) -> Floats:
    """The entry as an array of the shape; a first length of −1 stands for any."""
    try:
        array = np.array(_entry(path, content, key), dtype=np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim != 2 or array.shape[1] != shape[1] or shape[0] not in (-1, len(array)):
        raise InputError(f"{path}: '{key}' is not a table with {shape[1]} numbers a row")
    return array
