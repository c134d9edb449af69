"""What DOLFINx compiles, also where another process that did so was cut off."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from mpi4py import MPI

import ufl
from dolfinx import fem

from hebbfilm.common.collective import on_root

T = TypeVar("T")

_LOG = logging.getLogger("hebbfilm")
_TRY = 10
"""In s, how long DOLFINx waits at a time for what another process seems to compile."""
_CUT_OFF = 120.0
"""In s, the age of its source from which that process is taken to be gone: most take a few."""
_SOURCE = re.compile(r"remove (\S+\.c)\)")
"""In what DOLFINx says then."""


def compiled(form: ufl.Form, comm: MPI.Intracomm, options: Mapping[str, Any] | None = None) -> Any:
    """A form as machine code, compiled or from the cache; collective. See `patiently`.

    Args:
        form: on a mesh of `comm`.
        comm: ranks of that mesh.
        options: of the compilation, like `cffi_extra_compile_args`.

    Raises:
        RuntimeError: it cannot be compiled.
    """
    return patiently(comm, lambda given: fem.form(form, jit_options=given), options or {})


def patiently(
    comm: MPI.Intracomm, work: Callable[[dict[str, Any]], T], options: Mapping[str, Any]
) -> T:
    """What is compiled by DOLFINx, though another process may be at it; collective.

    DOLFINx marks what is being compiled by its source in the cache. A process that is killed leaves
    that there, for which all later ones would wait in vain and give up: it is removed once it is
    old. One that merely takes long, as on a busy machine, is waited for.

    Args:
        comm: ranks that need it.
        work: compiles, with these options.
        options: of the compilation.

    Raises:
        RuntimeError: it cannot be compiled.
    """
    while True:
        try:
            return work({**options, "timeout": _TRY})
        except (TimeoutError, RuntimeError) as error:
            waits = _SOURCE.search(str(error))
            source = comm.bcast(waits and Path(waits[1]))
            if source is None:
                raise
        on_root(comm, partial(_remove_if_old, source))


def _remove_if_old(source: Path) -> None:
    with suppress(FileNotFoundError):  # another process that waited did so
        if time.time() - source.stat().st_mtime > _CUT_OFF:
            source.unlink()
        else:
            _LOG.warning(
                "note: waiting for another process, which compiles the same or was killed "
                f"doing so: for {_CUT_OFF:.0f} s at most"
            )
