"""An applied field: constant in time, or uniform and changing."""

from dataclasses import dataclass

import numpy as np
import ufl

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.pace import Pace
from hebbfilm.solvers.drives.waveforms import FieldInTime
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.energy import Energy, Expression, Quantity, Surroundings, parameter


@dataclass(frozen=True)
class Zeeman(Energy):
    """E = -∫ μ₀ M_s m · H.

    Args:
        field: H in A/m.
    """

    field: Quantity = parameter("A/m", (3,))
    name = "zeeman"

    def density(self, m: Expression, at: Surroundings) -> Expression:
        """-μ₀ M_s m · H in J/m³."""
        return -VACUUM_PERMEABILITY * at.saturation_magnetisation * ufl.dot(m, self.field)


@dataclass(frozen=True)
class ChangingField:
    """The same of a uniform field that changes in time, H(t) = H₀ + Σ H₁ f(t).

    Args:
        constant: H₀ in A/m, (3,).
        waveforms: each an amplitude H₁ with its f.
    """

    constant: tuple[float, float, float]
    waveforms: tuple[FieldInTime, ...]
    name = "zeeman"
    varies = True

    def field(self, time: float) -> FloatArray:
        """H in A/m at `time` in s, (3,)."""
        return sum(
            (waveform.field(time) for waveform in self.waveforms), start=np.array(self.constant)
        )

    def breakpoints(self) -> tuple[float, ...]:
        """Times in s at which the field has a kink, in order."""
        kinks = {time for waveform in self.waveforms for time in waveform.breakpoints()}
        return tuple(sorted(kinks))

    def bind(self, operators: VertexOperators, material: FilmMaterial) -> "BoundChangingField":
        """The term on one film."""
        return BoundChangingField(self)


class BoundChangingField:
    """A uniform field on one film; see `hebbfilm.solvers.terms.interface.BoundField`.

    Args:
        term: the field.

    Attributes:
        largest_growth: how much |H| can grow from where it is at time 0, in A/m.
    """

    energy_share = 1.0

    def __init__(self, term: ChangingField) -> None:
        self._term = term
        self.largest_growth = sum(
            waveform.strength * (waveform.largest() + abs(waveform.value(0.0)))
            for waveform in term.waveforms
        )

    def paces(self, begin: float, end: float, name: str) -> list[Pace]:
        """See `hebbfilm.solvers.terms.interface.Paced`."""
        return [waveform.pace(begin, end) for waveform in self._term.waveforms]

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3)."""
        out += self._term.field(time)
