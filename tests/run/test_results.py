"""Runs and studies as pandas and xarray have them."""

import dataclasses
import json
import re
import shutil
from collections import Counter

import meshio
import numpy as np
import pytest

from hebbfilm import InputError, open_run, open_study, parse_case, read_run, run_case
from hebbfilm.run.analysis.metrics import METRICS, run_metrics
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.analysis.texture_text import texture_text
from hebbfilm.run.folder.conductance_table import TEXTURE_COLUMNS
from hebbfilm.run.folder.manifest import told_snapshots
from hebbfilm.run.folder.snapshots import Snapshot, read_fields
from hebbfilm.run.folder.texture import TextureEntry
from hebbfilm.run.pictures.of_run import pictures_of
from hebbfilm.run.pictures.texture_measures import texture_measures_picture
from hebbfilm.run.results.export import export_snapshots

CASE = {
    "title": "Small",
    "layout": {"kind": "square", "side": 120e-9, "mesh_size": 12e-9},
    "initial": {"relaxation": 2e-11},
    "training": {"patterns": ["+,+,-,-"], "voltage": 0.02, "duration": 1e-11, "rest": 5e-12},
    "output": {"sample_interval": 5e-12, "texture": True},
}


@pytest.fixture(scope="module")
def folder(comm, tmp_path_factory):
    found = comm.bcast(tmp_path_factory.mktemp("results") / "run", root=0)
    run_case(parse_case(CASE), found, comm, quiet=True)
    comm.barrier()
    return found


@pytest.fixture(scope="module")
def run(folder):
    return open_run(folder)


@pytest.fixture
def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "run")


@pytest.fixture
def unfinished(copied):
    for name in ("summary.json", "recall.csv"):
        (copied / name).unlink()
    with (copied / "conductance.csv").open("a") as table:
        table.write("3.5e-11,rel")
    return copied


@pytest.mark.cross_method
def test_table_is_what_the_reader_of_runs_reads(run, folder):
    table, read = run.table, read_run(folder).conductance
    assert table.index.name == "t_s"
    np.testing.assert_array_equal(table.index, read.time)
    assert tuple(table["phase"]) == read.phase
    np.testing.assert_array_equal(table["g_S:edge_1:edge_2"], read.conductance[:, 0])
    np.testing.assert_array_equal(table[list(TEXTURE_COLUMNS)], read.texture)
    units = table.attrs["units"]
    assert units["V_V:edge_3"] == "V"
    assert units["phase"] == units["topological_charge"] == ""
    assert units["wall_length_m"] == units["t_s"].replace("s", "m") == "m"


@pytest.mark.cross_method
def test_columns_of_the_texture_are_those_of_its_snapshots(run):
    """In the table to the digits that it has; in manifest and summary, of the film to the last."""
    table = run.table
    for label in ("untrained", "trained"):
        snapshot = run.snapshot(label)
        row = table[list(TEXTURE_COLUMNS)].loc[: snapshot.t * (1 + 1e-9)].iloc[-1]
        assert run.summary.texture[label] == snapshot.texture
        found = run.texture_measures(label)
        for column, name in zip(TEXTURE_COLUMNS, vars(snapshot.texture), strict=True):
            assert column.startswith(name)
            expected = getattr(snapshot.texture, name)
            assert row[column] == pytest.approx(expected, rel=1e-9)
            assert getattr(found, name) == pytest.approx(expected, rel=1e-12)


def test_moments_and_recall_of_a_training(run):
    readings = run.readings
    assert list(readings.index) == ["untrained", "trained", "uniform"]
    after = run.summary.conductance_after
    assert readings.loc["trained", "g_S:edge_1:edge_3"] == -(after[0, 2] + after[2, 0]) / 2
    assert run.recall.loc["+,+,-,-", "always_recalled"] in (True, False)
    assert run.case.title == run.manifest.title == "Small"
    assert run.finished


