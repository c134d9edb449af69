"""The inner loop: effective field, torque and stage update of the LLG equation in one pass.

Compiled from `loops/vertices.c`; `kernel_reference` says the same in plain NumPy. All arrays are
contiguous.
"""

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import loops, null, reals
from hebbfilm.solvers.kernels.couplings import Couplings
from hebbfilm.solvers.kernels.gilbert import Gilbert


def effective_field(couplings: Couplings, m: FloatArray, out: FloatArray) -> None:
    """H_eff in A/m of m (columns, 3) into `out` (owned, 3)."""
    loops.effective_field(couplings.pointer, reals(m), reals(out))


def linear_field(couplings: Couplings, m: FloatArray, field: FloatArray, drift: FloatArray) -> None:
    """The linear part of H_eff in A/m, of any m (columns, 3), and (u·∇)m in 1/s, (owned, 3).

    The drift lacks a part along m.
    """
    loops.linear_field(couplings.pointer, reals(m), reals(field), reals(drift))


def rate(couplings: Couplings, gilbert: Gilbert, m: FloatArray, out: FloatArray) -> None:
    """∂m/∂t in 1/s of m (columns, 3) into `out` (owned, 3)."""
    loops.rate(couplings.pointer, gilbert.pointer, reals(m), reals(out))


def move(m: FloatArray, rate: FloatArray, shift: float, out: FloatArray) -> None:
    """Rows of `out` (columns, 3) = m + shift k.

    Args:
        m: (columns, 3) at the start of the step.
        rate: (owned, 3) k in 1/s.
        shift: in s.
        out: (columns, 3) argument of the next stage.
    """
    loops.move(len(rate), reals(m), reals(rate), shift, reals(out))


def predict(
    couplings: Couplings,
    gilbert: Gilbert,
    argument: FloatArray,
    m: FloatArray,
    shift: float,
    out: FloatArray,
) -> None:
    """One inner stage: with k = ∂m/∂t(argument), out = m + shift k.

    Args:
        couplings: between vertices and on them.
        gilbert: parameters of the equation.
        argument: (columns, 3) of this stage.
        m: (columns, 3) at the start of the step.
        shift: in s.
        out: (columns, 3) argument of the next stage.
    """
    loops.predict(couplings.pointer, gilbert.pointer, reals(argument), reals(m), shift, reals(out))


def finish(
    couplings: Couplings,
    gilbert: Gilbert,
    weights: FloatArray,
    before: FloatArray,
    argument: FloatArray,
    since: FloatArray,
    m: FloatArray,
    rate: FloatArray | None,
) -> float:
    """Last stage: m + w₁ k₁ + w₂ k, normalised, for k = ∂m/∂t(argument).

    Args:
        couplings: between vertices and on them.
        gilbert: parameters of the equation.
        weights: (6,) w₁ and w₂ in s; and what foretells the rate at the end: weights of k₁, of
            `before` - m and `argument` - m in 1/s, and of k.
        before: (columns, 3) argument of the stage before; receives m as it was at the start.
        argument: (columns, 3) of this stage.
        since: (owned, 3) m to compare with.
        m: (columns, 3) at the start of the step; receives that at its end.
        rate: (owned, 3) k₁ in 1/s; receives the rate that is foretold. None where w₁ is 0 and no
            rate is asked for.

    Returns:
        The largest |m - since|² over the owned vertices.
    """
    largest: float = loops.finish(
        couplings.pointer,
        gilbert.pointer,
        *map(reals, (weights, before, argument, since, m)),
        null if rate is None else reals(rate),
    )
    return largest


def replace_rate(couplings: Couplings, gilbert: Gilbert, m: FloatArray, rate: FloatArray) -> float:
    """∂m/∂t in 1/s of m (columns, 3) into `rate` (owned, 3); the largest |change|² of it."""
    largest: float = loops.replace_rate(couplings.pointer, gilbert.pointer, reals(m), reals(rate))
    return largest
