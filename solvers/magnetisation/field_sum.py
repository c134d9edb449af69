"""The fields of a film that are not part of its couplings, and what is asked of all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.reductions import largest, total
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.pace import Pace
from hebbfilm.solvers.followers import FollowsCurrent, FollowsMaterial
from hebbfilm.solvers.magnetisation.slow_fields import Moment, SlowFields
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.interface import (
    BoundField,
    DifferentiableField,
    FieldWithEnergy,
    Paced,
    SlowField,
    StiffField,
    TwistingField,
)


class FieldSum:
    """The sum of fields that energies raise, or that come from elsewhere, and of those of torques.

    Args:
        operators: of the film.
        material: γ₀ is used here.
        fields: each with the name of its term.
        torques: the fields that act as torques do, each with its name; they have no energy.

    Attributes:
        named: all of them, each with its name.
        slow: those that may be foreseen within a step.
        followers: those that follow the current.
        of_material: those that keep something made of parameters which may change in place.
    """

    def __init__(
        self,
        operators: VertexOperators,
        material: FilmMaterial,
        fields: Sequence[tuple[str, BoundField]],
        torques: Sequence[tuple[str, BoundField]],
    ) -> None:
        self._comm, self._owned = operators.comm, operators.owned
        self.named = [*fields, *torques]
        self._fields = [field for _, field in fields]
        self._torques = torques
        every = [field for _, field in self.named]
        self._twisting = [each for each in every if isinstance(each, TwistingField)]
        summed = [each for each in every if not isinstance(each, TwistingField)]
        slow, rate = filter(_is_slow, summed), material["gyromagnetic_ratio"].largest
        self.slow = SlowFields([*slow], self._owned, rate)
        self._quick = [each for each in summed if not _is_slow(each)]
        self.followers = [each for each in every if isinstance(each, FollowsCurrent)]
        self.of_material = [each for each in every if isinstance(each, FollowsMaterial)]
        self._stiff = [each for each in every if isinstance(each, StiffField)]
        self._known = [each for each in every if isinstance(each, DifferentiableField)]
        self._with_energy = [
            (place, each)
            for place, each in enumerate(self._fields)
            if isinstance(each, FieldWithEnergy)
        ]

    def __bool__(self) -> bool:
        return bool(self._quick or self.slow) or any(
            each.steady is not None for each in self._twisting
        )

    def add(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add them in A/m at `time` in s to `out` (owned, 3), of m (columns, 3); collective.

        That of `add_twist` is left out.
        """
        self.slow.add(time, m, out)
        self._add_quick(time, m, out)

    def add_at(self, moment: Moment, time: float, m: FloatArray, out: FloatArray) -> None:
        """The same at a moment of a step, where slow ones may be known; see `SlowFields.add_at`."""
        self.slow.add_at(moment, time, m, out)
        self._add_quick(time, m, out)

    def _add_quick(self, time: float, m: FloatArray, out: FloatArray) -> None:
        for each in self._quick:
            each.add_field(time, m, out)
        for twisting in self._twisting:
            if twisting.steady is not None:
                out += twisting.steady

    def add_twist(self, out: FloatArray) -> bool:
        """Add q in A/m of fields m × q to `out` (owned, 3); whether there are any."""
        twists = [each.twist for each in self._twisting if each.twist is not None]
        for twist in twists:
            out += twist
        return bool(twists)

    def paces(self, begin: float, end: float) -> list[Pace]:
        """How far steps may go from `begin` to `end` in s, by those that say so; collective."""
        return [
            pace
            for name, each in self.named
            if isinstance(each, Paced)
            for pace in each.paces(begin, end, name)
        ]

    def torque_fields(self, time: float, m: FloatArray) -> dict[str, float]:
        """The largest |m × H| in A/m of each torque, by its name; collective.

        Args:
            time: in s.
            m: (columns, 3).
        """
        found = {}
        for name, each in self._torques:
            field = np.zeros_like(m[: self._owned])
            each.add_field(time, m, field)
            across = np.linalg.norm(np.cross(m[: self._owned], field), axis=1)
            found[name] = largest(self._comm, float(across.max(initial=0.0)))
        return found

    def energies(
        self, time: float, m: FloatArray, out: FloatArray, volumes: FloatArray, magnetic: float
    ) -> list[float]:
        """Energy in J of each field; adds them, without torques, to `out`; collective.

        Args:
            time: in s.
            m: (columns, 3).
            out: (owned, 3) in A/m.
            volumes: (owned,) of the moments of the vertices in m³.
            magnetic: μ₀ M_s in T.
        """
        along, shares = [0.0], []
        for field in self._fields:
            field.add_field(time, m, out)
            along.append(float(np.einsum("ij,ij,i", m[: len(out)], out, volumes)))
            shares.append(field.energy_share)
        own = [each.own_energy(time, m) for _, each in self._with_energy]
        sums = total(self._comm, np.array([*along, *own]))
        found = -magnetic * (np.array(shares) * np.diff(sums[: len(along)]))
        for (place, _), energy in zip(self._with_energy, sums[len(along) :], strict=True):
            found[place] += energy
        return [float(energy) for energy in found]

    def stiffness(self, time: float, m: FloatArray) -> float:
        """How fast those that say so turn a deviation of m, in A/m of γ₀, all at once; collective.

        Args:
            time: in s.
            m: (columns, 3).
        """
        if not self._stiff:
            return 0.0
        local = sum(each.stiffness(time, m) for each in self._stiff)
        return largest(self._comm, local)

    def linearise(self, time: float, m: FloatArray) -> None:
        """Take the derivatives, where they are known, at `time` in s and m (columns, 3)."""
        for each in self._known:
            each.linearise(time, m)

    def add_change(self, change: FloatArray, out: FloatArray) -> None:
        """Add these times a change of m (columns, 3) to `out` (owned, 3) in A/m; collective."""
        for each in self._known:
            each.add_change(change, out)


def _is_slow(field: BoundField) -> bool:
    return isinstance(field, SlowField) and field.slow
