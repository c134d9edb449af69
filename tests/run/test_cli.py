"""The commands, from the case file to the run folder, on every rank."""

import csv
import json
import shutil
from pathlib import Path
from signal import SIGTERM

import numpy as np
import pytest

from hebbfilm.hopfield import format_pattern, parse_pattern
from hebbfilm.meshing import mesh_film, strip, write_msh
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.cli import main
from hebbfilm.run.job.interruption import StopRequest

CASE = Path(__file__).parents[2] / "run" / "cases" / "four_node.toml"
STUDY = CASE.parent / "studies" / "voltage.toml"
QUICK = [
    "--set",
    "layout.mesh_size=15e-9",
    "--set",
    "initial.relaxation=1e-10",
    "--set",
    "training.duration=2e-10",
    "--set",
    "training.rest=1e-10",
]


def table(folder):
    with (folder / "conductance.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    phases = [row.pop(header.index("phase")) for row in rows]
    header.remove("phase")
    return header, phases, np.array(rows, dtype=float)


@pytest.fixture(scope="module")
def run_folder(comm, tmp_path_factory):
    folder = comm.bcast(tmp_path_factory.mktemp("cli") / "run")
    assert main(["train", str(CASE), "--out", str(folder), "--no-pictures", *QUICK]) == 0
    comm.barrier()
    return folder


def test_run_folder_is_complete(run_folder):
    summary = json.loads((run_folder / "summary.json").read_text())
    for key in (
        "patterns", "conductance_before", "conductance_after", "weights", "reference",
        "hebb_correlation", "recall_success", "relative_change", "max_current_density",
        "energy_dissipated", "adiabatic_temperature_rise", "heating", "checks",
    ):  # fmt: skip
        assert key in summary
    for key in ("symmetry", "row_sums", "current_sum", "power_balance", "negative_eigenvalue"):
        assert summary["checks"][key] < 1e-8
    manifest = json.loads((run_folder / "manifest.json").read_text())
    assert [item["label"] for item in manifest["fields"]] == [
        "untrained",
        "presented +,+,-,-",
        "trained",
    ]
    assert all((run_folder / item["file"]).is_file() for item in manifest["fields"])
    assert not list(run_folder.rglob("*.part"))


def test_table_follows_the_phases(run_folder):
    header, phases, rows = table(run_folder)
    assert phases == ["relax"] * 2 + ["train"] * 4 + ["rest"] * 2
    np.testing.assert_allclose(rows[:, 0], 5e-11 * np.arange(1, 9), rtol=1e-9)
    voltages = rows[:, [header.index(f"V_V:{n}") for n in ("rim_1", "rim_2", "rim_3", "centre")]]
    np.testing.assert_allclose(voltages[2:6], np.tile([0.05, 0.05, -0.05, -0.05], (4, 1)))
    assert not voltages[[0, 1, 6, 7]].any()
    currents = rows[:, [k for k, name in enumerate(header) if name.startswith("I_A")]]
    np.testing.assert_allclose(
        np.sum(voltages * currents, axis=1), rows[:, header.index("power_W")], rtol=1e-8
    )


def test_displacement_of_the_texture_is_recorded(run_folder, capsys, comm):
    summary = json.loads((run_folder / "summary.json").read_text())
    (entry,) = summary["presentations"]
    assert (entry["pattern"], entry["sign"]) == ("+,+,-,-", 1)
    header, phases, rows = table(run_folder)
    steps = rows[:, header.index("displacement_m")]
    assert [np.isnan(step) for step in steps] == [phase != "train" for phase in phases]
    course = np.concatenate([[0], np.cumsum(steps[2:6])])
    assert entry["displacement"] == pytest.approx(course[-1], rel=1e-8, abs=0)
    assert entry["peak_to_peak"] == pytest.approx(np.ptp(course), rel=1e-8, abs=0)
    assert 0 < entry["explained"] < 1
    text = run_report(run_folder)
    assert f"Texture along the current of (+,+,-,-): {1e9 * course[-1]:+.1f} nm under +" in text


def test_angles_between_neighbours_are_recorded(run_folder):
    """In the table, in the checks, and, on this coarse mesh, as a warning."""
    checks = json.loads((run_folder / "summary.json").read_text())["checks"]
    header, phases, rows = table(run_folder)
    course = rows[:, header.index("angle_rad")]
    last = {phase: course[k] for k, phase in enumerate(phases)}
    expected = {"relax": last["relax"], "train": course[2:6].max(), "rest": last["rest"]}
    assert checks["largest_angle"] == pytest.approx(expected, rel=1e-8)
    # Edges of about 15 nm, where the default material turns by 1 rad in 6.67 nm.
    assert checks["turn_from_vertex_to_vertex"] == pytest.approx(15 / 6.67, rel=0.05)
    text = run_report(run_folder)
    assert f"neighbouring vertices: {last['relax']:.2f} rad relaxed" in text
    assert "Warning: above 1.57 rad the mesh may pin walls" in text


def test_coarse_mesh_runs_where_it_is_allowed(comm, shared_tmp_path):
    options = [
        *QUICK,
        "--set",
        "layout.mesh_size=40e-9",
        "--set",
        "numerics.allow_coarse_mesh=true",
    ]
    out = str(shared_tmp_path / "run")
    assert main(["train", str(CASE), "--out", out, "--no-pictures", *options]) == 0


def test_quadrature_keeps_the_last_presentation_of_each_pattern(comm, shared_tmp_path):
    folder = shared_tmp_path / "run"
    settings = [
        "training.patterns=['++--', '+-+-']",
        "training.presentation=quadrature",
        "training.repeats=2",
        "training.duration=5e-11",
    ]
    options = [*QUICK, *(item for setting in settings for item in ("--set", setting))]
    assert main(["train", str(CASE), "--out", str(folder), "--no-pictures", *options]) == 0
    comm.barrier()
    fields = json.loads((folder / "manifest.json").read_text())["fields"]
    cycle = ["+,+,-,-", "+,-,+,-", "-,-,+,+", "-,+,-,+"]
    assert [item["label"] for item in fields] == [
        "untrained",
        *(f"presented {label}" for label in cycle),
        "trained",
    ]
    # The second cycle, after 100 ps of relaxation and 200 ps of the first.
    assert [item["t"] for item in fields[1:-1]] == pytest.approx(
        [3.5e-10, 4e-10, 4.5e-10, 5e-10], rel=1e-9, abs=0
    )
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["patterns"] == [[1, 1, -1, -1], [1, -1, 1, -1]]
    shown = [(entry["pattern"], entry["sign"]) for entry in summary["presentations"]]
    assert shown == 2 * [(label, sign) for sign in (1, -1) for label in cycle[:2]]
    assert run_report(folder).count(" nm 2 times under ") == 4


def test_film_is_minimised_and_heated_as_the_case_says(comm, shared_tmp_path):
    folder = shared_tmp_path / "run"
    settings = [
        "initial.method=minimise",
        "initial.torque_tolerance=1000",
        "thermal.temperature=4",
        "thermal.equilibration=1e-10",
        "reading.average=1e-10",
    ]
    options = [item for setting in settings for item in ("--set", setting)]
    assert main(["train", str(CASE), "--out", str(folder), "--no-pictures", *QUICK, *options]) == 0
    comm.barrier()
    _, phases, rows = table(folder)
    # The minimiser leaves one row, at the time at which it started.
    # Two of equilibration follow, and 20 of each reading.
    assert phases == ["relax"] * 23 + ["train"] * 4 + ["rest"] * 22
    times = [*np.arange(0, 1.5e-10, 5e-11), *(1e-10 + 5e-12 * np.arange(1, 21)),
             *(2e-10 + 5e-11 * np.arange(1, 7)), *(5e-10 + 5e-12 * np.arange(1, 21))]  # fmt: skip
    np.testing.assert_allclose(rows[:, 0], times, rtol=1e-9)
    case = json.loads((folder / "manifest.json").read_text())["case"]
    assert case["thermal"] == {"temperature": 4.0, "equilibration": 1e-10, "seed": 0}
    summary = json.loads((folder / "summary.json").read_text())
    # What is kept as the untrained conductance is the mean over the reading before training.
    read = rows[3:23, 1:7].mean(axis=0)
    conductance = np.array(summary["conductance_before"])
    before = -conductance[np.triu_indices(4, 1)]
    # Rows of the table err by 1e-5 of √(G_ii G_jj).
    np.testing.assert_allclose(before, read, rtol=0, atol=1e-5 * np.diag(conductance).max())
    assert 0 < summary["conductance_fluctuation"]["before"] < 0.1


@pytest.mark.cross_method
def test_interrupted_run_goes_on_to_the_same_result(
    comm, run_folder, shared_tmp_path, monkeypatch, capsys
):
    """Stopped at the fourth sample, in the middle of training, and resumed from the folder."""
    folder = shared_tmp_path / "run"
    statuses = iter([0, 0, 0, 128 + SIGTERM])
    with monkeypatch.context() as patch:
        patch.setattr(StopRequest, "received", lambda self: next(statuses))
        arguments = ["train", str(CASE), "--out", str(folder), "--no-pictures", *QUICK]
        assert main(arguments) == 143
    printed = capsys.readouterr().out
    assert (f"hebbfilm train {folder} --resume" in printed) == (comm.rank == 0)
    assert not (folder / "summary.json").exists()
    assert main(["train", str(folder), "--resume", "--no-pictures"]) == 0
    comm.barrier()
    (_, _, expected), (_, _, found) = table(run_folder), table(folder)
    np.testing.assert_array_equal(found, expected)


def test_table_changed_since_the_state_is_not_gone_on_with(
    comm, run_folder, shared_tmp_path, capsys
):
    folder = shared_tmp_path / "run"
    if comm.rank == 0:
        shutil.copytree(run_folder, folder)
        text = (folder / "conductance.csv").read_text()
        (folder / "conductance.csv").write_text(text.replace(",0.002", ",0.003", 1))
    comm.barrier()
    assert main(["train", str(folder), "--resume", "--no-pictures"]) == 2
    message = capsys.readouterr().err
    if comm.rank == 0:
        assert "conductance.csv: it was changed after the state was saved" in message
        assert message.count("\n") == 1


def test_finished_run_is_not_touched_without_leave(run_folder, capsys, comm):
    before = (run_folder / "summary.json").read_text()
    assert main(["train", str(CASE), "--out", str(run_folder), *QUICK]) == 2
    message = capsys.readouterr().err
    if comm.rank == 0:
        assert "--overwrite" in message
        assert message.count("\n") == 1
    else:
        assert message == ""
    assert (run_folder / "summary.json").read_text() == before


@pytest.mark.parametrize("given", ["case.toml", "my.toml", "fields/my.toml"])
@pytest.mark.parametrize("leave", [[], ["--overwrite"]])
@pytest.mark.parametrize("ran", [False, True])
def test_run_does_not_write_over_what_it_reads(
    given, leave, ran, comm, capsys, shared_tmp_path, monkeypatch
):
    """Whether the folder has the signs of a run or not; my.toml is a link to case.toml."""
    monkeypatch.chdir(shared_tmp_path)
    path = Path(given)
    if comm.rank == 0:
        path.parent.mkdir(exist_ok=True)
        real = Path("case.toml") if given == "my.toml" else path
        real.write_text(f"# mine\n{CASE.read_text()}")
        if real != path:
            path.symlink_to(real)
        if ran:
            Path("manifest.json").touch()
    comm.barrier()
    assert main(["train", given, "--out", ".", *leave, *QUICK]) == 2
    message = capsys.readouterr().err
    if comm.rank == 0:
        assert f"would be written over {given}, which is read" in message
        assert message.count("\n") == 1
    comm.barrier()
    assert path.read_text().startswith("# mine\n")


@pytest.mark.parametrize("command", ["train", "mesh"])
def test_empty_path_is_refused(command, comm, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([command, str(CASE), "--out", ""])
    assert stopped.value.code == 2
    if comm.rank == 0:
        assert "argument --out: is empty" in capsys.readouterr().err


def test_mesh_is_not_written_over_the_one_that_is_read(comm, capsys, shared_tmp_path):
    film, case = shared_tmp_path / "film.msh", shared_tmp_path / "case.toml"
    if comm.rank == 0:
        case.write_text("[layout]\nkind = 'mesh'\npath = 'film.msh'\nthickness = 1e-9\n")
    write_msh(mesh_film(strip(100e-9, 50e-9, mesh_size=10e-9), comm), film)
    comm.barrier()
    before = film.read_bytes()
    assert main(["mesh", str(case), "--out", str(film)]) == 2
    if comm.rank == 0:
        assert f"would be written over {film}, which is read" in capsys.readouterr().err
    assert film.read_bytes() == before


def test_figures_are_not_written_over_a_file_of_the_run(run_folder, comm, capsys):
    path = run_folder / "summary.json"
    before = path.read_text()
    assert main(["network", str(run_folder), "--json", str(path)]) == 2
    if comm.rank == 0:
        assert "is a file of the run" in capsys.readouterr().err
    assert path.read_text() == before


def test_recall_from_a_given_state(run_folder, capsys, comm):
    assert main(["recall", str(run_folder), "+,+,-,+", "--", "-,-,-,+"]) == 0
    printed = capsys.readouterr().out
    assert ("of 2 recalled" in printed) == (comm.rank == 0)


def test_recall_of_a_start_ends_where_the_run_says(run_folder, capsys, comm):
    """The same in any place of the list; the report and recall.csv have it from the same seed."""
    with (run_folder / "recall.csv").open(newline="") as file:
        expected = {row["start"]: row["end"] for row in csv.DictReader(file)}
    starts = [start for start in expected for _ in range(2)]
    assert main(["recall", str(run_folder), *starts]) == 0
    lines = capsys.readouterr().out.splitlines()
    if comm.rank == 0:
        assert [line.split()[:2] for line in lines[1:33]] == [[s, expected[s]] for s in starts]
        assert lines[-1].endswith("in an order random by --seed 0")


@pytest.mark.parametrize("start", ["-,+,+,-", "-++-", "--++", "----", "-1,1,1,-1", "- + + -"])
def test_start_may_begin_with_a_minus(run_folder, capsys, comm, start):
    assert main(["recall", str(run_folder), start, "+,+,-,-"]) == 0
    printed = capsys.readouterr().out
    if comm.rank == 0:
        assert printed.splitlines()[1].startswith(format_pattern(parse_pattern(start)))
        assert "of 2 recalled" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["recall", "RUN", "--seed", "-1"], "--seed -1: must be 0 or more"),
        (["recall", "RUN", "--"], "the state of two minuses is -,-"),
        (["recall", "RUN", "-+"], "'-+' has 2 signs"),
        (["network", "RUN", "--offset", "-1e-2"], "reference offset -0.01"),
        (["heating", "RUN", "--transfer", "1e7", "-1e7"], "--transfer -1e+07: must be positive"),
        (["heating", "RUN", "--transfer", "-inf"], "--transfer -inf: must be positive"),
        (["heating", "RUN", "--transfer", "inf"], "--transfer inf: must be positive and finite"),
        (["retention", "RUN", "--times", "0", "-5e-10"], "--times -5e-10: must be 0 or more"),
        (["retention", "RUN", "--times", "nan"], "--times nan: must be 0 or more"),
        (["bench", "--duration", "-.5e-9"], "--duration -5e-10: must be positive"),
    ],
)
def test_numbers_below_zero_are_numbers(run_folder, arguments, message, comm, capsys):
    given = [str(run_folder) if text == "RUN" else text for text in arguments]
    assert main(given) == 2
    printed = capsys.readouterr()
    if comm.rank == 0:
        assert printed.err.startswith("hebbfilm: ")
        assert message in printed.err
        assert printed.err.count("\n") == 1


