"""The time of a step on many ranks, from what one rank computes and what ranks say."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hebbfilm.run.bench.model.law import Law
from hebbfilm.run.bench.model.network import Network


class Foretold(NamedTuple):
    """A part of a step on a rank.

    Args:
        computing: in s.
        talking: in s.
    """

    computing: float
    talking: float

    @property
    def seconds(self) -> float:
        """Of both, as if neither overlapped the other."""
        return self.computing + self.talking


class Model:
    """The time of each part of a step.

    Args:
        laws: of what is said in a call, by the name of each part.
        alone: by the name of each part, (vertices, seconds) of films on one rank, growing.
        network: between ranks.
        planes: of the grid of the demagnetising field in a film of so many vertices is their root
            times this; no more ranks than planes share its transforms.
    """

    def __init__(
        self,
        laws: Mapping[str, Law],
        alone: Mapping[str, Sequence[tuple[float, float]]],
        network: Network,
        planes: float,
    ) -> None:
        self._laws, self._alone, self._network, self._planes = laws, alone, network, planes

    def part(self, name: str, vertices: float, ranks: int) -> Foretold:
        """One part on so many ranks that share a film of so many vertices."""
        sharing = ranks
        if name == "demagnetisation":
            sharing = min(ranks, max(int(self._planes * vertices**0.5), 1))
        talk = self._laws[name].talk(vertices, ranks)
        talking = self._network.seconds(talk.messages, talk.bytes, talk.reductions, ranks)
        return Foretold(self._computed(name, vertices / sharing), talking)

    def step(self, vertices: float, ranks: int, renewals: float) -> Foretold:
        """A coupled step with its share of renewals of the current.

        Args:
            vertices: of the film.
            ranks: that share it.
            renewals: of the current in a step.
        """
        own, renewal = (self.part(name, vertices, ranks) for name in ("step", "renewal"))
        return Foretold(
            own.computing + renewals * renewal.computing, own.talking + renewals * renewal.talking
        )

    def breaks_at(self, name: str, vertices: float, most: int) -> int | None:
        """The least number of ranks on which a part talks longer than it computes, if any."""
        ranks = 2
        while ranks <= most:
            found = self.part(name, vertices, ranks)
            if found.talking > found.computing:
                return ranks
            ranks *= 2
        return None

    def _computed(self, name: str, vertices: float) -> float:
        """Between films that were timed in logarithms; beyond them each vertex costs the same."""
        sizes, seconds = np.array(self._alone[name]).T
        if vertices >= sizes[-1]:
            return float(seconds[-1] * vertices / sizes[-1])
        if vertices <= sizes[0]:
            return float(seconds[0])
        return float(np.exp(np.interp(np.log(vertices), np.log(sizes), np.log(seconds))))
