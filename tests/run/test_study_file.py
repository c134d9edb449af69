"""What a study file says: combinations, names, parts, and slips named in one line."""

import re
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.study.axes import Interval, some_combinations
from hebbfilm.run.study.members import members_of
from hebbfilm.run.study.parts import part_of
from hebbfilm.run.study.study_file import read_study
from hebbfilm.solvers.textures.contents import checksum_of
from hebbfilm.solvers.textures.ovf import write_ovf

CASES = Path(__file__).parents[2] / "run" / "cases"
BASE = f'case = "{CASES / "four_node.toml"}"\n'


@pytest.fixture
def study_of(tmp_path):
    def write(text):
        path = tmp_path / "study.toml"
        path.write_text(BASE + text, encoding="utf-8")
        return read_study(path), path

    return write


def test_product_of_lists_grids_sets_and_seeds(study_of):
    study, path = study_of("""
seeds = 2
[[vary]]
key = "training.voltage"
values = [0.02, 0.05]
[[vary]]
key = "material.damping"
from = 0.01
to = 1
count = 3
spacing = "logarithmic"
[[zip]]
layout.ring_width = [80e-9, 110e-9]
"layout.spoke_width" = [70e-9, 110e-9]
[set]
layout.mesh_size = 2e-8
""")
    found = members_of(study, path)
    assert len(found) == 2 * 3 * 2 * 2
    assert len({member.name for member in found}) == len(found)
    assert found[1].name == ("voltage=0.02_damping=0.01_ring_width=8e-08_spoke_width=7e-08_seed=2")
    last = found[-1].case
    assert last.training.voltage == 0.05
    assert last.material.damping == 1.0
    assert (last.layout["ring_width"], last.layout["spoke_width"]) == (110e-9, 110e-9)
    assert last.initial.seed == 2
    assert {member.case.layout["mesh_size"] for member in found} == {2e-8}
    # A constant factor between neighbours.
    assert {m.case.material.damping for m in found} == {0.01, 0.1, 1.0}


@pytest.mark.analytic
def test_sample_of_intervals_is_a_latin_hypercube():
    """Each of n equal parts of each interval is visited once."""
    axes = [Interval("a", 0.0, 1.0, False), Interval("b", 1e-3, 10.0, True)]
    found = some_combinations(axes, 20, seed=3)
    a = np.array([settings["a"] for settings in found])
    b = np.log10([settings["b"] for settings in found])
    # Values are rounded to six digits: too little to leave a part but by a chance of 1e-4.
    assert sorted((20 * a).astype(int)) == list(range(20))
    assert sorted((20 * (b + 3) / 4).astype(int)) == list(range(20))
    assert found == some_combinations(axes, 20, seed=3)
    assert found != some_combinations(axes, 20, seed=4)


def test_sample_of_lists_takes_no_combination_twice(study_of):
    text = """
[sample]
count = {}
[[vary]]
key = "training.voltage"
values = [0.02, 0.03, 0.04]
[[vary]]
key = "initial.seed"
values = [1, 2]
"""
    study, _ = study_of(text.format(5))
    assert len({tuple(settings.items()) for settings in study.combinations}) == 5
    with pytest.raises(InputError, match="count = 7: there are 6 combinations"):
        study_of(text.format(7))


def test_whole_sections_and_patterns_are_varied_and_named(study_of):
    study, path = study_of("""
[[vary]]
key = "training.patterns"
values = [["+,+,-,-"], ["+-+-", "++--"]]
[[vary]]
key = "thermal.seed"
values = [7]
[[vary]]
key = "initial.seed"
values = [7]
""")
    # A last part that two keys share does not tell them apart.
    assert [member.name for member in members_of(study, path)] == [
        "patterns=+,+,-,-_thermal.seed=7_initial.seed=7",
        "patterns=+-+-,++--_thermal.seed=7_initial.seed=7",
    ]


