"""Runs of a kind: means with intervals, maps, pictures, and how fast they forget."""

import json
from dataclasses import replace

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import mean_interval
from hebbfilm.run.analysis.forgetting import forgetting_of
from hebbfilm.run.analysis.forgetting_text import as_dict, forgetting_text
from hebbfilm.run.analysis.kept_by_condition import by_condition, conditions_text
from hebbfilm.run.analysis.retention import Kept, Retention, RunRetention, retention_of_runs
from hebbfilm.run.analysis.retention_courses import KindOfRuns, RunCourse, kinds_of_runs
from hebbfilm.run.cli import main
from hebbfilm.run.pictures.forgetting import forgetting_picture
from hebbfilm.run.pictures.retention import retention_picture
from hebbfilm.run.pictures.retention_map import map_keys, map_picture

TIME = np.arange(1e-9, 51e-9, 1e-9)
THICKNESS, PINNING = "layout.thickness", "disorder.relative_deviation"


def retention(margins):
    """Runs of two kinds of films after 0 and 50 ns, with margins as given at 50 ns."""
    runs = [
        RunRetention(
            f"run {number}",
            300.0,
            {THICKNESS: thickness, PINNING: 0.1},
            (Kept(0.03, 1.0, 0.04), Kept(margin, float(margin > 0), margin + 0.01)),
        )
        for thickness, each in margins.items()
        for number, margin in enumerate(each)
    ]
    return Retention((0.0, 50e-9), tuple(runs))


def kind(thickness, rate, films=4, noise=1e-3, lost=0):
    """Films of 2.5 % on average whose contrast decays at a rate; some lose recall at 30 ns."""
    generator = np.random.default_rng(round(1e9 * thickness))
    courses = []
    for number in range(films):
        contrast = generator.uniform(0.02, 0.03) * np.exp(-rate * TIME)
        contrast += noise * generator.normal(size=len(TIME))
        recalled = np.full(len(TIME), True)
        if number < lost:
            recalled[TIME > 30.5e-9] = False
        courses.append(RunCourse(f"run {number}", TIME, contrast - 0.01, contrast, recalled))
    return KindOfRuns({THICKNESS: thickness}, 300.0, thickness, tuple(courses))


@pytest.mark.analytic
def test_runs_of_a_kind_make_a_row():
    """Kinds by their values, thin first; Student's interval, and counts of those that recall."""
    found = by_condition(retention({3e-9: [0.02, 0.03, 0.01], 1e-9: [-0.01, 0.01]}))
    assert [each.values[THICKNESS] for each in found] == [1e-9, 3e-9]
    thick = found[1].kept[1]
    assert thick is not None
    assert thick.margin == pytest.approx(0.02, rel=1e-12)
    assert thick.margin_interval == mean_interval(np.array([0.02, 0.03, 0.01]))
    assert (thick.recalled, thick.runs) == (3, 3)
    assert found[0].kept[1].recalled == 1
    lines = conditions_text((0.0, 50e-9), found)
    assert lines[1].startswith("Mean margin / %")
    assert lines[3].split() == ["condition", "0", "ns", "50", "ns"]
    assert lines[5].endswith("+2.00 [-0.48, +4.48] 3/3")


def test_single_runs_make_no_rows():
    found = by_condition(retention({3e-9: [0.02], 1e-9: [0.01]}))
    assert conditions_text((0.0, 50e-9), found) == []


def test_map_has_a_cell_for_each_pair_of_values():
    runs = retention({3e-9: [0.02, 0.03], 1e-9: [-0.01, 0.01]})
    found = by_condition(runs)
    assert map_keys(found) == (THICKNESS, PINNING)
    left, right = map_picture(50e-9, found).axes
    assert [text.get_text() for text in left.get_xticklabels()] == ["1 nm", "3 nm"]
    assert [text.get_text() for text in left.get_yticklabels()] == ["0.1"]
    assert [text.get_text().split("\n")[0] for text in left.texts] == ["0.00", "+2.50"]
    assert [text.get_text().split("\n")[0] for text in right.texts] == ["1 of 2", "2 of 2"]


