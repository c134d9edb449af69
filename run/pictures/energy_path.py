"""Draw the energy along a path between two states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.run.pictures import style
from hebbfilm.solvers.paths.energy_path import ROOM_TEMPERATURE, TOPS, EnergyPath

_COLOURS = {"saddle": style.PLUS, "maximum": style.FAINT, "minimum": style.MINUS, "end": style.INK}
_MOST_LABELS = 9


def save_energy_path(path: EnergyPath, file: Path, names: Sequence[str]) -> Path:
    """Draw a path into a file, of the form that its name says.

    Args:
        path: that was found.
        file: of the picture.
        names: of its first and its last state.

    Raises:
        InputError: the picture cannot be written.
    """
    with rc_context(style.STYLE):
        return style.save(energy_path_picture(path, names), file)


def energy_path_picture(path: EnergyPath, names: Sequence[str]) -> Figure:
    """Energy against arc, with images, minima and saddles, by k_B T at 300 K."""
    figure = Figure((6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    first = path.energies[0]
    arc, energy = path.between()
    axes.plot(arc, path.in_heat(energy - first), color=style.FAINT, linewidth=1.2, zorder=1)
    heat = path.in_heat(path.energies - first)
    axes.plot(path.arc, heat, ".", color=style.FAINT, markersize=4, zorder=2)
    for number, stop in enumerate(path.stops):
        place, height = path.arc[stop.image], path.in_heat(stop.energy - first)
        axes.plot(place, height, "o", color=_COLOURS[stop.kind], markersize=4.5, zorder=3)
        if len(path.stops) <= _MOST_LABELS or number in (0, len(path.stops) - 1):
            above = stop.kind in TOPS
            axes.annotate(
                style.signed(height, 1 if abs(height) < 100 else 0),
                (place, height),
                xytext=(0, 6 if above else -12),
                textcoords="offset points",
                ha="center",
                fontsize=7.5,
                color=_COLOURS[stop.kind],
            )
    axes.margins(y=0.14)
    axes.set_xlabel("distance from A / rad, root mean square over the film")
    axes.set_ylabel(f"energy above A / k$_B$T at {ROOM_TEMPERATURE:.0f} K")
    title = f"From {short_name(names[0])} (A) to {short_name(names[-1])} (B)"
    axes.set_title(title if path.converged else f"Not converged:\n{title}")
    return figure


def short_name(name: str) -> str:
    """The end of a name that is too long for a title."""
    return name if len(name) <= 30 else f"…{name[-29:]}"