def test_names_that_would_be_the_same_end_in_a_digest(study_of):
    study, path = study_of(
        """
[[vary]]
key = "title"
values = ["a b", "a-b", "ab", "%s"]
"""
        % (200 * "x")
    )
    names = [member.name for member in members_of(study, path)]
    assert names[1] == "title=a-b"
    assert names[0].startswith("title=ab~")
    assert names[2].startswith("title=ab~")
    assert len(set(names)) == 4
    assert max(map(len, names)) < 140


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing is varied"),
        ("seed = 3", "unknown key seed at the top of the study; did you mean seeds?"),
        ("seeds = []", "seeds = []: must be a list with at least one entry"),
        ("seeds = [1, 2, 1]", "seeds: 1 stands there twice"),
        ("[vary]\nkey = 'a'", "write it as [[vary]]"),
        ("[[vary]]\nvalues = [1]", "needs a key of the case"),
        ("[[vary]]\nkey = 'initial.seed'\nvalue = [1]", "unknown key value in [[vary]]"),
        ("[[vary]]\nkey = 'initial.seed'\nvalues = 3", "must be a list"),
        ("[[vary]]\nkey = 'training.voltage'\nfrom = 0.1\nto = 0.2", "give a count for a grid"),
        ("[[vary]]\nkey = 'training.voltage'\nfrom = 0.2\nto = 0.1\ncount = 3", "must be less"),
        (
            "[[vary]]\nkey = 'training.voltage'\nfrom = 0\nto = 1\ncount = 3\n"
            "spacing = 'logarithmic'",
            "must be positive for logarithmic",
        ),
        ("[[zip]]\na.b = [1, 2]\na.c = [1]", "a.b has 2, a.c has 1"),
        ("seeds = 2\n[[vary]]\nkey = 'initial.seed'\nvalues = [1]", "give it once"),
        ("seeds = 2\n[set]\ninitial.seed = 1", "initial.seed is varied, and initial.seed is given"),
        ("seeds = 2\n[sample]\nnumber = 2", "unknown key number in [sample]"),
        # Found in a member, the second of two.
        (
            "[[vary]]\nkey = 'training.voltage'\nvalues = [0.05, 50]",
            "member voltage=50: training.voltage = 50 V: allowed are",
        ),
        (
            "[[vary]]\nkey = 'training.volage'\nvalues = [0.05]",
            "member volage=0.05: unknown key volage in [training]; did you mean voltage?",
        ),
        (
            "[[vary]]\nkey = 'training.patterns'\nvalues = [['+,+,-,-'], ['+-']]",
            "member patterns=+-: pattern '+-' has 2 signs",
        ),
        ("[[vary]]\nkey = 'layout.contact_half_angle'\nvalues = [30, 70]", "overlap"),
        ("[[vary]]\nkey = 'layout.kind'\nvalues = ['weel']", "did you mean wheel?"),
        (
            "[[vary]]\nkey = 'layout'\n"
            "values = [{kind = 'mesh', path = 'no.msh', thickness = 1e-9}]",
            "no.msh: no such file",
        ),
    ],
)
def test_slips_are_named_in_one_line_before_anything_runs(
    text, message, comm, capsys, shared_tmp_path
):
    path, out = shared_tmp_path / "study.toml", shared_tmp_path / "out"
    if comm.rank == 0:
        path.write_text(BASE + text, encoding="utf-8")
    comm.barrier()
    assert main(["study", str(path), "--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    if comm.rank == 0:
        assert printed.err.startswith(f"hebbfilm: {path}: ")
        assert message in printed.err
        assert printed.err.count("\n") == 1
    assert not out.exists()


def test_study_of_the_catalogue_is_listed(comm, capsys, tmp_path):
    """Checks all its members, runs none."""
    study = CASES / "studies" / "voltage.toml"
    assert main(["study", str(study), "--out", str(tmp_path), "--dry-run", "--part", "2/3"]) == 0
    printed = capsys.readouterr().out
    assert ("4 of 12 runs" in printed) == (comm.rank == 0)
    assert ("waiting  voltage=0.01_seed=2" in printed) == (comm.rank == 0)


def test_parts_are_all_and_disjoint():
    whole = list(range(11))
    parts = [part_of(whole, f"{place}/4", {}) for place in range(1, 5)]
    assert sorted(number for part in parts for number in part) == whole
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    for first, step in ((0, 1), (1, 1), (10, 5)):
        slurm = [
            {
                "SLURM_ARRAY_TASK_ID": str(first + step * place),
                "SLURM_ARRAY_TASK_MIN": str(first),
                "SLURM_ARRAY_TASK_COUNT": "4",
                "SLURM_ARRAY_TASK_STEP": str(step),
            }
            for place in range(4)
        ]
        assert [part_of(whole, None, environment) for environment in slurm] == parts
    assert part_of(whole, None, {}) == whole


@pytest.mark.parametrize(
    ("asked", "environment", "message"),
    [
        ("2", {}, "--part 2: write K/N"),
        ("0/3", {}, "parts are counted from 1"),
        ("4/3", {}, "must be 1 to 3"),
        (
            None,
            {
                "SLURM_ARRAY_TASK_ID": "7",
                "SLURM_ARRAY_TASK_MIN": "1",
                "SLURM_ARRAY_TASK_COUNT": "3",
            },
            "the array has gaps",
        ),
        (None, {"SLURM_ARRAY_TASK_ID": "7"}, "give --part K/N"),
    ],
)
def test_bad_parts_are_named(asked, environment, message):
    with pytest.raises(InputError, match=message):
        part_of([1, 2, 3], asked, environment)


@pytest.mark.regression
def test_quantities_among_values(tmp_path):
    (tmp_path / "case.toml").write_text('layout = { kind = "wheel" }\n')
    path = tmp_path / "study.toml"
    path.write_text(
        'case = "case.toml"\n[[vary]]\nkey = "layout.mesh_size"\nvalues = ["6 nm", 7e-9]\n'
    )
    found = [each["layout.mesh_size"] for each in read_study(path).combinations]
    assert found == [6e-9, 7e-9]


@pytest.mark.regression
def test_quantities_in_what_is_varied(tmp_path):
    (tmp_path / "case.toml").write_text('layout = { kind = "wheel" }\n')
    path = tmp_path / "study.toml"
    path.write_text(
        'case = "case.toml"\n'
        '[[vary]]\nkey = "layout.mesh_size"\nvalues = ["6 nm", 7e-9]\n'
        '[[vary]]\nkey = "training.voltage"\nfrom = "10 mV"\nto = 0.03\ncount = 2\n'
        '[[zip]]\n"training.duration" = ["1 ns", "2 ns"]\n"training.rest" = [0, 1e-9]\n'
    )
    first, *_, last = read_study(path).combinations
    assert first == {
        "layout.mesh_size": 6e-9,
        "training.voltage": 0.01,
        "training.duration": 1e-9,
        "training.rest": 0,
    }
    assert list(last.values()) == [7e-9, 0.03, 2e-9, 1e-9]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('values = ["14 T"]', "[[vary]] layout.mesh_size: values: layout.mesh_size = '14 T': must"),
        ('values = ["6 nm", 6e-9]', "6e-09 stands there twice"),
        ('from = "1 V"\nto = 2e-9', "[[vary]] layout.mesh_size: from: layout.mesh_size = '1 V'"),
    ],
)
def test_what_is_no_quantity_of_the_key_is_refused(tmp_path, table, message):
    (tmp_path / "case.toml").write_text('layout = { kind = "wheel" }\n')
    path = tmp_path / "study.toml"
    path.write_text(f'case = "case.toml"\n[[vary]]\nkey = "layout.mesh_size"\n{table}\n')
    with pytest.raises(InputError) as told:
        read_study(path)
    assert message in str(told.value)


