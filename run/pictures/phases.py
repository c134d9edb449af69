"""The phases of a run behind its curves: training shaded, and named where a name finds room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from hebbfilm.common.arrays import IntArray
from hebbfilm.run.folder.conductance_table import UNDER_VOLTAGE, ConductanceTable

NS = 1e9
_NAMES = {
    "balance": (),
    "form": ("forming",),
    "train": ("training",),
    "rest": ("rest, no voltage", "rest"),
    "recall": ("recall on chip", "recall"),
    "drive": ("driven",),
    "field": ("applied field", "field"),
}
_WITH_PAUSES = ("training with pauses", "training")
_APART = tuple(_NAMES[word] for word in ("balance", "form", "recall"))
BRIDGE = "#c3d3e6"
"""Ground of the time in which a bridge is balanced: it is too short for a name."""
_NAME = "name of a phase"
_AROUND = 5.0
"""Points that are kept free between a name and the ends of its phase, together."""


@dataclass(frozen=True)
class Phase:
    """Time under voltage or at rest.

    Args:
        names: to choose from, the longest first.
        start: in ns.
        end: in ns.
        trained: whether under voltage, at least for a part.
        balanced: whether a bridge is balanced.
    """

    names: Sequence[str]
    start: float
    end: float
    trained: bool
    balanced: bool = False


def shown_rows(table: ConductanceTable) -> IntArray:
    """Rows of training and rest, with the last one before as their start."""
    active = np.flatnonzero(np.array(table.phase) != "relax")
    if len(active) == 0:
        return np.arange(len(table.phase))
    return np.arange(max(active[0] - 1, 0), len(table.phase))


def phases_of(table: ConductanceTable) -> list[Phase]:
    """Those shown, in their order."""
    rows, time = shown_rows(table), table.time * NS
    kinds = np.array(table.phase)[rows]
    changes = np.flatnonzero(kinds[1:] != kinds[:-1]) + 1
    found = []
    for start, end in pairwise([0, *map(int, changes), len(rows)]):
        kind = str(kinds[end - 1])
        # A phase begins at the last row of the one before.
        left, right = float(time[rows[max(start - 1, 0)]]), float(time[rows[end - 1]])
        if right > left and kind in _NAMES:
            trained, balanced = kind in UNDER_VOLTAGE, kind == "balance"
            found.append(Phase(_NAMES[kind], left, right, trained, balanced))
    return found


def joined(found: Sequence[Phase]) -> list[Phase]:
    """The same with all from the first training to the last as one; what is none stays apart."""
    trained = [k for k, phase in enumerate(found) if phase.trained and phase.names not in _APART]
    if len(trained) < 2:
        return list(found)
    first, last = trained[0], trained[-1]
    whole = Phase(_WITH_PAUSES, found[first].start, found[last].end, trained=True)
    return [*found[:first], whole, *found[last + 1 :]]


def shade(axes: Axes, found: Sequence[Phase]) -> None:
    """A ground behind the curves while voltage is on, another while a bridge is balanced."""
    for phase in found:
        if phase.trained or phase.balanced:
            colour = BRIDGE if phase.balanced else "#f4f1ea"
            axes.axvspan(phase.start, phase.end, color=colour, linewidth=0, zorder=0)


def write_names(axes: Axes, found: Sequence[Phase]) -> None:
    """Name the phases across the top; those between trainings as one, if not all have room.

    What has no room even so stays without a name. The axes must have their final width.
    """
    if not all(_write(axes, phase) for phase in found):
        for text in list(axes.texts):
            if text.get_gid() == _NAME:
                text.remove()
        for phase in joined(found):
            _write(axes, phase)


def _write(axes: Axes, phase: Phase) -> bool:
    """Write the longest name that has room; whether one has, or there is none."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    (left, right), _ = axes.transData.transform([(phase.start, 0), (phase.end, 0)]).T
    room = right - left - _AROUND * figure.dpi / 72
    for name in phase.names:
        text = axes.text(
            (phase.start + phase.end) / 2,
            0.975,
            name,
            ha="center",
            va="top",
            transform=axes.get_xaxis_transform(),
            color="#5d6673",
            fontsize=8.5,
            gid=_NAME,
        )
        if text.get_window_extent().width <= room:
            return True
        text.remove()
    return not phase.names
