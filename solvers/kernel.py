"""The inner loop: effective field, torque and stage update of the LLG equation in one pass.

Compiled from `loops/vertices.c`; `kernel_reference` says the same in plain NumPy. All arrays are
contiguous.
"""

from typing import NamedTuple

import numpy as np

from solvers.compiled import loops, reals
from solvers.couplings import Couplings
from solvers.operators import FloatArray


class Gilbert(NamedTuple):
    """Parameters of the equation of motion: γ₀ in m/(A s), α, β."""

    gyromagnetic_ratio: float
    damping: float
    nonadiabaticity: float


def effective_field(couplings: Couplings, m: FloatArray, out: FloatArray) -> None:
    """H_eff in A/m of m (columns, 3) into `out` (owned, 3)."""
    loops.effective_field(couplings.pointer, reals(m), reals(out))


def quadratic_field(
    couplings: Couplings, m: FloatArray, field: FloatArray, drift: FloatArray
) -> None:
    """H_eff in A/m of m (columns, 3) without its external part, and (u·∇)m in 1/s, (owned, 3).

    The drift lacks a part along m.
    """
    loops.quadratic_field(couplings.pointer, reals(m), reals(field), reals(drift))


def rate(couplings: Couplings, gilbert: Gilbert, m: FloatArray, out: FloatArray) -> None:
    """∂m/∂t in 1/s of m (columns, 3) into `out` (owned, 3)."""
    loops.rate(couplings.pointer, [gilbert], reals(m), reals(out))


def start(
    m: FloatArray, rate: FloatArray, weight: float, shift: float, total: FloatArray, out: FloatArray
) -> None:
    """First stage, whose rate k is known: total = weight k and out = m + shift k.

    Args:
        m: (columns, 3) at the start of the step.
        rate: (owned, 3) k in 1/s.
        weight: of k in the step, without unit.
        shift: in s.
        total: (owned, 3) sum of the weighted rates.
        out: (columns, 3) argument of the next stage.
    """
    own = out[: len(rate)]
    np.multiply(rate, weight, out=total)
    np.multiply(rate, shift, out=own)
    own += m[: len(rate)]


def predict(
    couplings: Couplings, gilbert: Gilbert, m: FloatArray, start: FloatArray, total: FloatArray,
    weight: float, shift: float, out: FloatArray,
) -> None:  # fmt: skip
    """One inner stage: with k = ∂m/∂t(m), total += weight k and out = start + shift k.

    Args:
        couplings: between vertices and on them.
        gilbert: parameters of the equation.
        m: (columns, 3) argument of this stage.
        start: (columns, 3) m at the start of the step.
        total: (owned, 3) sum of the weighted rates.
        weight: of k in the step, without unit.
        shift: in s.
        out: (columns, 3) argument of the next stage.
    """
    loops.predict(
        couplings.pointer, [gilbert], reals(m), reals(start), weight, shift, reals(total),
        reals(out),
    )  # fmt: skip


def finish(
    couplings: Couplings, gilbert: Gilbert, m: FloatArray, start: FloatArray, total: FloatArray,
    weight: float, step: float, since: FloatArray, rate: FloatArray, out: FloatArray,
) -> float:  # fmt: skip
    """Last stage: with k = ∂m/∂t(m), out = (start + step (total + weight k)) / |…|.

    Args:
        couplings: between vertices and on them.
        gilbert: parameters of the equation.
        m: (columns, 3) argument of this stage.
        start: (columns, 3) m at the start of the step.
        total: (owned, 3) sum of the weighted rates.
        weight: of k in the step.
        step: in s.
        since: (owned, 3) m to compare with.
        rate: (owned, 3) receives k.
        out: (columns, 3) m at the end of the step.

    Returns:
        The largest |out - since|² over the owned vertices.
    """
    return loops.finish(
        couplings.pointer, [gilbert], reals(m), reals(start), reals(total), weight, step,
        reals(since), reals(rate), reals(out),
    )  # fmt: skip


def replace_rate(couplings: Couplings, gilbert: Gilbert, m: FloatArray, rate: FloatArray) -> float:
    """∂m/∂t in 1/s of m (columns, 3) into `rate` (owned, 3); the largest |change|² of it."""
    return loops.replace_rate(couplings.pointer, [gilbert], reals(m), reals(rate))
