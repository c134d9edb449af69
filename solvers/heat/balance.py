"""Where the work of the sources went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class HeatBalance:
    """What became of the work of the sources, in J, since the film was made or its T was set.

    Args:
        work: ∫ V · I dt of all contacts.
        stored: by what is warmer than it was.
        substrate: what went to the substrate.
        sinks: what went to each contact that is a sink.

    Example:
        >>> HeatBalance(work=1.0, stored=0.5, substrate=0.25, sinks={"left": 0.25}).missing
        0.0
    """

    work: float
    stored: float
    substrate: float
    sinks: Mapping[str, float]

    @property
    def missing(self) -> float:
        """Work less all that it became, in J: how exact the solution is."""
        return self.work - self.stored - self.substrate - sum(self.sinks.values())
