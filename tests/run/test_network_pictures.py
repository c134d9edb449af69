"""Numbers and axes of the pictures of networks stand where nothing runs through them."""

from types import SimpleNamespace

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib.figure import Figure

from hebbfilm.hopfield import format_pattern, random_patterns
from hebbfilm.hopfield.landscape import energy_landscape
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures.landscapes import _draw_graph, _side_by_side
from hebbfilm.run.pictures.network import _capacity, _doses
from hebbfilm.run.pictures.network_curves import Curve, draw_curves
from hebbfilm.run.pictures.pages import heading, with_pattern_named
from hebbfilm.run.pictures.sheet import sheet

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone draws")


def test_axis_of_energies_ends_at_the_lowest_state():
    """Hebb's network of one pattern of four: energies from -1 to 1/3 of the lowest."""
    pattern = np.array([1, 1, -1, -1], dtype=np.int8)
    weights = np.outer(pattern, pattern) - np.eye(4)
    axes = Figure().subplots()
    _draw_graph(axes, energy_landscape(weights), pattern[np.newaxis])
    assert axes.spines["left"].get_bounds() == pytest.approx((-1, 1 / 3))
    assert min(axes.get_yticks()) == pytest.approx(-1)
    assert max(axes.get_yticks()) <= 1 / 3


def test_numbers_of_runs_stand_beside_their_dots():
    capacity = [
        {
            "rule": rule,
            "patterns": count,
            "sets": 1,
            "exact": 1,
            "exact_and_firm": 1,
            "exact_and_firm_interval": None,
        }
        for rule in ("hebb", "oja", "pseudo_inverse", "storkey")
        for count in (1, 2)
    ]
    own = {
        1: {"count": 5, "runs": 12, "interval": (0.2, 0.7)},
        2: {"count": 1, "runs": 1, "interval": None},
    }
    figure = _capacity(capacity, own)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    texts = [text for text in axes.texts if " of " in text.get_text()]
    assert [text.get_text() for text in texts] == ["5 of 12", "1 of 1"]
    for text, (patterns, share) in zip(texts, own.items(), strict=True):
        box = text.get_window_extent()
        x, y = axes.transData.transform((patterns, share["count"] / share["runs"]))
        assert box.y0 < y < box.y1
        assert 0 < box.x0 - x < 20


def test_numbers_of_pairs_stand_beneath_the_axis():
    doses = [{"driven_by": k, "pairs": 24 * (k + 1), "mean": 0.0, "deviation": 0.1} for k in (0, 1)]
    (axes,) = _doses(doses).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0\n24", "1\n48"]
    assert not axes.texts


@pytest.mark.analytic
def test_states_of_like_energy_stand_side_by_side():
    """About the middle, in even steps; others, and those at another distance, stay there."""
    distance = np.array([1.0, 1.0, 1.0, 1.0, 2.0])
    energy = np.array([0.52, 0.521, 0.519, 0.9, 0.52])
    shift = _side_by_side(distance, energy)
    assert sorted(shift[:3]) == pytest.approx([-0.09, 0.0, 0.09], abs=1e-12)
    assert list(shift[3:]) == [0.0, 0.0]
    many = _side_by_side(np.zeros(101), np.zeros(101))
    assert (many.min(), many.max()) == pytest.approx((-0.36, 0.36))


def test_curves_that_are_one_share_a_line_and_its_label():
    x = np.array([1.0, 2.0])
    one, other = Curve(x, np.array([1.0, 0.5]), [None, (0.4, 0.6)]), Curve(x, x, [None, None])
    axes = Figure().subplots()
    draw_curves(axes, {"hebb": one, "oja": other, "storkey": one})
    labels = [line.get_label() for line in axes.lines if not line.get_label().startswith("_")]
    assert labels == ["Hebb,\nStorkey", "Oja"]
    assert axes.lines[0].get_linewidth() > axes.lines[-1].get_linewidth()


def test_many_films_stand_in_rows_of_three():
    """Five films one beside another were a picture of 4600 pixels."""
    surface = SimpleNamespace(aspect=1.0)
    figure, panels = sheet(surface, 5, (4.7, 4.9), 0.6)
    assert len(panels) == len(figure.axes) == 5
    assert figure.get_size_inches() == pytest.approx((3 * 4.7 + 0.6, 2 * 4.9))
    assert sheet(surface, 3, (4.7, 4.9))[0].get_size_inches() == pytest.approx((3 * 4.7, 4.9))


def test_patterns_of_many_signs_are_named_by_their_number():
    patterns = np.array(random_patterns(3, 35, seed=1))
    shown = [
        Snapshot(
            file="fields/0001.vtu",
            t=1e-9,
            label=f"presented {format_pattern(pattern)}",
            voltages=None,
            presents=tuple(pattern.tolist()),
        )
        for pattern in (patterns[1], -patterns[2])
    ]
    told = [heading(with_pattern_named(each, list(patterns))) for each in shown]
    assert told == [
        "Presented pattern 2 of 3, t = 1 ns",
        "Presented the negative of pattern 3 of 3, t = 1 ns",
    ]
