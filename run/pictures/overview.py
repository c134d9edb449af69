"""The whole run in one picture."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import Locator, MaxNLocator

from hebbfilm.run.folder.reader import Run
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import curves, film, matrices, pages
from hebbfilm.run.pictures.chip import draw_ends
from hebbfilm.run.pictures.contacts import draw_contacts
from hebbfilm.run.pictures.current import draw_current
from hebbfilm.run.pictures.recall import MOST_ROWS, draw_recall
from hebbfilm.run.pictures.surface import Surface

TITLE_SIZE = 11.5
REMARK_SIZE = 8.5
_FILMS, _CURVES = 5.87, 4.73
"""Inches, heights of the films and of what stands beneath."""
_FILM_WIDTH, _FILM_TITLES = 4.9, 1.2
"""Inches, of one film, and above and below it."""
_ROOMY = 1.6
"""Width by height of films; names on those that are wider are written smaller."""
BEFORE = "the texture as it relaxed: m$_z$ as colour, arrows in the plane"
SHOWN = "the pattern as voltages: current flows where signs differ"
AFTER = "the voltage is off: what the texture has kept of it"


def overview_picture(run: Run, surfaces: dict[Snapshot, Surface]) -> Figure:
    """Texture before, current, texture after; conductances, weights and recall beneath.

    Args:
        run: the run.
        surfaces: the film at each snapshot that `pages.story` names.
    """
    snapshots = pages.story(run.manifest)
    # A film of several side by side is wide and needs less height.
    high = min(_FILMS, _FILM_WIDTH / surfaces[snapshots[0]].aspect + _FILM_TITLES)
    figure = Figure((15.0, high + _CURVES), layout=ConstrainedLayoutEngine(h_pad=0.02, hspace=0.01))
    upper, lower = figure.subfigures(2, 1, height_ratios=[high, _CURVES])
    films = upper.subplots(1, len(snapshots), squeeze=False, gridspec_kw={"wspace": 0.06})[0]
    _draw_films(films, run, snapshots, surfaces)
    count = len(run.manifest.contacts)
    grid = lower.add_gridspec(
        2,
        3,
        width_ratios=[1.25, 1.0, 1.12],
        height_ratios=[3.6, 0.2 * count],
        wspace=0.07,
        hspace=0.0,
    )
    first = len(snapshots) + 1
    weights, recall = lower.add_subplot(grid[:, 1]), lower.add_subplot(grid[:, 2])
    _draw_weights(weights, run, first + 1)
    _draw_recall(recall, run, first + 2)
    course = lower.add_subplot(grid[0, 0])
    voltages = lower.add_subplot(grid[1, 0], sharex=course)
    _draw_course(course, voltages, run, first)
    return figure


def _draw_films(
    row: Sequence[Axes], run: Run, snapshots: Sequence[Snapshot], surfaces: dict[Snapshot, Surface]
) -> None:
    names = run.manifest.names_on_film()
    for number, (axes, snapshot) in enumerate(zip(row, snapshots, strict=True), start=1):
        surface = surfaces[snapshot]
        size = 8 * min(1.0, _ROOMY / surface.aspect)
        if snapshot.voltages is None:
            image = film.draw_texture(axes, surface)
            draw_contacts(axes, surface, names, size=size)
            _bar_below(axes, image, "m$_z$", [-1, 0, 1])
            remark = BEFORE if number == 1 else AFTER
        else:
            image = draw_current(axes, surface)
            draw_contacts(axes, surface, names, snapshot.voltages, filled=True, size=size)
            power = pages.power_of_thousand(image)
            _bar_below(
                axes,
                image,
                f"|j| / 10$^{{{power}}}$ A/m²",
                MaxNLocator(4, steps=[1, 2, 5, 10]),
                power,
            )
            remark = SHOWN
        film.draw_scale_bar(axes, surface)
        _title(axes, number, pages.heading(snapshot), remark, pad=10)


def _bar_below(
    axes: Axes, image: ScalarMappable, label: str, ticks: Sequence[float] | Locator, power: int = 0
) -> None:
    figure = axes.get_figure(root=True)
    assert figure is not None
    inset = axes.inset_axes((0.6, -0.035, 0.38, 0.018))
    bar = figure.colorbar(image, cax=inset, orientation="horizontal", ticks=ticks)
    bar.ax.xaxis.set_major_formatter(lambda value, _: f"{value / 10.0**power:g}".replace("-", "−"))
    bar.ax.spines["outline"].set_visible(False)
    bar.ax.tick_params(labelsize=7.5, length=2, pad=1.5)
    inset.text(-0.05, 0.5, label, transform=inset.transAxes, ha="right", va="center", fontsize=8)


def _draw_course(top: Axes, bottom: Axes, run: Run, number: int) -> None:
    curves.draw_voltages(bottom, run)
    bottom.set_xlabel("time / ns")
    top.tick_params(labelbottom=False)
    _title(top, number, "The current changes the conductances", None)
    curves.draw_changes(top, run, label_size=7.5)


def _draw_weights(axes: Axes, run: Run, number: int) -> None:
    matrices.draw_weights(axes, run, run.summary.weights, matrices.unit_of_weights(run))
    axes.set_anchor("N")
    _title(axes, number, "The weights that this makes", matrices.correlation_text(run))


def _draw_recall(axes: Axes, run: Run, number: int) -> None:
    right = run.recall.rightly_recalled(run.patterns)
    if not run.summary.has_weights:
        axes.set_axis_off()
        _title(axes, number, "No recall: all weights are 0", None)
        return
    chip = run.recall_on_chip
    if chip is not None and len(chip.starts) <= MOST_ROWS:
        draw_ends(axes, run, chip, size=7.5)
        axes.set_anchor("N")
        right = chip.rightly_recalled(run.patterns)
        _title(axes, number, f"Recalled on chip from {right.sum()} of {len(right)} starts", None)
        return
    draw_recall(axes, run, size=7.5)
    axes.set_anchor("N")
    _title(
        axes,
        number,
        f"Recalled from {right.sum()} of {len(right)} starts",
        None,
    )


def _title(axes: Axes, number: int, text: str, remark: str | None, pad: float = 26) -> None:
    axes.set_title(
        f"{number}   {text}", fontsize=TITLE_SIZE, pad=pad + (13 if remark and pad < 20 else 0)
    )
    if remark:
        axes.annotate(
            remark,
            (0, 1),
            (0, pad - 3 if pad < 20 else 9),
            "axes fraction",
            "offset points",
            fontsize=REMARK_SIZE,
            color="#5d6673",
            annotation_clip=False,
        )
