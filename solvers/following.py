"""How a film follows a drive, from sample to sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.drives.drive import Segment
from hebbfilm.solvers.drives.schedule import START, Position, check_samples, sample_times
from hebbfilm.solvers.magnetisation.thermal import ThermalField
from hebbfilm.solvers.motion import move

if TYPE_CHECKING:
    from hebbfilm.solvers.film import Film, Observer


def require_at_rest(film: Film) -> None:
    """Raise InputError if m is on its way: two drives at once would be mixed up."""
    if film.moves:
        raise InputError(
            "an observer was called while its film moves, and would move it elsewhere: do that "
            "within `with film.on_trial():`, or when the drive is over"
        )


@contextmanager
def in_motion(film: Film) -> Iterator[None]:
    """Inside, m moves. Whatever ends that, the film stands at the start of its next drive.

    Raises:
        InputError: it moves already.
    """
    require_at_rest(film)
    film.mesh_watch.warn_once()
    film.moves = True
    try:
        yield
    finally:
        film.moves = False
        film.position = START


def observe(film: Film, observer: Observer | None) -> None:
    """Call an observer, if there is one; what it raises on one rank ends the others, too."""
    if observer is not None:
        on_every_rank(film.comm, lambda: observer(film))


def follow(
    film: Film,
    segments: Sequence[Segment],
    start: Position,
    sample_interval: float | None,
    thermal: ThermalField | None,
    observer: Observer | None,
    settled: Callable[[], bool] = lambda: False,
) -> bool:
    """Follow a drive to its end, or until m has settled at a sample; collective.

    Whatever ends that, the next drive begins at its start.

    Args:
        film: whose m moves.
        segments: the drive.
        start: where to begin in it.
        sample_interval: in s, None to sample at the ends of segments alone.
        thermal: the field that acts meanwhile, if any.
        observer: called at each sample.
        settled: asked at each sample, after that.

    Returns:
        Whether m has settled.

    Raises:
        InputError: a start beyond the end, or an interval that makes no samples.
    """
    durations = [segment.duration for segment in segments]
    start.require_within(durations)
    check_samples(durations, sample_interval)
    with in_motion(film):
        film.dynamics.thermal = thermal
        film.position = start
        # Saved at a sample, the film may have settled there.
        if start != START and settled():
            return True
        for index in range(start.segment, len(segments)):
            film.current.apply(segments[index].drives)
            for elapsed in sample_times(durations[index], sample_interval):
                if elapsed <= film.position.elapsed:
                    continue
                interval = elapsed - film.position.elapsed
                move(
                    film.dynamics, film.current, film.integrator, film.heating, interval, film.kinks
                )
                film.position = Position(index, elapsed)
                observe(film, observer)
                if settled():
                    return True
            film.position = Position(index + 1)
        return False
