"""`hebbfilm capacity`: its figures, its pictures, and what it refuses, on all ranks."""

import json
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Reference, conductance_weights, hebb_correlation
from hebbfilm.hopfield.contact_pairs import pair_names, relative_change
from hebbfilm.hopfield.graphs import parse_graph
from hebbfilm.hopfield.patterns import random_patterns
from hebbfilm.hopfield.strips import drawn_strips
from hebbfilm.run.analysis.composed import Asked, analyse_capacity, pattern_sets
from hebbfilm.run.cli import main
from hebbfilm.run.folder.learnt import read_learnt
from hebbfilm.run.folder.manifest import read_manifest
from hebbfilm.run.folder.measured_strips import read_strips
from hebbfilm.run.folder.reader import all_finished_runs
from hebbfilm.run.pictures.letters import lattice_places, letters_picture, pixels_of

STRIPS = {"strip_length": 2.4e-7, "strip_width": 1.1e-7, "wires": 1}


LATTICE = {"kind": "pixel_lattice", "rows": 3, "columns": 3}


def run_of(maker, folder, patterns, *, gain=0.01, spread=0.0, seed=0, layout=None):
    """A run of independent strips that changed by `gain` for each pattern that drives them."""
    size = patterns.shape[1]
    run = maker(folder, contacts=size, size=60.0, with_current=False)
    rng = np.random.default_rng(seed)
    driven = (patterns[:, :, None] != patterns[:, None, :]).sum(axis=0)
    noise = np.triu(rng.normal(scale=spread, size=(size, size)), k=1)
    g = 1e-3 * (1 - np.eye(size))
    before, after = -g, -g * (1 + gain * driven + noise + noise.T)
    for matrix in (before, after):
        np.fill_diagonal(matrix, -matrix.sum(axis=1))
    reference = Reference("untrained")
    w, changes = conductance_weights(before, after, reference), relative_change(before, after)
    summary = json.loads((run / "summary.json").read_text())
    summary |= {
        "patterns": patterns.tolist(),
        "conductance_before": before.tolist(),
        "conductance_after": after.tolist(),
        "relative_change": dict(zip(pair_names(summary["contacts"]), changes, strict=True)),
        "weights": w.tolist(),
        "hebb_correlation": hebb_correlation(w, patterns),
    }
    (run / "summary.json").write_text(json.dumps(summary))
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["case"] = {
        "layout": {**LATTICE, **STRIPS, **(layout or {})},
        "training": {"patterns": [",".join("+" if s > 0 else "-" for s in xi) for xi in patterns]},
    }
    (run / "manifest.json").write_text(json.dumps(manifest))
    return run


@pytest.fixture(scope="module")
def folder(comm, tmp_path_factory, run_folder_maker):
    """Runs of nine nodes that learnt one and two patterns, with a spread."""
    folder = comm.bcast(tmp_path_factory.mktemp("capacity"))
    if comm.rank == 0:
        for count, seed in ((1, 1), (2, 2), (2, 3)):
            patterns = random_patterns(count, 9, seed=seed)
            run_of(
                run_folder_maker,
                folder / f"p{count}_{seed}",
                patterns,
                spread=0.003,
                seed=seed,
            )
    comm.barrier()
    return folder


