"""A run folder made by hand: a film of stripes, Laplace's potential, made-up learning."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Any

import meshio
import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse.linalg import spsolve
from scipy.spatial import Delaunay
from shapely import Polygon, box, contains_xy, get_parts, line_merge, unary_union
from shapely.affinity import rotate
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from hebbfilm.hopfield import hebb_correlation

THICKNESS = 1e-9
CONDUCTIVITY = 5e6


def _sector(radius: float, inner: float, centre: float, half: float) -> Polygon:
    angles = np.radians(np.linspace(centre - half, centre + half, 30))
    arc = np.column_stack((np.cos(angles), np.sin(angles)))
    return Polygon(np.vstack((radius * arc, inner * arc[::-1])))


def wheel() -> tuple[BaseGeometry, dict[str, BaseGeometry]]:
    """A ring with three spokes and a centre pad, nm."""
    angles = (90, 210, 330)
    film = Point(0, 0).buffer(360, 64) - Point(0, 0).buffer(250, 64)
    film |= Point(0, 0).buffer(60)
    for angle in angles:
        film |= rotate(box(0, -55, 300, 55), angle, origin=(0, 0))
    pads = {f"rim_{k + 1}": _sector(372, 249, a, 35) for k, a in enumerate(angles)}
    return film, {**pads, "centre": Point(0, 0).buffer(60)}


def disc(contacts: int) -> tuple[BaseGeometry, dict[str, BaseGeometry]]:
    """A disc with arcs of its rim as contacts, nm; the contacts hold rim vertices alone."""
    film = Point(0, 0).buffer(200, 64)
    turn = 360 / contacts
    arcs = {f"c{k + 1}": _sector(210, 199.5, k * turn, turn / 5) for k in range(contacts)}
    return film, arcs


def _triangulate(
    film: BaseGeometry, regions: Sequence[BaseGeometry], size: float
) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 2) in nm on a hexagonal grid and along all outlines, and triangles."""
    low_x, low_y, high_x, high_y = film.bounds
    xs, ys = np.arange(low_x, high_x, size), np.arange(low_y, high_y, size * np.sqrt(3) / 2)
    x, y = np.meshgrid(xs, ys)
    x[1::2] += size / 2
    lines = unary_union(
        [film.boundary, *(region.intersection(film).boundary for region in regions)]
    )
    core = film - lines.buffer(0.5 * size)
    inside = np.column_stack((x.ravel(), y.ravel()))
    inside = inside[contains_xy(core, inside[:, 0], inside[:, 1])]
    rings = []
    for line in get_parts(line_merge(lines)):
        count = int(np.ceil(line.length / size))
        rings += [line.interpolate(k / count, normalized=True).coords[0] for k in range(count + 1)]
    points = np.unique(np.round(np.vstack((inside, rings)), 6), axis=0)
    cells = Delaunay(points).simplices
    middle = points[cells].mean(axis=1)
    edges = points[cells] - np.roll(points[cells], 1, axis=1)
    cross = edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]
    kept = contains_xy(film, middle[:, 0], middle[:, 1]) & (np.abs(cross) > 0.02 * size**2)
    used, cells = np.unique(cells[kept], return_inverse=True)
    return points[used], cells.reshape(-1, 3)


def _gradients(points: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = points[cells]
    edges = np.roll(x, 1, axis=1) - np.roll(x, -1, axis=1)
    a, b = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]
    area2 = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    turned = np.stack((edges[:, :, 1], -edges[:, :, 0]), axis=2)
    return -turned / area2[:, None, None], np.abs(area2) / 2


