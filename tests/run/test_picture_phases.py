"""Names of phases across the top of curves: for any number of them, none touches another."""

from itertools import pairwise

from mpi4py import MPI

import pytest
from matplotlib.figure import Figure

from hebbfilm.run.analysis.run_text import _WHEN
from hebbfilm.run.folder.conductance_table import PHASES, UNDER_VOLTAGE
from hebbfilm.run.pictures.phases import _NAMES, Phase, joined, write_names

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone draws")

TRAINING, REST = ("training",), ("rest, no voltage", "rest")


def phases(*lengths):
    """Training and rest in turn, of these lengths in ns."""
    found, start = [], 0.0
    for number, length in enumerate(lengths):
        names = REST if number % 2 else TRAINING
        found.append(Phase(names, start, start + length, trained=number % 2 == 0))
        start += length
    return found


@pytest.mark.parametrize(
    ("lengths", "names"),
    [
        ((6, 5), ["training", "rest, no voltage"]),
        ((6, 1), ["training", "rest"]),
        ((8, 0.1), ["training"]),
        ((2, 2, 2, 2), ["training", "rest", "training", "rest"]),
        ((2, 4, 2, 4), ["training", "rest, no voltage", "training", "rest, no voltage"]),
        ((1, 0.5) * 8, ["training with pauses"]),
        ((1, 0.5) * 3 + (1, 4), ["training with pauses", "rest, no voltage"]),
        ((0.2, 0.1, 0.2, 20), ["rest, no voltage"]),
        ((1,) * 199, ["training with pauses"]),
        ((8,), ["training"]),
    ],
)
def test_names_stand_in_their_phases_and_touch_nothing(lengths, names):
    figure = Figure((4.0, 2.0), layout="constrained")
    axes = figure.subplots()
    found = phases(*lengths)
    axes.set_xlim(0, found[-1].end)
    figure.draw_without_rendering()
    write_names(axes, found)
    assert [text.get_text() for text in axes.texts] == names
    boxes = [text.get_window_extent() for text in axes.texts]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    assert axes.bbox.x0 <= boxes[0].x0
    assert boxes[-1].x1 <= axes.bbox.x1


def test_forming_keeps_its_name_beside_trainings_that_have_one_together():
    formed = [Phase(("forming",), 0.0, 4.0, trained=True), Phase(REST, 4.0, 4.1, trained=False)]
    later = [
        Phase(phase.names, phase.start + 4.1, phase.end + 4.1, phase.trained)
        for phase in phases(1, 0.1, 1, 0.1, 1, 0.1)
    ]
    figure = Figure((4.0, 2.0), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(0, later[-1].end)
    figure.draw_without_rendering()
    write_names(axes, formed + later)
    assert [text.get_text() for text in axes.texts] == ["forming", "training with pauses"]


def test_each_phase_has_its_words_and_recall_is_no_training():
    """What is new in a table is told of in texts and pictures, too."""
    assert set(_NAMES) == set(PHASES) - {"relax"}
    assert set(_WHEN) == set(PHASES) - {"drive", "field"}
    assert set(UNDER_VOLTAGE) < set(PHASES)
    found = [*phases(1, 1, 1), Phase(_NAMES["recall"], 3.0, 4.0, trained=True)]
    assert [phase.names[0] for phase in joined(found)] == ["training with pauses", "recall on chip"]
