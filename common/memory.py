"""Memory that is free again, given back to the system."""

import ctypes

_MANY = 100_000
"""Vertices of a rank from which it matters: with fewer, pages that are kept save time."""


def give_back(vertices: int) -> None:
    """Give what a rank has freed back to the system, if its film is large.

    The heap keeps what is freed, under MPI libraries however large it was, so that a rank would go
    on with as much as its set-up took at most. Only the C library of GNU can be told; others are
    left alone.

    Args:
        vertices: of this rank.

    Example:
        >>> give_back(200_000)
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if vertices >= _MANY and trim is not None:
        trim(0)