OVF = (np.tile([0.0, 0.0, 1.0], (1, 8, 12, 1)), (5e-9, 5e-9, 1e-9), (-1e-9, -1e-9, 0.0))
STRIP = """
layout = { kind = "strip", length = "40 nm", width = "20 nm", mesh_size = "10 nm" }
terms = [{ module = "own.py:Old" }]
[[applied_field_waveform]]
kind = "table"
path = "old.csv"
amplitude = [0, 0, 1.0]
[initial]
texture = { kind = "file", path = "old.ovf" }
[protocol]
steps = [{ kind = "read", label = "first" }]
"""
WAYS = {
    "key": '[[vary]]\nkey = "initial.texture.path"\nvalues = ["a.ovf", "b.ovf"]',
    "table": '[[vary]]\nkey = "initial.texture"\n'
    'values = [{ kind = "file", path = "a.ovf" }, { kind = "file", path = "b.ovf" }]',
    "zip": '[[zip]]\ninitial.texture.path = ["a.ovf", "b.ovf"]\ntitle = ["a", "b"]',
    "set": '[set]\ninitial.texture.path = "a.ovf"\n[[vary]]\nkey = "title"\nvalues = ["a", "b"]',
    "old": '[[vary]]\nkey = "initial.texture.shift"\nvalues = [[0, 0, 0], ["1 nm", 0, 0]]',
}


