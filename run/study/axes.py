"""What a study varies: lists and intervals of values, and all or some of their combinations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from hebbfilm.common.errors import InputError

Settings: TypeAlias = Mapping[str, Any]
"""Values at dotted keys of a case."""

_DIGITS = 6
"""Of values that a study makes itself: the names of runs have to be readable."""


@dataclass(frozen=True)
class Choices:
    """Settings to choose one of; several keys in each are values that go together."""

    keys: tuple[str, ...]
    options: tuple[Settings, ...]


@dataclass(frozen=True)
class Interval:
    """A key that takes any value between two bounds, evenly or evenly in its logarithm."""

    key: str
    low: float
    high: float
    logarithmic: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The one key."""
        return (self.key,)

    def at(self, place: float) -> Settings:
        """The value at a place between 0 and 1."""
        if self.logarithmic:
            value = self.low * (self.high / self.low) ** place
        else:
            value = self.low + (self.high - self.low) * place
        return {self.key: float(f"{value:.{_DIGITS}g}")}

    def grid(self, count: int) -> Choices:
        """As many values, both bounds among them."""
        places = np.linspace(0.0, 1.0, count)
        return Choices(self.keys, tuple(self.at(float(place)) for place in places))


Axis: TypeAlias = Choices | Interval


def all_combinations(axes: Sequence[Axis]) -> list[Settings]:
    """Every combination, the last axis running fastest.

    Raises:
        InputError: an interval, which has no end of values.
    """
    for axis in axes:
        if isinstance(axis, Interval):
            raise InputError(
                f"[[vary]] {axis.key}: from and to alone have no end of values; give a count for "
                "a grid, or draw some at random with [sample] count = 20"
            )
    choices = [axis.options for axis in axes if isinstance(axis, Choices)]
    return [_merged(combination) for combination in product(*choices)]


def some_combinations(axes: Sequence[Axis], count: int, seed: int) -> list[Settings]:
    """Combinations drawn at random, none twice.

    With an interval among the axes they are a Latin hypercube: of `count` equal parts of each axis,
    every one is visited once, so that few runs see all of it.

    Raises:
        InputError: there are not as many.
    """
    random = np.random.default_rng(seed)
    if all(isinstance(axis, Choices) for axis in axes):
        every = all_combinations(axes)
        if count > len(every):
            raise InputError(
                f"[sample] count = {count}: there are {len(every)} combinations; leave [sample] "
                "out to run them all"
            )
        return [every[k] for k in sorted(random.choice(len(every), count, replace=False))]
    parts = np.array([random.permutation(count) for _ in axes])
    places = (parts + random.random(parts.shape)) / count
    return [
        _merged([_at(axis, place) for axis, place in zip(axes, column, strict=True)])
        for column in places.T
    ]


def _at(axis: Axis, place: float) -> Settings:
    if isinstance(axis, Interval):
        return axis.at(place)
    return axis.options[int(place * len(axis.options))]


def _merged(parts: Sequence[Settings]) -> Settings:
    return {key: value for part in parts for key, value in part.items()}
