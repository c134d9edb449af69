"""What explicit steps do to a precession, from the polynomials of their schemes."""

import numpy as np

from hebbfilm.solvers.schemes.limits import limits


def frequency_error(dynamics, omega, damping=0.0, longest=np.inf):
    """|P(z) - exp(z)|/|z| of the longest step of any scheme, z = (i - α) ω dt: the largest.

    Args:
        dynamics: of the film.
        omega: in rad/s.
        damping: α.
        longest: steps in s that something else allows.
    """
    found = []
    for scheme, limit in limits(dynamics.spectrum()):
        z = (1j - damping) * omega * min(limit, longest)
        found.append(abs(np.polyval(scheme.polynomial[::-1], z) - np.exp(z)) / abs(z))
    return np.max(found, axis=0)


def response_error(dynamics, omega, eigenvalue):
    """Of the response to exp(iωt) of a mode, in relation, by the longest step of any scheme.

    A step of m' = λ m + exp(iωt) adds (exp(w) - exp(z))/(w - z) dt to exp(z) m for w = iω dt and
    z = λ dt; a scheme adds what its stages make of that.

    Args:
        dynamics: of the film.
        omega: ω in rad/s.
        eigenvalue: λ in 1/s.
    """
    found = []
    for scheme, limit in limits(dynamics.spectrum()):
        w, z = 1j * omega * limit, eigenvalue * limit
        first = rate = 1.0
        for shift in scheme.shifts:
            rate = z * shift * rate + np.exp(w * shift)
        added = scheme.outer[0] * first + scheme.outer[1] * rate
        turned = np.polyval(scheme.polynomial[::-1], z)
        exact = 1 / (w - z)
        found.append(abs(added / (np.exp(w) - turned) / exact - 1))
    return max(found)
