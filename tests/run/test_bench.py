"""The benchmark on films so small that only its figures' presence and meaning can be looked at."""

import json
import re
import sys
from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.bench import against, networks, scaling, whole
from hebbfilm.run.bench.films import irregular, standard_film
from hebbfilm.run.bench.groups import on_first
from hebbfilm.run.bench.lattice import lattice_film, maze
from hebbfilm.run.bench.timing import alternate
from hebbfilm.run.cli import main
from hebbfilm.run.profile.places import STEP_PARTS

TINY = ["--mesh-size", "15e-9", "--side", "90e-9", "--duration", "2e-12", "--repetitions", "1"]


def test_every_figure_is_there(comm, shared_tmp_path, capsys):
    file = shared_tmp_path / "bench.json"
    assert main(["bench", *TINY, "--json", str(file)]) == 0
    comm.barrier()
    found = json.loads(file.read_text())
    assert found["ranks"] == comm.size
    coupled = found["coupled"]
    assert coupled["steps"] >= 2
    # Steps that are refused cost as much.
    assert coupled["evaluations"] >= 4 * coupled["steps"] + coupled["potential_solves"]
    shares = coupled["shares"]
    found_alone = {"linear algebra of steps", "noise", "demagnetisation", "Oersted field", "heat"}
    assert set(shares) == set(STEP_PARTS) - found_alone
    assert sum(shares.values()) == pytest.approx(1)
    # Both runs start from one maze; for 2 ps their tolerances hardly matter.
    assert coupled["error_of_mean_m"] < 1e-3
    for part in found["parts"].values():
        assert all(isinstance(value, int | float) for value in part.values())
    # About six neighbours of four couplings and an index, four bytes each.
    assert found["parts"]["field_and_torque"]["bytes_per_vertex"] > 6 * 20
    printed = capsys.readouterr().out
    assert ("all parameters vary" in printed) == (comm.rank == 0)
    for piece in ("spin orbit", "oersted", "heat", "warm magnet"):
        assert (f"{piece} " in printed) == (comm.rank == 0)
        assert found["parts"]["stack"][f"{piece.replace(' ', '_')}_step_us"] > 0
    assert ("times faster" in printed) == (comm.rank == 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--json", "/no/folder/bench.json"], "there is no folder /no/folder"),
        (["--against", "neuralmag", "--film", "wheel"], "--film wheel: peers run"),
        (["--duration", "0"], "--duration 0.0: must be positive"),
        (["--mesh-size", "4"], "did you mean 4e-9?"),
        (["--film", "wheel", "--mesh-size", "5"], "did you mean 5e-9?"),
        (["--memory", "10"], "--memory 10: must be from 500 to 5e+07 vertices"),
        (["--memory", "--film", "wheel"], "--memory has a film of its own: leave --film"),
        (["--scaling", "--sizes", "10"], "--sizes 10: 10 is not between 100 and 5e+07 vertices"),
        (["--scaling", "--sizes", "big"], "--sizes big: must be numbers of vertices"),
        (["--demagnetisation", "--side", "1e-7"], "--demagnetisation has films of its own"),
        (["--networks", "--film", "wheel"], "--networks has films of its own: leave --film"),
        (["--scaling", "--film", "wheel"], "--scaling has films of its own"),
        (["--whole", "four_node", "--side", "1e-7"], "--whole has a film of its own"),
        (["--set", "training.rest=0"], "--set: only for --whole"),
        (["--film", "wheel", "--side", "1e-7"], "--side 1e-07: only for --film standard"),
    ],
)
def test_bad_input(comm, capsys, options, message):
    assert main(["bench", *options]) == 2
    assert (message in capsys.readouterr().err) == (comm.rank == 0)


