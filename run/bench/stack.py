"""What each piece of the stack of a film costs, in coupled steps beside those without it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing import FilmMesh
from hebbfilm.run.bench.coupled import watched_run
from hebbfilm.run.bench.films import Sample
from hebbfilm.run.bench.parts import renewed
from hebbfilm.run.bench.timing import alternate
from hebbfilm.solvers import CurieLaw, Film, Heat, Layer, Oersted

_DURATION = 5e-11
"""In s, the usual time from one sample to the next."""
_LAYER = Layer("pt", 3e-9, conductivity=4e6)
_TRANSFER = 3e7
"""h in W/(m² K), with which the film warms up by some 50 K in 0.5 ns."""
_GROWTH = 3e-3
"""In 1/K, of resistivities with T; typical of metals."""
_LAW = CurieLaw(curie_temperature=700.0)
_TURNING = replace(_LAYER, damping_like_efficiency=0.1, field_like_efficiency=0.02)
_MAGNETORESISTIVE = replace(_LAYER, spin_hall_magnetoresistance=0.01)
_PIECES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "layer": ("plain", {"layers": [_LAYER]}),
    "spin_orbit": ("layer", {"layers": [_TURNING]}),
    "oersted": ("plain", {"oersted": Oersted()}),
    "heat": ("plain", {"heat": Heat()}),
    "warm_magnet": ("plain", {"heat": Heat(magnet=_LAW)}),
}
"""By its name each piece: beside what it is timed, and what of `Film` it is."""
_BESIDE: Mapping[str, dict[str, Any]] = {"plain": {}}
_CONDUCTING: Mapping[str, list[Layer]] = {
    "without": [],
    "layer": [_LAYER],
    "magnetoresistive": [_MAGNETORESISTIVE],
}
"""Films whose conduction alone is timed, side by side."""


def cost_of_stack(
    sample: Sample, mesh: FilmMesh, m: FloatArray, duration: float, repetitions: int
) -> dict[str, float]:
    """Coupled steps in μs without and with each piece, all films in turn; collective.

    Args:
        sample: of the film alone.
        mesh: of its layout.
        m: (owned, 3) from which all films start.
        duration: of the whole benchmark's run in s; no run here is longer.
        repetitions: how many such runs each goes through, one after the other; all count, as what
            is renewed now and then falls into some of them.
    """
    material = replace(sample.material, heat_transfer_coefficient=_TRANSFER)
    options = {**_BESIDE, **{name: given for name, (_, given) in _PIECES.items()}}
    growing = replace(material, temperature_coefficient=_GROWTH)
    films = {
        name: Film(mesh, growing if "heat" in each else material, **each)
        for name, each in options.items()
    }
    for film in films.values():
        film.set_magnetisation(m)
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in films}
    for number in range(repetitions + 1):
        for name, film in films.items():
            run = watched_run(film, sample.drives, min(duration, _DURATION))
            # The first run warms up.
            if number:
                taken = run["wall_s_per_ns"] * run["simulated_s"] * 1e9
                found[name].append((taken, run["steps"]))
    return _figures(found)


def _figures(found: Mapping[str, Sequence[tuple[float, int]]]) -> dict[str, float]:
    """μs of a step over all runs, and within which bounds single runs put each piece.

    Args:
        found: by the name of each film, seconds and steps of its runs.
    """
    figures = {
        f"{name}_step_us": sum(s for s, _ in runs) / sum(n for _, n in runs) * 1e6
        for name, runs in found.items()
    }
    for name, (beside, _) in _PIECES.items():
        ratios = [
            (s / n) / (t / k) for (s, n), (t, k) in zip(found[name], found[beside], strict=True)
        ]
        figures |= {f"{name}_least": min(ratios), f"{name}_most": max(ratios)}
    return figures


def cost_of_layers(
    sample: Sample, mesh: FilmMesh, m: FloatArray, repetitions: int
) -> dict[str, float]:
    """σ(m) and φ in ms without and with a layer; collective.

    Args:
        sample: of the film alone.
        mesh: of its layout.
        m: (owned, 3) from which all films start.
        repetitions: of each, in turn; medians count.
    """
    assemblies, renewals = {}, {}
    for name, layers in _CONDUCTING.items():
        film = Film(mesh, sample.material, layers=layers)
        film.set_magnetisation(m)
        renewals[name] = renewed(film, sample.drives)
        assemblies[name] = partial(_assemble, film)
    found = {}
    for work, each in (("assembly", assemblies), ("renewal", renewals)):
        for name, seconds in alternate(mesh.comm, each, repetitions).items():
            found[f"{work}_{name}_ms"] = seconds * 1e3
    return found


def _assemble(film: Film) -> None:
    assert film.conduction is not None
    film.conduction.update(film.dynamics.m)


def rows_of_layers(found: Mapping[str, float]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    rows = []
    for work, told in (("assembly", "σ(m)"), ("renewal", "φ and currents")):
        alone = found[f"{work}_without_ms"]
        ratios = ", ".join(
            f"with a {words} {found[f'{work}_{name}_ms'] / alone:.2f} times"
            for name, words in (("layer", "layer"), ("magnetoresistive", "magnetoresistive one"))
        )
        rows.append((f"{told} with layers", f"{alone:.2f} ms without, {ratios}"))
    return rows


def rows_of_stack(found: Mapping[str, float]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    rows = []
    for name, (beside, _) in _PIECES.items():
        with_it, without = found[f"{name}_step_us"], found[f"{beside}_step_us"]
        rows.append(
            (
                name.replace("_", " "),
                f"{with_it:.0f} μs a coupled step, without {without:.0f}: "
                f"{with_it / without - 1:+.1%} "
                f"(single runs {found[f'{name}_least'] - 1:+.0%} to "
                f"{found[f'{name}_most'] - 1:+.0%})",
            )
        )
    return rows
