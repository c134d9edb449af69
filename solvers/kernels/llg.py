"""The inner loop: effective field, torque and stage update of the LLG equation in one pass.

Compiled from `loops/vertices.c`; `kernel_reference` says the same in plain NumPy. All arrays are
contiguous.
"""

from collections.abc import Sequence

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import loops, reals
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
    arguments: Sequence[FloatArray],
    step: float,
    since: FloatArray,
    m: FloatArray,
    rate: FloatArray,
) -> float:
    """Last stage of Runge-Kutta 4: m + step (k₁ + 2 k₂ + 2 k₃ + k₄)/6, normalised.

    The first three rates are read off the arguments that they led to.

    Args:
        couplings: between vertices and on them.
        gilbert: parameters of the equation.
        arguments: of the second, third and fourth stage, (columns, 3) each; the first of them
            receives m as it was at the start of the step.
        step: in s.
        since: (owned, 3) m to compare with.
        m: (columns, 3) at the start of the step; receives that at its end.
        rate: (owned, 3) receives k₄ in 1/s.

    Returns:
        The largest |m - since|² over the owned vertices.
    """
    largest: float = loops.finish(
        couplings.pointer,
        gilbert.pointer,
        *map(reals, arguments),
        step,
        reals(since),
        reals(m),
        reals(rate),
    )
    return largest


def replace_rate(couplings: Couplings, gilbert: Gilbert, m: FloatArray, rate: FloatArray) -> float:
    """∂m/∂t in 1/s of m (columns, 3) into `rate` (owned, 3); the largest |change|² of it."""
    largest: float = loops.replace_rate(couplings.pointer, gilbert.pointer, reals(m), reals(rate))
    return largest