PEER = """
import sys
import numpy as np
m = np.load(sys.argv[1])["m"]
for line in sys.stdin:
    mean = m.reshape(-1, 3).mean(axis=0)
    print("noise\\nanswer", *([2.0] if line.startswith("run") else mean), flush=True)
"""


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one rank is compared")
def test_peer_gets_the_film_and_is_timed_in_turn(tmp_path, monkeypatch):
    """A stand-in for the package of that name, and for the script that drives it."""
    script = tmp_path / "stand_in.py"
    script.write_text(PEER)
    peer = against.PEERS["magnumnp"]._replace(script=str(script))
    monkeypatch.setitem(against.PEERS, "magnumnp", peer)
    monkeypatch.setattr(against, "_interpreter", lambda *_: sys.executable)
    file = tmp_path / "bench.json"
    assert main(["bench", *TINY, "--against", "magnumnp", "--json", str(file)]) == 0
    found = json.loads(file.read_text())
    assert found["magnumnp_s_per_ns"] == pytest.approx(2.0 * 1e-9 / 2e-12)
    assert found["magnumnp_error_of_mean_m"] == 0


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one rank is compared")
def test_peer_that_fails_says_why(tmp_path, monkeypatch, capsys):
    script = tmp_path / "stand_in.py"
    script.write_text("raise SystemExit('no such solver')")
    peer = against.PEERS["neuralmag"]._replace(script=str(script))
    monkeypatch.setitem(against.PEERS, "neuralmag", peer)
    monkeypatch.setattr(against, "_interpreter", lambda *_: sys.executable)
    assert main(["bench", *TINY, "--against", "neuralmag"]) == 2
    assert "neuralmag: it ended with status 1: no such solver" in capsys.readouterr().err


def test_grid_carries_the_same_magnetisation(comm):
    """Of a linear function the interpolation is exact, up to what its normalisation takes."""
    film = standard_film(MPI.COMM_SELF, 10e-9, 100e-9)
    film.set_magnetisation(
        lambda x: np.column_stack([x[:, 0] / 1e-6, 0 * x[:, 0], 0 * x[:, 0] + 1])
    )
    *grids, cell = against.grid_magnetisation(film)
    for m, first in zip(grids, (0.5, 0.0), strict=True):
        places = (np.arange(len(m)) + first) * cell
        assert places[-1] == pytest.approx(100e-9 - first * cell, rel=1e-9, abs=0)
        angles = np.arctan(places / 1e-6)
        np.testing.assert_allclose(m[:, 0, 0], np.sin(angles), atol=(10e-9 / 1e-6) ** 2)
        np.testing.assert_allclose(m[0, :, 1], 0, atol=1e-12)


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="one rank is compared")
def test_peer_without_an_interpreter(capsys):
    options = ["--against", "magnumnp", "--peer-python", "/no/python"]
    assert main(["bench", *TINY, *options]) == 2
    assert "--peer-python /no/python: cannot make" in capsys.readouterr().err


@pytest.mark.parametrize(("film", "mesh_size"), [("wheel", "40e-9"), ("irregular", "30e-9")])
def test_other_films(comm, shared_tmp_path, capsys, caplog, film, mesh_size):
    file = shared_tmp_path / "bench.json"
    options = ["--film", film, "--mesh-size", mesh_size, "--duration", "1e-12"]
    assert main(["bench", *options, "--repetitions", "1", "--json", str(file)]) == 0
    comm.barrier()
    found = json.loads(file.read_text())
    assert found["film"] == film
    assert found["coupled"]["potential_solves"] >= 1
    printed = capsys.readouterr()
    assert ("of that" in printed.out) == (comm.rank == 0)
    assert printed.out.count("timed with --film standard alone") == 2 * (comm.rank == 0)
    # Of a dozen films of one mesh that is too coarse.
    assert caplog.text.count("does not resolve the texture") == (comm.rank == 0)