@pytest.mark.analytic
def test_fit_finds_rates_losses_and_barriers():
    """Rates to a fifth: noise of 4 % of the contrast over 46 rows and 4 films makes some percent.

    One film of four is lost after 30 ns, of which 25 are in the fit, the others watched to 45 ns.
    """
    rates = {1e-9: 2e7, 2e-9: 8e6, 3e-9: 3.2e6}
    kinds = [kind(t, k, lost=int(t == 1e-9)) for t, k in rates.items()]
    found = forgetting_of(kinds, 5e-9)
    for each, expected in zip(found.kinds, rates.values(), strict=True):
        assert each.rate.value == pytest.approx(expected, rel=0.2)
    losses = found.kinds[0].losses
    assert (losses.lost, losses.runs) == (1, 4)
    assert losses.exposure == pytest.approx(25e-9 + 3 * 45e-9, rel=1e-9)
    (barrier,) = found.barriers
    assert barrier.kinds == (0, 1, 2)
    # ln k falls by ln 2.5 for each nanometre.
    energy = np.log(2.5) / 1e-9 * 1.380649e-23 * 300
    assert barrier.fit.energy == pytest.approx(energy, rel=0.2)
    text = forgetting_text(found)
    assert "Attempts and barriers" in text
    assert "1 of 4" in text
    json.dumps(as_dict(found), allow_nan=False)
    assert len(forgetting_picture(found).axes) == 4


def test_picture_is_wide_and_its_legend_beside_the_rates():
    """Twenty panels in four lines of five, and no name of a barrier over its intervals."""
    films = [kind(t, 2e16 * t, films=2) for t in 1e-9 * np.arange(1, 5)]
    found = forgetting_of(films, 5e-9)
    figure = forgetting_picture(replace(found, kinds=found.kinds * 5))
    *panels, rates = figure.axes
    assert panels[0].get_gridspec().get_geometry() == (4, 5)
    figure.draw_without_rendering()
    legend = rates.get_legend().get_window_extent()
    assert legend.x0 >= rates.get_window_extent().x1
    assert legend.x1 <= figure.bbox.x1


def test_films_that_keep_have_bounds():
    """No decay within the noise: bounds for rate and losses, no number for a half time."""
    text = forgetting_text(forgetting_of([kind(3e-9, 0.0)], 5e-9))
    row = next(line for line in text.splitlines() if line.startswith("thickness = 3e-09"))
    assert "above" in row
    assert "0 of 4" in row
    # Rule of three: 3.00 losses over 4 × 45 ns.
    assert row.endswith("below 17")


def of_contrast(contrast, lost=0):
    """Three films of 3 nm with this contrast, in relation to amplitudes of their own."""
    courses = []
    for number, amplitude in enumerate((0.01, 0.02, 0.03)):
        recalled = np.full(len(TIME), True)
        recalled[TIME > 30.5e-9] = number >= lost
        values = amplitude * contrast
        courses.append(RunCourse(f"run {number}", TIME, values - 0.01, values, recalled))
    return KindOfRuns({THICKNESS: 3e-9}, 300.0, 3e-9, tuple(courses))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("contrast", "told"),
    [
        (np.exp(-1e10 * TIME), ["above 580", "below 1.2"]),
        (np.exp(2e7 * TIME), ["constant", "does not fall", "the contrast grows"]),
        (0 * TIME, ["no bound", "none", "the contrast is 0 throughout"]),
    ],
)
def test_what_cannot_be_found_is_said(contrast, told):
    """In the table and, as null, in the file; and the picture is drawn."""
    found = forgetting_of([of_contrast(contrast), kind(1e-9, 2e7)], 0.0)
    text = forgetting_text(found)
    for each in told:
        assert each in text
    assert "nan" not in text
    assert "inf" not in text
    written = json.dumps(as_dict(found), allow_nan=False)
    assert "e+" not in written
    forgetting_picture(found).draw_without_rendering()


def test_recall_lost_without_decay_is_explained():
    text = forgetting_text(forgetting_of([kind(3e-9, 0.0, lost=2)], 5e-9))
    assert "2 of 4" in text
    assert "recall is lost though no decay of the contrast is seen" in text


def test_kinds_of_one_run_are_left_out_beside_others():
    found = forgetting_of([kind(1e-9, 0.0, films=1), kind(3e-9, 0.0)], 5e-9)
    assert [each.kind.thickness for each in found.kinds] == [3e-9]
    assert forgetting_text(found).endswith("the only runs of their kind: thickness = 1e-09")


@pytest.mark.parametrize(
    ("kinds", "since", "message"),
    [
        ([kind(3e-9, 0.0)], -1e-9, "--from -1e-09: must be 0 or more"),
        ([kind(3e-9, 0.0)], float("nan"), "--from nan: must be 0 or more"),
        ([kind(3e-9, 0.0, films=1)], 5e-9, "run 0 is the only run of its kind"),
        ([kind(3e-9, 0.0)], 45e-9, "run 0 has 6 rows from 4.5e-08 s after switch-off on"),
    ],
)
def test_what_cannot_be_fitted_is_said(kinds, since, message):
    with pytest.raises(InputError, match=message):
        forgetting_of(kinds, since)


