"""Forms of the rule by which currents change the conductances of a film.

Every form gives the relative change r of one pair from what was put on its two contacts, see
`Trajectories`. All forms are an amplitude (r_max, for Hebb the rate) times a shape; `FORMS` has the
formulas, and `rule_shapes` the solutions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import rule_shapes as shapes
from hebbfilm.hopfield.trajectories import Trajectories


@dataclass(frozen=True)
class Parameter:
    """One parameter of a shape.

    Attributes:
        name: as in the formula.
        time_power: its unit is s to this power.
        low, high: bounds, with times in units of the longest dose.
        linear_at: the bound, "low" or "high", at which the shape is all but proportional to it or
            to its inverse, or "" for none.
    """

    name: str
    time_power: int
    low: float
    high: float
    linear_at: str = ""

    def bound_at(self, value: float) -> str:
        """The bound at which a value is, "low" or "high", or "".

        Where the search nears a bound the squares hardly fall, and it may stop before it: of a
        positive parameter a fifth counts as nothing, of others a thousandth of the range.
        """
        for side, edge in (("low", self.low), ("high", self.high)):
            slack = 0.2 * edge if self.low > 0 else 1e-3 * (self.high - self.low)
            if abs(value - edge) <= slack:
                return side
        return ""


@dataclass(frozen=True)
class Form:
    """One form of the rule: amplitude times shape(trajectories, parameters), (n, C).

    Attributes:
        formula: as one writes it.
        amplitude: the name of the amplitude; "η" is a rate in 1/s, "r_max" has no unit.
        parameters: of the shape.
        shape: takes the parameters in SI units.
    """

    name: str
    formula: str
    amplitude: str
    parameters: tuple[Parameter, ...]
    shape: Callable[[Trajectories, FloatArray], FloatArray]


# From one that the longest dose has not begun to saturate to one that a thousandth of it does.
_RATE = Parameter("η", -1, 1e-3, 1e3, linear_at="low")
_TIME = Parameter("t_d", 1, 1e-3, 1e3, linear_at="high")
# Beyond p = 3 a trajectory is a logarithm of the dose for any p; below 0 it would speed up.
_POWER = Parameter("p", 0, 0.0, 3.0)
_KEPT = Parameter("h", 0, 0.0, 1.0)

FORMS = (
    Form("hebb", "dr/dt = η s²", "η", (), shapes.hebb),
    Form("oja", "dr/dt = η (s² r_max - r) while driven", "r_max", (_RATE,), shapes.oja),
    Form(
        "forgetting",
        "dr/dt = η s² (r_max - r) - λ r",
        "r_max",
        (_RATE, Parameter("λ", -1, 1e-6, 1e3)),
        shapes.forgetting,
    ),
    Form("saturating", "dr/dt = η s² (r_max - r)", "r_max", (_RATE,), shapes.saturating),
    Form(
        "delayed",
        "as saturating, from a dose t_0 on",
        "r_max",
        (_RATE, Parameter("t_0", 1, 0.0, 1.0)),
        shapes.delayed,
    ),
    Form("power", "dr/dt = η s² r_max (1 - r/r_max)^p", "r_max", (_RATE, _POWER), shapes.power),
    Form(
        "displacement",
        "r = r_max (1 - exp(-a/t_d)), a = max d - min d",
        "r_max",
        (_TIME,),
        shapes.displacement,
    ),
    Form("reversible", "r = r_max (1 - exp(-|d|/t_d))", "r_max", (_TIME,), shapes.reversible),
    Form(
        "dragged_back",
        "r = r_max (1 - exp(-a/t_d)), a = h (max d - min d) + (1 - h) |d|",
        "r_max",
        (_TIME, _KEPT),
        shapes.dragged_back,
    ),
    Form(
        "dragged_power",
        "as dragged_back, but saturating with a power p: 0 is a ramp",
        "r_max",
        (_TIME, _KEPT, _POWER),
        shapes.dragged_back_power,
    ),
    Form("aligning", "r = r_max y², dy/dt = η (s - |s| y)", "r_max", (_RATE,), shapes.aligning),
    Form(
        "aligning_kept",
        "r = r_max (h max y² + (1 - h) y²), y as aligning",
        "r_max",
        (_RATE, _KEPT),
        shapes.aligning_kept,
    ),
)