def test_recall_of_two_contacts_says_what_the_run_said(comm, capsys, shared_tmp_path):
    folder = shared_tmp_path / "run"
    settings = [
        "layout.kind=strip",
        "layout.length=6e-8",
        "layout.width=3e-8",
        "training.patterns=['+-']",
    ]
    case = shared_tmp_path / "case.toml"
    if comm.rank == 0:
        case.write_text("[layout]\nmesh_size = 1e-8\n")
    comm.barrier()
    options = [*QUICK, *(part for text in settings for part in ("--set", text))]
    assert main(["train", str(case), "--out", str(folder), "--no-pictures", *options]) == 0
    comm.barrier()
    report = capsys.readouterr().out
    for starts in ([], ["+,-"]):
        assert main(["recall", str(folder), *starts]) == 0
        printed = capsys.readouterr().out
        if comm.rank == 0:
            assert printed.startswith("No recall: all weights are 0")
            assert printed in report
    assert main(["recall", str(folder), "+,-,+"]) == 2


def test_conductance_of_a_run_is_that_of_its_summary(run_folder, capsys, comm):
    assert main(["conductance", str(run_folder), "--json"]) == 0
    printed = capsys.readouterr().out
    if comm.rank == 0:
        summary = json.loads((run_folder / "summary.json").read_text())
        found = json.loads(printed)["conductance"]
        np.testing.assert_allclose(found, summary["conductance_after"], rtol=1e-7)


