"""What `hebbfilm check` finds and foretells, beside what runs then are.

Class: cross_method, where a run is compared with what was said of it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from mpi4py import MPI

import pytest

from hebbfilm.meshing import mesh_film, strip, write_msh
from hebbfilm.run.check import text as checking_text
from hebbfilm.run.check.checked import check_case
from hebbfilm.run.check.cost import Cost, together, worthwhile_ranks
from hebbfilm.run.cli import main
from hebbfilm.run.inputs.case import read_case
from hebbfilm.run.inputs.films import build_film, set_initial_texture
from hebbfilm.run.inputs.resolution import resolution_of_case
from hebbfilm.run.inputs.shipped import FOLDER
from hebbfilm.run.training.fields import write_snapshot
from hebbfilm.solvers import Film, constant
from hebbfilm.solvers.magnetisation.resolution import RESOLVED

WHEEL = FOLDER / "four_node.toml"
SETTINGS = ["layout.mesh_size=9e-9"]
SNAPSHOTS = [
    *("initial.relaxation=2e-9", "training.duration=3e-9", "training.rest=1e-9"),
    "output.field_interval=1e-10",
]


@pytest.fixture
def elsewhere(comm, shared_tmp_path, monkeypatch):
    """A folder with nothing in it, as the working directory."""
    monkeypatch.chdir(shared_tmp_path)
    return shared_tmp_path


def test_case_is_told_and_nothing_is_written(elsewhere, comm, capsys):
    assert main(["check", "four_node"]) == 0
    told = capsys.readouterr().out
    if comm.rank == 0:
        title, *rows, made_by = told.splitlines()
        assert title == f"{WHEEL}: Four-node wheel"
        found = dict(re.split(r"  +", row, maxsplit=1) for row in rows)
        assert list(found) == ["contacts", "mesh", "run", "time", "ranks", "memory", "files"]
        assert found["contacts"] == "rim_1, rim_2, rim_3, centre"
        # Of 16 ns in all and four readings of 0.1 ns, each beside 0.1 ns without.
        assert found["run"].startswith("16.8 ns in about ")
        assert found["run"].endswith(
            "; 0.8 ns of it check at the end what reading does to the film"
        )
        assert found["ranks"].startswith("1 is enough: ")
        assert "docs/performance.md" in made_by
        assert "a factor of two" in made_by
    else:
        assert told == ""
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (["training.voltage=50"], "training.voltage = 50 V: allowed are "),
        (["training.patterns=['+-']"], "2 signs"),
        (["layout.mesh_size=100e-9"], "does not resolve the texture"),
        (["layout.ring_width=-1e-9"], "ring_width"),
        (["initial.relaxation=1"], "initial.relaxation"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(elsewhere, comm, capsys, settings, told):
    options = [option for setting in settings for option in ("--set", setting)]
    assert main(["check", str(WHEEL), *options]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    if comm.rank == 0:
        assert told in shown.err
        assert shown.err.count("\n") == 1


@pytest.mark.parametrize(
    ("case", "steps"),
    [
        ("hysteresis", "protocol.steps=[{kind = 'drive', drives = %s, duration = 1e-9}]"),
        ("hysteresis", "protocol.steps=[{kind = 'pulses', drives = %s, on = 1e-9, count = 3}]"),
        ("synapse_pulses", "training.steps=[{pattern = '+,-'}, {drives = %s, duration = 1e-9}]"),
    ],
)
def test_drive_that_no_step_follows_is_refused_before_any_work(
    elsewhere, comm, capsys, case, steps
):
    wave = "{kind = 'formula', amplitude = 0.01, formula = 'sin(1/(t + 1e-13))'}"
    assert main(["check", case, "--set", steps % f"{{left = {wave}, right = 0.0}}"]) == 2
    if comm.rank == 0:
        assert "moves too fast to be followed" in capsys.readouterr().err


def test_coarse_mesh_that_is_allowed_is_told(elsewhere, comm, capsys):
    settings = ["layout.mesh_size=100e-9", "numerics.allow_coarse_mesh=true"]
    assert main(["check", str(WHEEL), *(x for s in settings for x in ("--set", s))]) == 0
    if comm.rank == 0:
        assert "too coarse for the texture" in capsys.readouterr().out


def test_run_that_is_there_is_told(elsewhere, comm, capsys):
    if comm.rank == 0:
        (elsewhere / "runs" / "four_node").mkdir(parents=True)
    comm.barrier()
    assert main(["check", str(WHEEL)]) == 0
    there = "runs/four_node is there already: --resume, --overwrite, or another --out"
    assert (there in capsys.readouterr().out) == (comm.rank == 0)


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("some/case.toml", ": it has the runs of a study; give the file of that study, or the case "
         "of a run, like film/some/case.toml"),
        ("my.toml", "; give a file in it, like film/my.toml"),
        ("a.txt", "; give a case file (TOML)"),
    ],
)  # fmt: skip
def test_folder_says_what_to_give(elsewhere, comm, capsys, inside, told):
    if comm.rank == 0:
        file = Path("film") / inside
        file.parent.mkdir(parents=True)
        file.touch()
    comm.barrier()
    assert main(["check", "film"]) == 2
    expected = f"hebbfilm: cannot read the case film: Is a directory{told}\n"
    assert capsys.readouterr().err == (expected if comm.rank == 0 else "")


def test_folder_of_a_run_is_no_case(elsewhere, comm, capsys):
    if comm.rank == 0:
        Path("film").mkdir()
        Path("film/case.toml").touch()
    comm.barrier()
    assert main(["check", "film"]) == 2
    if comm.rank == 0:
        assert (
            "it has a run of film/case.toml: hebbfilm run film --resume" in capsys.readouterr().err
        )


def test_film_of_a_mesh_file_is_counted(elsewhere, comm, capsys):
    mesh = mesh_film(strip(100e-9, 50e-9, mesh_size=5e-9), comm)
    write_msh(mesh, elsewhere / "film.msh")
    if comm.rank == 0:
        Path("case.toml").write_text(
            "layout = { kind = 'mesh', path = 'film.msh', thickness = 1e-9 }\n"
            "training = { patterns = ['+-'] }\n"
        )
    comm.barrier()
    before = sorted(elsewhere.iterdir())
    vertices = mesh.quality().vertices
    assert main(["check", "case.toml"]) == 0
    told = capsys.readouterr().out
    if comm.rank == 0:
        assert f"mesh      {vertices} vertices in 2D" in told
        assert "contacts  left, right" in told
    assert main(["check", "case.toml", "--set", "training.patterns=['+-+-']"]) == 2
    assert sorted(elsewhere.iterdir()) == before


def test_module_that_is_none_is_found(elsewhere, comm, capsys):
    """As in a run its code is read, before anything is meshed."""
    if comm.rank == 0:
        Path("own.py").write_text("raise ValueError('not ready')\n")
        Path("case.toml").write_text(
            "layout = { kind = 'strip' }\ntraining = { patterns = ['+-'] }\n"
            "[[terms]]\nmodule = 'own.py:Own'\n"
        )
    comm.barrier()
    assert main(["check", "case.toml"]) == 2
    if comm.rank == 0:
        assert "not ready" in capsys.readouterr().err


def test_study_is_told_as_a_whole(elsewhere, comm, capsys):
    assert main(["check", "voltage"]) == 0
    told = capsys.readouterr().out
    if comm.rank == 0:
        assert "runs    12, that vary training.voltage, initial.seed\n" in told
        assert "202 ns in about" in told
    assert list(elsewhere.iterdir()) == []


def test_bad_member_of_a_study_is_found(elsewhere, comm, capsys):
    assert main(["check", "voltage", "--set", "layout.ring_width=-1e-9"]) == 2
    if comm.rank == 0:
        assert "member voltage=0.005_seed=1: " in capsys.readouterr().err


@pytest.mark.cross_method
def test_vertices_and_steps_are_about_as_many_as_foretold(comm):
    """The film, and how often a texture is moved under voltage, after 50 ps of it."""
    case = read_case(WHEEL, [*SETTINGS, "initial.relaxation=0", "training.rest=0"])
    told = check_case(case, comm, pictures="none").cost
    film = build_film(case, comm)
    set_initial_texture(film, case)
    assert told.vertices == pytest.approx(film.film_mesh.numbering.size, rel=1 / 3)
    drives = [0.05, 0.05, -0.05, -0.05]
    film.evolve(constant(drives, 5e-11))
    count, advance = [0], film.integrator.advance

    def counted(*given, **options):
        count[0] += 1
        return advance(*given, **options)

    film.integrator.advance = counted
    film.evolve(constant(drives, 1e-10))
    expected = told.steps / case.training.duration * 1e-10
    # The time of a run is to be right within 2, and other things err, too.
    assert 1 / 1.5 < expected / count[0] < 1.5


@pytest.mark.slow
@pytest.mark.cross_method
@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts runs itself")
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("four_node", SETTINGS),
        ("heated", [*SETTINGS, "initial.relaxation=1e-9", "training.duration=2e-9"]),
        ("synapse_pulses", []),
        ("four_node", ["layout.mesh_size=14e-9", *SNAPSHOTS]),
    ],
)
def test_run_costs_about_what_was_foretold(name, settings, tmp_path, comm):
    """Within a factor of 2, as is said, times that of 1.6 by which such machines vary."""
    case = read_case(FOLDER / f"{name}.toml", settings)
    told = check_case(case, comm, pictures="all").cost
    options = [option for setting in settings for option in ("--set", setting)]
    folder = tmp_path / "run"
    run = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "hebbfilm",
            "run",
            FOLDER / f"{name}.toml",
            "--out",
            folder,
            *options,
        ],
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(run.pid, 0)
    assert status == 0
    assert 1 / 3.2 < told.seconds(1) / (used.ru_utime + used.ru_stime) < 3.2
    assert 1 / 2 < told.memory / (1024 * used.ru_maxrss) < 2
    written = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert 1 / 2 < told.written / written < 2


def test_pictures_of_snapshots_count(elsewhere, comm, capsys):
    """61 of m, and 30 of the current."""
    case = read_case(WHEEL, SNAPSHOTS)
    few, every = (check_case(case, comm, pictures=each).cost for each in ("few", "all"))
    assert every.of_snapshots == pytest.approx(every.written - few.written)
    assert 80e6 < every.of_snapshots < 95e6
    assert every.seconds(1) > few.seconds(1) + 15
    options = [option for setting in SNAPSHOTS for option in ("--set", setting)]
    told = []
    for which in ("all", "few"):
        assert main(["check", str(WHEEL), *options, "--pictures", which]) == 0
        told.append("--pictures few leaves them out" in capsys.readouterr().out)
    assert told == [comm.rank == 0, False]


@pytest.mark.analytic
def test_costs_of_several_runs_add_up():
    one = Cost(1e4, 2e4, 1e-8, 5.0, 100.0, 1e9, 1e7)
    both = together([one, one])
    assert (both.steps, both.written, both.memory) == (4e4, 2e7, 1e9)
    assert both.seconds(1) == 2 * one.seconds(1) == 210.0


@pytest.mark.analytic
def test_ranks_share_the_work_and_not_the_start():
    small, large = (Cost(n, 1, 1, 5.0, 100.0, 1, 1) for n in (1e3, 1e6))
    assert small.seconds(2) == pytest.approx(5 + 100 / 2**0.58)
    assert large.seconds(2) == pytest.approx(5 + 100 / 2**0.77)


@pytest.mark.parametrize(
    ("vertices", "ranks"), [(500, 1), (39_999, 1), (40_000, 2), (1e6, 50), (1e7, 500)]
)
def test_ranks_are_no_more_than_have_enough_to_do(vertices, ranks):
    cost = Cost(vertices, 1, 1, 5.0, 100.0, 1, 1)
    assert worthwhile_ranks(vertices) == ranks
    told = checking_text._worthwhile(cost)
    assert told.startswith(f"up to {ranks}, of at least 20 000 vertices" if ranks > 1 else "1 is ")


def test_times_on_more_ranks_than_were_measured_are_told_as_extrapolated():
    cost = Cost(1e6, 1, 1, 5.0, 100.0, 1, 1)
    told = {ranks: "extrapolated" in checking_text._time(cost, ranks) for ranks in (1, 2, 3, 8)}
    assert told == {1: False, 2: False, 3: True, 8: True}


@pytest.mark.analytic
def test_readings_at_the_end_cost_what_they_simulate(comm):
    """Without them a run of as many contacts is as long as its course; they grow with contacts."""
    short, long = (
        check_case(read_case(WHEEL, [f"reading.duration={t}"]), comm, pictures="none").cost
        for t in ("1e-12", "1e-9")
    )
    assert long.simulated - short.simulated == pytest.approx(2 * 4 * 999e-12, rel=1e-9)
    assert long.work > 1.2 * short.work
    assert long.start == short.start


@pytest.mark.cross_method
def test_snapshot_is_about_as_large_as_foretold(comm, shared_tmp_path):
    film = Film(mesh_film(strip(4e-7, 4e-7, mesh_size=5e-9), comm))
    write_snapshot(film, shared_tmp_path / "one.vtu")
    size = (shared_tmp_path / "one.vtu").stat().st_size / film.film_mesh.numbering.size
    costs = [
        check_case(read_case(WHEEL, [f"output.field_interval={t}"]), comm, pictures="few")
        for t in ("1e-10", "2e-10")
    ]
    # Twice as many of 16 ns: 80 more.
    more = (costs[0].cost.written - costs[1].cost.written) / costs[0].cost.vertices / 80
    assert more == pytest.approx(size, rel=0.1)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(4.2, "4.2 s"), (89, "89 s"), (91, "1.5 min"), (7200, "2 h"), (2e5, "2.3 days")],
)
def test_times_are_told_in_their_unit(seconds, told):
    assert checking_text._duration(seconds) == told


def test_what_there_is_no_room_for_is_told():
    huge = Cost(1e8, 1, 1, 1, 1, memory=1e15, written=1e17)
    assert [told.endswith("Too little!") for _, told in checking_text._room(huge, 1)] == [True] * 2


LARGE = [
    *("layout.mesh_size=3e-9", "layout.length=1.2e-6", "layout.width=6e-7"),
    "numerics.refinements=2",
]


@pytest.mark.cross_method
def test_refinements_are_told_as_the_mesh_has_them(elsewhere, comm, capsys):
    """A number that the mesh refuses is refused, one that it takes is told."""
    if comm.rank == 0:
        Path("case.toml").write_text("layout = { kind = 'strip' }\ntraining.patterns = ['+-']\n")
    comm.barrier()
    for refinements, told in ((2, "dividing each triangle into 16;"), (0, "in 2D; m turns")):
        settings = [*LARGE[:-1], f"numerics.refinements={refinements}"]
        assert main(["check", "case.toml", *(x for s in settings for x in ("--set", s))]) == 0
        assert (told in capsys.readouterr().out) == (comm.rank == 0)
        assert read_case(Path("case.toml"), settings).mesh(comm).refinements == refinements
    settings = ["layout.mesh_size=7.2e-9", "numerics.refinements=1"]
    assert main(["check", str(WHEEL), *(x for s in settings for x in ("--set", s))]) == 2
    if comm.rank == 0:
        assert "refinements 1 of a mesh of 1.44e-08 m: contact" in capsys.readouterr().err


def test_memory_and_meshing_of_large_films_are_foretold(elsewhere, comm):
    """As `hebbfilm bench --memory` found of refined ones: 2.4 kB a vertex kept, 2.8 kB at most.

    28 s from mesh to first step, of 10⁶ vertices.
    """
    if comm.rank == 0:
        Path("case.toml").write_text("layout = { kind = 'strip' }\ntraining.patterns = ['+-']\n")
    comm.barrier()
    case = read_case(Path("case.toml"), LARGE)
    checked = check_case(case, comm, pictures="none")
    at_once = check_case(case.model_copy(update={"numerics": case.numerics.model_copy(
        update={"refinements": 0})}), comm, pictures="none")  # fmt: skip
    vertices = checked.cost.vertices
    assert 2.4e3 < (checked.cost.memory - 2.3e8) / vertices < 3.5e3
    start = checked.cost.seconds(1) - at_once.cost.seconds(1)
    assert start == pytest.approx((3e-5 - 1.5e-4 * 15 / 16) * vertices)


@pytest.mark.parametrize("path", sorted(WHEEL.parent.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_cases_say_why_their_mesh_is_coarse(path):
    """What the check calls too coarse is meant, and the case says so above or beside its mesh."""
    case = read_case(path)
    edge = case.layout.get("mesh_size")
    if edge is None or resolution_of_case(case, edge).turn < RESOLVED:
        return
    lines = path.read_text("utf-8").splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith("mesh_size"))
    beside = " ".join(lines[at - 3 : at + 1]).lower()
    assert "coarse" in beside
    assert "resolve" in beside
