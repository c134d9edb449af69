"""The page of `hebbfilm validate` and its plots, from a report made by hand."""

from mpi4py import MPI

import pytest
from matplotlib.image import imread

from hebbfilm.run.validate import write_page

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one process alone writes the page")

ROW = {
    "test": "test_speed",
    "subject": "Walls",
    "kind": "analytic",
    "quantity": "|v|, m/s",
    "reference": -1.25e-21,
    "found": 119.5,
    "tolerance": 0.5,
    "because": "-u |β|/α, head-to-head",
    "derived": None,
    "passed": True,
}
PLOT = {
    "test": "test_speed[0.5]",
    "subject": "Walls",
    "title": "A wall",
    "x_label": "t, ns",
    "y_label": "x, nm",
    "curves": {"run": [[0.0, 1.0], [0.0, 2.0]]},
    "points": {"theory": [[0.5], [1.0]]},
}


def test_page_shows_every_row_and_plot(tmp_path):
    other = ROW | {"subject": "Contacts", "kind": "peer", "passed": False, "derived": 0.25}
    second = PLOT | {"title": "The same wall, from above"}
    report = {"rows": [ROW, other], "plots": [PLOT, second], "failed": ["test_speed"]}
    write_page(report, tmp_path)
    page = (tmp_path / "validation.md").read_text(encoding="utf-8")
    assert "1 of 2 figures lie within" in page
    assert "**Failed: `test_speed`.**" in page
    walls, contacts = page.split("## Contacts")
    # What is a bar of a formula must not be one of the table.
    row = r"| \|v\|, m/s | 119.5 | −1.25·10⁻²¹ | {} | {} | −u \|β\|/α, head-to-head | {} |"
    assert row.format("0.5", "analytic", "pass") in walls
    assert row.format("0.5 asked for, 0.25 derived", "peer", "**FAIL**") in contacts
    pictures = sorted((tmp_path / "validation").iterdir())
    assert [path.name for path in pictures] == [
        "speed_1.png",
        "speed_2.png",
    ]
    for path in pictures:
        assert f"(validation/{path.name})" in walls
        assert imread(path).std() > 0.01


def test_nothing_failed_is_not_mentioned(tmp_path):
    write_page({"rows": [ROW], "plots": [], "failed": []}, tmp_path)
    page = (tmp_path / "validation.md").read_text(encoding="utf-8")
    assert "Failed" not in page
    assert not (tmp_path / "validation").exists()
