"""The benchmark on films so small that only its figures' presence and meaning can be looked at."""

import json

import pytest

from run.bench.timing import alternate
from run.cli import main

TINY = ["--mesh-size", "15e-9", "--side", "90e-9", "--duration", "2e-12", "--repetitions", "1"]


def test_every_figure_is_there(comm, shared_tmp_path, capsys):
    file = shared_tmp_path / "bench.json"
    assert main(["bench", *TINY, "--json", str(file)]) == 0
    comm.barrier()
    found = json.loads(file.read_text())
    assert found["ranks"] == comm.size
    coupled = found["coupled"]
    assert coupled["steps"] >= 2
    assert coupled["evaluations"] == 4 * coupled["steps"] + coupled["potential_solves"]
    # Both runs start from one maze; for 2 ps their tolerances hardly matter.
    assert coupled["error_of_mean_m"] < 1e-3
    for part in found["parts"].values():
        assert all(isinstance(value, int | float) for value in part.values())
    assert found["parts"]["field_and_torque"]["bytes_per_vertex"] > 200
    printed = capsys.readouterr().out
    assert ("times faster" in printed) == (comm.rank == 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--duration", "0"], "--duration 0.0: must be positive"),
        (["--mesh-size", "4"], "did you mean 4e-9?"),
    ],
)
def test_bad_input(comm, capsys, options, message):
    assert main(["bench", *options]) == 2
    assert (message in capsys.readouterr().err) == (comm.rank == 0)


def test_works_are_done_in_turn(comm):
    done = []
    found = alternate(comm, {"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 2)
    assert done == ["a", "b"] * 3
    assert set(found) == {"a", "b"}
