"""What thermal noise adds to a step."""

from collections.abc import Callable, Mapping

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing import FilmMesh
from hebbfilm.run.bench.films import Sample
from hebbfilm.run.bench.timing import alternate
from hebbfilm.solvers import Film, Numerics

_TEMPERATURE = 300.0
_STEPS = 50
"""In a repetition, each timed by itself: few of them are interrupted on a busy machine."""


def cost_of_noise(
    sample: Sample, mesh: FilmMesh, m: FloatArray, repetitions: int
) -> dict[str, float]:
    """Explicit steps of one length in μs, with the noise of 300 K and without; collective.

    The current drifts in both, and is not renewed.

    Args:
        sample: what the film is.
        mesh: of its layout.
        m: (owned, 3) from which both start.
        repetitions: how often both are timed; medians are reported.
    """
    explicit = Numerics(integrator="explicit")
    films = {
        name: Film(mesh, sample.material, numerics=explicit, temperature=temperature)
        for name, temperature in (("noise", _TEMPERATURE), ("still", 0.0))
    }
    for film in films.values():
        film.set_magnetisation(m)
        film.current.apply(sample.drives)
        film.current.renew(0.0)
        film.dynamics.thermal = film.thermal
        film.integrator.begin()
    step = films["noise"].integrator.step
    works = {name: _step(film, step) for name, film in films.items()}
    found = alternate(mesh.comm, works, _STEPS * repetitions)
    return {f"{name}_us": time * 1e6 for name, time in found.items()}


def _step(film: Film, length: float) -> Callable[[], None]:
    since = film.m.copy()

    def advance() -> None:
        # Without noise it would grow.
        film.integrator.step = length
        film.integrator.advance(length, since)

    return advance


def rows_of_noise(found: Mapping[str, float]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    ratio = found["noise_us"] / found["still_us"]
    told = f"{found['noise_us']:.0f} μs an explicit step, without {found['still_us']:.0f}"
    return [("thermal noise", f"{told}: {ratio:.2f} times as long")]
