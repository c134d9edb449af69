"""A uniform applied field, constant or changing in time."""

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.waveforms import Waveform
from hebbfilm.solvers.materials.material import Material


@dataclass(frozen=True)
class Zeeman:
    """E = -μ₀ M_s ∫ m · H(t), H(t) = H₀ + Σ H₁ f(t).

    Args:
        constant: H₀ in A/m, (3,).
        waveforms: each an amplitude H₁ with its f.
    """

    constant: tuple[float, float, float]
    waveforms: tuple[Waveform, ...] = ()
    name = "zeeman"

    @property
    def varies(self) -> bool:
        """Whether the field depends on time."""
        return bool(self.waveforms)

    def field(self, time: float) -> FloatArray:
        """H in A/m at `time` in s, (3,)."""
        return sum(
            (waveform.field(time) for waveform in self.waveforms), start=np.array(self.constant)
        )

    def breakpoints(self) -> tuple[float, ...]:
        """Times in s at which the field has a kink, in order."""
        kinks = {time for waveform in self.waveforms for time in waveform.breakpoints()}
        return tuple(sorted(kinks))

    def bind(self, operators: VertexOperators, material: Material) -> "BoundZeeman":
        """The term on one film."""
        return BoundZeeman(self)


class BoundZeeman:
    """A uniform field on one film; see `hebbfilm.solvers.terms.interface.BoundField`.

    Args:
        term: the field.

    Attributes:
        largest_growth: how much |H| can grow from where it is at time 0, in A/m.
    """

    energy_share = 1.0

    def __init__(self, term: Zeeman) -> None:
        self._term = term
        self.largest_growth = sum(
            waveform.strength * (waveform.largest() + abs(waveform.value(0.0)))
            for waveform in term.waveforms
        )

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m at `time` in s to `out` (owned, 3)."""
        out += self._term.field(time)
