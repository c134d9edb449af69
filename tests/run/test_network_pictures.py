"""Numbers and axes of the pictures of networks stand where nothing runs through them."""

from mpi4py import MPI

import numpy as np
import pytest
from matplotlib.figure import Figure

from hebbfilm.hopfield.landscape import energy_landscape
from hebbfilm.run.pictures.landscapes import _draw_graph
from hebbfilm.run.pictures.network import _capacity, _doses

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


def test_numbers_of_runs_stand_above_the_frame():
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
    assert all(text.get_window_extent().y0 > axes.bbox.y1 for text in texts)


def test_numbers_of_pairs_stand_beneath_the_axis():
    doses = [{"driven_by": k, "pairs": 24 * (k + 1), "mean": 0.0, "deviation": 0.1} for k in (0, 1)]
    (axes,) = _doses(doses).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0\n24", "1\n48"]
    assert not axes.texts
