"""The temperature of a film: heated by its current, told to all that depends on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.common.reductions import largest, total
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.followers import FollowsTemperature
from hebbfilm.solvers.heat.balance import HeatBalance
from hebbfilm.solvers.heat.body import HeatedBody
from hebbfilm.solvers.heat.heat import MELTED, Heat
from hebbfilm.solvers.heat.network import ThermalNetwork
from hebbfilm.solvers.heat.source import HeatSource
from hebbfilm.solvers.heat.step import HeatStep, heat_step
from hebbfilm.solvers.materials.parameter import Parameter
from hebbfilm.solvers.materials.parameter_on_film import on_film
from hebbfilm.solvers.state.part import Entry

_CHANGE = 10.0
"""In tolerances, by which T is expected to move before it is found anew: what follows it lags
behind by so much, if it can stand that; see `TemperatureField.follow`."""
_SAFETY, _LEAST_FACTOR, _LARGEST_FACTOR = 0.9, 0.2, 5.0
_REJECTIONS = 50
"""In a row; each shortens the step by at least a tenth."""


class TemperatureField:
    """T of a film that its current heats; its methods are collective.

    c ∂T/∂t = ∇·(κ ∇T) + q less what goes to the substrate and to sinks, with c, κ and q of film and
    layers together. The heat of the current is summed up from one renewal to the next; T is found
    anew when it is expected to have moved by ten tolerances, or by all that a follower can stand,
    and where samples are taken, in one or several steps (see `heat_step`), so that the error of
    each stays below the tolerance.

    Args:
        heat: what holds for it.
        body: what is heated.

    Raises:
        InputError: a sink at no contact of the film.

    Attributes:
        heat: as it was given.
        network: what conducts heat.
        followers, conductors: told of T after each change, in the film and everywhere; see
            `follow`.
        peak: the highest T so far in K, anywhere.
        steps: in time since the film was made.
        everywhere: T in K at the vertices of the mesh that conducts, (its columns,); the same array
            at all times.
        temperature: the same of the film, (columns,).
    """

    def __init__(self, heat: Heat, body: HeatedBody) -> None:
        self.heat = heat
        self.network = ThermalNetwork(body, heat)
        self.followers: list[FollowsTemperature] = []
        self.conductors: list[FollowsTemperature] = []
        self._tolerated: list[Callable[[], float]] = [lambda: np.inf]
        self.steps = 0
        self._source = HeatSource(self.network, body)
        self._rise: FloatArray = self.network.outlets.held_rise.copy()
        self._at_film = body.at_film
        self.everywhere = self._everywhere()
        self.temperature = self._at_film(self.everywhere)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.peak = self.highest()
        self._initial = self._stored()
        self._work = 0.0
        self._left: FloatArray = np.zeros(1 + len(self.heat.sinks))
        self._step = 0.0
        self._forget_rate()
        self._tell()

    def _forget_rate(self) -> None:
        self._rates: FloatArray = np.zeros_like(self._rise)
        self._fastest = np.inf

    def _tell(self) -> None:
        self.everywhere[:] = self._everywhere()
        self.temperature[:] = self._at_film(self.everywhere)
        for conductor in self.conductors:
            conductor.take_temperature(self.everywhere)
        for each in self.followers:
            each.take_temperature(self.temperature)
        self._may_move = min(tolerated() for tolerated in self._tolerated)

    def follow(
        self,
        follower: FollowsTemperature,
        *,
        everywhere: bool = False,
        tolerated: Callable[[], float] = lambda: np.inf,
    ) -> None:
        """Tell one more of T, now and after each change; collective.

        Args:
            follower: of the film.
            everywhere: whether it is what conducts, and is to be told of T `everywhere`.
            tolerated: by how much in K T may move from now on before it has to be told, the same on
                all ranks; asked whenever all have been told.
        """
        (self.conductors if everywhere else self.followers).append(follower)
        follower.take_temperature(self.everywhere if everywhere else self.temperature)
        self._tolerated.append(tolerated)
        self._may_move = min(self._may_move, tolerated())

    def _everywhere(self) -> FloatArray:
        return self.network.operators.halo(self._rise) + self.heat.substrate_temperature

    def set_temperature(self, temperature: Parameter) -> None:
        """Set T in K, and begin a new balance; collective. Sinks hold theirs.

        Args:
            temperature: a number, or what differs from place to place, as a `Material` takes it.

        Raises:
            InputError: one that does not fit the film, or is not above 0 K.
        """
        operators = self.network.operators
        found = on_film(operators.film_mesh, "temperature", temperature)
        if not found.least > 0:
            raise InputError(f"temperature: {found.least:g} K somewhere: must be above 0 K")
        outlets = self.network.outlets
        rise = found.at_vertices(operators) - self.heat.substrate_temperature
        self._rise[:] = np.where(outlets.held, outlets.held_rise, rise)
        self._begin_anew()

    def state(self) -> dict[str, Entry]:
        """T above the substrate and of that, what became of the heat, and the step that is next."""
        return {
            "temperature_rise": self._rise.copy(),
            "heat": {
                "substrate_temperature": self.heat.substrate_temperature,
                "sinks": list(self.heat.sinks),
                "work": self._work,
                "left": self._left.tolist(),
                "initial": self._initial,
                "peak": self.peak,
                "step": self._step,
            },
        }

    def restore(self, state: Mapping[str, Entry]) -> None:
        """Take up what `state` gave: T in K, and its balance, if that is one of the same outlets.

        Of a film without heat, T is that of the substrate.
        """
        outlets, kept = self.network.outlets, state.get("heat")
        if kept is None:
            self._rise[:] = outlets.held_rise
            self._begin_anew()
            return
        warmer = kept["substrate_temperature"] - self.heat.substrate_temperature
        rise = state["temperature_rise"] + warmer
        self._rise[:] = np.where(outlets.held, outlets.held_rise, rise)
        if warmer or kept["sinks"] != list(self.heat.sinks):
            self._begin_anew()
            return
        self._work, self._left = kept["work"], np.array(kept["left"])
        self._initial, self.peak = kept["initial"], kept["peak"]
        self._step = kept["step"]
        self._tell()

    def take_current(self, current: Conduction | None) -> None:
        """See `hebbfilm.solvers.followers.FollowsCurrent`."""
        self._source.take(current)

    def begin(self, time: float) -> None:
        """See `hebbfilm.solvers.followers.FollowsTime`."""
        self._source.begin()
        self._forget_rate()

    def pass_time(self, duration: float) -> None:
        """The same; T is found anew if it is expected to have moved."""
        if self._fastest == np.inf:
            self._source.begin()
            self._fastest = self._present_rate()
        self._source.pass_time(duration)
        elapsed = self._source.elapsed
        # Another step as long as this one must not bring T further than a follower can stand.
        if elapsed >= self._longest() or elapsed + duration > self._within(self._may_move):
            self.finish()

    def _longest(self) -> float:
        """For how long in s T may be as it is."""
        longest = self._within(_CHANGE * self.heat.tolerance)
        return min(longest, self._step) if self._step else longest

    def _within(self, kelvin: float) -> float:
        """In how many s T is expected to move so far."""
        change = self._fastest + self._source.change
        return kelvin / change if change else np.inf

    def finish(self) -> None:
        """Find T for this moment.

        Raises:
            SolverError: no convergence, no step is short enough, or no metal is solid any more.
        """
        remaining = self._source.elapsed
        if not remaining:
            return
        source, work = self._source.collect()
        self._work += work
        while remaining > 0:
            span = min(self._step or remaining, remaining)
            done, span = self._accepted(source, span)
            remaining = 0.0 if span == remaining else remaining - span
            self._rise[:], self._rates, self._fastest = done.rise, done.rate, done.fastest
            self._left = self._left + done.heat
            self.steps += 1
            self.peak = max(self.peak, self.highest())
        self._require_solid()
        self._tell()

    def _require_solid(self) -> None:
        if self.peak > MELTED:
            raise SolverError(
                f"the film is {self.peak:.0f} K hot, where every metal has melted: drive it less, "
                "or let out more heat (material.heat_transfer_coefficient, heat.sinks)"
            )

    def _accepted(self, source: FloatArray, span: float) -> tuple[HeatStep, float]:
        """A step of so many s or, if its error is too large, of fewer, and its length."""
        for _ in range(_REJECTIONS):
            done = heat_step(self.network, self._rise, source, span, self._rates)
            size = done.error / self.heat.tolerance
            # The error grows with the square of the step.
            factor = _SAFETY / np.sqrt(size) if size else np.inf
            wanted = float(span * np.clip(factor, _LEAST_FACTOR, _LARGEST_FACTOR))
            if size <= 1:
                # A step that the end cut short says little of longer ones.
                self._step = max(wanted, self._step) if span < self._step else wanted
                return done, span
            self._step = span = wanted
        raise SolverError(
            f"the temperature changes too fast: a step of {span:.3g} s is off by {done.error:.3g} K"
        )

    def _present_rate(self) -> float:
        """The largest |∂θ/∂t| in K/s with the present current."""
        missing = self.network.missing(self._rise, self._source.present())
        rate = np.where(self.network.outlets.held, 0.0, missing / self.network.capacity)
        return self._largest(np.abs(rate))

    def highest(self) -> float:
        """The highest T in K."""
        return self._largest(self._rise) + self.heat.substrate_temperature

    def mean(self) -> float:
        """The mean T in K, by heat capacity."""
        capacity = self.network.capacity
        comm = self.network.operators.comm
        sums = total(comm, np.array([capacity @ self._rise, capacity.sum()]))
        return float(sums[0] / sums[1]) + self.heat.substrate_temperature

    def balance(self) -> HeatBalance:
        """Where the work of the sources went, until T was found last."""
        substrate, *sinks = map(float, self._left)
        left = dict(zip(self.heat.sinks, sinks, strict=True))
        return HeatBalance(self._work, self._stored() - self._initial, substrate, left)

    def _stored(self) -> float:
        local = float(self.network.capacity @ self._rise)
        return total(self.network.operators.comm, local)

    def _largest(self, values: FloatArray) -> float:
        return largest(self.network.operators.comm, float(values.max(initial=-np.inf)))
