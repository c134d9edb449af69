"""Fields that are expressions in UFL at each vertex, with what integrators ask of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product

import numpy as np
import ufl

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.drives.pace import Pace
from hebbfilm.solvers.kernels.compiled import loops, reals
from hebbfilm.solvers.terms.energy import Expression
from hebbfilm.solvers.terms.field_pace import GENERIC, looked_over
from hebbfilm.solvers.terms.point_expression import PointExpression
from hebbfilm.solvers.terms.vertex_symbols import VertexSymbols

_DIRECTIONS = 200
"""On which what a field may do is looked for; no other lies more than 0.2 rad from all of them."""
_SOME = 500
"""Vertices, at most twice as many, on which a field that moves is asked for other directions."""
_FEW, _LOOKS = 8, 1 << 12
"""Vertices of a rank, and times, at which what a field does in time is looked at."""
_MARGIN, _MOVING_MARGIN = 1.1, 1.5
"""Of what is found on so many directions, and of what is found at one time on a few of them: of a
cubic anisotropy, however its axes stand, at least 98 % and 70 %."""


class PointField:
    """H at a vertex as a function of m there, and of what does not depend on m.

    Args:
        symbols: at the vertices.
        field: H in A/m of m, in UFL.

    Attributes:
        varies: whether it depends on m, or on what moves.
    """

    energy_share = 0.0

    def __init__(self, symbols: VertexSymbols, field: Callable[[Expression], Expression]) -> None:
        self._symbols = symbols
        m = ufl.variable(symbols.m)
        made = field(m)
        self._field = symbols.expression(made)
        self._derivative = symbols.expression(ufl.diff(made, m))
        self._moves = any(map(self._field.depends_on, symbols.moving))
        self.varies = self._moves or self._field.depends_on(symbols.m)
        self._both = (self._field, self._derivative)
        self._owned = symbols.operators.owned
        self._jacobians = np.zeros((symbols.operators.owned, 3, 3))

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`."""
        self._symbols.renew_material()
        vars(self).pop("_steady_stiffness", None)

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3), of m (owned or more, 3)."""
        self._symbols.set_time(time)
        self._field.take(self._symbols.m, m)
        self._field.add(out)

    def paces(self, begin: float, end: float, name: str) -> list[Pace]:
        """See `hebbfilm.solvers.terms.interface.Paced`: of the field at some vertices; collective.

        Where it depends on m or on a current, it is that of any.
        """
        symbols = self._symbols
        if not self._field.depends_on(symbols.at.time):
            return []
        field = self._field.at_every(max(1, self._owned // _FEW))
        time, count = np.zeros(()), min(self._owned, -(-self._owned // max(1, self._owned // _FEW)))
        field.take(symbols.at.time, time)
        for symbol in (symbols.m, *symbols.moving):
            if symbol.ufl_shape == (3,):
                field.take(symbol, np.array(GENERIC))

        def at(now: float) -> FloatArray:
            time[...] = now
            found = np.zeros((count, 3))
            field.add(found)
            return found.ravel()

        return [looked_over(symbols.operators.comm, at, begin, end, _LOOKS, name)]

    def linearise(self, time: float, m: FloatArray) -> None:
        """Take ∂H/∂m at `time` in s and m (owned or more, 3) for `add_change`."""
        self._symbols.set_time(time)
        self._derivative.take(self._symbols.m, m)
        self._jacobians[:] = 0
        self._derivative.add(self._jacobians)

    def add_change(self, change: FloatArray, out: FloatArray) -> None:
        """Add (∂H/∂m) u in A/m to `out` (owned, 3), for u (owned or more, 3)."""
        loops.add_products(len(out), reals(self._jacobians), reals(change), reals(out))

    def stiffness(self, time: float, m: FloatArray) -> float:
        """The largest rate, in A/m of γ₀, at which it turns a deviation of any m on this rank.

        That is the norm of ∂H/∂m - m · H across m, of a macrospin the frequency of resonance. It is
        looked for on directions all over the sphere; of a field that moves only on a few, and at
        the present m, with a larger margin.

        Args:
            time: in s.
            m: (owned or more, 3) unit vectors.
        """
        if not self._moves:
            return self._steady_stiffness
        self._symbols.set_time(time)
        for expression in self._both:
            expression.take(self._symbols.m, m)
        here = self._turning(self._both, m)
        return _MOVING_MARGIN * max(here, self._on_directions(_diagonals(), _SOME))

    @cached_property
    def _steady_stiffness(self) -> float:
        return _MARGIN * self._on_directions([*_diagonals(), *_spiral()])

    def _on_directions(self, directions: list[FloatArray], at_most: int | None = None) -> float:
        """The largest norm where m points the same way at all vertices, or so many of them."""
        stride = 1 if at_most is None else max(1, self._owned // at_most)
        both = [each.at_every(stride) for each in self._both]
        found = []
        for m in directions:
            for each in both:
                each.take(self._symbols.m, m)
            found.append(self._turning(both, m, stride))
        return max(found)

    def _turning(self, both: Sequence[PointExpression], m: FloatArray, stride: int = 1) -> float:
        """The largest norm at every so many vertices, at one m (3,) or one for each."""
        uniform = all(each.is_uniform for each in both)
        count = min(1, self._owned) if uniform else -(-self._owned // stride)
        fields, derivatives = np.zeros((count, 3)), self._jacobians[:count]
        derivatives[:] = 0
        both[0].add(fields)
        both[1].add(derivatives)
        largest: float = loops.largest_turning(
            count, m.ndim > 1, reals(m), reals(fields), reals(derivatives)
        )
        return largest


def _diagonals() -> list[FloatArray]:
    """To the corners, edges and faces of a cube, one of each two that are opposite."""
    found = [np.array(each, dtype=float) for each in product((-1, 0, 1), repeat=3)]
    return [each / np.linalg.norm(each) for each in found[14:]]


def _spiral() -> list[FloatArray]:
    """Directions spread evenly over the sphere.

    R. Swinbank and R. J. Purser, Q. J. R. Meteorol. Soc. 132, 1769 (2006).
    """
    z = 1 - (2 * np.arange(_DIRECTIONS) + 1) / _DIRECTIONS
    angle = np.pi * (1 + np.sqrt(5)) * np.arange(_DIRECTIONS)
    across = np.sqrt(1 - z**2)
    return list(np.column_stack([across * np.cos(angle), across * np.sin(angle), z]))
