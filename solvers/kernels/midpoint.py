"""The loops of the implicit midpoint rule over the vertices, compiled from `loops/midpoint.c`.

With w = (m₁ - m₀)/2, τ = dt/2 and m = m₀ + w in the middle of the step, the Gilbert equation asks
for F(w) = w + m × B + τ a = 0, where B = τ γ₀ H - α w - τ β a, and a is (u·∇)m across m.
`kernel_reference` says the same in plain NumPy. All arrays are contiguous.
"""

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.kernels.compiled import loops, reals
from hebbfilm.solvers.kernels.gilbert import Gilbert


def residual(
    gilbert: Gilbert,
    tau: float,
    m: FloatArray,
    field: FloatArray,
    drift: FloatArray,
    half: FloatArray,
    lever: FloatArray,
    out: FloatArray,
) -> None:
    """-F(w) into `out` and B into `lever`.

    Args:
        gilbert: parameters of the equation.
        tau: half the step in s.
        m: (columns, 3) in the middle of the step.
        field: (owned, 3) H in A/m there.
        drift: (owned, 3) (u·∇)m in 1/s there.
        half: (owned, 3) w.
        lever: (owned, 3) receives B.
        out: (owned, 3).
    """
    loops.midpoint_residual(
        len(out), gilbert.pointer, tau, *map(reals, (m, field, drift, half, lever, out))
    )


def jacobian(
    gilbert: Gilbert,
    tau: float,
    m: FloatArray,
    field: FloatArray,
    drift: FloatArray,
    lever: FloatArray,
    change: FloatArray,
    out: FloatArray,
) -> None:
    """F'(w) u into `out` (owned, 3), with the fields that are not linear in m held fixed.

    Args:
        gilbert: parameters of the equation.
        tau: half the step in s.
        m: (columns, 3) in the middle of the step.
        field: (owned, 3) the linear part of the field in A/m, of u in the place of m.
        drift: (owned, 3) (u·∇) of it in 1/s.
        lever: (owned, 3) B.
        change: (columns, 3) u.
        out: (owned, 3).
    """
    loops.midpoint_jacobian(
        len(out), gilbert.pointer, tau, *map(reals, (m, field, drift, lever, change, out))
    )


def precondition(
    stiffness: FloatArray,
    gilbert: Gilbert,
    tau: float,
    m: FloatArray,
    vectors: FloatArray,
    out: FloatArray,
) -> None:
    """(1 - b m×)⁻¹ of `vectors` (owned, 3) into `out`, with b = τ γ₀ c + α.

    This is F' where the exchange field of a vertex on itself, -c u, is all that acts.

    Args:
        stiffness: (owned,) c in A/m.
        gilbert: parameters of the equation.
        tau: half the step in s.
        m: (columns, 3).
        vectors: (owned, 3).
        out: (owned, 3).
    """
    loops.midpoint_precondition(
        len(out), reals(stiffness), gilbert.pointer, tau, *map(reals, (m, vectors, out))
    )


def correct(correction: FloatArray, half: FloatArray) -> float:
    """Add a correction to w, (owned, 3) both; the largest |correction|²."""
    largest: float = loops.midpoint_correct(len(half), reals(correction), reals(half))
    return largest


def finish(half: FloatArray, since: FloatArray, m: FloatArray) -> float:
    """Let m (owned rows) be (m + 2 w)/|…|; the largest |m - since|²."""
    largest: float = loops.midpoint_finish(len(half), *map(reals, (half, since, m)))
    return largest