def test_scaling(comm, shared_tmp_path, capsys):
    file = shared_tmp_path / "scaling.json"
    options = ["--scaling", "--sizes", "400,200", "--repetitions", "1", "--json", str(file)]
    assert main(["bench", *options]) == 0
    comm.barrier()
    found = json.loads(file.read_text())
    sizes = [(case["size"], case["ranks"]) for case in found["cases"]]
    ranks = scaling._ranks(comm.size)
    wanted = {(size, p) for size in (200, 400) for p in ranks} | {(200 * p, p) for p in ranks}
    assert sizes == sorted(wanted)
    for size, case in zip(sizes, found["cases"], strict=True):
        assert case["vertices"] == pytest.approx(size[0], rel=0.05)
        assert all(case[part] > 0 for part in scaling.PARTS)
    assert len(found["strong"]) == 2 * (len(ranks) - 1)
    assert len(found["weak"]) == len(ranks) - 1
    assert len(found["growth_per_decade"]) == len(ranks)
    assert ("cost of a vertex" in capsys.readouterr().out) == (comm.rank == 0)


def test_demagnetisation(comm, shared_tmp_path, capsys):
    file = shared_tmp_path / "demagnetisation.json"
    options = ["--demagnetisation", "--mesh-size", "24e-9", "--repetitions", "1"]
    assert main(["bench", *options, "--json", str(file)]) == 0
    comm.barrier()
    cases = json.loads(file.read_text())["cases"]
    ranks = sorted({1, comm.size})
    assert [(each["dimension"], each["ranks"]) for each in cases] == [
        (dimension, p) for dimension in (2, 3) for p in ranks
    ]
    for case in cases:
        for part in ("", "step_"):
            ratio = case[f"{part}field_us"] / case[f"{part}others_us"]
            assert case[f"{part}ratio"] > 0
            # Medians of several runs, and of their ratios.
            assert part or ratio == pytest.approx(case["ratio"])
    printed = capsys.readouterr().out
    assert ("of an evaluation, and of a step" in printed) == (comm.rank == 0)
    if comm.rank == 0:
        heads = re.split(r"  +", printed.splitlines()[1])
        assert [head for head in heads if head.endswith("others")] == [
            "evaluation: others",
            "step: others",
        ]
        assert heads.count("at best") == 2


def test_ratios_of_scaling():
    """Of figures that scale as they say: a part takes twice as long for twice as many vertices."""
    cases = [
        {"size": size, "vertices": size, "ranks": ranks, **dict.fromkeys(scaling.PARTS, cost)}
        for size, ranks, cost in ((100, 1, 1.0), (100, 2, 0.5), (200, 2, 2.0), (10000, 1, 400.0))
    ]
    part = next(iter(scaling.PARTS))
    assert scaling._beside_one(cases, 100, 100, 2)[part] == 2
    assert scaling._beside_one(cases, 100, 200, 2)[part] == 1
    assert scaling._growth(cases, 100, 10000, 1)[part] == pytest.approx(2)


@pytest.mark.parametrize(
    ("most", "ranks"), [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])]
)
def test_ranks_of_scaling(most, ranks):
    assert scaling._ranks(most) == ranks


def test_lattice_is_the_film_it_says(comm):
    film_mesh = lattice_film(comm, 1000, 4e-9, 4e-9)
    quality = film_mesh.quality()
    assert quality.vertices == pytest.approx(1000, rel=0.02)
    assert quality.shortest_edge == pytest.approx(4e-9, rel=1e-9, abs=0)
    assert quality.smallest_angle == pytest.approx(60)
    height = (round(1000 / 29) - 1) * 4e-9
    assert film_mesh.contact_size("left") == pytest.approx(
        height * film_mesh.thickness, rel=1e-9, abs=0
    )


def test_maze_has_unit_length(comm):
    m = maze(np.random.default_rng(0).random((100, 3)) * 1e-6)
    np.testing.assert_allclose(np.linalg.norm(m, axis=1), 1, rtol=1e-12)


def test_ranks_that_rest_get_the_result(comm):
    assert on_first(comm, 1, lambda group: (group.size, comm.rank)) == (1, 0)


def test_failure_of_some_ranks_reaches_all(comm):
    def fail(group):
        raise InputError("no such film")

    with pytest.raises(InputError, match="no such film"):
        on_first(comm, 1, fail)


def test_irregular_film_is_refined_and_always_the_same():
    sample = irregular()
    layout = sample.layout
    assert layout == irregular().layout
    assert len(layout.outline.interiors) == 1
    assert all(contact.mesh_size == layout.mesh_size / 4 for contact in layout.contacts)
    assert len(sample.drives) == len(layout.contacts)


