"""The JSON schema of cases and studies, and the page of their keys. Class: regression."""

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hebbfilm.run.inputs.case_schema import case_schema
from hebbfilm.run.inputs.published_schema import published
from hebbfilm.run.inputs.shipped import FOLDER, STUDIES
from hebbfilm.run.study.key_page import key_page
from hebbfilm.run.study.study_schema import study_schema

DOCS = Path(__file__).parents[2] / "docs"
SCHEMAS = {
    "case": published(case_schema(), "case"),
    "study": published(study_schema(), "study"),
}
FILES = {"case": FOLDER / "case.schema.json", "study": FOLDER / STUDIES / "study.schema.json"}
SHIPPED = [(of, path) for of, file in FILES.items() for path in sorted(file.parent.glob("*.toml"))]
CASE = {"layout": {"kind": "wheel"}, "training": {"patterns": ["++--"]}}


def problems(of, content):
    return [error.message for error in Draft202012Validator(SCHEMAS[of]).iter_errors(content)]


@pytest.mark.parametrize("of", SCHEMAS)
def test_schemas_are_schemas(of):
    Draft202012Validator.check_schema(SCHEMAS[of])


@pytest.mark.parametrize(("of", "path"), SHIPPED, ids=lambda each: getattr(each, "stem", each))
def test_what_is_shipped_is_valid_and_names_its_schema(of, path):
    text = path.read_text("utf-8")
    assert problems(of, tomllib.loads(text)) == []
    assert text.startswith(f"#:schema {FILES[of].name}\n")


@pytest.mark.parametrize("of", FILES)
def test_shipped_schemas_are_up_to_date(of):
    """Else: hebbfilm schema > run/cases/case.schema.json, and the same of studies."""
    assert json.loads(FILES[of].read_text("utf-8")) == SCHEMAS[of]


def test_the_page_of_keys_is_up_to_date():
    """Else: hebbfilm keys --markdown > docs/keys.md."""
    assert (DOCS / "keys.md").read_text("utf-8") == key_page()


@pytest.mark.parametrize(
    "content",
    [
        CASE,
        CASE | {"layout": {"kind": "wheel", "mesh_size": "6 nm", "copies": 2, "rotate": "9 deg"}},
        CASE | {"oersted": True},
        CASE | {"oersted": {"wires": [{"contact": "centre"}]}},
        CASE | {"neurons": "twins"},
        CASE | {"neurons": {"a": ["+x", "-y"], "b": {"contacts": ["z"]}}},
        CASE | {"layout": {"kind": "drawing", "path": "a.gds", "film": 1, "holes": [2]}},
        CASE | {"layout": {"kind": "drawing", "path": "a.gds", "film": 1, "holes": {
            "number": 2, "radius": 5e-9}}},
        {"layout": {"kind": "strip"}, "protocol": {"steps": [
            {"kind": "drive", "duration": "1 ns", "drives": {
                "left": {"kind": "sine", "amplitude": {"current": "5 µA"}, "frequency": 1e9},
                "right": "float"}},
            {"kind": "repeat", "count": 2, "steps": [{"kind": "rest", "duration": 1e-9}]},
        ]}},
    ],
)  # fmt: skip
def test_what_a_case_may_be(content):
    assert problems("case", content) == []


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (CASE | {"materal": {}}, "materal"),
        (CASE | {"material": {"dampin": 0.1}}, "dampin"),
        (CASE | {"layout": {"kind": "wheel", "outer_radios": 1e-7}}, "outer_radios"),
        (CASE | {"layout": {"kind": "weel"}}, "weel"),
        (CASE | {"layout": {"kind": "wheel", "mesh_size": 6}}, "mesh_size"),
        (CASE | {"material": {"damping": "high"}}, "high"),
        (CASE | {"initial": {"texture": "randm"}}, "randm"),
        (CASE | {"training": {"patterns": ["++--"], "duration": 6}}, "6"),
        (CASE | {"regions": [{"name": "a", "material": {"dampin": 0.1}}]}, "dampin"),
        ({"training": {}}, "layout"),
    ],
)
def test_what_a_case_may_not_be(content, word):
    (problem,) = problems("case", content)
    assert word in problem


@pytest.mark.parametrize(
    "content",
    [{}, {"case": "a.toml", "seed": 2}, {"case": "a.toml", "vary": [{"ky": "a"}]}],
)
def test_what_a_study_may_not_be(content):
    assert problems("study", content)
