"""When the current is computed anew while the magnetisation moves."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass, replace

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.drives.drive import Drives, Segment
from hebbfilm.solvers.drives.drives_json import drives_as_json, drives_from_json
from hebbfilm.solvers.drives.memory import Memory
from hebbfilm.solvers.drives.scale import DriveScale
from hebbfilm.solvers.drives.source import Source, functions_of, varies
from hebbfilm.solvers.followers import FollowsCurrent
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.state.part import Entry
from hebbfilm.solvers.varying_drive import Flow, VaryingDrive

_SHARE = 0.01
"""Of the tolerance, the error of j by an unfinished solve: far below that of waiting. On squares of
10⁴ and 10⁵ vertices and on the wheel, flat and of tetrahedra, with AMR of 5 to 200 %, the error was
between 0.01 and 1.7 times what was asked for, in the root of the mean square over the film."""
_AT_SAMPLES = 1e-8
"""The same where samples are taken of a drive that may depend on what flows."""
_LARGEST_TURN = 1.0
"""Change of m, a unit vector, after which the current is renewed at the latest."""
_TEXTURE_TIME = 1e-11
"""In s, with thermal noise, in place of a change of m by 1. At 300 K the four-node wheel, driven
for 1 ns by 0.05 V, came to conductances within 2e-5 of those with a renewal in every step."""


@dataclass
class RenewalRecord:
    """How often the current was renewed, and the largest change of m that it had to bridge."""

    renewals: int = 0
    largest_change: float = 0.0


class CurrentRenewal:
    """Keeps the current, and all that follows it, up to date with a magnetisation that moves.

    Args:
        dynamics: of the film.
        conduction: gives the current; None for a film without contacts.
        material: the ratios of AMR and Hall effect are used here, and of the layers of `conduction`
            that of spin-Hall magnetoresistance.
        followers: what the current acts on; each is told of it when it has been renewed.
        tolerance: relative error of the current density that a change of m anywhere in the film
            may bring about before the current is renewed, estimated as the change (the length of
            the difference of unit vectors) times the ratios of AMR, anomalous Hall effect and the
            spin-Hall magnetoresistance of layers, each where it is largest.
            Results converge as it is tightened. With thermal noise, single moments turn that far
            in every step, and back again; the time in which the texture may move takes their place.
            The relative change of a resistivity with the temperature counts like that of j.

    That bound holds for films with layers, and these allow no fewer renewals, although they dilute
    the change of conductances: j of the film changes by δσ E + σ δE, and with the share s of the
    current in the film δE = -s Q(δσ/σ E), Q the orthogonal projection on gradients. So
    |δj/σ| = |(1 - sQ)(δσ/σ E)| is at most |δσ/σ E| for any s; the less flows in the film, the less
    of it cancels.

    Attributes:
        drives: of the contacts, as they were at the last renewal; None if all are open.
        memory: of functions that drive the contacts.
        potential_tolerance: of the current that drives, see `Conduction.solve`.
        magnetisation_at_renewal: (owned, 3).
        record: what happened so far.
    """

    def __init__(
        self,
        dynamics: Dynamics,
        conduction: Conduction | None,
        material: FilmMaterial,
        followers: Sequence[FollowsCurrent],
        tolerance: float,
    ) -> None:
        self._dynamics = dynamics
        self._followers = followers
        self._conduction = conduction
        self._tolerance = tolerance
        self.potential_tolerance = _SHARE * tolerance
        layers = () if conduction is None else conduction.layers
        ratios = [
            material["amr_ratio"],
            material["anomalous_hall_ratio"],
            *(layer["spin_hall_magnetoresistance"] for layer in layers),
        ]
        sensitivity = sum(ratio.largest_size for ratio in ratios)
        allowed = tolerance / sensitivity if sensitivity else np.inf
        self._largest_change = min(allowed, _LARGEST_TURN)
        self.drives: Drives | None = None
        self._varying: VaryingDrive | None = None
        self._loaded_scale: dict[str, float] | None = None
        self.memory = Memory(dynamics.operators.comm)
        nodes = len(conduction.contacts) if conduction is not None else 0
        self._flow = Flow(*np.zeros((2, nodes)))
        self._times: list[float] = []
        self.magnetisation_at_renewal: FloatArray = self._own_magnetisation().copy()
        self.record = RenewalRecord()

    def beside(self, conduction: Conduction | None) -> "CurrentRenewal":
        """The same of another current, without a past; what happens there changes nothing here."""
        other = copy(self)
        other._conduction = conduction
        other._varying = None
        other.memory = Memory(self._dynamics.operators.comm, on_trial=True)
        other._times = []
        other.magnetisation_at_renewal = self.magnetisation_at_renewal.copy()
        other.record = replace(self.record)
        return other

    def state(self) -> dict[str, Entry]:
        """The drives, what flows, what their functions remember, and what happened so far."""
        return {
            "drives": drives_as_json(self.drives),
            "flow": [each.tolist() for each in self._flow],
            "drive_scale": asdict(self._varying.scale) if self._varying else self._loaded_scale,
            "renewals": asdict(self.record),
            **self.memory.state(),
        }

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave; the next `renew` acts on it; collective.

        What functions of a drive remember, and how large it was, they get when it goes on.
        """
        self._set(drives_from_json(state["drives"]))
        if self._conduction is not None and "flow" in state:
            self._flow = Flow(*map(np.array, state["flow"]))
        self.record = RenewalRecord(**state["renewals"])
        self.memory.restore(state)
        if self._varying is None:
            self._loaded_scale = state.get("drive_scale")
        else:
            self._varying.scale = DriveScale(**state["drive_scale"])

    @contextmanager
    def following(self, segments: Sequence[Segment], going_on: bool) -> Iterator[None]:
        """Inside, `take` may take the segments; collective.

        Args:
            segments: of a drive.
            going_on: whether it begins on the way, where `restore` has brought it.
        """
        functions = [each for segment in segments for each in functions_of(segment.drives)]
        with self.memory.of(functions, going_on):
            try:
                yield
            finally:
                self._varying = None

    def take(self, segment: Segment, elapsed: float) -> None:
        """Drive the contacts as a segment has it, from some time in s after it began; collective.

        Raises:
            InputError: drives that do not fit the film, or a function of them that is wrong.
        """
        drives, scale = segment.drives, self._loaded_scale
        self._varying = self._loaded_scale = None
        if drives is None or not varies(drives):
            self.apply(drives)  # type: ignore[arg-type]
            return
        if self._conduction is None:
            raise InputError("drives were given, but this film has fewer than two contacts")
        contacts = self._conduction.contacts
        source = Source(self._dynamics.operators.comm, contacts, drives, segment.duration)
        varying = VaryingDrive(source, self._tolerance, segment.duration, len(contacts))
        if elapsed and scale:
            varying.scale = DriveScale(**scale)
        self._set(source.on_trial(elapsed, *self._flow))
        self._varying = varying

    def apply(self, drives: Drives | None) -> None:
        """Drive the contacts alike from now on; None opens them all. The next `renew` acts on it.

        Raises:
            InputError: a film without contacts.
        """
        self._varying = None
        self._set(drives)

    def _set(self, drives: Drives | None) -> None:
        if drives is not None and self._conduction is None:
            raise InputError("drives were given, but this film has fewer than two contacts")
        self.drives = drives
        self._times.clear()
        if drives is None:
            if self._conduction is not None:
                self._conduction.switch_off()
            self._flow = Flow(*np.zeros_like(self._flow))
            self._hand_on(None)

    def act(self) -> None:
        """Let the current that was found last act on m."""
        if self.drives is not None and self._conduction is not None:
            self._hand_on(self._conduction)

    def _hand_on(self, current: Conduction | None) -> None:
        for each in self._followers:
            each.take_current(current)
        self._dynamics.renew_fields()

    def begin(self, time: float, elapsed: float = 0.0) -> None:
        """Compute the current anew at `time` in s, whatever was found before; collective.

        From here the film goes on in the same way if it was saved and loaded.

        Args:
            time: of the film.
            elapsed: in s since the drive of the contacts began.
        """
        self._times.clear()
        if self._conduction is not None:
            self._conduction.forget()
        if self._varying is not None:
            self._varying.begin(time, elapsed)
            self.drives = self._varying.drives(time, self._flow)
        self.renew(time)

    def kinks(self, fields: Sequence[float]) -> Sequence[float]:
        """Times in s, in order, at which steps should end, with those of fields."""
        varying = self._varying
        return fields if varying is None else sorted({*fields, *varying.kinks()})

    def longest_step(self, time: float, remaining: float, step: float) -> float:
        """How far in s to go: all that remains, unless the drive moves too far; collective.

        Args:
            time: in s.
            remaining: in s.
            step: in s that the magnetisation allows.
        """
        if self._varying is None or self.drives is None:
            return remaining
        return self._varying.longest_step(time, remaining, step, self.drives, self._flow)

    def end(self, time: float) -> None:
        """Bring the current to the drive at `time` in s, where samples are taken; collective.

        What a function asks for then agrees with what flows for the m of that moment.
        """
        if self._varying is not None:
            drives = self._varying.drives(time, self._flow)
            if drives != self.drives or self._varying.source.functions:
                self.drives = drives
                self.renew(time, _AT_SAMPLES)

    def renew(self, time: float, accuracy: float = np.inf) -> None:
        """Compute the current for the present m at `time` in s; collective.

        Args:
            time: of the film.
            accuracy: to which it is found, where that is more than is asked for between samples.
        """
        self.magnetisation_at_renewal[:] = self._own_magnetisation()
        if self.drives is None or self._conduction is None:
            return
        conduction, extrapolation = self._conduction, self._extrapolation(time)
        wanted = np.inf if self._varying is None else self._varying.source.accuracy
        tolerance = max(min(self.potential_tolerance, accuracy, wanted), conduction.tolerance)
        conduction.update(self._dynamics.m)
        if self._varying is None:
            conduction.solve(self.drives, extrapolation=extrapolation, tolerance=tolerance)
        else:
            self.drives = self._varying.solve(conduction, self.drives, time, tolerance)
        self._flow = Flow(conduction.currents.copy(), conduction.source_voltages.copy())
        self.act()
        self.record.renewals += 1

    @property
    def tolerated_warming(self) -> float:
        """By how much in K T may move until a resistivity has changed by the tolerance."""
        conduction = self._conduction
        steepest = 0.0 if conduction is None else conduction.temperature_coefficient
        return self._tolerance / steepest if steepest else np.inf

    def follow(self, change: float, time: float) -> None:
        """Renew at `time` in s if m, T or the drive has changed beyond the tolerance; collective.

        Args:
            change: largest |m - m at the last renewal|.
            time: in s.
        """
        conduction = self._conduction
        if self.drives is None or conduction is None:
            return
        self.record.largest_change = max(self.record.largest_change, change)
        if self._dynamics.thermal is not None:
            due = time - self._times[-1] > self._largest_change * _TEXTURE_TIME
        else:
            due = change > self._largest_change
        if self._varying is not None:
            drives = self._varying.due_drives(time, self.drives, self._flow)
            due, self.drives = due or drives is not None, drives or self.drives
        if due or conduction.resistivity_change > self._tolerance:
            self.renew(time)

    def _extrapolation(self, time: float) -> float:
        history = [*self._times, time]
        self._times = history[-2:]
        # The first two solves under a new drive have no history to extrapolate from.
        if len(history) < 3 or history[1] == history[0]:
            return 0.0
        return min((history[2] - history[1]) / (history[1] - history[0]), 2.0)

    def _own_magnetisation(self) -> FloatArray:
        return self._dynamics.m[: self._dynamics.operators.owned]
