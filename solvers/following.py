"""How a film follows a drive, from sample to sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from mpi4py import MPI

from hebbfilm.common.arguments import check_function, check_kind
from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import InputError
from hebbfilm.common.progress import bar
from hebbfilm.solvers.drives.drive import Segment
from hebbfilm.solvers.drives.pace import Paces
from hebbfilm.solvers.drives.schedule import START, Position, check_samples, sample_times
from hebbfilm.solvers.followers import FollowsTime
from hebbfilm.solvers.integrators import Integrator
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.mesh_watch import MeshWatch
from hebbfilm.solvers.magnetisation.thermal import ThermalField
from hebbfilm.solvers.motion import move
from hebbfilm.solvers.renewal import CurrentRenewal


class _Film(Protocol):
    """What of a film takes part in its motion; see `Film`."""

    dynamics: Dynamics
    current: CurrentRenewal
    integrator: Integrator
    processes: list[FollowsTime]
    kinks: tuple[float, ...]
    mesh_watch: MeshWatch
    position: Position
    moves: bool

    @property
    def comm(self) -> MPI.Intracomm: ...


_FilmT = TypeVar("_FilmT", bound=_Film)


def require_at_rest(film: _Film) -> None:
    """Raise InputError if m is on its way: two drives at once would be mixed up."""
    if film.moves:
        raise InputError(
            "an observer was called while its film moves, and would move it elsewhere: do that "
            "within `with film.on_trial():`, or when the drive is over"
        )


@contextmanager
def in_motion(film: _Film, thermal: ThermalField | None, damping: float | None) -> Iterator[None]:
    """Inside, m moves. Whatever ends that, the film stands at the start of its next drive.

    Args:
        film: whose m moves.
        thermal: the field that acts meanwhile, if any.
        damping: α meanwhile, everywhere; None for that of the material.

    Raises:
        InputError: it moves already.
    """
    require_at_rest(film)
    film.mesh_watch.warn_once()
    dynamics = film.dynamics
    before = dynamics.thermal, dynamics.gilbert
    dynamics.thermal = thermal
    if damping is not None:
        dynamics.gilbert = dynamics.gilbert.with_damping(damping)
    film.moves = True
    try:
        yield
    finally:
        film.moves = False
        film.position = START
        dynamics.thermal, dynamics.gilbert = before


def observing(film: _FilmT, observer: Callable[[_FilmT], None] | None) -> Callable[[], None]:
    """Calls an observer, if there is one; what it raises on one rank ends the others, too."""
    if observer is None:
        return lambda: None
    check_function("observer", observer)
    return lambda: on_every_rank(film.comm, lambda: observer(film))


def asking(film: _FilmT, until: Callable[[_FilmT], bool] | None) -> Callable[[], bool] | None:
    """Asks whether a drive has come far enough: all ranks go by what rank 0 found."""
    if until is None:
        return None
    check_function("until", until)
    return lambda: bool(film.comm.bcast(on_every_rank(film.comm, lambda: until(film)), root=0))


def follow(
    film: _Film,
    segments: Sequence[Segment],
    start: Position,
    sample_interval: float | None,
    thermal: ThermalField | None,
    damping: float | None,
    observe: Callable[[], None],
    done: Callable[[], bool] | None = None,
    what: str = "Evolving",
) -> bool:
    """Follow a drive to its end, or until it is done at a sample; collective.

    Whatever ends that, the next drive begins at its start.

    Args:
        film: whose m moves.
        segments: the drive.
        start: where to begin in it.
        sample_interval: in s, None to sample at the ends of segments alone.
        thermal: the field that acts meanwhile, if any.
        damping: α meanwhile, everywhere; None for that of the material.
        observe: called at each sample.
        done: whether no more is wanted, asked at each sample; None to go on to the end.
        what: a bar calls it.

    Returns:
        Whether it was done.

    Raises:
        InputError: a start beyond the end, or an interval that makes no samples.
    """
    durations = [segment.duration for segment in segments]
    check_kind("start", start, Position)
    start.require_within(durations)

    def is_done() -> bool:
        return done is not None and done()

    check_samples(durations, sample_interval)
    going_on = start != START
    left = sum(durations[start.segment :]) - start.elapsed
    with (
        in_motion(film, thermal, damping),
        film.current.following(segments, going_on),
        bar(what, left, shown=film.comm.rank == 0) as count,
    ):
        film.position = start
        # It may have been saved where it was done.
        if going_on and is_done():
            return True
        for index in range(start.segment, len(segments)):
            film.current.take(segments[index], film.position.elapsed)
            began = film.dynamics.time - film.position.elapsed
            paces = Paces(film.dynamics.fields.paces(began, began + durations[index]))
            for elapsed in sample_times(durations[index], sample_interval):
                if elapsed <= film.position.elapsed:
                    continue
                before = film.position.elapsed
                interval = elapsed - before
                parts = film.dynamics, film.current, film.integrator, film.processes
                move(*parts, interval, film.kinks, paces, before, count)
                film.position = Position(index, elapsed)
                observe()
                if is_done():
                    return True
            film.position = Position(index + 1)
        return False
