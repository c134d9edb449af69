"""What each piece of the stack of a film costs, in coupled steps beside those without it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing import FilmMesh
from hebbfilm.run.bench.coupled import watched_run
from hebbfilm.run.bench.films import Sample
from hebbfilm.solvers import CurieLaw, Film, Heat, Layer, Oersted

_DURATION = 5e-11
"""In s, the usual time from one sample to the next."""
_LAYER = Layer("pt", 3e-9, conductivity=4e6)
_TRANSFER = 3e7
"""h in W/(m² K), with which the film warms up by some 50 K in 0.5 ns."""
_LAW = CurieLaw(curie_temperature=700.0)
_TURNING = replace(_LAYER, damping_like_efficiency=0.1, field_like_efficiency=0.02)
_PIECES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "spin_orbit": ("layer", {"layers": [_TURNING]}),
    "oersted": ("plain", {"oersted": Oersted()}),
    "heat": ("plain", {"heat": Heat()}),
    "warm_magnet": ("plain", {"heat": Heat(magnet=_LAW)}),
}
"""By its name each piece: beside what it is timed, and what of `Film` it is."""
_BESIDE: Mapping[str, dict[str, Any]] = {"plain": {}, "layer": {"layers": [_LAYER]}}


def cost_of_stack(
    sample: Sample, mesh: FilmMesh, m: FloatArray, duration: float, repetitions: int
) -> dict[str, float]:
    """Coupled steps in μs without and with each piece, all films in turn; collective.

    Args:
        sample: of the film alone.
        mesh: of its layout.
        m: (owned, 3) from which all films start.
        duration: of the whole benchmark's run in s; no run here is longer.
        repetitions: how often each is timed; medians are reported.
    """
    material = replace(sample.material, heat_transfer_coefficient=_TRANSFER)
    options = {**_BESIDE, **{name: given for name, (_, given) in _PIECES.items()}}
    films = {name: Film(mesh, material, **each) for name, each in options.items()}
    for film in films.values():
        film.set_magnetisation(m)
    steps: dict[str, list[float]] = {name: [] for name in films}
    for _ in range(repetitions + 1):
        for name, film in films.items():
            steps[name].append(_step(film, sample.drives, min(duration, _DURATION)))
    # The first run warms up.
    return {f"{name}_step_us": median(found[1:]) * 1e6 for name, found in steps.items()}


def _step(film: Film, drives: Sequence[float], duration: float) -> float:
    run: dict[str, Any] = watched_run(film, tuple(drives), duration)
    taken: float = run["wall_s_per_ns"] * duration * 1e9 / run["steps"]
    return taken


def rows_of_stack(found: Mapping[str, float]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    rows = []
    for name, (beside, _) in _PIECES.items():
        with_it, without = found[f"{name}_step_us"], found[f"{beside}_step_us"]
        rows.append(
            (
                name.replace("_", " "),
                f"{with_it:.0f} μs a coupled step, without {without:.0f}: "
                f"{with_it / without - 1:+.1%}",
            )
        )
    return rows
