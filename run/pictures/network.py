"""Pictures of networks: weights, recall, energies, basins, robustness, capacity."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.statistics import wilson_interval
from hebbfilm.run.folder.learnt import FILM, NAMES, Learnt
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.landscapes import basins_picture, landscape_picture
from hebbfilm.run.pictures.letters import letters_picture, pixels_of
from hebbfilm.run.pictures.matrices import draw_weights
from hebbfilm.run.pictures.network_curves import COLOURS, MARKS, Curve, draw_curves
from hebbfilm.run.pictures.pages import story, textures_picture, with_negatives_named
from hebbfilm.run.pictures.surface import film_surface

_DOTTED: dict[str, Any] = {"linewidth": 1.3, "linestyle": ":", "fillstyle": "none"}


def run_pictures(run: Run, learnt: Learnt, found: Mapping[str, Any]) -> dict[str, Figure]:
    """All pictures of one run, by their names.

    Args:
        run: as its folder tells.
        learnt: its network.
        found: by `analyse_run`.
    """
    networks = learnt.networks()
    figures = {
        "weights": _weights(run, networks),
        "correction": _correction(found["networks"]),
        "landscape": landscape_picture(learnt),
        "basins": basins_picture(learnt, found["networks"]),
        "robustness": _robustness(found),
        "capacity": _capacity(found["capacity"], _own_share(found)),
    }
    if pixels_of(run.manifest):
        figures["letters"] = letters_picture(learnt, run.manifest)
    if run.manifest.snapshots:
        run = with_negatives_named(run)
        told = [snapshot for snapshot in story(run.manifest) if snapshot.voltages is None]
        surfaces = [film_surface(read_fields(run.manifest.folder, snapshot)) for snapshot in told]
        figures["textures"] = textures_picture(run.manifest, told, surfaces)
    return figures


def study_pictures(found: Mapping[str, Any]) -> dict[str, Figure]:
    """Pictures of all runs of a study, by their names; `found` by `analyse_study`."""
    figures = {"doses": _doses(found["doses"])}
    if found["runs"]:
        figures["correction"] = _correction(found["networks"])
    if found["capacity"]:
        figures["capacity"] = _capacity(found["capacity"], _shares(found))
    return figures


def _weights(run: Run, networks: Mapping[str, FloatArray]) -> Figure:
    side = max(2.7, 0.36 * len(run.neurons) + 1.0)
    columns = min(3, len(networks))
    rows = -(-len(networks) // columns)
    figure = Figure((side * columns + 0.4, (side + 0.4) * rows), layout="constrained")
    cells = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in cells[len(networks) :]:
        axes.set_axis_off()
    for axes, (name, weights) in zip(cells, networks.items(), strict=False):
        draw_weights(axes, run, weights)
        axes.set_title(NAMES[name] if name != FILM else "The film")
    return figure


def _correction(networks: Mapping[str, Any]) -> Figure:
    """What is corrected against flips; bars are 95 % intervals where something was sampled."""
    figure = Figure((5.6, 3.6), layout="constrained")
    axes = figure.subplots()
    curves = {}
    for name, network in networks.items():
        points = [point for point in network["correction"] if point]
        curves[name] = Curve(
            np.array([point["flips"] for point in points], dtype=float),
            np.array([point.get("corrected", point.get("mean")) for point in points], dtype=float),
            [point["interval"] for point in points],
        )
    draw_curves(axes, curves)
    axes.set_xlabel("flipped signs of a stored state")
    axes.set_ylabel("fraction that ends in the nearest stored state")
    axes.set_ylim(-0.04, 1.06)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title("Correction of flipped signs")
    _legend(axes)
    return figure


def _robustness(found: Mapping[str, Any]) -> Figure:
    exact = found["networks"][FILM]["exact"]
    criterion = "stable" if exact is None else "exact"
    named = {
        name: NAMES[name] + ("" if levels[0][criterion] == 1 else " (fails without noise)")
        for name, levels in found["weight_noise"].items()
    }
    figure = Figure((7.6, 6.2), layout="constrained")
    *panels, corner = figure.subplots(2, 2, sharey=True).flat
    for axes, key, label in zip(
        panels,
        ("weight_noise", "read_noise", "levels"),
        ("noise on weights / rms weight", "relative error of a reading", "levels of the weights"),
        strict=True,
    ):
        for name, levels in found[key].items():
            x = np.array([level["level"] for level in levels])
            # The one shows where the other lies upon it.
            for quantity, told, look in (
                (criterion, criterion, {"linewidth": 3.2, "alpha": 0.45, "markersize": 3.5}),
                ("one_bit", "correction of 1 flip", {**_DOTTED, "markersize": 6.0}),
            ):
                values = np.array([level[quantity] for level in levels], dtype=float)
                axes.plot(
                    x,
                    values,
                    color=COLOURS[name],
                    marker=MARKS[name],
                    label=f"{named[name]}, {told}",
                    **look,
                )
        axes.set_xlabel(label)
        axes.tick_params(labelleft=True)
    panels[1].set_xscale("symlog", linthresh=1e-4, linscale=0.4)
    panels[1].set_xlim(left=0)
    panels[2].set_xscale("log", base=2)
    panels[2].set_xticks([2, 4, 8, 16, 32], ["2", "4", "8", "16", "32"])
    panels[2].minorticks_off()
    panels[0].set_ylabel(f"fraction {criterion}, fraction corrected")
    panels[0].set_ylim(-0.04, 1.06)
    panels[0].set_title("What noise and rounding leave")
    corner.set_axis_off()
    corner.legend(*panels[2].get_legend_handles_labels(), loc="center left", frameon=False)
    return figure


def _capacity(capacity: Sequence[Mapping[str, Any]], own: Mapping[int, Any]) -> Figure:
    """Stored sets against their size, for the ideal rules; and what the film did.

    `own` tells, by the number of patterns, count, runs and interval of the film's exact runs.
    """
    criterion = "firm" if capacity[0]["exact"] is None else "exact_and_firm"
    figure = Figure((5.6, 3.6), layout="constrained")
    axes = figure.subplots()
    curves = {}
    for name in (name for name in NAMES if name != FILM):
        points = [point for point in capacity if point["rule"] == name]
        curves[name] = Curve(
            np.array([point["patterns"] for point in points], dtype=float),
            np.array([point[criterion] / point["sets"] for point in points]),
            [point[f"{criterion}_interval"] for point in points],
        )
    draw_curves(axes, curves)
    for patterns, share in own.items():
        value = share["count"] / share["runs"]
        label = NAMES[FILM] if patterns == min(own) else None
        axes.plot(patterns, value, "o", color=COLOURS[FILM], markersize=8, zorder=5, label=label)
        if share["interval"] is not None:
            axes.plot(2 * [patterns], share["interval"], color=COLOURS[FILM], linewidth=1.6)
        axes.annotate(
            f"{share['count']} of {share['runs']}",
            (patterns, value),
            (8, 0),
            textcoords="offset points",
            va="center",
            color=COLOURS[FILM],
            fontsize=7.5,
            zorder=6,
            # Over lines and bars.
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )
    axes.set_xlabel("patterns in a set")
    axes.set_ylabel(f"fraction of sets {criterion.replace('_', ' ')}")
    axes.set_ylim(-0.04, 1.06)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title("Capacity of the ideal rules on these pairs")
    _legend(axes)
    return figure


def _doses(doses: Sequence[Mapping[str, Any]]) -> Figure:
    figure = Figure((4.2, 3.4), layout="constrained")
    axes = figure.subplots()
    x = [dose["driven_by"] for dose in doses]
    mean = [100 * dose["mean"] for dose in doses]
    spread = [100 * (dose["deviation"] or 0.0) for dose in doses]
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.9, zorder=0)
    axes.errorbar(x, mean, spread, fmt="o", color=style.PLUS, capsize=3)
    axes.set_xlim(min(x) - 0.4, max(x) + 0.4)
    axes.set_xticks(x, [f"{dose['driven_by']}\n{dose['pairs']}" for dose in doses])
    axes.set_xlabel("patterns that drive the pair\n(beneath: number of such pairs)")
    axes.set_ylabel("change of conductance / %\n(mean ± standard deviation)")
    axes.set_title("What a pair learns")
    return figure


def _own_share(found: Mapping[str, Any]) -> dict[int, Any]:
    film = found["networks"][FILM]
    stored = film["stable"] == film["stored"] if film["exact"] is None else film["exact"]
    return {len(found["patterns"]): {"count": int(stored), "runs": 1, "interval": None}}


def _shares(found: Mapping[str, Any]) -> dict[int, Any]:
    own: dict[int, list[bool]] = {}
    runs = found["networks"][FILM]["by_run"]
    for count, run in zip(found["numbers_of_patterns"], runs, strict=True):
        stored = run["stable"] == run["stored"] if run["exact"] is None else run["exact"]
        own.setdefault(count, []).append(stored)
    return {
        count: {
            "count": sum(each),
            "runs": len(each),
            "interval": wilson_interval(sum(each), len(each)),
        }
        for count, each in sorted(own.items())
    }


def _legend(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