@pytest.mark.analytic
def test_table_and_pictures(folder, comm, capsys):
    out = folder / "out"
    given = ["capacity", str(folder / "p1_1"), str(folder / "p2_2")]
    asked = ["--graph", "complete:35", "--graph", "hexagons:1", "--patterns", "1", "2"]
    few = ["--sets", "4", "--resamples", "5", "--starts", "5", "--pool", "count"]
    overlaps = ["--random", "--letters", "--overlap", "0", "0.4"]
    assert main([*given, *asked, *few, *overlaps, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert bool(printed) == (comm.rank == 0)
    if comm.rank:
        return
    assert "not simulated as whole networks" in printed
    found = json.loads((out / "capacity.json").read_text())
    assert {path.name for path in out.iterdir()} == {"capacity.json", "capacity.png", "overlap.png"}
    assert [pool["patterns"] for pool in found["pools"]] == [1, 2]
    for point in found["points"]:
        assert set(point["stored"]) == {"film", "hebb", "oja", "pseudo_inverse", "storkey"}
        assert (point["stored"]["film"]["exact"] is None) == (point["units"] > 9)
        for measure in point["stored"]["film"].values():
            if measure is not None:
                low, high = measure["interval"]
                assert 0 <= low <= measure["value"] <= high <= 1
    letters = [point for point in found["points"] if point["kind"] == "letters"]
    assert {point["units"] for point in letters} == {35}
    # One pattern that all strips follow is stored, as Hebb has it.
    single = [p for p in letters if p["patterns"] == 1]
    assert single[0]["stored"]["hebb"]["stable"]["value"] == 1


@pytest.mark.analytic
def test_run_held_out_is_foretold(folder, comm, capsys):
    """Both runs are of one law, so that the other run's strips foretell this one's network."""
    out = folder / "held"
    line = ["capacity", str(folder / "p2_2"), "--against", str(folder / "p2_3"), "--pool", "count"]
    assert main([*line, "--resamples", "40", "--out", str(out)]) == 0
    if comm.rank == 0:
        (found,) = json.loads((out / "held_out.json").read_text())["held_out"]
        assert found["measures"]["correlation"]["within"]
        assert "correlation with Hebb" in capsys.readouterr().out


@pytest.mark.regression
def test_letters_are_searched(folder, comm, capsys):
    out = folder / "search"
    line = ["capacity", str(folder / "p2_2"), "--graph", "complete:35", "--patterns", "2"]
    assert (
        main(
            [
                *line,
                "--search",
                "2",
                "--fitted",
                "--starts",
                "5",
                "--pool",
                "count",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    if comm.rank == 0:
        (found,) = json.loads((out / "letters.json").read_text())["letters"]
        assert set(found["rules"]) > {"film", "hebb", "max_margin", "contrastive"}
        assert found["rules"]["max_margin"]["tried"] == 2
        assert "1000 trials a letter" in capsys.readouterr().out


@pytest.mark.analytic
def test_seed_decides(folder):
    measured = read_strips([folder / "p2_2"])
    graphs = [parse_graph("complete:9")]
    asked = [Asked((2,), sets=3, seed=seed, pool="count") for seed in (1, 1, 2)]
    found = [analyse_capacity(measured, graphs, each)["points"] for each in asked]
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["--graph", "complete:9", "--pool", "sign"], "did you mean signed"),
        (["--graph", "complet:9"], "did you mean complete"),
        ([], "give --graph"),
        (["--graph", "complete:9", "--letters"], "allowed are graphs of 35"),
        (["--graph", "complete:9", "--sets", "0"], "--sets 0: allowed is 1 or more"),
        (["--graph", "complete:9", "--overlap", "1"], "--overlap 1: allowed is 0 or more"),
        (["--graph", "complete:9", "--patterns", "0"], "--patterns 0"),
        (["--graph", "complete:9", "--patterns", "6", "--overlap", "0"], "at most 5"),
        (["--graph", "complete:9", "--fitted"], "goes with --search"),
        (["--graph", "complete:9", "--share", "10"], "allowed is 0 to 1"),
        (["--against", "p2_2"], "leave it out"),
    ],
)
def test_bad_lines_are_refused(folder, comm, capsys, monkeypatch, line, told):
    monkeypatch.chdir(folder)
    assert main(["capacity", "p2_2", *line, "--out", "none"]) == 2
    error = capsys.readouterr().err
    assert (told in error) == (comm.rank == 0)
    assert error.count("\n") == (comm.rank == 0)
    assert not (folder / "none").exists()


def test_what_is_no_set_of_strips_is_refused(run_folder_maker, tmp_path):
    patterns = random_patterns(2, 9, seed=1)
    shared = run_of(run_folder_maker, tmp_path / "a", patterns)
    manifest = json.loads((shared / "manifest.json").read_text())
    del manifest["case"]["layout"]["strip_length"]
    (shared / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="its strips share film"):
        read_strips([shared])
    one, other = (
        run_of(run_folder_maker, tmp_path / name, patterns, layout={"wires": wires})
        for name, wires in (("b", 1), ("c", 2))
    )
    with pytest.raises(InputError, match=r"layout.wires = 2, but 1 in .*b: strips of both"):
        read_strips([one, other])


def test_key_newer_than_a_run_has_its_default(run_folder_maker, tmp_path):
    patterns = random_patterns(2, 9, seed=1)
    runs = [run_of(run_folder_maker, tmp_path / name, patterns) for name in "ab"]
    path = runs[1] / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["case"]["contacts"] = {"lead_resistance": 0.0}
    path.write_text(json.dumps(manifest))
    pool = read_strips(runs).pools[2]
    assert len(pool.signs) == 2 * 36


def test_run_named_twice_is_there_once(folder, monkeypatch):
    monkeypatch.chdir(folder)
    named = [Path("p1_1"), folder, folder / "p2_2", Path("p1_1/../p1_1")]
    assert [run.name for run in all_finished_runs(named)] == ["p1_1", "p2_2", "p2_3"]


def test_rows_that_are_absent_are_explained(folder, comm, capsys):
    line = ["capacity", str(folder / "p2_2"), "--graph", "complete:3", "--patterns", "1", "4"]
    few = ["--sets", "2", "--resamples", "2", "--starts", "2", "--overlap", "0"]
    assert main([*line, *few, "--random", "--out", str(folder / "absent")]) == 0
    if comm.rank == 0:
        printed = capsys.readouterr().out
        assert "Left out: film, 1 pattern: the strips of these runs were shown 2" in printed
        assert "Left out: complete:3, overlap 0, 4 patterns: no such sets" in printed


def lacking(strips, level, rng):
    """As if no strip had gone through any of the signs."""
    return drawn_strips(np.zeros(1, dtype=int), np.ones(1, dtype=int), 1, rng)


def test_signs_that_are_lacking_name_the_option(folder, comm, capsys, monkeypatch):
    line = ["capacity", str(folder / "p2_2"), "--graph", "complete:35", "--patterns", "2"]
    monkeypatch.setattr("hebbfilm.hopfield.composed.resampled", lacking)
    for pool, told in (("signed", "--pool count"), ("count", "which --pool count does already")):
        assert main([*line, "--pool", pool, "--sets", "2", "--out", str(folder / "lacking")]) == 2
        error = capsys.readouterr().err
        assert error.rstrip().endswith(f"take more signs together: {told}") == (comm.rank == 0)


@pytest.mark.analytic
def test_sets_that_do_not_exist_are_left_out():
    assert pattern_sets("letters", 2, 9, 5, 0) is None
    assert pattern_sets(0.0, 4, 3, 5, 0) is None
    assert len(pattern_sets("random", 3, 4, 5, 0)) == 5


@pytest.mark.analytic
def test_pixels_of_lattices():
    places, sides = lattice_places({"kind": "pixel_lattice", "rows": 2, "columns": 3})
    assert places.tolist() == [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]]
    assert sides == 4
    places, sides = lattice_places({"kind": "hexagonal_lattice", "rings": 2})
    assert (len(places), sides) == (19, 6)
    assert lattice_places({"kind": "wheel"}) is None


@pytest.mark.analytic
def test_patterns_are_drawn_as_pixels(run_folder_maker, tmp_path):
    """A picture for each: stored, and three shares of flips with what two networks make of them."""
    layout = {"kind": "pixel_lattice", "rows": 6, "columns": 3}
    run = run_of(run_folder_maker, tmp_path / "r", random_patterns(2, 18, 1), layout=layout)
    manifest = read_manifest(run)
    assert pixels_of(manifest) is not None
    figure = letters_picture(read_learnt(run), manifest)
    assert len(figure.axes) == 2 * 10
