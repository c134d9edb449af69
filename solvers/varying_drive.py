"""Contacts that waveforms and functions drive: when the current follows, and what it then is."""

from bisect import bisect_right
from collections.abc import Sequence
from math import inf, ulp
from typing import NamedTuple

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.drives.drive import Drive, Drives
from hebbfilm.solvers.drives.scale import DriveScale
from hebbfilm.solvers.drives.source import Source
from hebbfilm.solvers.feedback import FilmResponse, settled
from hebbfilm.solvers.integrators.interface import equal_part

_SAMPLES = 64
"""Times at which a segment is looked over for the size of its drives."""
_NEAR = 32
"""Units in the last place of the time, up to which it counts as that of a kink."""
_SHARES = 0.2360679774997897, 0.4142135623730951, 0.7320508075688772, 1.0
"""Of a step to come, at which the drive is looked at: with the roots of 5, 2 and 3, which are in no
rational ratio, so that no period fits all of them."""
_SHORTEST = 1e-4
"""Of the step that m allows: a drive that moves too far within it is taken to jump."""
_STRAIGHT = 0.25
"""Of a step that is known to be short enough, and of the tolerance: drives are straight in it."""
_MOST_JUMPS = 200
"""In one row, after which it is no jump."""
_CALMER = 4
"""Times by which steps may be longer than at the last renewal, after which the current is renewed
whatever the drive is: so little charge is wrong in relation to that of a pulse."""
_PASSES = 8
_NUDGE, _SHARE = 1e-3, 0.01
"""Of the scale, by which the flow is changed to see whether a drive depends on it; of the
tolerance, to which such drives are found."""
_SMALL = 1e-3
"""Of what flowed before, up to which a drive begins from nothing."""


class Flow(NamedTuple):
    """Currents in A into the film and voltages in V of its nodes at their sources, (N,) each."""

    currents: FloatArray
    voltages: FloatArray


class _Solved(NamedTuple):
    """A current, by what it was found, and how exactly."""

    conduction: Conduction
    drives: Drives
    tolerance: float


