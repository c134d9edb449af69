"""Patterns of many signs are called by their numbers in texts, others by their signs."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.hopfield import format_pattern, random_patterns
from hebbfilm.run.analysis.chip_text import _table
from hebbfilm.run.analysis.displacement_text import presentations_text
from hebbfilm.run.folder.chip_table import ChipRecalls
from hebbfilm.run.folder.summary import PresentationEntry
from hebbfilm.run.report.words import state

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone reports")

LETTERS = list(random_patterns(3, 35, seed=1))
FEW = [np.array([1, 1, -1, -1])]


@pytest.mark.parametrize(
    ("patterns", "shown", "name"),
    [(LETTERS, 1, "pattern 2 of 3"), (FEW, 0, "(+,+,-,-)")],
)
def test_presentations_are_told_by_name(patterns, shown, name):
    entry = PresentationEntry(
        pattern=format_pattern(patterns[shown]),
        sign=1,
        displacement=2e-9,
        peak_to_peak=3e-9,
        explained=0.5,
        largest_turn_between_samples=0.1,
    )
    told = presentations_text([entry], patterns)
    assert told.startswith(f"Texture along the current of {name}: +2.0 nm under +, net")


def test_ends_of_recall_on_chip_are_told_by_name():
    start = np.array([LETTERS[0], LETTERS[0]])
    start[:, 0] *= -1
    ends, right = np.array([LETTERS[0], -LETTERS[2]]), np.array([True, False])
    found = ChipRecalls(
        starts=start,
        ends=ends,
        matrix_ends=ends,
        agree=right,
        begin=np.zeros(2),
        time=np.ones(2),
        periods=np.ones(2, dtype=int),
        energy=np.ones(2),
        switches=np.ones(2, dtype=int),
        settled=right,
        recalled=right,
    )
    lines = _table(found, right, LETTERS)
    assert "  pattern 1 of 3 " in lines[1]
    assert "  the negative of pattern 3 of 3  " in lines[2]
    assert format_pattern(start[0]).replace(",", "") in lines[1]


def test_a_page_tells_states_by_name():
    assert state(LETTERS[2], LETTERS) == "pattern 3 of 3"
    assert state(FEW[0], FEW) == "(+,+,−,−)"
    assert state(LETTERS[2], LETTERS[:2]).startswith("(")
