"""The `[recall]` of a case: a circuit at the contacts that recalls on the film itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import Field, model_validator

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Conductance, Current, Plain, Unit
from hebbfilm.hopfield import Neurons, all_states, parse_pattern
from hebbfilm.hopfield.circuits import Amplifiers, Circuit, Comparators, ResistorNetwork
from hebbfilm.hopfield.circuits.attached import free_neurons
from hebbfilm.hopfield.circuits.bridge import PROBE
from hebbfilm.hopfield.circuits.circuit import MOST_PERIODS
from hebbfilm.hopfield.corrupted import corrupted_patterns
from hebbfilm.hopfield.patterns import Pattern, PatternLike, format_pattern
from hebbfilm.hopfield.recall_ends import EXHAUSTIVE_UP_TO
from hebbfilm.run.inputs.sections import PositiveTime, PositiveVoltage, Section

Fault = Annotated[Plain, Field(ge=0)]
Share = Annotated[Plain, Field(gt=0, le=0.5)]
Signs: TypeAlias = str | tuple[int, ...]

_OF: Mapping[str, Mapping[str, Any]] = {
    "comparators": {"period": 2e-11, "order": "random", "chopped": False},
    "amplifiers": {"period": 1e-9, "gain": 1e8, "time_constant": 2e-10},
}
"""Keys whose default depends on the circuit, or that it has alone."""
ROUNDS = 2, 1
"""Of probes of a bridge: at the untrained film, where the second trims what is left as the film
settles; and at the trained one, where all dummies are trimmed alike."""


class RecallExtent(NamedTuple):
    """Periods of the circuit, and their time in s."""

    periods: float
    time: float


NO_RECALL = RecallExtent(0.0, 0.0)


class CorruptedStarts(Section):
    """Starts that are the patterns of the training with some of their signs flipped.

    They come in rounds of one for each share and pattern.

    Attributes:
        flipped: the shares of signs that are flipped, each rounded to whole signs (halves up), one
            or more.
        number: of rounds: how many starts each pattern has with each share.
        seed: of the choice of signs.
    """

    flipped: Annotated[tuple[Share, ...], Field(min_length=1)] = (0.1, 0.2, 0.3)
    number: int = Field(default=10, ge=1, le=100_000)
    seed: int = Field(default=0, ge=0)


class RecallSection(Section):
    """Recall on chip, from one start after another on the same film, after it was trained.

    Currents are compared with those of dummy resistors, which conduct like the untrained film and a
    `level` more, by default that of the weights; or of the film that the neurons have as their
    reference, beside which resistors conduct a level in S, if one is given; or of resistors that a
    bridge balances by itself. Of other keys None is what its circuit has by default.

    Attributes:
        circuit: at each contact, comparators that look at one neuron after another, or amplifiers
            that all act at once.
        voltage: of the states ±1.
        period: from one look to the next of comparators, or in which amplifiers are followed, s;
            without it 20 ps and 1 ns.
        order: in which comparators look at the neurons; without it at random.
        chopped: whether comparators look at both polarities, and compare the difference.
        gain: of amplifiers, by which tanh(gain × current) is the state; without it 1e8.
        time_constant: of amplifiers, s; without it 200 ps.
        reference: with whose currents those of the neurons are compared.
        level: by which resistors conduct more than the untrained film, as a part of conductances
            (0.05 is 5 %), or beside a reference film in S; without it that of the weights.
        gain_spread: standard deviation of the gain of each neuron, as a part of it.
        mismatch: standard deviation of the resistors, as a part of them.
        offset: standard deviation of the current by which each neuron is off.
        noise: root mean square of the noise of each neuron's current.
        seed: of faults, noise and orders.
        starts: "all" states, a list of some, like "+,+,-,-", or a table for corrupted patterns.
        held_after: the number of recalls after which the film is held: m stands still in all that
            follow, which cost next to nothing then; without it the film moves in all of them.
        clamped: names of neurons that stay as they start.
        most_periods: after which a recall that has not settled ends.
    """

    circuit: Literal["comparators", "amplifiers"] = "comparators"
    voltage: PositiveVoltage = 2e-3
    period: PositiveTime | None = None
    order: Literal["random", "in_turn"] | None = None
    chopped: bool | None = None
    gain: Annotated[float, Unit("1/A"), Field(gt=0)] | None = None
    time_constant: PositiveTime | None = None
    reference: Literal["resistors", "bridge", "film"] = "resistors"
    level: Plain | Conductance | None = None
    gain_spread: Fault = 0.0
    mismatch: Fault = 0.0
    offset: Current = 0.0
    noise: Annotated[Current, Field(ge=0)] = 0.0
    seed: int = Field(default=0, ge=0)
    starts: Literal["all"] | tuple[Signs, ...] | CorruptedStarts = "all"
    held_after: int | None = Field(default=None, ge=0)
    clamped: tuple[str, ...] = ()
    most_periods: int = Field(default=MOST_PERIODS, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _fits_together(self) -> RecallSection:
        own = _OF[self.circuit]
        for circuit, keys in _OF.items():
            for key in keys:
                if key not in own and getattr(self, key) is not None:
                    raise InputError(
                        f"recall.{key} = {shown(getattr(self, key))}: is of circuit = "
                        f"'{circuit}'; {self.circuit} have {', '.join(own)}"
                    )
        if self.reference == "bridge" and self.level is not None:
            raise InputError(
                f"recall.level = {shown(self.level)}: is of reference = 'resistors' or 'film'; a "
                "bridge finds its own"
            )
        if self.reference == "bridge" and self.circuit != "comparators":
            raise InputError(
                "recall.reference = 'bridge': is of circuit = 'comparators', whose neurons see no "
                "current of their own; amplifiers have 'resistors' and 'film'"
            )
        try:
            self.made(None)
        except InputError as error:
            raise InputError(f"recall.{error}") from None
        if not self.starts:
            raise InputError("recall.starts is empty: give at least one, like '+,+,-,-', or 'all'")
        return self

    def made(self, resistors: ResistorNetwork | None) -> Circuit:
        """The circuit.

        Args:
            resistors: with whose currents it compares; None for those of the reference film.
        """
        own = {
            key: default if (given := getattr(self, key)) is None else given
            for key, default in _OF[self.circuit].items()
        }
        common = ("voltage", "gain_spread", "mismatch", "offset", "noise", "seed")
        given = {key: getattr(self, key) for key in common}
        kind = Comparators if self.circuit == "comparators" else Amplifiers
        found: Circuit = kind(resistors=resistors, **given, **own)
        return found

    def states(self, names: Sequence[str], patterns: Sequence[PatternLike]) -> list[Pattern]:
        """From which it recalls, each (N,).

        Args:
            names: of the neurons.
            patterns: of the training.

        Raises:
            InputError: one of another length, or more than a run goes through.
        """
        if isinstance(self.starts, CorruptedStarts):
            own = self.starts
            return corrupted_patterns(patterns, own.flipped, own.number, own.seed)
        if self.starts != "all":
            found = [parse_pattern(start, names=names) for start in self.starts]
            _require_different(found)
            return found
        if len(names) > EXHAUSTIVE_UP_TO:
            raise InputError(
                f"recall.starts = 'all': {len(names)} neurons have 2^{len(names)} states, too many "
                "to recall one after another; name some, like ['+,+,-,-'], or give a table, like "
                "{flipped = [0.1, 0.2], number = 10}"
            )
        return list(all_states(len(names)))

    def require_fit(self, neurons: Neurons, patterns: Sequence[PatternLike]) -> None:
        """Refuse what the neurons do not have.

        Args:
            neurons: of the film.
            patterns: of the training.

        Raises:
            InputError: a start of another length, a clamped neuron that is none, none that is free,
                or a reference that is not there.
        """
        self.states(neurons.names, patterns)
        free_neurons(neurons.names, self.clamped, "recall.clamped")
        if neurons.has_reference != (self.reference == "film"):
            told = (
                "no film is there to compare with; did you mean 'resistors', or neurons = "
                "'reference'?"
                if self.reference == "film"
                else "the neurons have a reference film; did you mean 'film'?"
            )
            raise InputError(f"recall.reference = {self.reference!r}: {told}")

    def extent(self, size: int, patterns: int) -> RecallExtent:
        """What all recalls on the moving film come to, at most, of so many neurons and patterns."""
        return self._extent(size, patterns, self.most_periods)

    def expected_periods(self, size: int) -> int:
        """Of one recall: most neurons are looked at two or three times."""
        return min(3 * size, self.most_periods)

    def expected_time(self, size: int, patterns: int) -> float:
        """In s, of all recalls and of the film that is left alone for as long, as a rule."""
        found = self._extent(size, patterns, self.expected_periods(size))
        return found.time + found.periods * self.made(None).period

    def _extent(self, size: int, patterns: int, each: int) -> RecallExtent:
        if isinstance(self.starts, CorruptedStarts):
            starts = self.starts.number * len(self.starts.flipped) * patterns
        else:
            starts = 2**size if self.starts == "all" else len(self.starts)
        moving = starts if self.held_after is None else min(starts, self.held_after)
        periods = float(moving * each)
        balancing = sum(ROUNDS) * size * PROBE if self.reference == "bridge" else 0.0
        return RecallExtent(periods, periods * self.made(None).period + balancing)


def _require_different(starts: Sequence[Pattern]) -> None:
    written = [format_pattern(start) for start in starts]
    for start in written:
        if written.count(start) > 1:
            raise InputError(f"recall.starts has {start!r} twice: a start is recalled from once")
