"""How far a step of an explicit scheme may go, from its polynomial alone.

A scheme turns a mode of the linearised Gilbert equation with the eigenvalue λ, of which it takes
steps dt, by the polynomial P(z) of z = λ dt. The eigenvalues of m× and the symmetric field, damped
by α, lie in the triangle |Im λ| <= -Re λ/α: on its edges (-α ± i) where both directions across m
are equally stiff, as in the stiffest modes, which exchange alone makes, and between them elsewhere.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arrays import BoolArray, FloatArray

_ComplexArray = npt.NDArray[np.complex128]

_RAYS = 9
_FLATNESS = 1.0, 0.9, 0.75, 0.5, 0.25, 0.0
"""|Im λ|/|Re λ| of modes whose two directions differ in stiffness, in 1/α."""
_RADII = 3000
_ROUND_OFF = 1e-12
_VARIANCE_ERROR = 0.02
"""Of the energy of a mode, in relation to kT/2."""

_WIDENED = 1.0, 1.1
"""-Re λ/|Im λ| in α: two directions of which one is twice as stiff as the other make it 1.06."""
_WITHOUT_NOISE = 0.01

Polynomial = tuple[float, ...]
"""Coefficients of 1, z, z² and so on."""


class Spectrum(NamedTuple):
    """Of the linearised equation: dampings α between two, and the largest |λ| in 1/s.

    Args:
        least: α.
        most: α.
        rate: of all modes.
        local: of what acts at single vertices: the fastest that a uniform m does.
    """

    least: float
    most: float
    rate: float
    local: float


def least_radius(polynomial: Polynomial, least: float, most: float) -> float:
    """The least of `stable_radius` for any damping between two; between them it may dip."""
    return min(stable_radius(polynomial, damping) for damping in _dampings(least, most))


def least_thermal_radius(polynomial: Polynomial, least: float, most: float) -> float:
    """The least of `thermal_radius` for any damping between two."""
    return min(thermal_radius(polynomial, damping) for damping in _dampings(least, most))


@cache
def stable_radius(polynomial: Polynomial, damping: float) -> float:
    """Largest |λ dt| up to which a scheme lets no mode of damping α grow.

    Args:
        polynomial: of the scheme.
        damping: α ≥ 0.

    Returns:
        The |z| at the corners of the triangle of eigenvalues where |P| first exceeds 1 in it; for
        Runge-Kutta 4 that is 2√2 for α = 0, and 2.785 for α → ∞.
    """
    radii = _radii(polynomial)
    flatness = _FLATNESS if damping > 0 else _FLATNESS[:1]
    stable = [np.abs(_value(polynomial, _mode(radii, damping, each))) for each in flatness]
    return _first_beyond(radii, np.max(stable, axis=0) <= 1 + _ROUND_OFF)


@cache
def accurate_radius(polynomial: Polynomial, damping: float, error: float) -> float:
    """Largest |λ dt| up to which a step errs by so much of |λ dt| at most, on the ray of α."""
    radii = _radii(polynomial)
    z = _mode(radii, damping, 1.0)
    off = np.abs(_value(polynomial, z) - np.exp(z))
    return _first_beyond(radii, off <= error * radii)


@cache
def thermal_radius(polynomial: Polynomial, damping: float) -> float:
    """Largest |λ dt| of the fastest mode at which noise leaves kT/2 in it, but for 2 %.

    In any other mode it then leaves that but for 2 % times the square of how fast the mode is in
    relation to that. A force that is held over a step adds (P(z) - 1)/z times itself to the mode,
    so that its energy settles at |P(z) - 1|² 2 |Re z|/(|z|² (1 - |P(z)|²)) of kT/2. That is 1 for
    the midpoint rule, P(z) = (1 + z/2)/(1 - z/2), and 1 - |z|²/12 for the exact P(z) = exp(z).

    Args:
        polynomial: of the scheme.
        damping: α; where it is 0 there is no noise, and it counts as 0.01.
    """
    radii = _radii(polynomial)
    missed = np.zeros_like(radii)
    for widened in _WIDENED:
        z = _mode(radii, widened * (damping or _WITHOUT_NOISE), 1.0)
        p = _value(polynomial, z)
        with np.errstate(divide="ignore"):
            energy = np.abs((p - 1) / z) ** 2 * 2 * np.abs(z.real) / (1 - np.abs(p) ** 2)
        missed = np.maximum(missed, np.abs(energy - 1))
    missed = np.maximum.accumulate(missed / radii**2)
    return _first_beyond(radii, missed * radii**2 <= _VARIANCE_ERROR)


def _dampings(least: float, most: float) -> FloatArray:
    if least == most:
        return np.array([least])
    # Evenly in the angle of the rays, the radius changes by a few per cent from one to the next.
    angles = np.linspace(np.arctan(least), np.arctan(most), _RAYS)
    return np.asarray(np.tan(angles), dtype=np.float64)


def _radii(polynomial: Polynomial) -> FloatArray:
    """From near 0 to about as far as any of so many stages that are tabulated is stable."""
    longest = 3.0 * (len(polynomial) - 1)
    return np.asarray(np.linspace(0.0, longest, _RADII + 1)[1:], dtype=np.float64)


def _mode(radii: FloatArray, damping: float, flatness: float) -> _ComplexArray:
    """Values of z of a mode whose stiffer direction alone would have |z| = `radii`."""
    return np.asarray(radii * (-damping + 1j * flatness) / np.hypot(1, damping), np.complex128)


def _value(polynomial: Polynomial, z: _ComplexArray) -> _ComplexArray:
    return np.asarray(np.polynomial.polynomial.polyval(z, polynomial), np.complex128)


def _first_beyond(radii: FloatArray, within: BoolArray) -> float:
    """The last of the radii before the first that is not within; 0 if already that is not."""
    beyond = np.flatnonzero(~within)
    if len(beyond) == 0:
        return float(radii[-1])
    return float(radii[beyond[0] - 1]) if beyond[0] else 0.0