def test_field_at_vertices_has_coordinates_and_units(run, folder):
    field = run.field("presented")
    fields = read_fields(folder, run.snapshot("presented"))
    np.testing.assert_array_equal(field.m, fields.magnetisation)
    np.testing.assert_array_equal(field.current_density, fields.current_density)
    np.testing.assert_array_equal(field.x, fields.points[:, 0])
    assert field.m.dims == ("vertex", "component")
    assert field.current_density.attrs["units"] == "A/m^2"
    assert field.potential.attrs["units"] == "V"
    assert field.x.attrs["units"] == "m"
    assert field.attrs["voltages"] == [0.02, 0.02, -0.02, -0.02]
    assert field.attrs["contacts"] == ["edge_1", "edge_2", "edge_3", "edge_4"]
    assert run.field().attrs["label"] == "trained"


@pytest.mark.parametrize("wanted", ["untrained", "untr", "0", 0, 0.0, 2.05e-11, "0.0205 ns"])
def test_snapshot_by_label_number_or_nearest_time(run, wanted):
    assert run.snapshot(wanted).label == "untrained"


@pytest.mark.analytic
def test_each_snapshot_is_the_nearest_to_its_time(run):
    """A femtosecond before and after, of times that are picoseconds apart."""
    assert len(set(run.times)) > 1
    for time in run.times:
        assert run.snapshot(time).t == time
        assert run.snapshot(max(time - 1e-15, 0.0)).t == time
        assert run.snapshot(min(time + 1e-15, run.times.max())).t == time


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("trian", "manifest.json: no snapshot 'trian'; there are: 0 'untrained', 1 'presented"),
        (0.02, "t = 0.02: must be a time in s from 0 to .*last snapshot; did you mean 2e-11?"),
        (99, "t = 99: must be a time in s from 0 to .*last snapshot$"),
        (
            "5 furlong",
            "no snapshot '5 furlong'; there are: 0 '.*'; nor is it a time, like '2.5 ns'",
        ),
        ("", "the snapshot is empty: give a label, a number or a time"),
        ("7 ns", "t = '7 ns': must be a time in s from 0 to .*, that of the last snapshot$"),
        (float("nan"), "t = nan: must be a time"),
        (-1e-12, "t = -1e-12: must be a time"),
    ],
)
def test_snapshot_that_is_none_is_refused(run, wanted, message):
    with pytest.raises(InputError, match=message):
        run.field(wanted)


@pytest.mark.analytic
def test_linear_field_on_a_grid_is_exact(run_folder_maker, tmp_path):
    """What is linear in the film stays so: at cell centres x itself, in 2D and in 3D."""
    for solid in (False, True):
        folder = run_folder_maker(tmp_path / str(solid), solid=solid, stack=True)
        path = folder / "fields" / "0002.vtu"
        mesh = meshio.read(path)
        x, y, z = mesh.points.T
        mesh.point_data["potential"] = 1 + 2e6 * x + 3e6 * y + 1e9 * z
        mesh.write(path)
        grid = open_run(folder).field("trained", grid=7e-9)
        assert grid.potential.dims == (("z", "y", "x") if solid else ("y", "x"))
        inside = grid.potential.notnull()
        plane = 1 + 2e6 * grid.x + 3e6 * grid.y + (1e9 * grid.z if solid else 0)
        error = abs(grid.potential - plane.broadcast_like(grid.potential)).max()
        assert float(error) < 1e-9
        # The film's area, to half a cell along its rim.
        triangles = mesh.points[mesh.cells[0].data][:, :3, :2]
        assert 0.3 < float(inside.mean()) < 0.8, triangles.shape
        assert np.allclose(np.linalg.norm(grid.m, axis=-1)[inside], 1, rtol=1e-12, atol=0)
        assert "contact" not in grid
        assert grid.x.attrs["units"] == "m"
        assert grid.temperature.attrs["units"] == "K"
        assert grid.current_density_pt.attrs["units"] == "A/m^2"


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        (0, "grid = 0: must be above 0, in m"),
        ("5", "grid = '5': must be a finite number and above 0, in m"),
        (2.0, "larger than the film, 1.2e-07 m × 1.2e-07 m; .*did you mean 2e-09?"),
        (1e-14, "cover the film, and must be at most 5e.07: take larger ones"),
        ((1e-9,) * 4, "4 edges of a cell: must be one, two or three"),
    ],
)
def test_grid_that_is_none_is_refused(run, grid, message):
    with pytest.raises(InputError, match=message):
        run.field(grid=grid)


