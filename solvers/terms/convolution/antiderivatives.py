"""Parts of antiderivatives of 1/R, with their limits where arguments vanish."""

import numpy as np

from hebbfilm.common.arrays import FloatArray


def asinh_ratio(a: FloatArray, square: FloatArray) -> FloatArray:
    """asinh(a/√square), zero where both vanish: there its factor vanishes too."""
    value: FloatArray = np.arcsinh(
        np.divide(a, np.sqrt(square), out=np.zeros_like(a), where=square > 0)
    )
    return value


def atan_ratio(a: FloatArray, b: FloatArray) -> FloatArray:
    """atan(a/b), zero for b = 0: there its factor vanishes too."""
    value: FloatArray = np.arctan(np.divide(a, b, out=np.zeros_like(a), where=b != 0))
    return value