def _potential(
    points: np.ndarray, cells: np.ndarray, contact: np.ndarray, voltages: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Laplace's equation on linear elements: potential (V), current density (A/m²)."""
    gradient, area = _gradients(points, cells)
    local = np.einsum("eia,eja,e->eij", gradient, gradient, area)
    rows, columns = np.repeat(cells, 3, axis=1), np.tile(cells, (1, 3))
    matrix = sp.csr_matrix((local.ravel(), (rows.ravel(), columns.ravel())))
    phi = np.concatenate(([0.0], voltages))[contact]
    free = contact == 0
    phi[free] = spsolve(matrix[free][:, free].tocsc(), -(matrix[free][:, ~free] @ phi[~free]))
    field = np.einsum("eia,ei->ea", gradient, phi[cells])
    flat = -CONDUCTIVITY * field * 1e9
    return phi, np.column_stack((flat, np.zeros(len(cells))))


def _stripes(points: np.ndarray, seed: int, period: float = 46.0) -> np.ndarray:
    """A maze of stripe domains with Néel walls: band-passed noise, (N, 3)."""
    rng = np.random.default_rng(seed)
    angle, phase = rng.uniform(0, 2 * np.pi, (2, 60))
    wave = 2 * np.pi / period * rng.normal(1, 0.06, 60)
    k = wave[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
    argument = points @ k.T + phase
    value = np.cos(argument).sum(axis=1) / np.sqrt(30)
    slope = -(np.sin(argument) @ k) / np.sqrt(30) * period / (2 * np.pi)
    up = np.tanh(2.0 * value)
    flat = slope / np.maximum(np.linalg.norm(slope, axis=1), 1e-9)[:, None]
    return np.column_stack((-flat * np.sqrt(1 - up**2)[:, None], up))


def _text(state: Sequence[int]) -> str:
    return ",".join("+" if s > 0 else "-" for s in state)


def _pairs(size: int) -> list[tuple[int, int]]:
    return list(combinations(range(size), 2))


def _write_table(
    path: Path, names: list[str], pattern: np.ndarray, voltage: float, stack: bool
) -> np.ndarray:
    """Write a made-up training; return every pair's conductance before (S) and its change."""
    rng = np.random.default_rng(3)
    pairs = _pairs(len(names))
    opposite = np.array([pattern[i] != pattern[j] for i, j in pairs])
    gain = np.where(opposite, rng.normal(0.036, 0.006, len(pairs)), rng.normal(0, 2e-3, len(pairs)))
    base = rng.normal(2.3e-3, 3e-4, len(pairs))
    header = ["t_s", "phase"] + [f"g_S:{names[i]}:{names[j]}" for i, j in pairs]
    header += [f"V_V:{n}" for n in names] + [f"I_A:{n}" for n in names] + ["power_W"]
    header += ["T_max_K", "T_mean_K", "film_share"] if stack else []
    cold = [300.0, 300.0, float("nan")] if stack else []
    rows: list[list[object]] = [[5e-9, "relax", *base, *([0.0] * (2 * len(names) + 1)), *cold]]
    for t in np.arange(0.05, 11.01, 0.05):
        on = t <= 6
        grown = gain * np.minimum(1, (t / 2.5) ** 1.5) * (1 if on else 0.9 + 0.1 * np.exp(6 - t))
        g = base * (1 + grown + rng.normal(0, 2e-4, len(pairs)))
        volts = voltage * pattern * on
        current = np.zeros(len(names))
        for value, (i, j) in zip(g, pairs, strict=True):
            current[i] += value * (volts[i] - volts[j])
            current[j] -= value * (volts[i] - volts[j])
        phase = "train" if on else "rest"
        rise = 1 - np.exp(-t / 0.4) if on else np.exp((6 - t) / 0.4)
        warm = [300 + 80 * rise, 300 + 30 * rise, 0.25 if on else float("nan")] if stack else []
        rows.append([5e-9 + t * 1e-9, phase, *g, *volts, *current, volts @ current, *warm])
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return np.array([base, 0.9 * gain])


def _write_recall(path: Path, pattern: np.ndarray) -> None:
    states = list(product((1, -1), repeat=len(pattern)))
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["start", "end", "always_recalled", "ideal_end", "ideal_always_recalled"])
        for number, state in enumerate(states):
            sign = 1 if np.dot(state, pattern) >= 0 else -1
            missed = number % 13 == 6
            end = state if missed else sign * pattern
            writer.writerow([_text(state), _text(end), int(not missed), _text(sign * pattern), 1])


STACK = {
    "effective_fields": {
        "exchange": {"largest": 4e5, "mean": 1e5},
        "damping_like": {"largest": 8e3, "mean": 2e3},
        "zeeman": {"largest": 0.0, "mean": 0.0},
    },
    "current_shares": {"film": 0.25, "pt": 0.75},
    "sheet_amr_ratio": 0.0435,
    "temperature": {
        "highest": 380.0,
        "time": 11e-9,
        "place": [0.0, 155e-9, 0.0],
        "contact": "rim_1",
        "distance": 95e-9,
        "highest_mean": 330.0,
        "final_highest": 300.1,
        "final_mean": 300.0,
        "substrate": 300.0,
    },
    "heat_balance": {
        "work": 5e-13,
        "stored": 1e-15,
        "substrate": 3.99e-13,
        "sinks": {"rim_1": 1e-13},
        "missing": 1e-21,
    },
}


def _write_summary(
    path: Path, names: list[str], pattern: np.ndarray, course: np.ndarray, stack: bool
) -> None:
    size, pairs = len(names), _pairs(len(names))
    base, gain = course
    before, after, weights = np.zeros((3, size, size))
    for g, value, (i, j) in zip(base, gain, pairs, strict=True):
        before[i, j] = before[j, i] = -g
        after[i, j] = after[j, i] = -g * (1 + value)
        weights[i, j] = weights[j, i] = gain.mean() - value
    for matrix in (before, after):
        np.fill_diagonal(matrix, -matrix.sum(axis=1))
    ideal = np.outer(pattern, pattern) / size
    np.fill_diagonal(ideal, 0)
    coupled = {f"{names[i]}-{names[j]}": v for v, (i, j) in zip(gain, pairs, strict=True)}
    criteria = {"stored": 2, "stable": 2, "exact": True, "one_bit": 1.0, "two_bit": None}
    summary: dict[str, Any] = {
        "patterns": [pattern.tolist()],
        "contacts": names,
        "conductance_before": before.tolist(),
        "conductance_presented": after.tolist(),
        "conductance_after": after.tolist(),
        "weights": weights.tolist(),
        "ideal_weights": ideal.tolist(),
        "reference": {"rule": "untrained"},
        "hebb_correlation": hebb_correlation(weights, [pattern]),
        "recall_success": 0.875,
        "ideal_recall_success": 1.0,
        "oja_recall_success": 1.0,
        "network": {"film": criteria, "hebb": criteria},
        "relative_change": coupled,
        "predicted_margins": [0.5],
        "max_current_density": 6e12,
        "mean_current_density": 2e12,
        "energy_dissipated": 4e-13,
        "adiabatic_temperature_rise": 900.0,
        "heating": {
            "heat_capacity": 1e-15,
            "peak_power": 1e-4,
            "power_concentration": 2.0,
            "time_constant": None,
            "steady_temperature_rise": None,
            "peak_temperature_rise": 900.0,
            "final_temperature_rise": 900.0,
        },
        "checks": {
            "symmetry": 0.0,
            "row_sums": 0.0,
            "current_sum": 0.0,
            "power_balance": 0.0,
            "read_disturbance": {
                "voltage": 1e-3,
                "largest_change_of_m": 0.0,
                "largest_change_of_conductance": 0.0,
            },
        },
    }
    path.write_text(json.dumps(summary | ({"stack": STACK} if stack else {})))


def make_run_folder(
    folder: Path,
    *,
    contacts: int = 4,
    size: float = 18.0,
    with_current: bool = True,
    solid: bool = False,
    voltage: float = 0.05,
    stack: bool = False,
) -> Path:
    """Write a complete run folder; 4 contacts are the wheel's, other numbers stand on a disc.

    Args:
        folder: where to write.
        contacts: their number.
        size: mesh size, nm.
        with_current: whether the snapshot under voltage is among the fields.
        solid: tetrahedra of one layer instead of triangles.
        voltage: of the presented pattern, V.
        stack: whether it had heat, a layer "pt" and the Oersted field.
    """
    film, regions = wheel() if contacts == 4 else disc(contacts)
    names = list(regions)
    points, cells = _triangulate(film, list(regions.values()) if contacts == 4 else [], size)
    contact = np.zeros(len(points), dtype=np.int64)
    for number, region in enumerate(regions.values(), start=1):
        near = region.buffer(1e-3)
        contact[contains_xy(near, points[:, 0], points[:, 1])] = number
    pattern = np.where(np.arange(contacts) < (contacts + 1) // 2, 1, -1)
    shown = f"presented {_text(pattern)}"
    labels = ["untrained", shown, "trained"] if with_current else ["untrained", "trained"]
    (folder / "fields").mkdir(parents=True)
    entries = []
    for number, label in enumerate(labels):
        volts = (voltage * pattern).tolist() if label == shown else None
        phi, j = _potential(points, cells, contact, volts or [0.0] * contacts)
        m = _stripes(points, seed=number)
        file = f"fields/{number:04d}.vtu"
        _write_fields(folder / file, points, cells, m, phi, contact, j, solid, stack)
        time = 5e-9 + number * 5.5e-9
        entries.append({"file": file, "t": time, "label": label, "voltages": volts})
    course = _write_table(folder / "conductance.csv", names, pattern, voltage, stack)
    _write_recall(folder / "recall.csv", pattern)
    _write_summary(folder / "summary.json", names, pattern, course, stack)
    manifest = {"contacts": names, "thickness": THICKNESS, "fields": entries}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _write_fields(
    path: Path,
    points: np.ndarray,
    cells: np.ndarray,
    m: np.ndarray,
    phi: np.ndarray,
    contact: np.ndarray,
    j: np.ndarray,
    solid: bool,
    stack: bool,
) -> None:
    space = np.column_stack((points * 1e-9, np.zeros(len(points))))
    kind = "triangle"
    if solid:
        # Each prism over a triangle with sorted vertices falls into three fitting tetrahedra.
        kind, count, flat = "tetra", len(points), np.sort(cells, axis=1)
        a, b, c = flat.T
        top = flat + count
        cells = np.vstack(
            (
                np.column_stack((a, b, c, top[:, 2])),
                np.column_stack((a, b, top[:, 1], top[:, 2])),
                np.column_stack((a, top)),
            )
        )
        space = np.vstack((space, space + np.array([0, 0, THICKNESS])))
        m, phi, j = np.tile(m, (2, 1)), np.tile(phi, 2), np.tile(j, (3, 1))
        contact = np.concatenate((np.zeros_like(contact), contact))
    x, y = 1e9 * space[:, :2].T
    more = {
        "temperature_K": 300 + 1e3 * np.abs(phi),
        "oersted_field_A_per_m": np.column_stack([20 * y, -20 * x, 30 * x]),
    }
    mesh = meshio.Mesh(
        space,
        [(kind, cells)],
        point_data={"m": m, "potential": phi, "contact": contact} | (more if stack else {}),
        cell_data={"current_density": [j]}
        | ({"current_density_A_per_m2_pt": [0.8 * j]} if stack else {}),
    )
    mesh.write(path)


@pytest.fixture(scope="session")
def run_folder_maker() -> Callable[..., Path]:
    """The function that writes a synthetic run folder."""
    return make_run_folder


class CutError(Exception):
    """The end of a process, as far as one can have it without one."""


@pytest.fixture
def cut_off(comm, monkeypatch) -> Callable[..., int]:
    """Does a run that is cut off again and again; collective.

    Called with what starts it, or goes on if it is given True; the number of times it is watched
    between ends; at which of these it saves its state (0: as it ends); and what befalls its folder
    after each end. Returns how often it was cut off.
    """
    from hebbfilm.run.training.recorder import Recorder

    watch, watched = Recorder.watch, []

    def done(start, every, saves, spoil=lambda: None) -> int:
        def end(it, film):
            watch(it, film)
            watched.append(film.time)
            if len(watched) % every == saves:
                it.checkpoint()
            if len(watched) % every == 0:
                raise CutError

        ends = 0
        with monkeypatch.context() as patch:
            patch.setattr(Recorder, "watch", end)
            while True:
                try:
                    start(ends > 0)
                except CutError:
                    ends += 1
                    comm.barrier()
                    if comm.rank == 0:
                        spoil()
                    comm.barrier()
                else:
                    break
        comm.barrier()
        return ends

    return done
