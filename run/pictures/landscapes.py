"""Pictures of the states of a network: their energies, and the basins they fall into."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.hopfield.descent import sampled_ends
from hebbfilm.hopfield.landscape import (
    ENUMERATED_UP_TO,
    Landscape,
    energy_landscape,
    state_numbers,
    stored_states,
)
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.states import checked_weights
from hebbfilm.run.folder.learnt import FILM, NAMES, Learnt
from hebbfilm.run.pictures import style

MOST_IN_GRAPH = 6  # units; the flips of more than 2⁶ states are a web in which nothing is seen
_SHOWN = (FILM, "hebb")
_SAMPLES = 3000
_LEVELS = 25
"""By which energies are alike, between 0 and that of the lowest state."""
_APART, _WIDEST = 0.09, 0.36
"""Flips, between states of like energy, and from the middle to the last of many."""
_OWN = ("#c2293d", "#2360b5", "#1b7f79", "#cc7a10", "#8a5fb0", "#5d6673")


def landscape_picture(learnt: Learnt) -> Figure:
    """Energy of the states against the distance from the nearest stored state, fixed ones marked.

    Above 16 contacts random states stand for all.
    """
    figure = Figure((9.0, 3.9), layout="constrained")
    networks = learnt.networks()
    for axes, name in zip(figure.subplots(1, 2, sharex=True), _SHOWN, strict=True):
        _draw_energies(axes, networks[name], learnt.patterns)
        axes.set_title("The film" if name == FILM else NAMES[name])
        axes.set_xlabel(
            "distance from the nearest stored state / flips\n(states of like energy side by side)"
        )
    figure.axes[0].set_ylabel("energy / |energy of the lowest state|")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", frameon=False, fontsize=8)
    return figure


def basins_picture(learnt: Learnt, found: Mapping[str, Any]) -> Figure:
    """The graph of all states and their flips downhill; above 6 contacts the sizes of basins."""
    figure = Figure((10.6, 4.6), layout="constrained")
    networks = learnt.networks()
    for axes, name in zip(figure.subplots(1, 2), _SHOWN, strict=True):
        if len(learnt.contacts) <= MOST_IN_GRAPH:
            _draw_graph(axes, energy_landscape(networks[name]), learnt.patterns)
        else:
            _draw_sizes(axes, found[name]["fixed_point_list"])
        axes.set_title("The film" if name == FILM else NAMES[name])
    return figure


def _draw_energies(axes: Axes, w: FloatArray, patterns: Pattern) -> None:
    stored = stored_states(patterns, len(w))
    states, is_fixed = _states(w, stored)
    energies = -0.5 * np.einsum("ni,ij,nj->n", states, w, states, optimize=True)
    scale = np.abs(energies.min()) or 1.0
    distance = (len(w) - (states.astype(int) @ stored.T).max(axis=1)) / 2
    x = distance + _side_by_side(distance, energies / scale)
    at_stored = distance == 0
    some = "states" if len(w) <= ENUMERATED_UP_TO else "states, some of them"
    crowd: dict[str, Any] = {
        "marker": ".",
        "color": style.FAINT,
        "alpha": 0.6,
        "markersize": 3 if len(states) > 600 else 6,
    }
    stored_mark: dict[str, Any] = {"marker": "o", "color": style.GOOD, "markersize": 7}
    for members, label, look in (
        (~is_fixed & ~at_stored, some, crowd),
        (is_fixed & at_stored, "stored, fixed", stored_mark),
        (~is_fixed & at_stored, "stored, not fixed", {**stored_mark, "fillstyle": "none"}),
        (
            is_fixed & ~at_stored,
            "spurious, fixed",
            {"marker": "X", "color": style.BAD, "markersize": 7, "markeredgecolor": "white"},
        ),
    ):
        axes.plot(x[members], energies[members] / scale, linestyle="none", label=label, **look)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)


def _side_by_side(distance: FloatArray, energy: FloatArray) -> FloatArray:
    """How far each state stands from the middle, so that those of like energy hide none.

    Args:
        distance: from the nearest stored state, (n,).
        energy: in that of the lowest, (n,).
    """
    shift = np.zeros(len(distance))
    level = np.round(_LEVELS * energy).astype(int)
    places = np.column_stack((distance.astype(int), level))
    for place in np.unique(places, axis=0):
        row = np.flatnonzero((places == place).all(axis=1))
        step = min(_APART, 2 * _WIDEST / max(len(row) - 1, 1))
        shift[row] = step * (np.arange(len(row)) - (len(row) - 1) / 2)
    return shift


def _states(w: FloatArray, stored: Pattern) -> tuple[Pattern, BoolArray]:
    """States to show, and which of them are fixed points."""
    if len(w) <= ENUMERATED_UP_TO:
        whole = energy_landscape(w)
        return whole.states, np.logical_not(np.any(whole.wants_flip, axis=1))
    rng = np.random.default_rng(0)
    near = stored[rng.integers(len(stored), size=_SAMPLES)]
    flips = rng.random(near.shape) < rng.uniform(0, 0.5, (_SAMPLES, 1))
    ends = sampled_ends(w).states
    states = np.unique(np.concatenate((np.where(flips, -near, near), stored, ends)), axis=0)
    weights, ties = checked_weights(w)
    return states, np.all(states * (states @ weights) >= -ties, axis=1)


def _draw_graph(axes: Axes, whole: Landscape, patterns: Pattern) -> None:
    """Each state over the fixed point where it ends most often; lines are flips downhill."""
    fixed = whole.fixed
    own = state_numbers(stored_states(patterns, patterns.shape[1]))
    end = whole.arrival(fixed).argmax(axis=1)
    x, width = _places(whole, end)
    energies = whole.energies / (np.abs(whole.energies.min()) or 1.0)
    start, unit = np.nonzero(whole.wants_flip)
    target = start ^ (1 << (whole.states.shape[1] - 1 - unit))
    point = np.column_stack((x, energies))
    colours = _colours(whole, fixed, own, patterns)
    crowded = len(x) > 64
    axes.add_collection(
        LineCollection(
            np.stack((point[start], point[target]), axis=1),
            colors=[colours[k] for k in end[start]],
            linewidths=0.25 if crowded else 0.8,
            alpha=0.35 if crowded else 0.6,
            zorder=1,
        )
    )
    axes.scatter(
        x, energies, s=5 if crowded else 26, c=[colours[k] for k in end], linewidths=0, zorder=2
    )
    basins = whole.basins()
    for k, state in enumerate(fixed):
        stored = state in own
        axes.plot(
            x[state],
            energies[state],
            "o" if stored else "X",
            markersize=9,
            zorder=3,
            color=colours[k],
            markeredgecolor="white",
        )
        if len(fixed) <= 10:
            text = f"{_name(whole.states[state], patterns)}\n{100 * basins[k]:.0f} %".strip()
            axes.annotate(
                text,
                (x[state], energies[state]),
                (0, -9),
                textcoords="offset points",
                ha="center",
                va="top",
                fontsize=7.5,
                linespacing=1.25,
            )
    axes.set_xlim(-0.02 * width, 1.02 * width)
    low, high = float(energies.min()), float(energies.max())
    axes.set_ylim(low - 0.2 * (high - low + 0.1), high + 0.06 * (high - low + 0.1))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    # Names stand beneath the lowest states, where there are no energies.
    axes.spines["left"].set_bounds(low, high)
    axes.set_yticks([tick for tick in axes.get_yticks() if low - 1e-9 <= tick <= high + 1e-9])
    axes.set_ylabel("energy / |energy of the lowest state|")


def _places(whole: Landscape, end: IntArray) -> tuple[FloatArray, float]:
    """Horizontal places: a column for each end, in it states of like energy side by side."""
    span = float(np.ptp(whole.energies)) or 1.0
    level = np.round(12 * (whole.energies - whole.energies.min()) / span).astype(int)
    x, left = np.empty(len(end)), 0.0
    for column in range(int(end.max()) + 1):
        members = np.flatnonzero(end == column)
        widest = max(np.bincount(level[members]).max(), 2)
        for each in np.unique(level[members]):
            row = members[level[members] == each]
            x[row] = left + widest / 2 + np.arange(len(row)) - (len(row) - 1) / 2
        left += widest + 0.8
    return x, left


def _colours(whole: Landscape, fixed: IntArray, own: IntArray, patterns: Pattern) -> list[str]:
    """A colour for each stored pattern, the same for its negative; grey for what is spurious."""
    found = []
    for state in fixed:
        overlap = np.abs(patterns.astype(int) @ whole.states[state])
        own_colour = _OWN[int(overlap.argmax()) % len(_OWN)]
        found.append(own_colour if state in own else style.FAINT)
    return found


def _name(state: Pattern, patterns: Pattern) -> str:
    if len(state) <= 6:
        return "".join("+" if sign > 0 else "−" for sign in state)
    for number, pattern in enumerate(patterns, start=1):
        for sign, mark in ((1, ""), (-1, "−")):
            if np.array_equal(state, sign * pattern):
                return f"{mark}ξ$_{number}$"
    return ""


def _draw_sizes(axes: Axes, points: list[dict[str, Any]]) -> None:
    """Shares of all starts, the largest on top."""
    shown = points[:24]
    share = [100 * point["basin"] for point in shown]
    colours = [style.GOOD if point["stored"] else style.BAD for point in shown]
    axes.barh(np.arange(len(shown)), share, color=colours, height=0.75)
    axes.set_ylim(max(len(shown), 8) - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_xlabel("starts that end in a fixed point / %")
    stored = sum(point["stored"] for point in points)
    text = f"green: {stored} stored\nred: {len(points) - stored} spurious" + (
        f"\n({len(points) - len(shown)} more not shown)" if len(points) > len(shown) else ""
    )
    axes.text(0.98, 0.03, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=8)
