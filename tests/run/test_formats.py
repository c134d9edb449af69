"""Formats of the files in a run folder: what is written is read again, newer ones are not."""

import json
from dataclasses import asdict, fields

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Criteria, ReadDisturbance
from hebbfilm.run.folder.conductance_table import (
    EXTRAS,
    TEXTURE_COLUMNS,
    Sample,
    conductance_header,
    read_conductance,
)
from hebbfilm.run.folder.growing_table import GrowingTable
from hebbfilm.run.folder.manifest import read_manifest, write_manifest
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.folder.snapshot_file import write_fields
from hebbfilm.run.folder.snapshots import Fields, Snapshot, read_fields
from hebbfilm.run.folder.summary import CriteriaEntry, DisturbanceEntry
from hebbfilm.run.folder.summary_file import read_summary, write_summary
from hebbfilm.run.inputs.case import read_case

FILES = ("manifest.json", "summary.json")


@pytest.fixture
def folder(run_folder_maker, tmp_path):
    return run_folder_maker(tmp_path / "run", size=60.0)


def rewritten(folder):
    write_manifest(read_manifest(folder))
    write_summary(folder, read_summary(folder))


def test_what_is_written_is_read_again(folder):
    before = read_run(folder)
    rewritten(folder)
    after = read_run(folder)
    assert after.manifest.snapshots == before.manifest.snapshots
    assert after.summary.files
    for name in ("conductance_before", "conductance_after", "weights", "patterns"):
        found, expected = (getattr(run.summary, name) for run in (after, before))
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype
    assert after.summary.checks == before.summary.checks


def test_files_have_a_format_number(folder):
    rewritten(folder)
    for name in FILES:
        assert next(iter(json.loads((folder / name).read_text()).items())) == ("format", 1)


def test_files_of_earlier_versions_have_none_and_are_read(folder):
    for name in FILES:
        assert "format" not in json.loads((folder / name).read_text())
    assert read_run(folder).summary.format == 0


@pytest.mark.parametrize("name", FILES)
def test_newer_format_is_refused_in_one_line(folder, name):
    content = json.loads((folder / name).read_text())
    # Whatever else may have changed in it.
    (folder / name).write_text(json.dumps({"contacts": content["contacts"], "format": 2}))
    with pytest.raises(InputError, match=rf"{name}: format = 2: .*newer hebbfilm; .* up to 1: upd"):
        read_run(folder)


@pytest.mark.parametrize(
    ("entry", "original"), [(CriteriaEntry, Criteria), (DisturbanceEntry, ReadDisturbance)]
)
def test_summary_keeps_all_that_a_network_is_judged_by(entry, original):
    assert [field.name for field in fields(entry)] == [field.name for field in fields(original)]


def test_row_of_a_sample_has_the_columns_of_the_header(tmp_path):
    """With three contacts there are as many pairs as contacts."""
    contacts = ("a", "b", "c")
    values = {
        field.name: {"str": "train", "float": 10.0 * k, "FloatArray": 10.0 * k + np.arange(3)}[
            field.type.removesuffix(" | None")
        ]
        for k, field in enumerate(fields(Sample))
    }
    texture = np.arange(len(TEXTURE_COLUMNS)) + 0.5
    sample = Sample(**{**values, "displacement": np.nan, "texture": texture})
    table = GrowingTable(tmp_path / "conductance.csv")
    table.start(conductance_header(contacts, EXTRAS))
    table.append(sample.row())
    found = read_conductance(tmp_path, contacts)
    read = [field.name for field in fields(found) if field.name not in ("pairs", "phase")]
    for name in read:
        np.testing.assert_array_equal(getattr(found, name)[0], getattr(sample, name))
    assert len(read) >= 6
    assert found.phase == ("train",)


def test_film_without_heat_layers_and_texture_has_no_columns_for_them(tmp_path):
    """As in runs of earlier versions, which so go on."""
    names = [field.name for field in fields(Sample)]
    values = dict.fromkeys(names[:-4], 1.0) | dict.fromkeys(("conductance",), np.ones(1))
    sample = Sample(**{**values, "phase": "rest", "voltage": np.ones(2), "current": np.ones(2)})
    header = conductance_header(("a", "b"))
    assert not {"T_max_K", "T_mean_K", "film_share", *TEXTURE_COLUMNS} & {*header}
    table = GrowingTable(tmp_path / "conductance.csv")
    table.start(header)
    table.append(sample.row())
    found = read_conductance(tmp_path, ("a", "b"))
    assert np.isnan([found.highest_temperature, found.mean_temperature, found.film_share]).all()
    assert np.isnan(found.texture).all()
    assert found.texture.shape == (1, len(TEXTURE_COLUMNS))


def test_fields_are_read_as_they_were_written(tmp_path):
    rng = np.random.default_rng(1)
    written = Fields(
        points=rng.normal(size=(4, 3)),
        cells=np.array([[0, 1, 2], [1, 2, 3]]),
        magnetisation=rng.normal(size=(4, 3)),
        potential=rng.normal(size=4),
        contact=np.array([0, 1, 2, 0]),
        current_density=rng.normal(size=(2, 3)),
        temperature=300 + rng.random(4),
        oersted_field=rng.normal(size=(4, 3)),
        layer_currents={"pt": rng.normal(size=(2, 3)), "ta": rng.normal(size=(2, 3))},
    )
    write_fields(tmp_path / "a.vtu", written)
    found = read_fields(tmp_path, Snapshot(file="a.vtu", t=0.0, label="a", voltages=None))
    for name, value in asdict(written).items():
        np.testing.assert_equal(getattr(found, name), value)


@pytest.mark.parametrize("ranks", [2, 2.0])
def test_counts_of_the_manifest_are_whole_numbers(ranks, folder):
    """And those of a run of an earlier version, which wrote 2.0, are read."""
    manifest = read_manifest(folder)
    manifest.partition.clear()
    manifest.partition.update(ranks=ranks, most_vertices=424, imbalance=0.013)
    write_manifest(manifest)
    text = (folder / "manifest.json").read_text("utf-8")
    assert ('"most_vertices": 424,' in text, '"imbalance": 0.013' in text) == (True, True)
    assert read_manifest(folder).partition["ranks"] == 2
    assert type(read_manifest(folder).partition["most_vertices"]) is int


@pytest.mark.parametrize("sign", [1, -1])
def test_step_of_a_run_may_lack_a_newer_key_but_not_differ(sign, folder):
    """The manifest of a run from before steps could read has no such key in any of them."""
    case = folder / "case.toml"
    step = "layout.kind = 'wheel'\n[[training.steps]]\npattern = '++--'\nsign = 1\n"
    case.write_text(step, encoding="utf-8")
    manifest = read_manifest(folder)
    manifest.case.clear()
    manifest.case.update(read_case(case).as_kept())
    del manifest.case["training"]["steps"][0]["read"]
    write_manifest(manifest)
    case.write_text(step.replace("sign = 1", f"sign = {sign}"), encoding="utf-8")
    if sign == 1:
        assert read_case_of_run(folder).required_training().steps[0].read is None
    else:
        with pytest.raises(InputError, match=r"case\.toml: training\.steps = .*was made with"):
            read_case_of_run(folder)
