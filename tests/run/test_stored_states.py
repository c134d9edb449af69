"""A stored state that recall leaves for another counts as lost, in table, report and picture."""

import json

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.hopfield import hebb_correlation
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.folder.chip_table import ChipRecalls
from hebbfilm.run.folder.reader import read_run
from hebbfilm.run.folder.recall_table import RecallEnds, left
from hebbfilm.run.pictures.recall import recall_picture

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone reports")

A, B = [1, 1, -1, -1], [1, -1, 1, -1]
STARTS = np.array([A, B, [1, 1, 1, -1], [-1, 1, -1, 1]])


def ends(**changes):
    every = np.ones(4, dtype=bool)
    whole = {
        "starts": STARTS,
        "ends": np.array([A, A, A, A]),
        "always_recalled": every,
        "ideal_ends": STARTS,
        "ideal_always_recalled": every,
        "oscillates": ~every,
    }
    return RecallEnds(**whole | changes)


def test_stored_state_that_ends_at_another_is_left():
    both, alone = np.array([A, B]), np.array([A])
    assert left(STARTS, ends().ends, both).tolist() == [False, True, False, True]
    assert left(STARTS, ends().ends, alone).tolist() == 4 * [False]
    assert ends().rightly_recalled(both).tolist() == [True, False, True, False]
    assert ends().ideal_rightly_recalled(both).all()


def test_so_it_is_on_chip():
    numbers = {name: np.zeros(4) for name in ("begin", "time", "energy", "periods", "switches")}
    found = ChipRecalls(
        starts=STARTS,
        ends=ends().ends,
        matrix_ends=ends().ends,
        agree=np.ones(4, dtype=bool),
        recalled=np.ones(4, dtype=bool),
        settled=np.ones(4, dtype=bool),
        **numbers,
    )
    assert found.rightly_recalled(np.array([A, B])).tolist() == [True, False, True, False]


def test_report_and_picture_tell_of_it(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    summary = json.loads((folder / "summary.json").read_text())
    patterns = [np.array(pattern) for pattern in [*summary["patterns"], B]]
    summary["patterns"] = [*summary["patterns"], B]
    summary["hebb_correlation"] = hebb_correlation(np.array(summary["weights"]), patterns)
    (folder / "summary.json").write_text(json.dumps(summary))
    text = run_report(folder)
    (told,) = [line for line in text.splitlines() if line.startswith("+,-,+,-  ")]
    assert told.endswith("no, a stored state that ends at another")
    assert "Stored states that are stable, patterns and negatives: " in text
    title = recall_picture(read_run(folder)).axes[0].get_title()
    assert "left for another, which does not count" in title
