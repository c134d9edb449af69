"""Which snapshot of a run somebody means."""

from __future__ import annotations

import math

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import si
from hebbfilm.run.folder.manifest import Manifest, find_snapshot
from hebbfilm.run.folder.snapshots import Snapshot

_LONG = 1e-3
"""In s: longer than any run, so that nanoseconds were meant."""
_ROOM = 1e-9
"""Of the last time: rounding."""


def chosen_snapshot(manifest: Manifest, wanted: str | float | None) -> Snapshot:
    """The snapshot with a label, or with a number in their order, or nearest to a time.

    Args:
        manifest: of the run.
        wanted: a label or its beginning, a number like "0" or "-1", a time like "2.5 ns", a time in
            s; None: the last.

    Raises:
        InputError: no such snapshot, or a time that is not one of the run.
    """
    if isinstance(wanted, str):
        if not wanted.strip():
            raise InputError("the snapshot is empty: give a label, a number or a time")
        try:
            return find_snapshot(manifest, wanted)
        except InputError as error:
            missing = error
        try:
            time = si(wanted, "s")
        except InputError:
            raise InputError(f"{missing}; nor is it a time, like '2.5 ns'") from None
    elif wanted is None:
        return find_snapshot(manifest, None)
    else:
        time = float(wanted)
    end = find_snapshot(manifest, None).t
    _require_of_run(manifest, time, end, wanted)
    return min(manifest.snapshots, key=lambda one: abs(one.t - time))


def _require_of_run(manifest: Manifest, time: float, end: float, wanted: object) -> None:
    if math.isfinite(time) and 0 <= time <= end * (1 + _ROOM):
        return
    slip = isinstance(wanted, int | float) and _LONG < time <= end * 1e9
    hint = f"; did you mean {time * 1e-9:g}?" if slip else ""
    raise InputError(
        f"{manifest.folder}: t = {shown(wanted)}: must be a time in s from 0 to {end:g}, that "
        f"of the last snapshot{hint}"
    )