@pytest.fixture
def study_of_files(tmp_path, monkeypatch):
    """Called with the text of a study, beside which are a.ovf, b.ovf and more; in another folder.

    Of the files that the case itself names, those beside it, there are the module and the table.
    """
    for name in ("a", "b"):
        write_ovf(tmp_path / f"{name}.ovf", OVF[0], *OVF[1:], title=name)
        (tmp_path / f"{name}.csv").write_text("0,0\n1e-9,1\n" + ("2e-9,0\n" if name == "b" else ""))
        (tmp_path / f"{name}.py").write_text("")
    (tmp_path / "cases").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cases" / "case.toml").write_text(STRIP)
    (tmp_path / "cases" / "own.py").write_text("")
    (tmp_path / "cases" / "old.csv").write_text("0,0\n1e-9,1\n")
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = tmp_path / "study.toml"

    def written(text, settings=()):
        path.write_text(f'case = "cases/case.toml"\n{text}\n')
        return [each.case for each in members_of(read_study(path, settings), path)]

    return written


@pytest.mark.regression
@pytest.mark.parametrize("way", WAYS)
def test_files_of_textures_are_varied_beside_the_study(study_of_files, tmp_path, way):
    old = tmp_path / "cases" / "old.ovf"
    if way == "old":
        write_ovf(old, OVF[0], *OVF[1:])
    found = [each.initial.texture for each in study_of_files(WAYS[way])]
    names = {"set": ["a.ovf"] * 2, "old": ["cases/old.ovf"] * 2}.get(way, ["a.ovf", "b.ovf"])
    assert [each.path for each in found] == [str(tmp_path / name) for name in names]
    expected = [checksum_of((tmp_path / name).read_bytes()) for name in names]
    assert [each.checksum for each in found] == expected


@pytest.mark.regression
def test_tables_and_modules_are_varied_beside_the_study(study_of_files, tmp_path):
    tables = [f'[{{ kind = "table", path = "{n}.csv", amplitude = [0, 0, 1] }}]' for n in "ab"]
    modules = [f'[{{ module = "{n}.py:New" }}]' for n in "ab"]
    found = study_of_files(
        f'[set]\ninitial.texture = "random"\n'
        f"[[zip]]\napplied_field_waveform = [{', '.join(tables)}]\n"
        f"terms = [{', '.join(modules)}]"
    )
    assert [len(each.applied_field_waveform[0].times) for each in found] == [2, 3]
    assert [each.terms[0].module for each in found] == [f"{tmp_path}/{n}.py:New" for n in "ab"]


@pytest.mark.regression
def test_settings_of_the_command_start_from_the_study(study_of_files, tmp_path):
    varied = '[[vary]]\nkey = "title"\nvalues = ["a"]'
    (found,) = study_of_files(varied, ["initial.texture.path=a.ovf"])
    assert found.initial.texture.path == str(tmp_path / "a.ovf")


@pytest.mark.regression
def test_file_that_is_not_beside_the_study_is_told_with_its_member(study_of_files, tmp_path):
    told = f"{tmp_path}/study.toml: member path=c.ovf: initial.texture: {tmp_path}/c.ovf: cannot be"
    with pytest.raises(InputError, match=re.escape(told)):
        study_of_files(WAYS["key"].replace("b.ovf", "c.ovf"))
