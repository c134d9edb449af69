"""The picture of the device: what is on it, where it stands, and films that it is not drawn of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield import Neuron, Neurons
from hebbfilm.run.folder.reader import Run, read_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.pictures import couplings, style
from hebbfilm.run.pictures.arranged import arranged, best_turn
from hebbfilm.run.pictures.beside import place_labels
from hebbfilm.run.pictures.device import device_picture
from hebbfilm.run.pictures.pads import Pad, pads_of
from hebbfilm.run.pictures.pages import textures_picture
from hebbfilm.run.pictures.slant import View
from hebbfilm.run.pictures.surface import Surface, film_surface

pytestmark = pytest.mark.skipif(
    MPI.COMM_WORLD.size > 1, reason="one process alone reads run folders and draws"
)

NAMES = ("rim_1", "rim_2", "rim_3", "centre")


@pytest.fixture(scope="module")
def run(run_folder_maker: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(run_folder_maker(tmp_path_factory.mktemp("runs") / "wheel"))


@pytest.fixture(scope="module")
def surface(run: Run) -> Surface:
    return film_surface(read_fields(run.manifest.folder, run.manifest.snapshots[-1]))


def copies(surface: Surface, count: int) -> Surface:
    """So many like films side by side, contacts numbered on."""
    step = np.array([1.3 * surface.span, 0.0])
    number = np.arange(count)
    contact = [np.where(surface.contact > 0, surface.contact + 4 * k, 0) for k in number]
    return replace(
        surface,
        points=np.concatenate([surface.points + k * step for k in number]),
        cells=np.concatenate([surface.cells + k * len(surface.points) for k in number]),
        contact=np.concatenate(contact),
        **{
            name: np.concatenate(count * [getattr(surface, name)])
            for name in ("magnetisation", "potential", "current_density")
        },
    )


def twins(reference: bool = False) -> Neurons:
    contacts = [*NAMES, *(f"copy_2_{name}" for name in NAMES)]
    contacts += [f"copy_3_{name}" for name in NAMES] if reference else []
    given = {
        name: Neuron((name, f"-copy_2_{name}"), (f"copy_3_{name}",) if reference else ())
        for name in NAMES
    }
    return Neurons(contacts, given)


def drawn(run: Run, surface: Surface, pads: list[list[Pad]]) -> Figure:
    ends = run.manifest.snapshots[0], run.manifest.snapshots[-1]
    return device_picture(run, pads, ends, [surface, surface])


def texts(figure: Figure, beginning: str) -> list[str]:
    found = [text.get_text() for text in figure.axes[0].texts]
    return [text for text in found if text.startswith(beginning)]


def bows(run: Run, figure: Figure) -> list[str]:
    """The colours of the lines that are couplings: those that no wire has."""
    colours = [to_hex(line.get_color()) for line in figure.axes[0].lines]
    wires = {to_hex(c) for c in ("white", "black", style.INK, "#c9cdd4")}
    return [colour for colour in colours if colour not in wires]


def test_each_coupling_and_each_neuron_has_its_label(run: Run, surface: Surface) -> None:
    figure = drawn(run, surface, pads_of(surface, Neurons(NAMES)))
    labels = texts(figure, r"$\mathbf{\Delta G")
    assert len(labels) == len(bows(run, figure)) == 6
    for (i, j), label in zip(combinations(range(4), 2), labels, strict=True):
        change = run.summary.relative_change[f"{NAMES[i]}-{NAMES[j]}"]
        assert f"{i + 1}{j + 1}" in label
        assert f"  {style.signed(100 * change, 1)} %" in label
    assert sorted(texts(figure, "V$")) == [f"V$_{k}$" for k in range(1, 5)]
    assert sorted(texts(figure, "rim")) == list(NAMES[:3])


def test_colour_and_width_of_a_coupling_are_those_of_its_weight(run: Run, surface: Surface) -> None:
    figure = drawn(run, surface, pads_of(surface, Neurons(NAMES)))
    weights = run.summary.weights[np.triu_indices(4, k=1)]
    found = np.array([[int(c[k : k + 2], 16) for k in (1, 3, 5)] for c in bows(run, figure)])
    assert np.array_equal(found[:, 0] > found[:, 2], weights < 0)
    chosen = set(bows(run, figure))
    lines = [line for line in figure.axes[0].lines if to_hex(line.get_color()) in chosen]
    order = np.argsort([line.get_linewidth() for line in lines])
    assert np.array_equal(order, np.argsort(np.abs(weights)))


def test_couplings_without_a_conductance_are_left_out(run: Run, surface: Surface) -> None:
    before = run.summary.conductance_before.copy()
    before[0, 1] = before[1, 0] = 0.0
    fewer = replace(run, summary=replace(run.summary, conductance_before=before))
    figure = drawn(fewer, surface, pads_of(surface, Neurons(NAMES)))
    assert len(texts(figure, r"$\mathbf{\Delta G")) == len(bows(run, figure)) == 5


def test_twins_are_joined_and_have_opposite_signs(run: Run, surface: Surface) -> None:
    films = copies(surface, 2)
    pads = pads_of(films, twins())
    assert [[pad.film for pad in each] for each in pads] == 4 * [[0, 1]]
    assert [[pad.sign for pad in each] for each in pads] == 4 * [[1, -1]]
    figure = drawn(run, films, pads)
    # A bow on each film, a label on the first.
    assert len(bows(run, figure)) == 12
    assert len(texts(figure, r"$\mathbf{\Delta G")) == 6
    assert texts(figure, "+") == 4 * ["+"]
    assert texts(figure, "−") == 4 * ["−"]
    assert len(texts(figure, "V$")) == 4


def test_film_to_compare_with_is_not_presented_with_anything(run: Run, surface: Surface) -> None:
    films = copies(surface, 3)
    pads = pads_of(films, twins(reference=True))
    assert [[pad.sign for pad in each] for each in pads] == 4 * [[1, -1, 0]]
    figure = drawn(run, films, pads)
    assert len(bows(run, figure)) == 12
    assert len(texts(figure, "+")) == len(texts(figure, "−")) == len(texts(figure, "0")) == 4


def test_labels_of_couplings_are_left_out_where_they_would_hide_them(
    run: Run, surface: Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couplings, "_MOST_SMALL", 5)
    films = copies(surface, 2)
    figure = drawn(run, films, pads_of(films, twins()))
    assert len(bows(run, figure)) == 12
    assert texts(figure, r"$\mathbf{\Delta G") == []
    assert not any("G$_{ij}$: change" in text.get_text() for text in figure.texts)


def test_films_side_by_side_stand_above_one_another(run: Run, surface: Surface) -> None:
    """Panels of one film are in a row, those of two in a column with the bar at the middle one."""
    ends = run.manifest.snapshots[0], *run.manifest.snapshots[:2]
    for films, kept in ((surface, 1), (copies(surface, 2), 0)):
        *panels, bar = textures_picture(run.manifest, ends, 3 * [films]).axes
        places = np.array([[panel.get_position().x0, panel.get_position().y0] for panel in panels])
        assert np.ptp(places[:, kept]) == pytest.approx(0)
        assert np.ptp(places[:, 1 - kept]) > 0.3
        assert bar.get_window_extent().height < panels[1].get_window_extent().height


def test_no_device_of_contacts_on_edges_or_of_many(
    surface: Surface, run_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    arcs = read_run(run_folder_maker(tmp_path / "run", contacts=3, size=40.0))
    edges = film_surface(read_fields(arcs.manifest.folder, arcs.manifest.snapshots[0]))
    assert pads_of(edges, Neurons(arcs.manifest.contacts)) == []
    many = copies(surface, 3)
    assert pads_of(many, Neurons([f"pad_{k}" for k in range(12)])) == []


@pytest.mark.analytic
def test_a_camera_sees_what_is_near_larger() -> None:
    """By similar triangles, with the line of sight at 30° to the film."""
    view = View(1000.0, np.radians(30))
    np.testing.assert_allclose(view.on_page(np.zeros(2)), [0, 0])
    far, near = view.on_page(np.array([[100.0, 400.0], [100.0, -400.0]]))
    depth = 400 * np.cos(np.radians(30))
    np.testing.assert_allclose(far, np.array([100, 200]) * 1000 / (1000 + depth))
    np.testing.assert_allclose(near, np.array([100, -200]) * 1000 / (1000 - depth))
    up = view.on_page(np.zeros(2), 200.0)
    np.testing.assert_allclose(up, [0, 200 * np.cos(np.radians(30)) / 0.9])


@pytest.mark.analytic
def test_films_are_turned_about_their_middles_and_stand_apart(surface: Surface) -> None:
    films = copies(surface, 2)
    turned = arranged(films, np.radians(20))
    size = len(surface.points)
    first, second = turned.points[:size], turned.points[size:]
    spin = np.exp(1j * np.radians(20))
    # Neither is bent, nor mirrored.
    flat, was = (points @ [1, 1j] for points in (first, surface.points))
    np.testing.assert_allclose(flat - flat[0], (was - was[0]) * spin, atol=1e-9 * surface.span)
    np.testing.assert_allclose(np.ptp(second - first, axis=0), 0, atol=1e-9 * surface.span)
    gap = second[:, 0].min() - first[:, 0].max()
    assert 0 < gap < 0.2 * surface.span
    np.testing.assert_allclose(turned.points.min(axis=0), -turned.points.max(axis=0))


def test_wires_are_set_apart(surface: Surface) -> None:
    """Of the wheel one pad stands right behind another, until it is turned."""
    pads = [pad for each in pads_of(surface, Neurons(NAMES)) for pad in each]

    def gap(turn: float) -> float:
        feet = arranged(surface, turn).points[[pad.foot for pad in pads], 0]
        return float(np.diff(np.sort(feet)).min())

    assert gap(0.0) < 0.05 * surface.span
    assert gap(best_turn(surface, pads)) > 0.1 * surface.span


def test_labels_do_not_lie_on_one_another() -> None:
    """Along one line, whose middle all three would take, had it not to be left free."""
    figure = Figure((4, 4))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-1, 1)
    axes.set_ylim(-1, 1)
    way = np.linspace(-0.9, 0.9, 61)
    lines: list[FloatArray] = 3 * [np.column_stack((way, 0.5 * way))]
    labels = [axes.text(0, 0, "G  +1.0 %", ha="center", va="center") for _ in lines]
    place_labels(axes, labels, lines, np.zeros((100, 2)))
    boxes = [label.get_window_extent() for label in labels]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    middle = axes.transData.transform((0.0, 0.0))
    assert not any(box.contains(*middle) for box in boxes)
