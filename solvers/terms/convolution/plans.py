"""Measured plans of FFTW, kept from run to run.

They are up to 40 % faster than estimated ones, but which plan wins decides the round-off: what was
found once on a kind of processor is used again, so that the same run gives the same numbers.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyfftw
from dolfinx import jit
from numpy.typing import NDArray

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import replacing
from hebbfilm.solvers.kernels.compiled import processor

_FLAGS = ("FFTW_MEASURE",)
_MAY_SPOIL = ("FFTW_DESTROY_INPUT",)
_KIND = hashlib.sha256(f"{processor()} {pyfftw.__version__}".encode()).hexdigest()[:16]
_KEPT = Path(jit.get_options()["cache_dir"]) / f"hebbfilm_fftw_{_KIND}.txt"

Stage = tuple[NDArray[Any], NDArray[Any], int]
"""From an array to another along an axis."""


def make_plans(
    stages: Iterable[Stage], direction: str, *, keep_source: bool = False
) -> list[pyfftw.FFTW]:
    """Transforms one after another, none on a rank that has no part; the arrays lose their values.

    Args:
        stages: what to transform.
        direction: "FFTW_FORWARD" or "FFTW_BACKWARD".
        keep_source: whether each leaves the array that it transforms as it is. Otherwise it may use
            that as a workspace, if this was quicker when it was measured.
    """
    flags = _FLAGS if keep_source else _FLAGS + _MAY_SPOIL
    _recall()
    made = [
        pyfftw.FFTW(source, target, axes=(axis,), direction=direction, flags=flags, threads=1)
        for source, target, axis in stages
        if source.size
    ]
    _keep()
    return made


def _recall() -> None:
    # What does not fit this library is refused by it, and without the file one measures.
    with suppress(OSError):
        pyfftw.import_wisdom((_KEPT.read_bytes(), b"", b""))


def _keep() -> None:
    """Other ranks may have kept theirs since."""
    before = _KEPT.read_bytes() if _KEPT.exists() else b""
    _recall()
    found = pyfftw.export_wisdom()[0]
    if found != before:
        with suppress(InputError), replacing(_KEPT) as beside:
            beside.write_bytes(found)
