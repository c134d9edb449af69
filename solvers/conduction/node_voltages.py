"""Voltages at which prescribed currents flow, from the conductance matrix alone."""

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.solvers.drives.drive import Drive
from hebbfilm.solvers.drives.source import as_numbers


def held_nodes(drives: Sequence[Drive]) -> BoolArray:
    """Which nodes have a voltage, (N,)."""
    return np.array([isinstance(drive, float) for drive in drives])


def voltages_per_drive(
    conductance: FloatArray, held: BoolArray, groups: Sequence[IntArray]
) -> FloatArray:
    """∂V/∂(drives), (N, N): of held nodes their voltages, of the others the currents I.

    I = G V, so V_free = G_ff⁻¹ (I_free - G_fh V_held); where none of those that the film joins is
    held, the mean of their V is 0.

    Args:
        conductance: G in S, (N, N).
        held: which nodes have a voltage, (N,).
        groups: numbers of the nodes that the film joins, see `Strips`.
    """
    found = np.zeros_like(conductance)
    for group in groups:
        own = np.ix_(group, group)
        found[own] = _in_a_group(conductance[own], held[group])
    return found


def _in_a_group(conductance: FloatArray, held: BoolArray) -> FloatArray:
    if not held.any():
        if len(held) == 1:
            return np.zeros((1, 1))  # of which nothing but round-off would be inverted
        return np.asarray(np.linalg.pinv(conductance, rcond=1e-10), dtype=np.float64)
    voltages, free = np.diag(held.astype(float)), ~held
    if free.any():
        inner = np.linalg.inv(conductance[np.ix_(free, free)])
        voltages[np.ix_(free, free)] = inner
        voltages[np.ix_(free, held)] = -inner @ conductance[np.ix_(free, held)]
    return voltages


def node_voltages(
    conductance: FloatArray, drives: Sequence[Drive], groups: Sequence[IntArray]
) -> FloatArray:
    """The voltage of each node in V, (N,), where some have one and others a current.

    Args:
        conductance: G in S, (N, N).
        drives: of each node its voltage in V, its `Current`, or None to let it float.
        groups: numbers of the nodes that the film joins, see `Strips`.
    """
    per_drive = voltages_per_drive(conductance, held_nodes(drives), groups)
    found: FloatArray = per_drive @ as_numbers(drives)
    return found
