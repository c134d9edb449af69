"""CRC-32 of what several write, from those of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_DIVISOR = 0xEDB88320
_ONE, _BYTE = 1 << 31, 1 << 23
"""1 and x⁸: the coefficient of x⁰ is the highest bit."""


def joined(parts: Iterable[tuple[int, int]]) -> int:
    """The CRC-32 of parts one after another: CRC(AB) = CRC(A) x^(8 |B|) + CRC(B), modulo 2.

    Args:
        parts: CRC-32 and length in bytes of each.

    Examples:
        >>> from zlib import crc32
        >>> joined([(crc32(b"hebb"), 4), (crc32(b"film"), 4)]) == crc32(b"hebbfilm")
        True
    """
    whole = 0
    for crc, length in parts:
        whole = _times(_shift(length), whole) ^ crc
    return whole


@lru_cache(maxsize=64)
def _shift(length: int) -> int:
    """x^(8 length), of which blocks of a table need two or three."""
    power, square = _ONE, _BYTE
    while length:
        if length & 1:
            power = _times(power, square)
        square = _times(square, square)
        length >>= 1
    return power


def _times(a: int, b: int) -> int:
    """Product of polynomials over the numbers modulo 2, modulo that of CRC-32."""
    product = 0
    while a:
        if a & _ONE:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ (_DIVISOR if b & 1 else 0)
    return product
