"""What thermal noise adds to a step."""

from collections.abc import Callable, Mapping
from functools import partial

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing import FilmMesh
from hebbfilm.run.bench.films import Sample
from hebbfilm.run.bench.timing import alternate
from hebbfilm.solvers import Film, Numerics
from hebbfilm.solvers.integrators.explicit import Explicit

_TEMPERATURE = 300.0
_STEPS = 50
"""In a repetition, each timed by itself: few of them are interrupted on a busy machine."""
_FAR = 1.0
"""In s to the next event, so that none cuts a step short."""


def cost_of_noise(
    sample: Sample, mesh: FilmMesh, m: FloatArray, repetitions: int
) -> dict[str, float]:
    """Explicit steps of one length in μs, with the noise of 300 K and without; collective.

    That length is the longest with noise. A step without takes the scheme with fewest evaluations
    that is stable, or the same as with noise. The current drifts in all, and is not renewed.

    Args:
        sample: what the film is.
        mesh: of its layout.
        m: (owned, 3) from which all start.
        repetitions: how often all are timed; medians are reported.
    """
    explicit = Numerics(integrator="explicit")
    films = {
        name: Film(mesh, sample.material, numerics=explicit, temperature=temperature)
        for name, temperature in (("noise", _TEMPERATURE), ("still", 0.0), ("alike", 0.0))
    }
    for film in films.values():
        film.set_magnetisation(m)
        film.current.apply(sample.drives)
        film.current.renew(0.0)
        film.dynamics.thermal = film.thermal
        film.integrator.begin()
    noise, still, alike = (_explicit(film) for film in films.values())
    plan = noise.plan(_FAR)
    still.step = plan.dt
    works: dict[str, Callable[[], object]] = {
        "noise": _step(films["noise"], noise, plan.dt),
        "still": _step(films["still"], still, plan.dt),
        "alike": partial(alike.fixed_step, plan, films["alike"].m.copy()),
    }
    found = alternate(mesh.comm, works, _STEPS * repetitions)
    return {
        **{f"{name}_us": time * 1e6 for name, time in found.items()},
        "noise_evaluations": plan.scheme.stages,
        "still_evaluations": still.plan(_FAR).scheme.stages,
    }


def _explicit(film: Film) -> Explicit:
    assert isinstance(film.integrator, Explicit)
    return film.integrator


def _step(film: Film, integrator: Explicit, length: float) -> Callable[[], None]:
    since = film.m.copy()

    def advance() -> None:
        # Without noise it would grow.
        integrator.step = length
        integrator.advance(_FAR, since)

    return advance


def rows_of_noise(found: Mapping[str, float]) -> list[tuple[str, str]]:
    """The figures as people read them."""
    noise, still, alike = (found[f"{name}_us"] for name in ("noise", "still", "alike"))
    stages = [found[f"{name}_evaluations"] for name in ("noise", "still")]
    told = f"{noise:.0f} μs an explicit step of {stages[0]:.0f} evaluations"
    return [
        ("thermal noise", f"{told}; without {still:.0f}, of {stages[1]:.0f}: {noise / still:.2f}"),
        ("", f"times as long; of as many without noise {alike:.0f}: {noise / alike:.2f} times"),
    ]
