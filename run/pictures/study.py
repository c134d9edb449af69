"""Pictures of a study: what recall and margin depend on, and how they are spread."""

from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy.stats import spearmanr

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.text import counted
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.panels import Varied, draw_against, draw_runs

_COLUMNS = 3
_RECALL = "Recalled / % of starts"
_MARGIN = "Margin / %"
_OF_RECALL = "Recalled are starts that end in a pattern or its negative, over all orders of update."
_OF_MARGIN = (
    "Margin: the least change of a pair that should grow stronger, less the largest of the others."
    " Above 0 a level parts them."
)
_CHANGE = "Change of opposite pairs / %"
_PREDICTED = "Predicted margin (at most 2)"
_DRAWN = ("recall_success", "margin", "change_of_opposite_pairs")
_CAPTION = 7.5
"""Points."""
_ROUNDING = 1e-6
"""Of the largest value: what differs less counts as equal, as conductances are no more exact."""


def study_figures(
    title: str, varied: Sequence[Varied], metrics: Mapping[str, FloatArray]
) -> dict[str, Callable[[], Figure]]:
    """Recall, margin, prediction and distributions, each by its name.

    What no run has is left out; without margins, as of films of two contacts, changes are drawn.
    Runs that differ in seeds alone are not drawn over these, where distributions tell of them, nor
    over a predicted margin that all share.

    Args:
        title: of the study.
        varied: what it varies, in each of its finished runs.
        metrics: of these runs, at least one, (n_runs,) each, by their names; NaN for none.
    """
    told = _telling(varied)
    known = {name: bool(np.isfinite(metrics[name]).any()) for name in _DRAWN}
    found: dict[str, Callable[[], Figure]] = {}
    alike = known["recall_success"] and all(each.key.endswith("seed") for each in told)
    if known["recall_success"]:
        if not alike:
            found["recall"] = lambda: _page(
                f"{title}: recall", told, _recall(metrics), _RECALL, (-6.0, 106.0), _OF_RECALL
            )
        found["distributions"] = lambda: _distributions(title, metrics)
    if known["margin"]:
        if not alike:
            found["margin"] = lambda: _page(
                f"{title}: margin", told, _margin(metrics), _MARGIN, None, _OF_MARGIN
            )
        if _differ(metrics["predicted_margin"]):
            found["prediction"] = lambda: _prediction(title, metrics)
    elif known["change_of_opposite_pairs"]:
        change = 100 * metrics["change_of_opposite_pairs"]
        found["change"] = lambda: _page(f"{title}: change", told, change, _CHANGE, None, "")
    return found


def _telling(varied: Sequence[Varied]) -> Sequence[Varied]:
    """What is worth a panel: no single value, and one of those that vary together."""
    groups: dict[tuple[int, ...], Varied] = {}
    for each in varied:
        values = [repr(value) for value in each.values]
        groups.setdefault(tuple(values.index(value) for value in values), each)
    groups.pop((0,) * len(varied[0].values), None)
    return list(groups.values()) or varied


def _recall(metrics: Mapping[str, FloatArray]) -> FloatArray:
    return 100 * metrics["recall_success"]


def _margin(metrics: Mapping[str, FloatArray]) -> FloatArray:
    return 100 * metrics["margin"]


def _caption(figure: Figure, text: str) -> None:
    """What the figures mean, beneath all panels."""
    letters = int(figure.get_figwidth() * 72 / (0.55 * _CAPTION))
    told = "\n".join(wrap(text, letters))
    figure.supxlabel(told, x=0.01, ha="left", fontsize=_CAPTION, color="#5d6673")


