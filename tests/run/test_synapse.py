"""`hebbfilm synapse` on trajectories made by hand, and on short coarse runs."""

import csv
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.trajectories import Trajectories
from hebbfilm.run.analysis.synapse import drives_of
from hebbfilm.run.analysis.trajectories import Record
from hebbfilm.run.cli import main

CASES = Path(__file__).parents[2] / "run" / "cases"
QUICK = {
    "layout.mesh_size": 30e-9,
    "initial.relaxation": 2e-11,
    "training.duration": 2e-11,
    "training.rest": 2e-11,
    "output.sample_interval": 1e-11,
}


def record_of(drive, change, pairs=1):
    step = np.full(drive.shape, 1e-9)
    run = SimpleNamespace(
        coupled=np.full(pairs, True), manifest=SimpleNamespace(folder=Path("film"))
    )
    trajectories = Trajectories(step, drive, drive != 0, change)
    count = drive.shape[1]
    numbers = np.arange(count)
    return Record((run,) * count, trajectories, numbers, 0 * numbers, numbers, "texture", 0.05)


@pytest.mark.analytic
def test_courses_are_sorted_by_what_was_done():
    """Two textures each at a constant ±0.05 V, the same halved, reversed, pulsed; and a sweep."""
    kinds = {
        "constant": [1, 1, 1, 1, 0],
        "halved": [0.5, 0.5, 0.5, 0.5, 0],
        "reversed": [1, 1, -1, -1, 0],
        "pulses": [1, 0, 1, 0, 0],
        "sweep": [0.2, 0.6, 1.0, 0.6, 0],
    }
    drive = np.repeat(np.array(list(kinds.values()), dtype=float).T, 2, axis=1)
    change = np.tile([0.01, 0.03], 5) * np.arange(1, 6)[:, None]
    found = drives_of(record_of(drive, change))
    assert [(d.text, d.voltage) for d in found] == [
        ("constant", 0.025),
        ("constant", 0.05),
        ("pulses", 0.05),
        ("reversed every 2 ns", 0.05),
        ("sweep", 0.05),
    ]
    constant = found[1]
    assert (constant.end, constant.half) == (4, 2)
    # Changes are 1 and 3 % a row: 8 % on average at the end, and a standard error of 4 %.
    assert constant.mean(constant.end) == pytest.approx((0.08, 0.04), rel=1e-12, abs=0)


def test_film_of_several_pairs_is_named():
    drive = np.ones((2, 1))
    with pytest.raises(InputError, match="film: 6 pairs of contacts; a synapse has one"):
        drives_of(record_of(drive, drive, pairs=6))


@pytest.mark.parametrize("name", ["synapse", "synapse_sweep"])
def test_table_and_picture_of_a_case(name, comm, shared_tmp_path, capsys):
    out = shared_tmp_path / name
    given = [text for key, value in QUICK.items() for text in ("--set", f"{key}={value}")]
    case = str(CASES / f"{name}.toml")
    assert main(["train", case, *given, "--out", str(out), "--no-pictures"]) == 0
    capsys.readouterr()
    assert main(["synapse", str(out)]) == 0
    assert ("current on / %" in capsys.readouterr().out) == (comm.rank == 0)
    comm.barrier()
    with (out / "synapse.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    expected = {"synapse": "constant", "synapse_sweep": "sweep"}
    assert row["drive"] == expected[name]
    assert float(row["voltage_V"]) == pytest.approx(0.05, rel=1e-9, abs=0)
    assert (out / "pictures" / "synapse.png").is_file()