def test_tied_contacts_are_one_neuron(shared_tmp_path, comm, capsys):
    folder = shared_tmp_path / "run"
    tied = [
        "contacts.tied=[['rim_1', 'rim_3']]",
        "contacts.specific_resistance=1e-15",
        "training.patterns=['+-+']",
    ]
    settings = [*QUICK, *(part for text in tied for part in ("--set", text))]
    assert main(["train", str(CASE), "--out", str(folder), "--no-pictures", *settings]) == 0
    comm.barrier()
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["contacts"] == ["rim_1+rim_3", "rim_2", "centre"]
    assert np.shape(summary["weights"]) == (3, 3)
    for key in ("symmetry", "row_sums", "column_sums", "current_sum", "power_balance"):
        assert summary["checks"][key] < 1e-8
    assert main(["recall", str(folder), "+-+"]) == 0


def test_contacts_in_a_row_have_two_weights(shared_tmp_path, comm, capsys):
    """The middle one parts the others: no weight between them, in the film or in Hebb's network."""
    case, folder = shared_tmp_path / "case.toml", shared_tmp_path / "run"
    if comm.rank == 0:
        case.write_text(
            '[layout]\nkind = "square_lattice"\nrows = 1\nspacing = 3e-7\n'
            "[training]\npatterns = ['+,-,-']\n"
        )
    comm.barrier()
    assert main(["train", str(case), "--out", str(folder), *QUICK]) == 0
    printed = capsys.readouterr().out
    comm.barrier()
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["uncoupled_pairs"] == ["node_1-node_3"]
    assert list(summary["relative_change"]) == ["node_1-node_2", "node_2-node_3"]
    for key in ("weights", "ideal_weights", "oja_weights"):
        weights = np.array(summary[key])
        assert weights[0, 2] == weights[2, 0] == 0
        assert weights[0, 1] != 0
    if comm.rank == 0:
        assert "Not coupled, weight 0: node_1-node_3" in printed
    assert (folder / "pictures" / "overview.png").is_file()


