"""A film whose parameters all differ from place to place, beside one of uniform parameters."""

from collections.abc import Callable
from dataclasses import fields, replace
from statistics import median
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing import FilmMesh
from hebbfilm.run.bench.coupled import watched_run
from hebbfilm.run.bench.films import Sample, make_film
from hebbfilm.run.bench.timing import alternate
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.kernels import llg

_SHARE = 0.1
"""By how much parameters differ: steps, and renewals of the current, are then as many."""
_WAVES = 3.0
"""From one side of the film to the other."""
_STEPS = 20
"""In each of the runs that are timed in turn."""


def varied_material(material: Material, size: float) -> Material:
    """The same with every number a wave over the film, whose size is given in m."""
    wave_number = 2 * np.pi * _WAVES / size

    def wave(mean: float, phase: int) -> Callable[[FloatArray], FloatArray]:
        def value(places: FloatArray) -> FloatArray:
            x, y = wave_number * places[:, :2].T
            found: FloatArray = mean * (1 + _SHARE * np.sin(x + phase) * np.cos(y + 2 * phase))
            return found

        return value

    numbers = {field.name: getattr(material, field.name) for field in fields(material)}
    return replace(
        material,
        **{
            name: wave(value, phase)
            for phase, (name, value) in enumerate(numbers.items())
            if isinstance(value, float) and value
        },
    )


def cost_of_variation(
    sample: Sample, mesh: FilmMesh, m: FloatArray, repetitions: int
) -> dict[str, float]:
    """Evaluations in ns per vertex and coupled steps in μs, of both films in turn; collective.

    Args:
        sample: of uniform parameters.
        mesh: of its layout.
        m: (owned, 3) from which both films start.
        repetitions: how often both are timed; medians are reported.
    """
    low, _, high, _ = sample.layout.outline.bounds
    varied = sample._replace(material=varied_material(sample.material, high - low))
    films = {
        name: make_film(each, mesh) for name, each in (("uniform", sample), ("varied", varied))
    }
    for film in films.values():
        film.set_magnetisation(m)
    rates = alternate(
        mesh.comm, {name: _evaluation(film) for name, film in films.items()}, 10 * repetitions
    )
    steps: dict[str, list[float]] = {name: [] for name in films}
    for _ in range(repetitions + 1):
        for name, film in films.items():
            steps[name].append(_step(film, sample.drives))
    size = mesh.numbering.size
    return {
        **{f"{name}_ns_per_vertex": rate / size * 1e9 for name, rate in rates.items()},
        # The first run warms up.
        **{f"{name}_step_us": median(found[1:]) * 1e6 for name, found in steps.items()},
    }


def _evaluation(film: Film) -> Callable[[], None]:
    dynamics, rate = film.dynamics, np.empty((film.operators.owned, 3))
    return lambda: llg.rate(dynamics.couplings, dynamics.gilbert, dynamics.m, rate)


def _step(film: Film, drives: tuple[float, ...]) -> float:
    duration = _STEPS * film.integrator.step
    run: dict[str, Any] = watched_run(film, drives, duration)
    taken: float = run["wall_s_per_ns"] * duration * 1e9 / run["steps"]
    return taken
