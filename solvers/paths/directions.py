"""Unit vectors turned towards others, along great circles."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray

_OPPOSITE = 1e-3
"""In rad: vectors so near to opposite do not say themselves which way to turn."""
_ASIDE = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def between(start: FloatArray, end: FloatArray, share: float) -> FloatArray:
    """Unit vectors on the way from one to another, along the shorter great circle.

    Opposite vectors turn towards x, or towards y where they lie along x.

    Args:
        start: (n, 3) unit vectors.
        end: (n, 3) likewise.
        share: of the way, 0 to 1.

    Example:
        >>> up = np.array([[0.0, 0.0, 1.0]])
        >>> between(up, -up, 0.5).round(12) + 0.0
        array([[1., 0., 0.]])
    """
    along = np.einsum("ij,ij->i", start, end)
    aside = end - along[:, None] * start
    sine = np.sqrt(np.einsum("ij,ij->i", aside, aside))
    unclear = (sine < _OPPOSITE) & (along < 0)
    if unclear.any():
        aside[unclear] = _aside(start[unclear])
    length = np.where(unclear, 1.0, np.maximum(sine, np.finfo(float).tiny))
    angle = share * np.arctan2(sine, along)
    found: FloatArray = np.cos(angle)[:, None] * start
    found += (np.sin(angle) / length)[:, None] * aside
    found /= np.sqrt(np.einsum("ij,ij->i", found, found))[:, None]
    return found


def squared_angles(start: FloatArray, end: FloatArray) -> FloatArray:
    """Squares of the angles in rad² between unit vectors (n, 3), (n,)."""
    chord = end - start
    half = 0.5 * np.sqrt(np.einsum("ij,ij->i", chord, chord))
    angle: FloatArray = 2 * np.arcsin(np.minimum(half, 1.0))
    return angle * angle


def across(m: FloatArray, vectors: FloatArray) -> FloatArray:
    """The parts of vectors (…, 3) across unit vectors m (…, 3)."""
    found: FloatArray = vectors - np.einsum("...j,...j->...", m, vectors)[..., None] * m
    return found


def _aside(m: FloatArray) -> FloatArray:
    """Unit vectors across m: towards x, or towards y where m is nearer to x."""
    target = _ASIDE[(np.abs(m[:, 0]) > np.sqrt(0.5)).astype(int)]
    found = across(m, target)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found