def test_state_is_that_of_the_end(run):
    state = run.state()
    np.testing.assert_array_equal(state.m, run.field("trained").m)
    np.testing.assert_array_equal(state.x, run.field("trained").x)
    assert state.attrs["t"] == run.times[-1]


def test_unfinished_run_tells_what_is_there(unfinished, run):
    found = open_run(unfinished)
    assert not found.finished
    assert found.table.equals(run.table)
    assert found.field("untrained").equals(run.field("untrained"))
    assert found.state().m.equals(run.state().m)
    told = {"summary": "no finished run is in it", "readings": "no finished run is in it",
            "recall": "recall comes at the end, and this run is not finished"}  # fmt: skip
    for name, words in told.items():
        with pytest.raises(InputError, match=f"^{re.escape(str(unfinished))}: {words}"):
            getattr(found, name)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("conductance.csv", lambda run: run.table), ("recall.csv", lambda run: run.recall),
        ("summary.json", lambda run: run.summary), ("state.npz", lambda run: run.state()),
        ("fields/0000.vtu", lambda run: run.field("untrained")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("damage", ["cut", "changed", "removed"])
def test_damaged_file_is_refused_in_one_line(copied, name, read, damage):
    path = copied / name
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: 2 * len(content) // 3])
    elif damage == "changed":
        half = len(content) // 2
        spot = next(k for k in range(half, 0, -1) if content[k : k + 1] in b"123456")
        path.write_bytes(content[:spot] + b"9" + content[spot + 1 :])
    else:
        path.unlink()
    run = open_run(copied)
    with pytest.raises(InputError) as refusal:
        read(run)
    if (name, damage) == ("summary.json", "removed"):
        assert str(refusal.value).startswith(f"{copied}: no finished run is in it")
    else:
        assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_folder_without_a_run_is_refused(tmp_path):
    for path, message in ((tmp_path, "no run is in it"), (tmp_path / "no", "no such run folder")):
        with pytest.raises(InputError, match=message):
            open_run(path)


def test_study_gets_the_figures_of_the_trained_texture(run):
    metrics, entry = run_metrics(run.path, run.case), run.summary.texture["trained"]
    assert metrics["topological_charge"] == entry.topological_charge
    assert metrics["skyrmions"] == entry.positive_skyrmions + entry.negative_skyrmions
    assert metrics["stripe_period_m"] == entry.stripe_period
    assert metrics["stripe_order"] == entry.stripe_order
    assert set(metrics) == set(METRICS)


def test_run_without_patterns(comm, shared_tmp_path):
    case = parse_case(
        {key: CASE[key] for key in ("layout", "initial")}
        | {"protocol": {"steps": [{"kind": "read", "label": "first"}]}}
    )
    folder = shared_tmp_path / "run"
    run_case(case, folder, comm, quiet=True)
    comm.barrier()
    run = open_run(folder)
    readings = run.readings
    assert list(readings["label"]) == ["first"]
    assert readings.attrs["units"]["H_A_per_m:x"] == "A/m"
    assert run.summary.texture == run.snapshots[-1].texture
    with pytest.raises(InputError, match="presented no patterns"):
        _ = run.recall


def test_snapshot_says_what_it_is_of(run, folder, tmp_path):
    """To VTK, once exported to meshio too: time, thickness, and the contacts by their numbers."""
    import pyvista

    path = folder / run.snapshots[0].file
    (exported,) = export_snapshots(run, run.snapshots[:1], tmp_path, "vtu")
    for told in (pyvista.read(path).field_data, meshio.read(exported.path).field_data):
        numbers = {name: float(told[name][0]) for name in told}
        assert numbers == {
            "TimeValue": run.snapshots[0].t, "thickness_m": 1e-9, "contact edge_1": 1.0,
            "contact edge_2": 2.0, "contact edge_3": 3.0, "contact edge_4": 4.0,
        }  # fmt: skip
    names = set(pyvista.read(path).array_names)
    assert {"m", "potential_V", "contact", "current_density_A_per_m2"} <= names


def test_study_has_a_table_and_its_runs(copied, tmp_path):
    (tmp_path / "table.csv").write_text(
        "member,status,training.voltage,recall_success,power_W,wall_time_s,ranks,error\n"
        "run,finished,0.02,1,0.001,4.5,2,\nother,waiting,0.03,,,,,\n"
    )
    study = open_study(tmp_path)
    table = study.table
    assert table.loc["run", "power_W"] == 0.001
    assert np.isnan(table.loc["other", "power_W"])
    assert table.attrs["units"]["power_W"] == "W"
    assert study.run("run").finished
    for name, message in (("rum", "did you mean run"), ("other", "no such run folder")):
        with pytest.raises(InputError, match=message):
            study.run(name)
    with pytest.raises(InputError, match="is the folder of a study; open_study opens it"):
        open_run(tmp_path)
    with pytest.raises(InputError, match="no such folder, so there is no study"):
        open_study(tmp_path / "none")


def test_old_manifest_without_textures_is_read(copied):
    path = copied / "manifest.json"
    content = json.loads(path.read_text())
    for entry in content["fields"]:
        del entry["texture"]
    del content["checksum"]
    path.write_text(json.dumps(content))
    assert Counter(one.texture for one in open_run(copied).snapshots) == {None: 3}


def test_figures_of_the_texture_are_told_and_drawn(run, comm):
    """In the report a row a moment; in a picture, of runs that have them in the table."""
    text = run_report(run.path)
    for label, entry in run.summary.texture.items():
        row = next(line for line in text.splitlines() if line.startswith(label)).split()
        assert float(row[1]) == pytest.approx(entry.topological_charge, abs=0.005)
        assert float(row[5]) == pytest.approx(entry.wall_length * 1e6, rel=0.005)
    assert "texture_measures" in pictures_of(run.path)
    if comm.rank == 0:
        figure = texture_measures_picture(read_run(run.path))
        told = {text.get_text() for axes in figure.axes for text in axes.texts}
        charge = f"{run.table['topological_charge'].iloc[-1]:+.2f}".replace("-", "−")
        assert f"charge Q = {charge}" in told
        (order,) = figure.axes[2].lines
        np.testing.assert_array_equal(order.get_ydata(), run.table["stripe_order"])


def test_snapshots_of_one_label_are_told_together():
    labels = ["a", *["relax"] * 20, "b", "relax"]
    shots = [Snapshot(file="fields/0000.vtu", t=0.0, label=each, voltages=None) for each in labels]
    assert told_snapshots(shots) == "0 'a', 1-20 'relax', 21 'b', 22 'relax'"


@pytest.mark.parametrize("name", ["", " "])
def test_empty_path_is_no_run(name):
    with pytest.raises(InputError, match="the path of the run is empty"):
        open_run(name)


@pytest.mark.analytic
def test_stripes_of_a_single_skyrmion_are_not_told():
    """Nor the angle of a maze; here of a film of 120 nm by 120 nm."""
    alone = TextureEntry(
        topological_charge=-1.0, positive_skyrmions=0.0, negative_skyrmions=1.0, wall_length=157e-9,
        stripe_period=2 * 120e-9**2 / 157e-9, stripe_angle=55.0, stripe_order=0.003,
    )  # fmt: skip
    maze = dataclasses.replace(alone, wall_length=720e-9, stripe_period=40e-9)
    stripes = dataclasses.replace(maze, stripe_order=0.9)
    told = texture_text({"alone": alone, "maze": maze, "stripes": stripes}).splitlines()
    ends = [line.split()[-3:] for line in told[-3:]]
    assert ends == [["-", "-", "-"], ["40.0", "-", "0.00"], ["40.0", "55", "0.90"]]