def _page(
    title: str,
    varied: Sequence[Varied],
    values: FloatArray,
    label: str,
    limits: tuple[float, float] | None,
    caption: str,
) -> Figure:
    """A panel for each key that is varied, all with one vertical axis."""
    columns = min(_COLUMNS, len(varied))
    lines = -(-len(varied) // columns)
    figure = Figure((0.6 + 2.9 * columns, 0.5 + 2.6 * lines), layout="constrained")
    panels = figure.subplots(lines, columns, sharey=True, squeeze=False)
    for each, axes in zip(varied, panels.flat, strict=False):
        draw_against(axes, each, values)
        axes.tick_params(labelleft=True)
    for axes in panels.flat[len(varied) :]:
        axes.set_visible(False)
    for axes in panels[:, 0]:
        axes.set_ylabel(label)
    if limits is not None:
        panels[0, 0].set_ylim(limits)
    _caption(figure, caption)
    figure.suptitle(title, x=0.01, ha="left", fontsize=9.5, fontweight="bold")
    return figure


def _distributions(title: str, metrics: Mapping[str, FloatArray]) -> Figure:
    figure = Figure((9.4, 5.4), layout="constrained")
    panels = figure.subplots(2, 2)
    _histogram(panels[0, 0], _recall(metrics), _RECALL, (0, 100))
    correlation = metrics["hebb_correlation"]
    _histogram(panels[0, 1], correlation, "Correlation with Hebb's rule", (-1, 1))
    _histogram(panels[1, 0], _margin(metrics), _MARGIN, None)
    _margin_and_recall(panels[1, 1], metrics)
    _caption(figure, f"{_OF_RECALL} {_OF_MARGIN}")
    text = f"{title}: {counted(len(correlation), 'run')}"
    figure.suptitle(text, x=0.01, ha="left", fontsize=9.5, fontweight="bold")
    return figure


def _histogram(
    axes: Axes, values: FloatArray, label: str, limits: tuple[float, float] | None
) -> None:
    known = values[np.isfinite(values)]
    axes.set_xlabel(label)
    axes.set_ylabel("runs")
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    if not len(known):
        axes.text(0.5, 0.5, "not defined in any run", ha="center", transform=axes.transAxes)
        return
    bins = np.linspace(*limits, 21) if limits else min(20, max(5, len(known) // 2))
    axes.hist(known, bins=bins, color=style.COOL(0.4), edgecolor="white", linewidth=0.6)
    middle = float(np.median(known))
    axes.axvline(middle, color=style.INK, linewidth=0.9)
    axes.annotate(
        f"median {middle:.3g}".replace("-", "−"),
        (1, 1),
        (0, 3),
        "axes fraction",
        "offset points",
        ha="right",
        fontsize=8,
    )


def _prediction(title: str, metrics: Mapping[str, FloatArray]) -> Figure:
    """What was learnt, over the margin that the geometry alone predicts."""
    figure = Figure((6.4, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    predicted, label = metrics["predicted_margin"], _PREDICTED
    _over(left, predicted, _margin(metrics), label, _MARGIN)
    left.axhline(0, color=style.HAIRLINE, linewidth=0.9, zorder=0)
    _over(right, predicted, _recall(metrics), label, _RECALL)
    right.set_ylim(-6, 106)
    _caption(figure, f"Predicted from the film before any dynamics, to first order. {_OF_MARGIN}")
    figure.suptitle(f"{title}: prediction", x=0.01, ha="left", fontsize=9.5, fontweight="bold")
    return figure


def _margin_and_recall(axes: Axes, metrics: Mapping[str, FloatArray]) -> None:
    _over(axes, _margin(metrics), _recall(metrics), _MARGIN, _RECALL)
    axes.set_ylim(-6, 106)


def _over(axes: Axes, x: FloatArray, y: FloatArray, x_label: str, y_label: str) -> None:
    """Dots of all runs that have both figures, and how far their orders agree."""
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    axes.axvline(0, color=style.HAIRLINE, linewidth=0.9, zorder=0)
    draw_runs(axes, x, y)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    if len(x) > 2:
        axes.set_title(_rank_correlation(x, y))


def _rank_correlation(x: FloatArray, y: FloatArray) -> str:
    """Spearman's coefficient in words; values that rounding alone parts are ties."""
    first, second = _levels(x), _levels(y)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return "All equal: no rank correlation"
    found = style.signed(float(spearmanr(first, second)[0]))
    return f"Rank correlation {found} of {counted(len(x), 'run')}"


def _differ(values: FloatArray) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and bool(np.ptp(_levels(known)) > 0)


def _levels(values: FloatArray) -> IntArray:
    """A number for each value that rises with it, the same for values that are ties."""
    order = np.argsort(values)
    steps = np.diff(values[order]) > _ROUNDING * np.abs(values).max()
    levels = np.empty(len(values), dtype=np.int64)
    levels[order] = np.concatenate(([0], np.cumsum(steps)))
    return levels