def test_works_are_done_in_turn(comm):
    done = []
    found = alternate(comm, {"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 2)
    assert done == ["a", "b"] * 3
    assert set(found) == {"a", "b"}


def test_networks_beside_one_strip(comm, shared_tmp_path, capsys, monkeypatch):
    """Twelve strips join the seven nodes of one ring: as many vertices as twelve times one."""
    monkeypatch.setattr(networks, "_RINGS", (1,))
    monkeypatch.setattr(networks, "_RELAXATION", 1e-13)
    monkeypatch.setattr(networks, "_DURATION", 1e-13)
    file = shared_tmp_path / "networks.json"
    assert main(["bench", "--networks", "--mesh-size", "1e-8", "--json", str(file)]) == 0
    comm.barrier()
    found = json.loads(file.read_text())["networks"]
    assert found["7 nodes"]["vertices"] == 12 * found["one strip"]["vertices"]
    assert min(figure for each in found.values() for figure in each.values()) > 0
    printed = capsys.readouterr().out
    assert ("7 nodes" in printed) == (comm.rank == 0)


def test_memory_of_each_part_of_a_film(comm, shared_tmp_path, capsys):
    """A film is there at the end: its vertices and cells alone are some hundred bytes a vertex."""
    file = shared_tmp_path / "memory.json"
    assert main(["bench", "--memory", "4000", "--json", str(file)]) == 0
    comm.barrier()
    found = json.loads(file.read_text())
    assert (found["ranks"], found["vertices"]) == (comm.size, pytest.approx(4000, rel=0.05))
    stages = found["stages"]
    assert next(iter(stages)) == "mesh"
    for stage in stages.values():
        assert stage["peak_MB"] >= stage["kept_MB"] - 1
        assert stage["seconds"] > 0
    assert stages["state"]["kept_MB"] > 100 * found["vertices"] / comm.size / 2**20
    printed = capsys.readouterr().out
    assert ("demagnetising field" in printed) == (comm.rank == 0)


def test_whole_runs_are_timed_in_turn_after_one_that_warms_up(comm, monkeypatch):
    if comm.size > 1:
        pytest.skip("it starts ranks itself")
    started = []

    def run(start, case, out, settings):
        assert settings == ["training.rest=0"]
        started.append(start[-1:])
        return {"wall_s": 10.0 - len(started), "processor_s": 1.0, "shares": {"reading": 1.0}}

    monkeypatch.setattr(whole, "_run", run)
    found = whole.time_whole(Path("four_node"), 3, ["training.rest=0"])
    assert started == [[], ["2"]] * 4
    # The first two took 9 and 8 s.
    assert found["ranks"]["1"]["wall_s"] == 5.0
    assert found["ranks"]["2"]["best_wall_s"] == 2.0
    told = whole.as_text(found)
    assert "2       4.0       2.0            1.0  reading 100 %" in told
    assert told.startswith("hebbfilm train four_node --set training.rest=0 with its pictures")


def test_whole_run_that_fails_says_why(comm):
    if comm.size > 1:
        pytest.skip("it starts ranks itself")
    with pytest.raises(InputError, match=r"--whole no_such: .*no_such"):
        whole.time_whole(Path("no_such"), 1)


@pytest.mark.slow
def test_whole_runs_of_a_small_film(comm, shared_tmp_path):
    if comm.size > 1:
        pytest.skip("it starts ranks itself")
    case = shared_tmp_path / "case.toml"
    text = (Path(__file__).parents[2] / "run" / "cases" / "four_node.toml").read_text()
    assert "mesh_size = 5e-9" in text
    case.write_text(text.replace("mesh_size = 5e-9", "mesh_size = 14e-9"))
    found = whole.time_whole(case, 1)["ranks"]
    for each in found.values():
        assert sum(each["shares"].values()) == pytest.approx(1)
        assert "pictures" in each["shares"]
        assert each["processor_s"] > 0
