"""How far an explicit step may go."""

from functools import cache

import numpy as np

_RAYS = 9


def least_radius(least: float, most: float) -> float:
    """The least of `runge_kutta_4_radius` for any damping between two; between them it may dip."""
    if least == most:
        return runge_kutta_4_radius(least)
    # Evenly in the angle of the rays, it changes by less than 4 % from one to the next.
    angles = np.linspace(np.arctan(least), np.arctan(most), _RAYS)
    return min(runge_kutta_4_radius(float(damping)) for damping in np.tan(angles))


@cache
def runge_kutta_4_radius(damping: float) -> float:
    """Largest |λ dt| at which Runge-Kutta 4 damps a precession of damping α.

    The linearised Gilbert equation has the eigenvalues λ = |λ| (-α ± i)/√(1 + α²); along this ray
    the amplification 1 + z + z²/2 + z³/6 + z⁴/24 is followed to where it exceeds 1.

    Args:
        damping: α ≥ 0.

    Returns:
        The radius, between 2√2 for α = 0 and 2.785 for α → ∞.
    """
    direction = (-damping + 1j) / np.sqrt(1 + damping**2)
    radii = np.linspace(1.0, 4.0, 30001)
    z = radii * direction
    amplification = np.abs(1 + z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4))))
    return float(radii[np.argmax(amplification > 1)])
