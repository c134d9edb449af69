"""Draw the energy along a route by patches, and what the film knows on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from hebbfilm.run.paths.known import Known
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.energy_path import short_name
from hebbfilm.solvers.paths.energy_path import ROOM_TEMPERATURE, EnergyPath
from hebbfilm.solvers.paths.patch_route import PatchRoute


def save_patch_route(
    route: PatchRoute, known: Known | None, file: Path, names: Sequence[str]
) -> Path:
    """Draw a route into a file, of the form that its name says.

    Args:
        route: that was found.
        known: what the film knows in its minima.
        file: of the picture.
        names: of its first and its last state.

    Raises:
        InputError: the picture cannot be written.
    """
    with rc_context(style.STYLE):
        return style.save(patch_route_picture(route, known, names), file)


def patch_route_picture(route: PatchRoute, known: Known | None, names: Sequence[str]) -> Figure:
    """Energy against arc with its minima, by k_B T at 300 K; below it margin and contrast."""
    panels = 1 if known is None else 2
    figure = Figure((6.4, 3.6 if known is None else 5.2), layout="constrained")
    axes = figure.subplots(panels, sharex=True, squeeze=False, height_ratios=(2, 1)[:panels])[:, 0]
    heat = EnergyPath.in_heat(1.0) * (route.energies - route.energies[0])
    axes[0].plot(route.arc, heat, color=style.FAINT, linewidth=1.2, zorder=1)
    places = route.arc[route.minima]
    axes[0].plot(places, heat[route.minima], "o", color=style.MINUS, markersize=4.5, zorder=3)
    top = route.highest
    axes[0].plot(route.arc[top], heat[top], "o", color=style.PLUS, markersize=4.5, zorder=3)
    axes[0].annotate(
        f"bound: {style.signed(float(heat[top]), 0 if heat[top] >= 100 else 1)}",
        (route.arc[top], heat[top]),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        fontsize=7.5,
        color=style.PLUS,
    )
    axes[0].margins(y=0.14)
    axes[0].set_ylabel(f"energy above A / k$_B$T at {ROOM_TEMPERATURE:.0f} K")
    axes[0].set_title(
        f"A route by patches, from {short_name(names[0])} (A)\nto {short_name(names[-1])} (B): "
        "an upper bound, no barrier"
    )
    if known is not None:
        courses = (
            ("contrast", known.contrasts, style.FAINT),
            ("margin", known.margins, style.GOOD),
        )
        for name, values, colour in courses:
            axes[1].plot(places, 100 * values, "o-", color=colour, markersize=3, label=name)
        axes[1].axhline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)
        axes[1].set_ylabel("known / %")
        axes[1].legend(frameon=False, fontsize=7.5)
    axes[-1].set_xlabel("distance from A / rad, root mean square over the film")
    return figure