class VaryingDrive:
    """The drive of one segment by a `Source`.

    The current is renewed when the drive has moved by half of the tolerance, in relation to the
    largest so far (`DriveScale`), and no step is so long that it moves by more than all of it: so
    the current in use is off by less than the tolerance.

    Args:
        source: of the drives.
        tolerance: of the current density.
        duration: of the segment in s.
        nodes: N.

    Attributes:
        scale: of the drives.
    """

    def __init__(self, source: Source, tolerance: float, duration: float, nodes: int) -> None:
        self.source = source
        self.scale = DriveScale()
        self._tolerance = tolerance
        self._time, self._elapsed = 0.0, 0.0
        self._jumps, self._pace = 0, inf
        self._solved: _Solved | None = None
        self._network: FilmResponse | None = None
        nothing = np.zeros(nodes)
        times = [duration * k / _SAMPLES for k in range(_SAMPLES + 1)]
        # What functions will do depends on what flows: of theirs a few samples say as much as all.
        for time in [*times, *source.waveform_kinks, *source.paces.narrow(duration / _SAMPLES)]:
            if 0 <= time <= duration:
                self.scale.take_drives(source.on_trial(time, nothing, nothing))

    def begin(self, time: float, elapsed: float) -> None:
        """Say what time it is in s, and how long ago the segment began."""
        self._time, self._elapsed, self._jumps = time, elapsed, 0

    def kinks(self) -> list[float]:
        """Times in s of the film at which waveforms have kinks."""
        return [self._time + (each - self._elapsed) for each in self.source.breakpoints]

    def drives(self, time: float, flow: Flow) -> list[Drive]:
        """What drives at `time` in s of the film, for what flows until then; collective."""
        return self.source.at(self._since(time), *flow)

    def due_drives(self, time: float, held: Drives, flow: Flow) -> Drives | None:
        """The same, where the current has to follow; else None; collective."""
        now, asked = self._since(time), self.drives(time, flow)
        if asked != held and self.source.paces.at(now) > _CALMER * self._pace:
            # A pulse is over: what is left of it would flow on for far longer than it took.
            return asked
        drives = self._agreeing(now, asked, held, flow, self._tolerance / 2)
        return drives if self.scale.change(drives, held) > self._tolerance / 2 else None

    def longest_step(
        self, time: float, remaining: float, step: float, held: Drives, flow: Flow
    ) -> float:
        """How far in s to go without another renewal; collective.

        Args:
            time: in s of the film.
            remaining: time in s to the next event.
            step: in s that the magnetisation allows.
            held: drives that act meanwhile.
            flow: what flows meanwhile.

        Raises:
            SolverError: the drive moves too fast, again and again.
        """
        now = self._since(time)
        paced = self.source.paces.longest_step(now, step)
        shortest = min(_SHORTEST * min(step, remaining), _STRAIGHT * self._tolerance * paced)
        step = paced
        # A jump at the end belongs to what follows.
        gap = self._near(time)

        def change(later: float) -> float:
            # As it will be there: what remembers has seen this flow until then, and no other.
            with self.source.undoing():
                asked = self.source.at(later, *flow)
                drives = self._agreeing(later, asked, held, flow, self._tolerance)
            return self.scale.change(drives, held)

        def moves(longest: float) -> bool:
            times = (max(now + share * longest - gap, now) for share in _SHARES)
            return any(change(each) > self._tolerance for each in times)

        allowed = min(step, remaining)
        while allowed > shortest and moves(allowed):
            allowed /= 2
        if allowed == min(step, remaining):
            self._jumps = 0
            return self.source.paces.longest_step(now, remaining)
        self._jumps = self._jumps + 1 if allowed <= shortest else 0
        if self._jumps > _MOST_JUMPS:
            raise SolverError(
                f"drive {self.source.names} moves by more than {self._tolerance:g} of the "
                f"largest so far in {allowed:.1g} s, again and again, at t = {now:.4g} s: is it "
                "unstable, or a time constant too short?"
            )
        return equal_part(remaining, allowed)

    def solve(
        self,
        conduction: Conduction,
        drives: Sequence[Drive],
        time: float,
        tolerance: float,
    ) -> Sequence[Drive]:
        """Find the current, and the drives that agree with it; collective.

        Args:
            conduction: finds it.
            drives: to begin with.
            time: in s of the film.
            tolerance: of the current density, to which both agree.

        Raises:
            SolverError: they do not settle.
        """
        self._pace = self.source.paces.at(self._since(time))
        now, why = self._since(time), "what it returns changes from call to call"

        def ask(currents: FloatArray, voltages: FloatArray) -> list[Drive]:
            return self.source.on_trial(now, currents, voltages)

        for _ in range(_PASSES):
            if _is_small(drives, conduction):
                # Beside the round-off of what flowed before, its own would be lost.
                conduction.forget()
            conduction.solve(drives, tolerance=tolerance)
            flow = conduction.currents, conduction.source_voltages
            self.scale.take(*flow)
            self._solved, self._network = _Solved(conduction, drives, tolerance), None
            if not self.source.functions:
                return drives
            change = self.scale.change(ask(*flow), drives)
            if change <= tolerance:
                return drives
            try:
                if np.isinf(change):
                    raise SolverError("it changes from a voltage to a current, or back")
                drives = settled(drives, self._response(), ask, self.scale, tolerance)
            except SolverError as error:
                # A switch: what it does now that this flows, stands.
                drives, why = self.source.at(now, *flow), str(error)
        raise SolverError(
            f"drive {self.source.names} does not settle at t = {now:.4g} s: no drive agrees with "
            f"the currents that it causes ({why}); a switch has to remember its position"
        )

    def _agreeing(
        self, now: float, asked: Drives, held: Drives, flow: Flow, least: float
    ) -> Drives:
        """What is asked for, or what agrees with its own currents, if that depends on them.

        A stiff circuit asks for far more than it will get, as it cannot know what will then flow.

        Args:
            now: in s since the segment began.
            asked: then, for what flows.
            held: drives of the present current.
            flow: what flows.
            least: change up to which it does not matter.
        """
        if not self.source.functions or not least < self.scale.change(asked, held) < np.inf:
            return asked

        def ask(currents: FloatArray, voltages: FloatArray) -> list[Drive]:
            return self.source.on_trial(now, currents, voltages)

        apart = _NUDGE * np.linspace(1, 2, len(asked))
        if asked == ask(
            flow.currents + self.scale.current * apart, flow.voltages + self.scale.voltage * apart
        ):
            return asked
        try:
            return settled(held, self._response(), ask, self.scale, _SHARE * self._tolerance)
        except SolverError:
            return asked

    def _response(self) -> FilmResponse:
        """The film as a network near what was solved last; collective."""
        if self._network is None:
            assert self._solved is not None
            conduction, drives, tolerance = self._solved
            self._network = FilmResponse(
                conduction.outside(conduction.approximate_conductance(tolerance)),
                drives,
                conduction.currents.copy(),
                conduction.source_voltages.copy(),
                conduction.joined,
            )
        return self._network

    def _since(self, time: float) -> float:
        """Time in s since the segment began; that of a kink, if it is as good as there."""
        since, near = self._elapsed + (time - self._time), self._near(time)
        kinks = self.source.breakpoints
        last = bisect_right(kinks, since + near)
        return kinks[last - 1] if last and kinks[last - 1] >= since - near else since

    def _near(self, time: float) -> float:
        return _NEAR * ulp(max(abs(time), abs(self._elapsed)))


def _is_small(drives: Sequence[Drive], conduction: Conduction) -> bool:
    """Whether drives are far smaller than what flows."""
    now, before = DriveScale(), DriveScale()
    now.take_drives(drives)
    before.take(conduction.currents, conduction.source_voltages)
    return now.voltage <= _SMALL * before.voltage and now.current <= _SMALL * before.current
