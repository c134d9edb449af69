"""The notes of a run, which a state file holds beside its film."""

import json
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.displacements import Presentation
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.training.run_notes import RunNotes

PATH = Path("state.npz")
MATRIX = np.array([[0.1 + 0.2, -1e-3 / 3], [-1e-3 / 3, 1e300]])
PRESENTATION = {
    "segment": 3, "pattern": "+,-", "sign": -1, "displacement": -1e-9 / 3, "lowest": -2e-9,
    "highest": 0.0, "turned": 0.1, "explained": 0.05, "largest_turn": 0.3,
}  # fmt: skip
EARLIER = {
    "phase": "read trained", "rows": 7,
    "fields": [{"file": "fields/0000.vtu", "t": 1e-9, "label": "untrained", "voltages": None},
               {"file": "fields/0001.vtu", "t": 2e-9, "label": "train", "voltages": [0.1, -0.1]}],
    "next_field": 3e-9, "before": MATRIX.tolist(), "presented": MATRIX.tolist(), "after": None,
    "samples": {"before": [MATRIX.tolist()], "after": []}, "presentations": [PRESENTATION],
    "max_current_density": 1e12, "mean_current_density": 1e11, "power_concentration": 3.2,
}  # fmt: skip


@pytest.mark.analytic
def test_notes_are_read_as_they_were_written_to_the_last_bit():
    notes = RunNotes(phase="train", rows=4, table=123456, largest_angle={"relax": 1 / 3})
    notes.before, notes.samples = MATRIX, {"before": [MATRIX, 2 * MATRIX]}
    notes.presentations.append(Presentation(0, "+,-", 1, displacement=np.float64(1 / 3)))
    notes.fields.append(
        Snapshot(file="fields/0000.vtu", t=1e-9, label="train", voltages=(0.1,), presents=(1, -1))
    )
    written = json.dumps(notes.as_json())
    read = RunNotes.from_json(PATH, json.loads(written))
    assert json.dumps(read.as_json()) == written
    assert read.before.tobytes() == MATRIX.tobytes()
    assert read.samples["before"][1].tobytes() == (2 * MATRIX).tobytes()
    assert read.presentations == notes.presentations
    assert read.fields == notes.fields


def test_notes_of_earlier_versions_are_read():
    """They had neither checksum nor angles at first, and snapshots did not say the pattern."""
    notes = RunNotes.from_json(PATH, EARLIER)
    assert (notes.phase, notes.rows, notes.table, notes.largest_angle) == (
        "read trained", 7, None, {})  # fmt: skip
    assert notes.before.tobytes() == MATRIX.tobytes()
    assert notes.after is None
    assert notes.presentations == [Presentation(**PRESENTATION)]
    assert [snapshot.pattern for snapshot in notes.fields] == [None, (1, -1)]


@pytest.mark.parametrize(
    ("change", "message"),
    [({"rows": -1}, "rows = -1: must be"), ({"before": [[1.0], [1.0, 2.0]]}, "rows of one length"),
     ({"fields": [{**EARLIER["fields"][1], "presents": [2, 1]}]}, "must be signs, 1 or -1")],
)  # fmt: skip
def test_notes_of_no_run_are_named(change, message):
    with pytest.raises(InputError, match=message) as told:
        RunNotes.from_json(PATH, EARLIER | change)
    assert "\n" not in str(told.value)
