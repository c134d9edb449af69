"""What is counted on few ranks, continued to many."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.bench.model.counting import Talk

Growth = Callable[[float, float], float]
"""Of the vertices of a film and the ranks that share it."""


def _always(vertices: float, ranks: float) -> float:
    return 1.0


def _surrounded(vertices: float, ranks: float) -> float:
    """As shares of the plane get neighbours, at first on one side, in the end all around."""
    return float((1 - ranks**-0.5) ** 2)


def _border(vertices: float, ranks: float) -> float:
    """Of a share of a plane, as far as it is no border of the whole."""
    return float((vertices / ranks) ** 0.5 * (1 - ranks**-0.5))


def _coarse(vertices: float, ranks: float) -> float:
    """Of the coarse levels of multigrid: more of them, on which ever more ranks are neighbours."""
    return float(np.log2(ranks) ** 2)


def _each_with_each(vertices: float, ranks: float) -> float:
    return ranks - 1


def _handed_over(vertices: float, ranks: float) -> float:
    """Of a transposition, what does not stay on the rank."""
    return vertices / ranks * (1 - 1 / ranks)


_STENCIL = {"messages": (_surrounded,), "bytes": (_border,)}
_MULTIGRID = {"messages": (_surrounded, _coarse), "bytes": (_border, _coarse)}
_TRANSFORM = {
    "messages": (_always, _each_with_each),
    "bytes": (_border, _handed_over),
}
GROWTHS: Mapping[str, Mapping[str, Sequence[Growth]]] = {
    "step": _STENCIL,
    "renewal": _MULTIGRID,
    "conductance": _MULTIGRID,
    "demagnetisation": _TRANSFORM,
}
"""By part of a step and kind of talk what it may grow with; all else is taken as constant."""


class Count(NamedTuple):
    """What a rank does in one call of a part, on so many ranks that share so many vertices."""

    vertices: float
    ranks: int
    talk: Talk


class Law:
    """Talk of one part on any number of ranks, from that on a few.

    Args:
        part: its name in `GROWTHS`.
        counts: on two ranks and more.

    Attributes:
        misfit: by kind, the largest relative distance from what was counted.
    """

    def __init__(self, part: str, counts: Sequence[Count]) -> None:
        places = [(count.vertices, float(count.ranks)) for count in counts]
        self._terms: dict[str, tuple[Sequence[Growth], FloatArray]] = {}
        self.misfit: dict[str, float] = {}
        for kind in Talk._fields:
            growths = GROWTHS[part].get(kind, (_always,))
            found = np.array([getattr(count.talk, kind) for count in counts])
            table = np.array([[growth(*place) for growth in growths] for place in places])
            # Relative distances are small, not those of the largest films alone.
            weights = 1 / np.maximum(found, 1.0)
            factors, _ = nnls(table * weights[:, None], found * weights)
            self._terms[kind] = growths, factors
            self.misfit[kind] = float(np.abs((table @ factors - found) * weights).max())

    def talk(self, vertices: float, ranks: int) -> Talk:
        """What a rank does in one call."""
        if ranks == 1:
            return Talk(*np.zeros(len(Talk._fields)).tolist())
        return Talk(
            *(
                float(factors @ [growth(vertices, ranks) for growth in growths])
                for growths, factors in self._terms.values()
            )
        )
