"""How a film is moved: along a drive, to rest, downhill, or on trial."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Self

from mpi4py import MPI

from hebbfilm.common.arguments import check_count, check_number
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.drives.drive import Segment, rest
from hebbfilm.solvers.drives.schedule import START, Position
from hebbfilm.solvers.film_state import trial
from hebbfilm.solvers.film_texture import TexturedFilm
from hebbfilm.solvers.followers import FollowsTime
from hebbfilm.solvers.following import asking, follow, in_motion, observing, require_at_rest
from hebbfilm.solvers.integrators import Integrator
from hebbfilm.solvers.magnetisation.mesh_watch import MeshWatch
from hebbfilm.solvers.magnetisation.minimiser import ROUND, minimise
from hebbfilm.solvers.magnetisation.thermal import ThermalField
from hebbfilm.solvers.renewal import CurrentRenewal
from hebbfilm.solvers.state.part import Part


class MovingFilm(TexturedFilm):
    """What can be done with a `Film`, which says what it is made of; its methods are collective."""

    conduction: Conduction | None
    current: CurrentRenewal
    integrator: Integrator
    thermal: ThermalField | None
    processes: list[FollowsTime]
    kinks: tuple[float, ...]
    mesh_watch: MeshWatch
    position: Position
    moves: bool

    @property
    def comm(self) -> MPI.Intracomm:
        """The communicator of the mesh."""
        return self.operators.comm

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that decides how the film goes on, apart from its `position`."""
        raise NotImplementedError

    def evolve(
        self,
        segments: Sequence[Segment],
        *,
        start: Position = START,
        sample_interval: float | None = None,
        observer: Callable[[Self], None] | None = None,
        until: Callable[[Self], bool] | None = None,
    ) -> None:
        """Follow a drive to its end, or until enough has happened; collective.

        Samples lie at multiples of the interval from the start of each segment and at its end.
        These, and the kinks of waveforms, are hit exactly. `position` says then how far the film
        has come. After the end the contacts keep their last drives.

        Args:
            segments: the drive.
            start: where to begin in it: that of a state saved on the way, to go on from there.
            sample_interval: in s, None to sample at the ends of segments alone.
            observer: called at each sample; from there the state can be saved.
            until: asked at each sample, after the observer; where it is true, the drive ends. None
                to go on to the end.

        Raises:
            InputError: drives on a film without contacts, or that do not fit it, or a start beyond
                the end.
            SolverError: a solver failed.
        """
        observe, done = observing(self, observer), asking(self, until)
        follow(self, segments, start, sample_interval, self.thermal, None, observe, done)

    def relax(
        self,
        duration: float = 5e-9,
        *,
        torque_tolerance: float = 10.0,
        damping: float = 0.5,
        start: Position = START,
        sample_interval: float = 5e-11,
        observer: Callable[[Self], None] | None = None,
    ) -> bool:
        """Let m settle until the torque is small or the time is over; collective.

        Neither current nor thermal noise acts meanwhile; a film with `Heat` cools.

        Args:
            duration: the longest time in s.
            torque_tolerance: largest |m × H_eff| in A/m at which m counts as settled.
            damping: α meanwhile, everywhere.
            start: that of a state saved on the way, to go on from there.
            sample_interval: how often in s the torque is looked at.
            observer: called at each of these times.

        Returns:
            True if the torque fell below the tolerance.
        """
        check_number("duration", duration, "s", least=0)
        check_number("torque_tolerance", torque_tolerance, "A/m", least=0)
        check_number("damping", damping, "", least=0)
        require_at_rest(self)
        segments = rest(duration) if duration > 0 else []
        self.current.apply(None)
        observe = observing(self, observer)

        def settled() -> bool:
            return self.dynamics.largest_torque() < torque_tolerance

        calm = None, damping, observe, settled
        return follow(self, segments, start, sample_interval, *calm, what="Relaxing")

    def minimise(
        self,
        *,
        torque_tolerance: float = 10.0,
        evaluations: int = 50000,
        observer: Callable[[Self], None] | None = None,
        observe_every: int = ROUND,
    ) -> int:
        """Take m downhill to an equilibrium without current and noise, in no time; collective.

        Args:
            torque_tolerance: largest |m × H_eff| in A/m at which m counts as settled.
            evaluations: of the effective field, at most.
            observer: called after so many steps, and again and again.
            observe_every: the number of these steps; what is saved goes on alike by the default.

        Returns:
            How many evaluations of the effective field it took.

        Raises:
            SolverError: no equilibrium was reached.
        """
        check_number("torque_tolerance", torque_tolerance, "A/m", least=0)
        check_count("evaluations", evaluations, 1)
        check_count("observe_every", observe_every, 1)
        observe = observing(self, observer)
        with in_motion(self, None, None):
            self.current.apply(None)
            self.dynamics.evaluate_fields(self.dynamics.time, self.dynamics.m)
            return minimise(self.dynamics, torque_tolerance, evaluations, observe, observe_every)

    def on_trial(self) -> AbstractContextManager[None]:
        """Whatever happens to the film inside is undone at the end, to the last bit; collective."""
        return trial(self)