@pytest.fixture
def study(run_folder_maker, comm, shared_tmp_path):
    """Two made-up runs that learn for 6 ns and rest for 5 ns, alike but for their names."""
    if comm.rank == 0:
        for name in ("one", "two"):
            folder = run_folder_maker(shared_tmp_path / "study" / name)
            (folder / "case.toml").write_text(
                "[layout]\nkind = 'wheel'\n[training]\npatterns = ['+,+,-,-']\n"
            )
    comm.barrier()
    return shared_tmp_path / "study"


def test_command_writes_table_and_pictures(study, comm, capsys):
    assert main(["retention", str(study), "--fit", "--from", "0"]) == 0
    printed = capsys.readouterr().out
    if comm.rank == 0:
        assert "all alike" in printed
        assert "Decay of the contrast from 0 ns after switch-off on" in printed
        assert {path.name for path in (study / "pictures").iterdir()} == {
            "retention.png",
            "forgetting.png",
        }
        kept = json.loads((study / "retention.json").read_text())
        assert len(kept["runs"]) == 2
        assert kept["conditions"][0]["kept"][0]["recalled"] == 2
        forgotten = json.loads((study / "forgetting.json").read_text())
        assert forgotten["conditions"][0]["runs"] == ["one", "two"]


def test_several_folders_write_where_they_are_told(study, comm, capsys):
    """None is the folder of all; a run named twice is one."""
    runs = [str(study / name) for name in ("one", "two")]
    line = ["retention", *runs, str(study), "--fit", "--from", "0"]
    assert main(line) == 0
    printed = capsys.readouterr().out
    assert main([*line, "--out", str(study / "told")]) == 0
    if comm.rank == 0:
        assert "--out FOLDER writes them" in printed
        assert "all alike" in printed
        assert "of 2 " in printed
        assert not (study / "one" / "retention.json").exists()
        assert not (study / "retention.json").exists()
        written = {path.name for path in (study / "told").iterdir()}
        assert written == {"retention.json", "forgetting.json", "pictures"}
        kept = json.loads((study / "told" / "retention.json").read_text())
        assert [each["run"] for each in kept["runs"]] == ["one", "two"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "0"], "--from 0: is where fits begin; give --fit, too"),
        (["--fit", "--from", "-1e-9"], "--from -1e-09: must be 0 or more"),
        (["--fit", "--from", "4e-9"], "rows from 4e-09 s after switch-off on"),
        (["--format", "gif"], "format 'gif': allowed are png, svg, pdf"),
    ],
)
def test_command_refuses_in_one_line(study, comm, capsys, arguments, message):
    assert main(["retention", str(study), *arguments]) == 2
    printed = capsys.readouterr()
    if comm.rank == 0:
        assert message in printed.err
        assert printed.err.count("\n") == 1


def test_a_picture_has_a_panel_for_each_value_of_the_first_key():
    kinds = [kind(1e-9, 2e7), kind(3e-9, 1e6)]
    both = [
        KindOfRuns({THICKNESS: each.thickness, PINNING: p}, 300.0, each.thickness, each.courses)
        for each in kinds
        for p in (0.1, 0.2)
    ]
    figure = retention_picture(both)
    titles = [axes.get_title(loc="left") or axes.get_title() for axes in figure.axes]
    assert titles == ["thickness 1 nm", "thickness 3 nm"]
    assert "thin" not in figure.get_suptitle()
    films = KindOfRuns({}, 300.0, 3e-9, kind(3e-9, 1e6).courses)
    alike = retention_picture([films])
    assert (
        alike.axes[0].get_title(loc="left") or alike.axes[0].get_title()
    ) == "runs that differ in seeds alone"
    assert alike.get_suptitle().endswith("; thin: each run")
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert names == ["relative deviation 0.1", "relative deviation 0.2"]


def test_keys_newer_than_a_run_make_no_other_kind(study, comm):
    """One run was made before a key was there, the other says its default."""
    if comm.rank == 0:
        case = {"layout": {"kind": "wheel"}, "training": {"patterns": ["+,+,-,-"]}}
        for name, more in (("one", {}), ("two", {"contacts": {"specific_resistance": 0.0}})):
            path = study / name / "manifest.json"
            manifest = json.loads(path.read_text()) | {"case": case | more}
            path.write_text(json.dumps(manifest))
    comm.barrier()
    assert [len(each.courses) for each in kinds_of_runs([study])] == [2]


def test_courses_follow_the_table(study, comm):
    """Rows of a rest every 50 ps: every tenth is taken; at 5 ns it is what the table has."""
    (found,) = kinds_of_runs([study])
    assert [len(run.time) for run in found.courses] == [10, 10]
    assert found.courses[0].time == pytest.approx(np.arange(10) * 5e-10 + 5e-11, rel=1e-9)
    time = float(found.courses[0].time[-1])
    kept = retention_of_runs([study], [time]).runs[0].kept[0]
    assert found.courses[0].margin[-1] == kept.margin
    assert found.courses[0].contrast[-1] == kept.contrast
