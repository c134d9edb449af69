"""Voltages at which prescribed currents flow, from the conductance matrix alone."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.drives.current import Current
from hebbfilm.solvers.drives.drive import Drive


def node_voltages(conductance: FloatArray, drives: Sequence[Drive]) -> FloatArray:
    """The voltage of each node in V, (N,), where some have one and others a current.

    Args:
        conductance: G in S with I = G V, (N, N).
        drives: of each node its voltage in V, its `Current`, or None to let it float. Where none
            has a voltage, their mean is 0 V.

    Example:
        >>> import numpy as np
        >>> node_voltages(np.array([[2e-3, -2e-3], [-2e-3, 2e-3]]), [Current(1e-6), 0.0])
        array([0.0005, 0.    ])
    """
    free = [isinstance(drive, Current) or drive is None for drive in drives]
    given = [0.0 if isinstance(drive, Current) or drive is None else drive for drive in drives]
    currents = [drive.amperes if isinstance(drive, Current) else 0.0 for drive in drives]
    voltages = np.array(given, dtype=float)
    if any(free):
        missing = np.array(currents)[free] - (conductance @ voltages)[free]
        # Of all solutions, where a common voltage changes nothing, the one whose mean is zero.
        voltages[free] = np.linalg.lstsq(conductance[np.ix_(free, free)], missing)[0]
    return voltages
