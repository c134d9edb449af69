"""`hebbfilm rule` on short coarse runs, on all ranks that there are."""

import json
from pathlib import Path

import pytest

from hebbfilm.hopfield.learning_rule import FORMS
from hebbfilm.hopfield.rule_fit import Comparison, Fit
from hebbfilm.run.analysis.rule_text import parameter_text
from hebbfilm.run.analysis.trajectories import read_record
from hebbfilm.run.cli import main
from hebbfilm.run.folder.reader import all_finished_runs

CASE = Path(__file__).parents[2] / "run" / "cases" / "four_node.toml"
QUICK = {
    "layout.mesh_size": 30e-9,
    "initial.relaxation": 4e-11,
    "training.duration": 4e-11,
    "training.rest": 2e-11,
    "output.sample_interval": 1e-11,
}


@pytest.fixture(scope="module")
def runs(comm, tmp_path_factory):
    folder = comm.bcast(tmp_path_factory.mktemp("rule"))
    for seed in (1, 2):
        settings = {**QUICK, "initial.seed": seed}
        given = [text for key, value in settings.items() for text in ("--set", f"{key}={value}")]
        out = str(folder / f"seed_{seed}")
        assert main(["train", str(CASE), *given, "--out", out, "--no-pictures"]) == 0
    return folder


def test_table_and_picture_of_a_study(runs, comm, capsys):
    assert main(["rule", str(runs)]) == 0
    told = capsys.readouterr().out
    assert ("Held out in turn: each initial texture, 2 of them" in told) == (comm.rank == 0)
    assert ("R² held out" in told) == (comm.rank == 0)
    comm.barrier()
    found = json.loads((runs / "learning_rule.json").read_text(encoding="utf-8"))
    assert {form["name"] for form in found["forms"]} == {form.name for form in FORMS}
    errors = [form["held_out"] for form in found["forms"]]
    assert errors == sorted(errors)
    assert found["least_error"] <= min(form["fitted"] for form in found["forms"])
    assert errors[0] >= found["least_error"]
    assert found["courses"] == 12
    assert (runs / "pictures" / "learning_rule.png").is_file()
    # Equal signs have no field along them, so the two classes part in every prediction.
    assert found["linear_response"]["uniform film, all pairs"]["slope"] is not None


@pytest.mark.parametrize(
    ("errors", "text"),
    [
        ((0.5, 0.0), "r_max = 20 ± 50 % (set by the bound of t_d), t_d = 1000 ns (a bound)"),
        ((0.5, 7e-8), "r_max = 20 ± 50 % (set by the bound of t_d), t_d = 1000 ± 70 ns (a bound)"),
    ],
)
def test_parameter_at_its_bound_is_marked(errors, text):
    (form,) = [form for form in FORMS if form.name == "displacement"]
    fit = Fit(form, (0.2, 1e-6), ("t_d",), True)
    assert parameter_text(Comparison(fit, errors, 0, 0, 0, 0, (), ())) == text


def test_single_run_holds_out_its_pairs(runs):
    record = read_record([runs / "seed_1"])
    assert record.held_out == "pair"
    assert sorted(record.group) == list(range(6))
    # 4e-11 s under voltage and 2e-11 s of rest, from r = 0 on.
    assert record.trajectories.step.sum(axis=0) == pytest.approx(6e-11, rel=1e-9, abs=0)
    assert record.trajectories.dose.max() == pytest.approx(4e-11, rel=1e-9, abs=0)


def test_runs_of_one_texture_are_one_group(runs):
    record = read_record([*all_finished_runs([runs]), runs / "seed_1"])
    assert len(record.runs) == 3
    assert record.held_out == "initial texture"
    assert list(record.group) == [0] * 6 + [1] * 6 + [0] * 6


def test_folder_without_runs_is_named(comm, shared_tmp_path, capsys):
    assert main(["rule", str(shared_tmp_path)]) == 2
    told = capsys.readouterr().err
    assert ("no finished run is in it" in told) == (comm.rank == 0)