def test_conductance_with_hall_effect_is_checked_by_onsagers_relation(comm, capsys):
    settings = ["--set", "layout.mesh_size=20e-9", "--set", "material.anomalous_hall_ratio=0.1"]
    assert main(["conductance", str(CASE), "--json", *settings]) == 0
    printed = capsys.readouterr().out
    if comm.rank == 0:
        found = json.loads(printed)
        assert "symmetry" not in found
        for key in ("onsager", "row_sums", "column_sums", "negative_eigenvalue"):
            assert found[key] < 1e-8
        assert 0 < found["hall_conductance"] < np.abs(found["conductance"]).max()
        assert len(found["coupling"]) == 6
        assert len(found["patterns"]) == 7


def test_mesh_is_written_and_read_as_a_case(shared_tmp_path, comm, capsys):
    mesh = shared_tmp_path / "film.msh"
    write_msh(mesh_film(strip(100e-9, 50e-9, mesh_size=10e-9), comm), mesh)
    case = shared_tmp_path / "case.toml"
    if comm.rank == 0:
        case.write_text(
            '[layout]\nkind = "mesh"\npath = "film.msh"\nthickness = 1e-9\n'
            '[initial]\ntexture = "uniform"\n'
        )
    comm.barrier()
    assert main(["conductance", str(case), "--json"]) == 0
    printed = capsys.readouterr().out
    if comm.rank == 0:
        # σ w t/L of the default material, m along z.
        assert json.loads(printed)["conductance"][0][0] == pytest.approx(
            5e6 * 1e-9 / 2, rel=1e-8, abs=0
        )
    assert main(["mesh", str(case), "--out", str(shared_tmp_path / "copy.xdmf")]) == 0
    assert (shared_tmp_path / "copy.xdmf").is_file()
    printed = capsys.readouterr().out.splitlines()
    areas = [line for line in printed if line.startswith("area of ") and line.endswith(" m²")]
    assert len(areas) == (2 if comm.rank == 0 else 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "nowhere.toml"], "cannot read the case nowhere.toml"),
        (["train", str(CASE), "--set", "training.patterns=['+-']", "--out", "RUN"], "has 2 signs"),
        (["train", str(CASE), "--set", "layout.contact_half_angle=70", "--out", "RUN"], "overlap"),
        (
            ["train", str(CASE), "--set", "layout.mesh_size=40e-9", "--out", "RUN"],
            "make it finer (mesh_size), or set numerics.allow_coarse_mesh = true",
        ),
        (["run", "voltage"], "a study has this name: hebbfilm study voltage"),
        (["study", "four_node"], "a case has this name: hebbfilm run four_node"),
        (["run", str(STUDY)], "is a study, of many runs: hebbfilm study "),
        (["study", str(CASE)], "is a case, of one run: hebbfilm run "),
        (["run", str(CASE.parent)], "cannot read the case"),
        (["mesh", str(CASE), "--out", "film.stl"], "allowed endings are .msh, .xdmf"),
        (["train", "nowhere", "--resume"], "nowhere: no such run folder"),
        (["train", str(CASE), "--resume", "--out", "RUN"], "there is no run RUN to go on with"),
        (["train", "nowhere.toml", "--resume"], "cannot read the case nowhere.toml"),
        (["conductance", "nowhere"], "nowhere: no such run folder"),
        (["conductance", "nowhere.toml"], "cannot read the case nowhere.toml"),
        (["recall", "nowhere"], "nowhere"),
        (["view", "nowhere", "--save", "x.png"], "nowhere"),
    ],
)
def test_bad_input_ends_in_one_line_and_status_2(
    arguments, message, comm, capsys, shared_tmp_path, monkeypatch
):
    monkeypatch.chdir(shared_tmp_path)
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    if comm.rank == 0:
        assert printed.err.startswith("hebbfilm: ")
        assert message in printed.err
        assert printed.err.count("\n") == 1
    else:
        assert printed.err == ""
    comm.barrier()
    assert list(shared_tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_is_named(shared_tmp_path, comm, capsys):
    blocked = shared_tmp_path / "file"
    if comm.rank == 0:
        blocked.write_text("")
    comm.barrier()
    assert main(["train", str(CASE), "--out", str(blocked / "run"), *QUICK]) == 2
    if comm.rank == 0:
        assert "cannot write to" in capsys.readouterr().err


def test_info_names_the_versions(capsys, comm):
    assert main(["info"]) == 0
    assert ("fenics-dolfinx" in capsys.readouterr().out) == (comm.rank == 0)


def test_help_teaches(capsys, comm):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "--help"])
    assert stopped.value.code == 0
    if comm.rank == 0:
        assert "--resume" in capsys.readouterr().out
